"""What one class could tell through another door: the timeline, the header, a paper, the wall, an empty field."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rightdoor.casework.cases.actions import determine_victim_status
from rightdoor.casework.cases.own import WARNINGS
from rightdoor.casework.cases.parts import Look, all_parts, dues_of, flags_of
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.actions import declare_conflict
from rightdoor.casework.clients.facts import ties_of
from rightdoor.casework.closure.printouts import face_sheet_blocks
from rightdoor.casework.consents.actions.releases import record_person
from rightdoor.casework.consents.told import Flags, PersonWho
from rightdoor.casework.missing import parts as missing
from rightdoor.casework.missing.actions import settle_task, start_episode
from rightdoor.casework.missing.queries import episodes_of
from rightdoor.casework.staffings.actions import record_decision
from rightdoor.casework.staffings.running.queries import kept_from
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import acts_open_to
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.oversight.desk.queries import KEPT_QUIET, owed_on_cases
from tests.casework import team
from tests.casework.justice import made
from tests.casework.visiting import Visitor

HOUR = timedelta(hours=1)


def look_of(viewer, case, now):
    return Look(viewer, case, standing_of(viewer, case, now), now)


@pytest.mark.req("CASE-2", "PRIV-2")
def test_no_two_slices_give_a_line_of_the_timeline_the_same_name():
    seen = {}
    for number, parts in enumerate(all_parts()):
        for kind in {kind for one in parts.happenings for kind in one.words}:
            assert seen.setdefault(kind, number) == number, f"{kind}: the words of one slice would stand at another's"


@pytest.mark.req("CASE-8", "PRIV-2")
@pytest.mark.rule("SR-10")
def test_that_a_child_is_missing_tells_the_day_alone_to_whom_no_more_is_open_and_is_recorded(scene, case):
    episode = start_episode(scene.coordinator, case, learned_at=scene.now - HOUR, now=scene.now)

    (flag,) = missing._flags(look_of(scene.detective, case, scene.now))
    assert flag.label.startswith("Missing since ")
    assert ":" not in flag.label, "whether and when, not the hour"
    assert not flag.url
    (whole,) = missing._flags(look_of(scene.coordinator, case, scene.now))
    assert ":" in whole.label
    assert [one.code for one in episodes_of(scene.coordinator, case, scene.now)] == [episode.code]
    for viewer, basis in ((scene.detective, "status"), (scene.coordinator, "own")):
        event = AuditEvent.objects.filter(verb="missing.listed", actor=viewer.code).latest("pk")
        assert (event.classes, event.basis) == (["SAFE"], basis)


@pytest.mark.req("CASE-8", "PRIV-2")
def test_a_task_of_an_episode_that_is_closed_to_somebody_is_not_there_for_them(scene, case):
    episode = start_episode(scene.coordinator, case, learned_at=scene.now - HOUR, now=scene.now)

    for number in (1, 7):
        with pytest.raises(NotVisible):
            settle_task(scene.advocate, episode, number=number, state="done", now=scene.now)


@pytest.mark.req("CASE-9", "DOC-3")
def test_what_only_its_own_agency_reads_is_due_on_the_screen_and_on_no_face_sheet(scene, case):
    team.released(scene.coordinator, case.client, scene.advocate, "CORE", now=scene.now)
    ends_on = scene.now.date() + timedelta(days=5)
    row = made.relief(
        scene.advocate, case, scene.now, "continued_presence", step_granted=date(2025, 3, 1), ends_on=ends_on
    )
    dues = dues_of(scene.advocate, [case], ties_of(scene.advocate, [case.client], scene.now), scene.now)
    alerts = [one for one in dues if one.about == row.code]
    assert alerts, "the stage is set"

    (row_of_desk,) = [one for one in owed_on_cases(scene.advocate, scene.now) if one.act_path == alerts[0].url]
    assert row_of_desk.what == KEPT_QUIET
    sheet = str(face_sheet_blocks(scene.advocate, case, standing_of(scene.advocate, case, scene.now), scene.now))
    assert case.code in sheet
    assert not any(one.what in sheet for one in alerts)


@pytest.mark.req("DOC-3")
def test_what_is_alleged_of_somebody_marks_the_case_on_the_screen_and_no_face_sheet(scene, case):
    alleged = Flags(alleged_exploiter=True, no_contact=True)
    record_person(
        scene.coordinator, case.client, who=PersonWho("Invented Uncle", "other"), flags=alleged, now=scene.now
    )
    look = look_of(scene.coordinator, case, scene.now)
    assert set(WARNINGS.values()) <= {flag.label for flag in flags_of(look)}, "the stage is set"

    sheet = str(face_sheet_blocks(scene.coordinator, case, look.tie, scene.now))
    assert case.code in sheet
    assert not any(words in sheet for words in WARNINGS.values())


@pytest.mark.req("CASE-5")
def test_that_an_advocate_is_owed_is_recorded_as_read_and_tells_no_status_in_words(scene, case):
    determine_victim_status(
        scene.coordinator,
        case,
        status="confirmed",
        evidence="Messages.",
        determined_by=scene.detective.code,
        now=scene.now,
    )
    ties = ties_of(scene.coordinator, [case.client], scene.now)
    (due,) = [one for one in dues_of(scene.coordinator, [case], ties, scene.now) if one.kind == "service.advocacy"]
    assert "victim" not in due.what.lower()
    event = AuditEvent.objects.filter(verb="case.read", actor=scene.coordinator.code).latest("pk")
    assert (event.classes, event.details["codes"], event.details["purpose"]) == (["CORE"], [case.code], "advocacy")


@pytest.mark.req("MTG-4")
def test_the_wall_leaves_out_what_else_the_client_is_called(scene):
    staffing = team.scheduled(scene)
    at = staffing.starts_at
    record_decision(scene.coordinator, staffing, topic="safety_assessment", text="NONO's aunt is asked.", now=at)

    wall = Visitor(scene.coordinator, at).page(f"/staffings/{staffing.code}/display/")
    assert "aunt is asked." in wall
    assert "nono" not in wall.lower()


@pytest.mark.req("MTG-4")
def test_a_short_name_is_left_out_where_it_stands_with_its_capital():
    from rightdoor.casework.staffings.web.display import without

    assert without("An will stay with an aunt; Ann knows.", ("An",)) == "\u2013 will stay with an aunt; Ann knows."


@pytest.mark.rule("SR-35")
def test_everybody_of_an_agency_that_is_kept_apart_is_not_let_in(scene, case):
    declare_conflict(scene.coordinator, case.client, agency_code=scene.detective.agency, why="conflict", now=scene.now)

    people = [scene.detective.code, scene.advocate.code]
    assert kept_from(case, people) == {scene.detective.code}


@pytest.mark.req("PRIV-1")
def test_an_address_that_nobody_would_type_is_no_fault_of_the_program(scene, case):
    browser = Visitor(scene.coordinator, scene.now)

    for path in ("/service-referrals/", "/cases/"):
        for asked in (f"page={'9' * 5000}", "region=%00", "region=nowhere", "after=%00"):
            assert browser.get(f"{path}?{asked}").status_code == 200, (path, asked[:20])
    there = f"/meetings/{case.staffings.get().meeting.code}/order/"
    assert browser.post(there, {"staffing": "a\0b", "go": "up"}).status_code == 404


@pytest.mark.req("PRIV-2")
def test_an_act_of_the_reviews_writers_alone_stands_behind_the_line_of_a_review(scene, case):
    held = next(one for parts in all_parts() for one in parts.happenings if "review.held" in one.words)
    assert held.act in acts_open_to(scene.coordinator, standing_of(scene.coordinator, case, scene.now))
    assert held.act not in acts_open_to(scene.detective, standing_of(scene.detective, case, scene.now))
