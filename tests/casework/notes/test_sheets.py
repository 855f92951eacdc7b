"""Sheets of facts: what is not asked is not established, a status shows whether and when, nothing is written over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.notes import actions, queries
from rightdoor.casework.notes.actions import Saved, SheetConflict
from rightdoor.casework.notes.models import SheetPart
from rightdoor.casework.notes.queries import ShownSheet
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from tests.casework.team import Scene, released

EXAM = {
    "exam_done": True,
    "exam_on": date(2026, 3, 2),
    "exam_by": "Invented Clinic, Nina Nurse",
    "acute": "Invented words about the first days",
    "insured": None,
}


def seen(viewer: Viewer, case: Case, tab: str, now: datetime) -> list[ShownSheet]:
    """The sheets of a tab as this viewer finds them."""
    return queries.sheets_of(viewer, case, standing_of(viewer, case, now), tab, now)


def facts(sheet: ShownSheet) -> dict[str, str]:
    return {fact.label: fact.said for fact in sheet.facts}


def kept(viewer: Viewer, case: Case, tab: str, said: dict[str, Any], now: datetime, version: int = 0) -> Any:
    return actions.write_sheet(viewer, case, tab=tab, said=said, version=version, now=now)


@pytest.mark.req("CASE-3")
def test_whoever_may_know_whether_and_when_sees_that_and_nothing_else(
    scene: Scene, case: Case, on_case: Callable[..., Viewer]
) -> None:
    nurse = on_case("Nina Nurse", "medical")
    assert kept(nurse, case, "medical", EXAM, scene.now) == Saved(1)
    (own,) = seen(nurse, case, "medical", scene.now)
    assert not own.is_status_only
    assert facts(own)["Needs of the first days"] == EXAM["acute"]

    for viewer in (scene.coordinator, scene.advocate):
        (status,) = seen(viewer, case, "medical", scene.now)
        assert status.is_status_only
        assert facts(status) == {"Exam completed": "Yes", "Exam completed on": "03/02/2026"}
    assert seen(scene.detective, case, "medical", scene.now) == []  # without a protocol police read none of it


@pytest.mark.req("CASE-3")
def test_what_was_not_asked_is_not_established_and_never_no(
    scene: Scene, case: Case, on_case: Callable[..., Viewer]
) -> None:
    nurse = on_case("Nina Nurse", "medical")
    kept(nurse, case, "medical", {**EXAM, "kit": False}, scene.now)
    told = facts(seen(nurse, case, "medical", scene.now)[0])
    assert (told["Insured"], told["Evidence kit collected"], told["Has a primary doctor"]) == ("", "No", "")


@pytest.mark.req("CASE-3")
def test_a_sheet_of_which_only_the_status_is_open_and_that_says_none_is_not_there(
    scene: Scene, case: Case, on_case: Callable[..., Viewer]
) -> None:
    nurse = on_case("Nina Nurse", "medical")
    kept(nurse, case, "medical", {"kit_to": "An invented laboratory"}, scene.now)
    assert seen(scene.coordinator, case, "medical", scene.now) == []


@pytest.mark.req("CASE-3")
def test_a_field_that_the_pack_no_longer_has_is_kept_and_is_nobodys_status(
    scene: Scene, case: Case, on_case: Callable[..., Viewer], monkeypatch: pytest.MonkeyPatch
) -> None:
    nurse = on_case("Nina Nurse", "medical")
    kept(nurse, case, "medical", EXAM, scene.now)
    fields = queries.fields_of("medical")
    fewer = tuple(one for one in fields if one.key != "exam_by")
    for module in ("queries", "sealed", "actions"):
        monkeypatch.setattr(f"rightdoor.casework.notes.{module}.fields_of", lambda tab: fewer)
    (status,) = seen(scene.coordinator, case, "medical", scene.now)
    assert EXAM["exam_by"] not in facts(status).values()
    kept(nurse, case, "medical", {"exam_done": False}, scene.now, version=1)
    assert facts(seen(nurse, case, "medical", scene.now)[0])["exam by"] == EXAM["exam_by"]


@pytest.mark.req("CASE-3", "UX-4")
def test_the_second_of_two_writers_gets_both_and_earlier_versions_stay(
    scene: Scene, case: Case, on_case: Callable[..., Viewer]
) -> None:
    nurse = on_case("Nina Nurse", "medical")
    colleague = on_case("Nora Nurse", "medical", agency=nurse.agency)
    kept(nurse, case, "medical", EXAM, scene.now)
    answer = kept(colleague, case, "medical", {"exam_done": False}, scene.now)
    assert isinstance(answer, SheetConflict)
    assert (answer.theirs["exam_done"], answer.yours["exam_done"], answer.written_by) == (True, False, nurse.code)
    assert kept(colleague, case, "medical", {"exam_done": False}, scene.now, version=1) == Saved(2)
    assert set(SheetPart.objects.values_list("number", flat=True)) == {1, 2}
    assert facts(seen(nurse, case, "medical", scene.now)[0])["Exam completed"] == "No"


@pytest.mark.req("CASE-3")
def test_each_agency_has_a_sheet_of_its_own_and_nobody_writes_anothers(
    scene: Scene, case: Case, on_case: Callable[..., Viewer]
) -> None:
    one, other = on_case("Nina Nurse", "medical"), on_case("Nora Nurse", "medical")
    kept(one, case, "medical", {"acute": "Words of one"}, scene.now)
    kept(other, case, "medical", {"acute": "Words of the other"}, scene.now)
    assert [facts(sheet)["Needs of the first days"] for sheet in seen(one, case, "medical", scene.now)] == [
        "Words of one"
    ]
    with pytest.raises(NotPermitted):
        kept(scene.advocate, case, "medical", {"acute": "Words"}, scene.now)


@pytest.mark.req("CASE-3")
def test_the_interview_is_kept_by_whom_the_pack_names_and_its_day_is_status(
    scene: Scene, case: Case, on_case: Callable[..., Viewer]
) -> None:
    interviewer = on_case("Ines Interviewer", "forensic_interviewer")
    said = {"held": True, "held_on": date(2026, 3, 4), "recording": "Invented shelf 7"}
    assert kept(interviewer, case, "interview", said, scene.now) == Saved(1)
    (status,) = seen(scene.coordinator, case, "interview", scene.now)
    assert facts(status) == {"Forensic interview held": "Yes", "Held on": "03/04/2026"}
    with pytest.raises(NotPermitted):
        kept(scene.coordinator, case, "interview", said, scene.now)


@pytest.mark.req("CASE-3")
def test_a_release_opens_a_sheet_and_needs_the_minors_signature_where_the_minor_consented_alone(
    scene: Scene, case: Case, on_case: Callable[..., Viewer]
) -> None:
    nurse = on_case("Nina Nurse", "medical")
    kept(nurse, case, "medical", {"acute": "Words"}, scene.now)
    released(scene.coordinator, case.client, scene.detective, "HLTH", now=scene.now, from_agency=nurse.agency)
    assert facts(seen(scene.detective, case, "medical", scene.now)[0])["Needs of the first days"] == "Words"
    actions.write_sheet(
        nurse, case, tab="medical", said={"acute": "Words"}, version=1, minor_consented_alone=True, now=scene.now
    )
    assert seen(scene.detective, case, "medical", scene.now) == []


@pytest.mark.req("CASE-3")
@pytest.mark.parametrize("said", [{"education": "made_up"}, {"unknown_field": "x"}, {"area_offense": "nowhere"}])
def test_an_answer_that_no_list_has_is_refused(scene: Scene, case: Case, said: dict[str, str]) -> None:
    with pytest.raises(RuleBroken):
        kept(scene.coordinator, case, "presenting", said, scene.now)


@pytest.mark.req("CASE-3")
def test_a_state_without_a_sheet_of_the_prosecution_has_none(
    scene: Scene, case: Case, on_case: Callable[..., Viewer], example_pack: None
) -> None:
    prosecutor = on_case("Paul Prosecutor", "prosecutor")
    with pytest.raises(NotVisible):
        kept(prosecutor, case, "prosecution", {}, scene.now)
    assert kept(scene.coordinator, case, "presenting", {"tribal_member": True}, scene.now) == Saved(1)
