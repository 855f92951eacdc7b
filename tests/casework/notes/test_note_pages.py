"""The pages of notes: written without scripts, kept while typed, two writers told of each other, privileged unseen."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from rightdoor.casework.cases.models import Case
from rightdoor.casework.notes import queries
from rightdoor.casework.notes.models import Note, NoteVersion
from rightdoor.domain import notes as rule
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.drafts.models import Draft
from rightdoor.oversight.emergency.opening import open_in_emergency
from tests.bars import sabotage
from tests.casework.notes.conftest import Write, told
from tests.casework.team import Scene, released
from tests.casework.visiting import Visitor, hidden
from tests.people import make_person

TYPED = {
    "kind": "visit",
    "happened_at_day": "03/09/2026",
    "happened_at_time": "12:00 p.m.",
    "present": "An aunt",
    "text": "Words that took a while to type",
    "outcome": "",
}
WORDS = "Ottilie Quandary said this in confidence"


def new_url(case: Case) -> str:
    return f"/cases/{case.code}/notes/new/"


@pytest.mark.req("CASE-3")
def test_a_note_is_written_without_scripts_and_stands_on_its_professions_tab(scene: Scene, case: Case) -> None:
    advocate = Visitor(scene.advocate, scene.now)
    form = advocate.page(f"{new_url(case)}?class=ADV")
    assert "no release opens it here" not in form
    answer = advocate.post(new_url(case), {**TYPED, "data_class": "ADV", "code": hidden(form, "code")})
    note = Note.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/notes/{note.code}/")
    assert TYPED["text"] in advocate.page(f"/notes/{note.code}/")
    assert TYPED["text"] in advocate.page(f"/cases/{case.code}/sheets/advocacy/")
    assert not Draft.objects.exists()


@pytest.mark.req("CASE-3")
def test_a_privileged_note_is_marked_before_it_is_written_and_offered_to_its_profession_alone(
    scene: Scene, case: Case
) -> None:
    assert "no release opens it here" in Visitor(scene.advocate, scene.now).page(f"{new_url(case)}?class=ADVPRIV")
    for viewer in (scene.coordinator, scene.detective):
        assert Visitor(viewer, scene.now).get(f"{new_url(case)}?class=ADVPRIV").status_code == 404


@pytest.mark.req("UX-4")
def test_what_was_typed_survives_a_dropped_line_and_a_refusal(scene: Scene, case: Case) -> None:
    advocate = Visitor(scene.advocate, scene.now)
    draft = f"/cases/{case.code}/notes/draft/"
    kept = advocate.post(draft, {**TYPED, "happened_at_time": "noonish", "data_class": "ADV"}, **{"X-Draft": "1"})
    assert (kept.status_code, kept.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    again = advocate.page(f"{new_url(case)}?class=ADV")
    for word in (TYPED["text"], "An aunt", "noonish", "03/09/2026"):
        assert word in again
    refused = advocate.post(new_url(case), {**TYPED, "happened_at_time": "noonish", "data_class": "ADV"})
    assert refused.status_code == 422
    assert TYPED["text"] in refused.content.decode()
    assert not Note.objects.exists()
    assert TYPED["text"].encode() not in bytes(Draft.objects.get().body_sealed)


@pytest.mark.req("CASE-3", "UX-4")
def test_two_colleagues_are_told_of_each_other_and_the_second_sees_both_texts(
    scene: Scene, case: Case, write: Write, on_case: Callable[..., Viewer]
) -> None:
    colleague = on_case("Cleo Colleague", "victim_advocate", agency=scene.advocate.agency)
    note = write(scene.advocate, "ADV", "Words of the beginning")
    first, second = Visitor(scene.advocate, scene.now), Visitor(colleague, scene.now + timedelta(minutes=10))
    url = f"/notes/{note.code}/correction/"
    first.page(url)
    first.post(f"/notes/{note.code}/draft/", {**TYPED, "text": "Unsent words", "version": "1"})
    warned = second.page(url)
    assert "Somebody else is writing here" in warned
    assert scene.advocate.name in warned
    assert "Unsent words" not in warned
    late = Visitor(colleague, scene.now + timedelta(minutes=16))
    assert "Somebody else is writing here" not in late.page(url)

    assert first.post(url, {**TYPED, "text": "Words of the author", "version": "1"}).status_code == 302
    both = second.post(url, {**TYPED, "text": "Words of the colleague", "version": "1"})
    page = both.content.decode()
    assert both.status_code == 422
    assert "Words of the author" in page
    assert "Words of the colleague" in page
    newest = {**TYPED, "text": "Words of the colleague", "version": hidden(page, "version"), "go": "both"}
    assert second.post(url, newest).status_code == 302
    kept = queries.open_note(colleague, queries.note_for(colleague, note.code, scene.now), scene.now).told
    assert kept.text == "Words of the author\n\nWords of the colleague"
    assert NoteVersion.objects.filter(note=note).count() == 3


@pytest.mark.req("CASE-3")
def test_somebody_of_another_agency_is_not_told_who_writes(
    scene: Scene, case: Case, on_case: Callable[..., Viewer]
) -> None:
    nurse, other = on_case("Nina Nurse", "medical"), on_case("Nora Other", "medical")
    url = f"/cases/{case.code}/sheets/medical/"
    assert Visitor(nurse, scene.now).post(f"{url}draft/", {"acute": "Words", "version": "0"}).status_code == 200
    page = Visitor(other, scene.now + timedelta(minutes=1)).page(f"{url}form/")
    assert "Somebody else is writing here" not in page


@pytest.mark.req("CASE-3", "UX-4")
def test_a_sheet_is_kept_by_its_profession_and_the_second_writer_sees_what_differs(
    scene: Scene, case: Case, on_case: Callable[..., Viewer]
) -> None:
    nurse = on_case("Nina Nurse", "medical")
    colleague = on_case("Nora Nurse", "medical", agency=nurse.agency)
    url = f"/cases/{case.code}/sheets/medical/form/"
    one, other = Visitor(nurse, scene.now), Visitor(colleague, scene.now)
    sent = {"exam_done": "yes", "exam_on": "03/02/2026", "kit_to": "Invented laboratory", "version": "0"}
    assert one.post(url, sent).status_code == 302
    assert "03/02/2026" in one.page(url)
    both = other.post(url, {"exam_done": "no", "kit_to": "Another laboratory", "version": "0"})
    page = both.content.decode()
    assert both.status_code == 422
    assert "Two people wrote here" in page
    assert "Invented laboratory" in page
    assert "Another laboratory" in page
    status = Visitor(scene.coordinator, scene.now).page(f"/cases/{case.code}/sheets/medical/")
    assert "03/02/2026" in status
    assert "laboratory" not in status


@pytest.mark.req("CASE-3")
def test_a_tab_is_absent_for_whom_nothing_of_its_class_is_open_or_to_be_written(
    scene: Scene, case: Case, write: Write
) -> None:
    write(scene.advocate, "ADV")
    detective = Visitor(scene.detective, scene.now)
    general = detective.page(f"/cases/{case.code}/")
    assert f"/cases/{case.code}/sheets/law_enforcement/" in general
    for tab in ("advocacy", "medical", "prosecution"):
        assert f"/sheets/{tab}/" not in general
        assert detective.get(f"/cases/{case.code}/sheets/{tab}/").status_code == 404
    assert detective.get(f"/cases/{case.code}/sheets/notes/").status_code == 404
    assert detective.get(f"/cases/{case.code}/sheets/weather/").status_code == 404


def _everywhere(viewer: Viewer, case: Case, at: datetime) -> dict[str, tuple[int, bytes]]:
    """What this person gets on every page of the case on which a note could show."""
    browser = Visitor(viewer, at)
    tabs = ["", "notes/", *(f"sheets/{tab}/" for tab in rule.SHEETS)]
    pages = [*(f"/cases/{case.code}/{tab}" for tab in tabs), "/cases/", "/"]
    answers = {page: browser.get(page) for page in pages}
    answers |= {"find": browser.post("/find/", {"text": WORDS[:16]})}
    return {page: (answer.status_code, _bare(answer.content)) for page, answer in answers.items()}


def _bare(page: bytes) -> bytes:
    """A page without what differs from request to request: the tokens of its forms."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"', b"", page)


@pytest.mark.bar("SEC-27")
@pytest.mark.req("CASE-3")
def test_a_privileged_note_changes_not_one_byte_for_anybody_of_another_profession(
    scene: Scene, case: Case, write: Write, on_case: Callable[..., Viewer], administrator: Viewer
) -> None:
    """The coordinator, a supervisor of another agency, a colleague of another profession, the administrator, and who
    opened the case in an emergency; with a release that names the classes.
    """
    now = scene.now
    therapist = on_case("Theo Therapist", "therapist")
    colleague = on_case("Nina Nurse", "medical", agency=scene.advocate.agency)
    supervisor = on_case("Sue Supervisor", "child_welfare")
    officer = make_person("Dora Duty", now=now, roles=(("duty_officer", ""),), discipline="child_welfare")
    make_person("Petra Privacy", now=now, roles=(("privacy_officer", ""),))
    reason = "Invented: it could not wait any longer."
    open_in_emergency(officer, case_code=case.code, reason=reason, proved_at=now, now=now)
    for agency in (scene.advocate.agency, therapist.agency):
        for to in (scene.coordinator, scene.detective, supervisor):
            released(
                scene.coordinator,
                case.client,
                to,
                "CORE",
                "ADV",
                "ADVPRIV",
                "MH",
                "PSY",
                now=now,
                from_agency=agency,
                initialled=("MH",),
            )
    others = (scene.coordinator, scene.detective, supervisor, colleague, officer, administrator)
    # Once before, so that no page shows what the person's own looking has changed (when signed in, what was read).
    before = [_everywhere(viewer, case, now) for viewer in others]
    notes = [write(scene.advocate, "ADVPRIV", WORDS), write(therapist, "PSY", WORDS)]
    for viewer, seen in zip(others, before, strict=True):
        after = _everywhere(viewer, case, now)
        assert [page for page in seen if seen[page] != after[page]] == [], viewer.name
        visitor = Visitor(viewer, now)
        unknown = visitor.get("/notes/ZZZZ-2222/")
        for note in notes:
            for page in (f"/notes/{note.code}/", f"/notes/{note.code}/correction/"):
                answer = visitor.get(page)
                assert (answer.status_code, _bare(answer.content)) == (404, _bare(unknown.content)), viewer.name
    assert WORDS in Visitor(scene.advocate, now).page(f"/notes/{notes[0].code}/")
    assert WORDS in Visitor(therapist, now).page(f"/notes/{notes[1].code}/")


@sabotage("SEC-27", "a privileged note opens to whoever is of the agency that holds it")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule, "stays_with_its_profession", lambda klass, kept: False)


@pytest.mark.req("CASE-3")
def test_the_timeline_tells_of_a_note_to_whom_it_is_open_and_of_a_privileged_one_to_nobody(
    scene: Scene, case: Case, write: Write
) -> None:
    from rightdoor.casework.notes.parts import PARTS

    team, advocacy, privileged = (
        write(scene.coordinator, "CORE"),
        write(scene.advocate, "ADV"),
        write(scene.advocate, "ADVPRIV"),
    )
    lines = {row["line_about"]: row["line_klass"] for row in PARTS.happenings[0].rows(case)}
    assert lines == {team.code: "CORE", advocacy.code: "ADV"}
    assert privileged.code not in Visitor(scene.advocate, scene.now).page(f"/cases/{case.code}/")


@pytest.mark.req("CASE-3", "PRIV-2")
@pytest.mark.rule("SR-29")
def test_care_to_which_a_minor_consented_alone_leaves_no_line_on_the_timeline(
    scene: Scene, case: Case, on_case: Callable[..., Viewer]
) -> None:
    from rightdoor.casework.notes.actions import write_note
    from rightdoor.casework.notes.parts import PARTS

    nurse = on_case("Nora Nurse", "medical")
    codes = [
        write_note(nurse, case, data_class="HLTH", told=told(), minor_consented_alone=alone, now=scene.now).code
        for alone in (True, False)
    ]
    assert [row["line_about"] for row in PARTS.happenings[0].rows(case)] == codes[1:]
