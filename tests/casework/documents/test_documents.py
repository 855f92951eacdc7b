"""Documents on a case: kept in versions by their holder, read by whom the rule lets, taken back at once."""

from __future__ import annotations

import io
from datetime import date

import pikepdf
import pytest

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.documents import actions, queries
from rightdoor.casework.documents.models import Document, Version
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.files.kinds import RECORDING, FileRefused
from rightdoor.foundation.files.models import StoredFile, StoredPart
from tests.casework.documents import made
from tests.people import REGION, make_person


def add(viewer, case, now, **changed):
    given = {"data_class": "PLAN", "title": "A letter", "name": "letter.pdf", "content": made.EVERY["letter.pdf"]}
    return actions.add_document(viewer, case, **{**given, "now": now, **changed})


@pytest.mark.req("CASE-10")
@pytest.mark.parametrize("name", sorted(made.EVERY))
def test_every_kind_of_file_gets_a_safe_copy_and_keeps_its_original(scene, case, name):
    document = add(scene.coordinator, case, scene.now, name=name, content=made.EVERY[name])

    version = document.versions.get()
    assert version.state == "ready"
    assert queries.take_original(scene.coordinator, document, 1, scene.now).content == made.EVERY[name]
    copy = queries.take_copy(scene.coordinator, document, 1, scene.now)
    assert copy.kind in {"pdf", "jpeg", "png"}
    if copy.kind == "pdf":
        assert len(pikepdf.open(io.BytesIO(copy.content)).pages) == 1


@pytest.mark.req("CASE-10", "PRIV-3")
def test_title_note_file_name_and_content_stand_sealed(scene, case):
    words = {"title": "Zebulon title", "note": "Zebulon note", "name": "Zebulon.txt", "content": b"Zebulon"}
    document = add(scene.coordinator, case, scene.now, **words)

    sealed = [bytes(document.told_sealed), bytes(document.versions.get().named_sealed)]
    sealed += [bytes(part.body_sealed) for part in StoredPart.objects.all()]
    assert not any(b"Zebulon" in one for one in sealed)
    shown = queries.open_document(scene.coordinator, document, scene.now)
    assert (shown.title, shown.note, shown.versions[0].name) == ("Zebulon title", "Zebulon note", "Zebulon.txt")


@pytest.mark.req("CASE-10")
def test_a_newer_version_keeps_the_older_one(scene, case):
    document = add(scene.coordinator, case, scene.now)
    newer = made.pdf(pages=3)
    actions.add_version(scene.coordinator, document, name="letter 2.pdf", content=newer, now=scene.now)

    shown = queries.open_document(scene.coordinator, document, scene.now)
    assert [(one.number, one.pages) for one in shown.versions] == [(2, 3), (1, 1)]
    assert queries.take_original(scene.coordinator, document, 1, scene.now).content == made.EVERY["letter.pdf"]


@pytest.mark.req("CASE-10", "PRIV-2")
def test_nobody_but_the_holders_people_finds_a_class_that_is_closed_to_them(scene, case, stranger):
    mine = add(scene.advocate, case, scene.now, data_class="ADVPRIV", title="Privileged")

    for viewer in (scene.coordinator, scene.detective, stranger):
        with pytest.raises(NotVisible):
            queries.document_for(viewer, mine.code, scene.now)
    for viewer in (scene.coordinator, scene.detective):
        assert queries.documents_of(viewer, case, scene.now) == []
    (row,) = queries.documents_of(scene.advocate, case, scene.now)
    assert row.code == mine.code
    assert row.title == ""  # what is never listed shows its title only when it is opened itself
    assert queries.open_document(scene.advocate, mine, scene.now).title == "Privileged"


@pytest.mark.req("PRIV-2")
def test_a_status_only_cell_shows_that_there_is_one_and_its_day_and_no_title(scene, case):
    done_on = date(2026, 3, 2)
    add(scene.detective, case, scene.now, data_class="LE", title="Hidden title", note="Hidden", done_on=done_on)

    (row,) = queries.documents_of(scene.coordinator, case, scene.now)
    assert row.is_status_only
    assert (row.code, row.title, row.done_on) == ("", "", date(2026, 3, 2))
    with pytest.raises(NotVisible):
        queries.document_for(scene.coordinator, Document.objects.get().code, scene.now)


@pytest.mark.req("PRIV-2")
def test_the_original_is_for_the_holders_own_people(scene, case, other_coordinator):
    document = add(scene.detective, case, scene.now, data_class="LE")

    for viewer in (scene.coordinator, scene.advocate, other_coordinator):
        with pytest.raises(NotVisible):
            queries.take_original(viewer, document, 1, scene.now)
        with pytest.raises(NotVisible):
            queries.take_copy(viewer, document, 1, scene.now)


@pytest.mark.rule("SR-12")
@pytest.mark.req("PRIV-2", "PRIV-4")
def test_what_its_holder_withdraws_is_read_by_nobody_else_and_the_withdrawal_is_recorded(scene, case):
    document = add(scene.detective, case, scene.now, data_class="LE", done_on=date(2026, 3, 2))
    assert len(queries.documents_of(scene.coordinator, case, scene.now)) == 1

    actions.withdraw_document(scene.detective, document, now=scene.now)

    assert queries.documents_of(scene.coordinator, case, scene.now) == []
    assert queries.open_document(scene.detective, document, scene.now).is_withdrawn
    assert AuditEvent.objects.filter(verb="document.withdrawn", code=document.code, actor=scene.detective.code).exists()
    with pytest.raises(RuleBroken):
        actions.withdraw_document(scene.detective, document, now=scene.now)


@pytest.mark.req("PRIV-2")
def test_only_the_holder_changes_or_withdraws(scene, case):
    document = add(scene.detective, case, scene.now, data_class="LE")

    for viewer in (scene.coordinator, scene.advocate):
        with pytest.raises(NotPermitted):
            actions.withdraw_document(viewer, document, now=scene.now)
        with pytest.raises(NotPermitted):
            actions.add_version(viewer, document, name="a.pdf", content=made.pdf(), now=scene.now)
    assert document.versions.count() == 1


@pytest.mark.req("CASE-10")
def test_one_keeps_only_the_classes_of_ones_own_discipline(scene, case):
    assert set(queries.classes_kept_by(scene.coordinator)) == {"CORE", "ID", "SAFE", "PLAN"}
    assert {"LE", "OFF"} >= set(queries.classes_kept_by(scene.detective)) >= {"LE"}
    assert {"ADV", "ADVPRIV"} <= set(queries.classes_kept_by(scene.advocate))

    with pytest.raises(RuleBroken):
        add(scene.detective, case, scene.now, data_class="ADV")
    assert not Document.objects.exists()


@pytest.mark.rule("SR-24")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("interview.mp3", b"ID3\x03" + bytes(40)),
        ("interview.mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(40)),
        ("interview.wav", b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40)),
        ("interview.pdf", b"\x1aE\xdf\xa3" + bytes(40)),
        ("interview.txt", b"\x00\x00\x00\x18ftypM4A " + bytes(40)),
        ("interview.docx", b"OggS" + bytes(40)),
    ],
)
def test_a_recording_is_refused_whatever_it_is_called_and_nothing_of_it_is_kept(scene, case, name, content):
    with pytest.raises(FileRefused, match="who keeps the recording and its date"):
        add(scene.detective, case, scene.now, data_class="LE", name=name, content=content)

    assert "never stored here" in RECORDING
    assert not Document.objects.exists()
    assert not StoredFile.objects.exists()
    assert not AuditEvent.objects.filter(verb="document.added").exists()


@pytest.mark.rule("SR-30")
def test_a_school_that_is_on_the_case_finds_no_document_of_it(scene, case):
    school = make_person("Sue School", now=scene.now, roles=(("team_member", REGION),), discipline="school")
    add_to_case(scene.coordinator, case, account_code=school.code, discipline="school", now=scene.now)
    for data_class in ("CORE", "ID", "SAFE", "PLAN"):
        add(scene.coordinator, case, scene.now, data_class=data_class)

    assert queries.documents_of(school, case, scene.now) == []


def test_a_form_sent_twice_adds_one_document(scene, case):
    first = add(scene.coordinator, case, scene.now, code="CDFG-2346")
    again = add(scene.coordinator, case, scene.now, code="CDFG-2346")

    assert first == again
    assert Version.objects.count() == 1


@pytest.mark.req("UX-5")
@pytest.mark.rule("SR-07")
def test_a_search_finds_titles_among_what_the_viewer_may_see_and_nothing_else(scene, case, other_coordinator):
    seen = add(scene.coordinator, case, scene.now, title="Letter of the clinic")
    add(scene.detective, case, scene.now, data_class="LE", title="Letter of the station")
    add(scene.advocate, case, scene.now, data_class="ADVPRIV", title="Letter of the advocate")

    assert [one.code for one in queries.documents_titled(scene.coordinator, "letter", scene.now)] == [seen.code]
    assert queries.documents_titled(other_coordinator, "letter", scene.now) == []
    assert queries.documents_titled(scene.advocate, "advocate", scene.now) == []  # never, not even one's own


@pytest.mark.req("PRIV-4")
def test_each_reading_is_recorded_with_its_class(scene, case):
    document = add(scene.coordinator, case, scene.now)
    queries.documents_of(scene.coordinator, case, scene.now)
    queries.open_document(scene.coordinator, document, scene.now)
    queries.take_copy(scene.coordinator, document, 1, scene.now)
    queries.take_original(scene.coordinator, document, 1, scene.now)

    for verb in ("document.listed", "document.read", "document.copy_opened", "document.original_opened"):
        event = AuditEvent.objects.get(verb=verb)
        assert (event.subject, event.classes) == (case.client.code, ["PLAN"]), verb


@pytest.mark.rule("SR-26")
def test_a_clinicians_own_notes_reach_nobody_at_a_staffing(scene, case):
    clinician = make_person("Tess Therapist", now=scene.now, roles=(("team_member", REGION),), discipline="therapist")
    add_to_case(scene.coordinator, case, account_code=clinician.code, discipline="therapist", now=scene.now)
    notes = add(clinician, case, scene.now, data_class="PSY", title="Notes")

    for viewer in (scene.coordinator, scene.detective, scene.advocate):
        assert queries.documents_of(viewer, case, scene.now) == []
        with pytest.raises(NotVisible):
            queries.document_for(viewer, notes.code, scene.now)
    assert queries.open_document(clinician, notes, scene.now).title == "Notes"
