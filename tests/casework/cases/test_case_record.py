"""The case: who may know of it, who is on it, and its timeline."""

from __future__ import annotations

import pytest

from rightdoor.casework.cases import actions
from rightdoor.casework.cases.queries import (
    CaseFilters,
    case_for,
    case_rows,
    determinations_of,
    people_on,
    shown_client,
    standing_of,
)
from rightdoor.casework.cases.timeline import timeline_of
from rightdoor.casework.staffings.actions import file_and_share_summary, invite_to_staffing
from rightdoor.casework.staffings.guests.actions import sign_notice
from rightdoor.community.meetings.actions import Invitee
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from tests.casework import team


@pytest.mark.req("CASE-2", "PRIV-2")
def test_the_timeline_tells_everything_once_newest_first_and_the_plan_only_on_its_ground(scene):
    staffing = team.held(scene)
    file_and_share_summary(scene.coordinator, staffing, now=staffing.summary_due_at)
    at = staffing.starts_at

    mine, theirs = (
        [one.what for one in timeline_of(one, staffing.case, at, standing_of(one, staffing.case, at)).lines]
        for one in (scene.coordinator, scene.detective)
    )

    assert mine[0] == "Case summary shared"
    assert set(mine[-4:]) == {
        "Referral received",
        "Case opened",
        "Response tier set to 1",
        "Emergency staffing scheduled",
    }
    assert "Service plan written" in mine
    assert not any("plan" in what for what in theirs)
    assert set(theirs) == {what for what in mine if "plan" not in what}


@pytest.mark.req("PRIV-2")
def test_the_name_is_there_for_whom_it_is_open_and_for_everybody_else_the_code(scene, other_member):
    staffing = team.scheduled(scene)
    invite_to_staffing(
        scene.coordinator, staffing, invitees=[Invitee(other_member.code, "school", "guest")], now=scene.now
    )
    team.released(scene.coordinator, staffing.case.client, other_member, "CORE", now=scene.now)
    sign_notice(other_member, staffing, version="0" * 64, now=staffing.starts_at)

    assert shown_client(scene.coordinator, staffing.case, scene.now).name == "Nora Nowhere"
    assert shown_client(scene.detective, staffing.case, staffing.starts_at).name == "Nora Nowhere"  # by the protocol
    assert shown_client(other_member, staffing.case, staffing.starts_at).name == ""


def test_a_case_is_found_within_ones_region_or_standing_only(scene, stranger, other_coordinator, state_analyst):
    case = team.scheduled(scene).case

    assert case_for(scene.coordinator, case.code, scene.now) == case
    for viewer in (stranger, other_coordinator, state_analyst):
        with pytest.raises(NotVisible):
            case_for(viewer, case.code, scene.now)
        assert case_rows(viewer, CaseFilters(), scene.now).rows == []


def test_a_list_of_cases_goes_forth_and_back_without_a_hole(scene):
    codes = [team.scheduled(scene).case.code for _ in range(5)][::-1]

    first = case_rows(scene.coordinator, CaseFilters(), scene.now, size=2)
    second = case_rows(scene.coordinator, CaseFilters(), scene.now, size=2, after=first.next)
    third = case_rows(scene.coordinator, CaseFilters(), scene.now, size=2, after=second.next)
    back = case_rows(scene.coordinator, CaseFilters(), scene.now, size=2, before=third.previous)

    assert [row.code for page in (first, second, third) for row in page.rows] == codes
    assert back.rows == second.rows
    assert (first.previous, third.next) == ("", "")


@pytest.mark.req("PRIV-2")
def test_somebody_put_on_a_case_finds_it_until_taken_off(scene, stranger):
    case = team.scheduled(scene).case
    actions.add_to_case(scene.coordinator, case, account_code=stranger.code, discipline="school", now=scene.now)
    with pytest.raises(NotVisible):  # a place on the team is the need to know, and no ground
        case_for(stranger, case.code, scene.now)
    team.released(scene.coordinator, case.client, stranger, "CORE", now=scene.now)
    assert case_for(stranger, case.code, scene.now) == case
    assert stranger.code in {one.code for one in people_on(case, scene.now)}

    actions.remove_from_case(scene.coordinator, case, account_code=stranger.code, now=scene.now)

    with pytest.raises(NotVisible):
        case_for(stranger, case.code, scene.now)


def test_the_coordinator_is_not_taken_off_and_members_decide_nothing(scene):
    case = team.scheduled(scene).case

    with pytest.raises(RuleBroken, match="another coordinator"):
        actions.remove_from_case(scene.coordinator, case, account_code=scene.coordinator.code, now=scene.now)
    with pytest.raises(NotPermitted):
        actions.add_to_case(scene.detective, case, account_code=scene.advocate.code, discipline="school", now=scene.now)


@pytest.mark.req("CASE-1")
def test_each_determination_is_kept_with_its_evidence(scene):
    case = team.scheduled(scene).case
    for status, evidence in (("confirmed", "Messages."), ("suspected", "The messages were forged.")):
        actions.determine_victim_status(
            scene.coordinator, case, status=status, evidence=evidence, determined_by=scene.detective.code, now=scene.now
        )

    found = determinations_of(scene.coordinator, case, scene.now)

    assert [(one.status, one.evidence) for one in found] == [
        ("suspected", "The messages were forged."),
        ("confirmed", "Messages."),
    ]


def test_a_member_is_offered_no_staffing_that_would_not_open(scene: team.Scene, stranger: Viewer) -> None:
    from datetime import timedelta

    from rightdoor.casework.cases.actions import add_to_case
    from tests.casework.visiting import Visitor

    staffing = team.held(scene)
    case = staffing.case
    add_to_case(scene.coordinator, case, account_code=stranger.code, discipline="school", now=scene.now)
    team.released(scene.coordinator, case.client, stranger, "ID", now=scene.now)
    later = Visitor(stranger, staffing.starts_at + timedelta(days=9))
    page = later.page(f"/cases/{case.code}/")
    assert "Nora Nowhere" in page
    assert "Emergency staffing" not in page  # how the work goes is the core, and that was not released
    assert f"/staffings/{staffing.code}/" not in page
    assert later.get(f"/staffings/{staffing.code}/").status_code == 404
    own = Visitor(scene.coordinator, staffing.starts_at + timedelta(days=9))
    assert f"/staffings/{staffing.code}/" in own.page(f"/cases/{case.code}/")
