"""Notes by discipline: who writes which, nothing written over, privileged ones invisible to everybody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.notes import actions, queries
from rightdoor.casework.notes.actions import Conflict, Saved
from rightdoor.casework.notes.models import Note, NoteVersion
from rightdoor.domain import notes as rule
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.models import AuditEvent
from tests.casework.notes.conftest import Write, told
from tests.casework.team import Scene, released


def listed(viewer: Viewer, case: Case, tab: str, now: datetime) -> list[str]:
    """Codes of the notes that this viewer finds on a tab."""
    fresh = Case.objects.select_related("client", "referral").get(pk=case.pk)
    tie = standing_of(viewer, fresh, now)
    return [row.code for row in queries.notes_of(viewer, fresh, tie, tab, now).rows]


@pytest.mark.req("CASE-3")
def test_each_profession_writes_the_classes_that_it_keeps_and_no_other(
    scene: Scene, case: Case, write: Write, on_case: Callable[..., Viewer]
) -> None:
    nurse = on_case("Nina Nurse", "medical")
    for viewer, klass in (
        (scene.coordinator, "CORE"),
        (scene.coordinator, "SAFE"),
        (scene.advocate, "ADV"),
        (scene.advocate, "ADVPRIV"),
        (scene.detective, "LE"),
        (nurse, "EVID"),
    ):
        note = write(viewer, klass)
        assert note.holder == (case.holder if klass in ("CORE", "SAFE") else viewer.agency)
    for viewer, klass in ((scene.advocate, "CORE"), (scene.detective, "ADV"), (scene.coordinator, "ADVPRIV")):
        with pytest.raises(RuleBroken, match="profession"):
            write(viewer, klass)


@pytest.mark.req("CASE-3")
def test_what_is_written_is_sealed_and_twice_sent_stands_once(scene: Scene, case: Case, write: Write) -> None:
    note, again = (
        actions.write_note(scene.advocate, case, data_class="ADV", told=told(text), code="CDFG-2346", now=scene.now)
        for text in ("Zinnia Marigold was there", "Zinnia")
    )
    assert again.pk == note.pk
    assert NoteVersion.objects.count() == 1
    assert b"Zinnia" not in bytes(NoteVersion.objects.get().told_sealed)


@pytest.mark.req("CASE-3")
def test_a_correction_keeps_every_version_with_who_and_when(scene: Scene, case: Case, write: Write) -> None:
    note = write(scene.advocate, "ADV", "First words")
    later = scene.now + timedelta(hours=1)
    saved = actions.correct_note(scene.advocate, note, told=told("Second words"), version=1, now=later)
    assert saved == Saved(2)
    shown = queries.open_note(scene.advocate, note, later)
    assert (shown.told.text, shown.written_at, shown.written_by) == ("Second words", later, scene.advocate.name)
    assert [(one.number, one.told.text, one.written_at) for one in shown.earlier] == [(1, "First words", scene.now)]


@pytest.mark.req("CASE-3", "UX-4")
def test_the_second_writer_of_an_old_version_gets_both_texts_and_nothing_is_lost(
    scene: Scene, case: Case, write: Write, on_case: Callable[..., Viewer]
) -> None:
    colleague = on_case("Cleo Colleague", "victim_advocate", agency=scene.advocate.agency)
    note = write(scene.advocate, "ADV", "Words of the beginning")
    actions.correct_note(scene.advocate, note, told=told("Words of the author"), version=1, now=scene.now)
    other = queries.note_for(colleague, note.code, scene.now)
    answer = actions.correct_note(colleague, other, told=told("Words of the colleague"), version=1, now=scene.now)
    assert isinstance(answer, Conflict)
    assert (answer.theirs.text, answer.yours.text) == ("Words of the author", "Words of the colleague")
    assert NoteVersion.objects.filter(note=note).count() == 2
    kept = actions.correct_note(colleague, other, told=answer.yours, version=answer.version, now=scene.now)
    assert kept == Saved(3)
    texts = [one.told.text for one in queries.open_note(scene.advocate, note_again(note), scene.now).earlier]
    assert texts == ["Words of the author", "Words of the beginning"]


def note_again(note: Note) -> Note:
    return Note.objects.select_related("case__client", "case__referral").get(pk=note.pk)


@pytest.mark.req("CASE-3")
def test_only_the_holders_own_profession_corrects_and_a_privileged_note_only_its_author(
    scene: Scene, case: Case, write: Write, on_case: Callable[..., Viewer]
) -> None:
    colleague = on_case("Cleo Colleague", "victim_advocate", agency=scene.advocate.agency)
    open_one, closed = write(scene.advocate, "ADV"), write(scene.advocate, "ADVPRIV")
    released(scene.coordinator, case.client, scene.detective, "ADV", now=scene.now, from_agency=scene.advocate.agency)
    assert queries.note_for(scene.detective, open_one.code, scene.now)
    for viewer, note in ((scene.detective, open_one), (colleague, closed)):
        with pytest.raises(NotPermitted):
            actions.correct_note(viewer, note, told=told("Other words"), version=1, now=scene.now)
        with pytest.raises(NotPermitted):
            actions.withdraw_note(viewer, note, reason="Because", now=scene.now)
    assert NoteVersion.objects.count() == 2


@pytest.mark.req("CASE-3")
def test_a_withdrawn_note_stays_with_its_reason_for_its_holder_alone(scene: Scene, case: Case, write: Write) -> None:
    note = write(scene.advocate, "ADV", "Words")
    released(scene.coordinator, case.client, scene.detective, "ADV", now=scene.now, from_agency=scene.advocate.agency)
    assert listed(scene.detective, case, "advocacy", scene.now) == [note.code]
    with pytest.raises(RuleBroken, match="why"):
        actions.withdraw_note(scene.advocate, note, reason=" ", now=scene.now)
    actions.withdraw_note(scene.advocate, note, reason="Of another child", now=scene.now)

    assert listed(scene.detective, case, "advocacy", scene.now) == []
    with pytest.raises(NotVisible):
        queries.note_for(scene.detective, note.code, scene.now)
    shown = queries.open_note(scene.advocate, note_again(note), scene.now)
    assert (shown.is_withdrawn, shown.reason, shown.told.text) == (True, "Of another child", "Words")
    with pytest.raises(RuleBroken, match="withdrawn"):
        actions.correct_note(scene.advocate, note, told=told("More"), version=1, now=scene.now)


@pytest.mark.req("CASE-3")
def test_a_release_of_advocacy_opens_no_privileged_note_and_one_of_care_no_psychotherapy(
    scene: Scene, case: Case, write: Write, on_case: Callable[..., Viewer]
) -> None:
    therapist = on_case("Theo Therapist", "therapist")
    notes = {klass: write(scene.advocate, klass) for klass in ("ADV", "ADVPRIV")}
    notes |= {klass: write(therapist, klass) for klass in ("MH", "PSY")}
    for agency in (scene.advocate.agency, therapist.agency):
        released(
            scene.coordinator,
            case.client,
            scene.detective,
            "ADV",
            "ADVPRIV",
            "MH",
            "PSY",
            now=scene.now,
            from_agency=agency,
            initialled=("MH", "ADVPRIV", "PSY"),
        )
    assert listed(scene.detective, case, "advocacy", scene.now) == [notes["ADV"].code]
    assert listed(scene.detective, case, "mental_health", scene.now) == [notes["MH"].code]
    for klass in ("ADVPRIV", "PSY"):
        with pytest.raises(NotVisible):
            queries.note_for(scene.detective, notes[klass].code, scene.now)


@pytest.mark.req("CASE-3")
def test_a_privileged_note_is_closed_to_other_professions_of_the_same_agency(
    scene: Scene, case: Case, write: Write, on_case: Callable[..., Viewer]
) -> None:
    """A hospital employs nurses and therapists; a center employs advocates and coordinators."""
    nurse = on_case("Nina Nurse", "medical", agency=scene.advocate.agency)
    peer = on_case("Peg Peer", "family_advocate", agency=scene.advocate.agency)
    note = write(scene.advocate, "ADVPRIV")
    assert listed(peer, case, "advocacy", scene.now) == [note.code]
    assert queries.note_for(peer, note.code, scene.now) == note
    assert listed(nurse, case, "advocacy", scene.now) == []
    with pytest.raises(NotVisible):
        queries.note_for(nurse, note.code, scene.now)


@pytest.mark.req("CASE-3")
def test_a_note_that_a_release_names_opens_alone(scene: Scene, case: Case, write: Write) -> None:
    named, other = write(scene.advocate, "ADV", "One"), write(scene.advocate, "ADV", "Two")
    released(
        scene.coordinator,
        case.client,
        scene.detective,
        "ADV",
        now=scene.now,
        from_agency=scene.advocate.agency,
        items=(named.code,),
    )
    assert listed(scene.detective, case, "advocacy", scene.now) == [named.code]
    with pytest.raises(NotVisible):
        queries.note_for(scene.detective, other.code, scene.now)


@pytest.mark.req("CASE-3")
def test_a_list_of_notes_is_paged_without_losing_or_doubling_one(
    scene: Scene, case: Case, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    codes = [write(scene.advocate, "ADV", f"Words {number}").code for number in range(5)]
    write(scene.advocate, "ADVPRIV")
    released(scene.coordinator, case.client, scene.detective, "ADV", now=scene.now, from_agency=scene.advocate.agency)
    tie, found, after = standing_of(scene.detective, case, scene.now), [], ""
    while True:
        page = queries.notes_of(scene.detective, case, tie, "advocacy", scene.now, after=after)
        found += [row.code for row in page.rows]
        after = page.next
        if not after:
            break
    assert found == codes[::-1]


@pytest.mark.req("CASE-3")
def test_reading_a_note_leaves_its_event(scene: Scene, case: Case, write: Write) -> None:
    note = write(scene.advocate, "ADVPRIV")
    queries.open_note(scene.advocate, note, scene.now)
    event = AuditEvent.objects.get(verb="note.read")
    assert (event.actor, event.code, event.classes, event.basis) == (
        scene.advocate.code,
        note.code,
        ["ADVPRIV"],
        "own",
    )


@pytest.mark.req("CASE-3")
def test_a_closed_case_takes_no_new_note(scene: Scene, case: Case, write: Write) -> None:
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=scene.now)
    case.refresh_from_db()
    with pytest.raises((RuleBroken, NotPermitted)):
        write(scene.advocate, "ADV")
    assert not Note.objects.exists()


@pytest.mark.req("CASE-3")
def test_the_tabs_of_a_case_cost_two_queries_however_many_notes_there_are(
    scene: Scene,
    case: Case,
    write: Write,
    on_case: Callable[..., Viewer],
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    for number in range(3):
        write(on_case(f"Nina Nurse {number}", "medical"), "HLTH")
        write(scene.advocate, "ADV")
    fresh = Case.objects.select_related("client", "referral").get(pk=case.pk)
    tie = standing_of(scene.coordinator, fresh, scene.now)
    with django_assert_max_num_queries(2):
        tabs = {tab: queries.is_open(scene.coordinator, fresh, tie, tab, scene.now) for tab in rule.TABS}
    assert [tab for tab, is_there in tabs.items() if is_there] == ["notes", "presenting"]
