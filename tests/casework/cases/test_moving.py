"""A case that is handed on: to another region, to a colleague, shared, and what each side sees. (CASE-13)"""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.cases.moving import actions
from rightdoor.casework.cases.moving.queries import offers_to, why_of
from rightdoor.casework.cases.queries import CaseFilters, case_for, case_rows, people_on, shown_client
from rightdoor.casework.clients.actions import declare_conflict
from rightdoor.casework.consents.queries import coordination_of
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.foundation.notices.models import Notice
from tests.casework import team
from tests.casework.visiting import Visitor
from tests.people import OTHER_REGION, REGION, make_person

WHY = "The family has moved away."


def offered(scene, *, keeps_team=False):
    staffing = team.held(scene)
    at = staffing.starts_at + timedelta(hours=3)
    transfer = actions.ask_transfer(
        scene.coordinator, staffing.case, to_region=OTHER_REGION, why=WHY, keeps_team=keeps_team, now=at
    )
    return staffing.case, transfer, at


@pytest.mark.req("CASE-13")
def test_until_it_is_taken_over_an_offered_case_stays_where_it_is(scene, other_coordinator):
    case, transfer, at = offered(scene)

    assert case_for(scene.coordinator, case.code, at).region == REGION
    with pytest.raises(NotVisible):
        case_for(other_coordinator, case.code, at)
    page = Visitor(other_coordinator, at).page(f"/transfers/{transfer.code}/")
    assert "Take the case over" in page
    assert WHY not in page
    assert case.code not in page
    assert not any(secret in page for secret in team.SECRETS)
    assert why_of(scene.coordinator, transfer, at) == WHY


@pytest.mark.req("CASE-13")
def test_whoever_takes_a_case_over_has_it_and_the_region_before_has_not(scene, other_coordinator):
    case, transfer, at = offered(scene)
    before = coordination_of(case.client, at).latest

    answer = Visitor(other_coordinator, at).post(f"/transfers/{transfer.code}/", {"answer": "accept"})

    assert answer.headers["Location"] == f"/cases/{case.code}/"
    mine = case_for(other_coordinator, case.code, at)
    assert (mine.coordinator, mine.region, mine.holder) == (other_coordinator.code, OTHER_REGION, case.holder)
    assert shown_client(other_coordinator, mine, at).name == "Nora Nowhere"
    assert coordination_of(mine.client, at).latest == before
    assert mine.referral.due_at == case.referral.due_at
    for viewer in (scene.coordinator, scene.advocate):
        with pytest.raises(NotVisible):
            case_for(viewer, case.code, at + timedelta(days=9))
    page = Visitor(other_coordinator, at).page(f"/cases/{case.code}/")
    assert "Case taken over by another team" in page
    assert "Emergency staffing held" in page
    assert why_of(other_coordinator, transfer, at) == WHY


@pytest.mark.req("CASE-13")
def test_the_team_stays_on_the_case_where_the_offer_says_so(scene, other_coordinator):
    case, transfer, at = offered(scene, keeps_team=True)
    add_to_case(
        scene.coordinator, case, account_code=scene.advocate.code, discipline="victim_advocate", need="advocacy", now=at
    )

    actions.accept_transfer(other_coordinator, transfer, now=at)

    on = {one.code for one in people_on(case_for(other_coordinator, case.code, at), at) if one.kind == "assigned"}
    assert on == {scene.advocate.code, other_coordinator.code}


@pytest.mark.req("CASE-13")
def test_an_offer_is_answered_once_and_by_the_other_region_only(scene, other_coordinator):
    case, transfer, at = offered(scene)

    with pytest.raises(NotPermitted):
        actions.accept_transfer(scene.coordinator, transfer, now=at)
    with pytest.raises(RuleBroken, match="offered already"):
        actions.ask_transfer(scene.coordinator, case, to_region=OTHER_REGION, why=WHY, keeps_team=False, now=at)
    actions.decline_transfer(other_coordinator, transfer, now=at)
    with pytest.raises(RuleBroken, match="answered already"):
        actions.accept_transfer(other_coordinator, transfer, now=at)
    assert offers_to(other_coordinator) == []
    assert case_for(scene.coordinator, case.code, at).coordinator == scene.coordinator.code


def test_a_case_is_not_taken_over_by_somebody_who_is_kept_apart_from_it(scene, other_coordinator):
    case, transfer, at = offered(scene)
    declare_conflict(scene.coordinator, case.client, account_code=other_coordinator.code, now=at)

    with pytest.raises(RuleBroken, match="kept apart"):
        actions.accept_transfer(other_coordinator, transfer, now=at)

    assert case_for(scene.coordinator, case.code, at).region == REGION


@pytest.mark.req("CASE-13")
def test_a_shared_case_is_seen_by_both_regions_until_it_is_ended(scene, other_coordinator):
    case = team.scheduled(scene).case
    actions.share_case(scene.coordinator, case, account_code=other_coordinator.code, now=scene.now)

    theirs = Visitor(other_coordinator, scene.now)
    assert "Nora Nowhere" in theirs.page(f"/cases/{case.code}/")
    assert [row.code for row in case_rows(other_coordinator, CaseFilters(), scene.now).rows] == [case.code]
    assert case_for(scene.coordinator, case.code, scene.now) == case

    actions.end_share(scene.coordinator, case, account_code=other_coordinator.code, now=scene.now)

    assert theirs.get(f"/cases/{case.code}/").status_code == 404
    assert case_rows(other_coordinator, CaseFilters(), scene.now).rows == []


def test_a_share_lets_nobody_in_who_coordinates_nothing(scene, stranger):
    case = team.scheduled(scene).case

    with pytest.raises(RuleBroken, match="coordinator of another region"):
        actions.share_case(scene.coordinator, case, account_code=stranger.code, now=scene.now)


@pytest.mark.req("CASE-13")
def test_a_case_is_handed_over_within_the_region(scene):
    case = team.scheduled(scene).case
    colleague = make_person(
        "Carl Colleague", now=scene.now, roles=(("care_coordinator", REGION),), discipline="care_coordinator"
    )

    Visitor(scene.coordinator, scene.now).post(f"/cases/{case.code}/coordinator/", {"account": colleague.code})

    case = case_for(colleague, case.code, scene.now)
    assert case.coordinator == colleague.code
    with pytest.raises(RuleBroken, match="of this region"):
        actions.hand_over_case(colleague, case, to=scene.detective.code, now=scene.now)


@pytest.mark.rule("SR-13")
def test_an_offer_is_not_there_for_whoever_is_kept_apart_from_its_case(scene, other_coordinator):
    case, transfer, at = offered(scene)
    assert [one.code for one in offers_to(other_coordinator)] == [transfer.code]
    declare_conflict(scene.coordinator, case.client, account_code=other_coordinator.code, now=at)

    theirs = Visitor(other_coordinator, at)

    assert offers_to(other_coordinator) == []
    assert theirs.get(f"/transfers/{transfer.code}/").status_code == 404
    assert theirs.post(f"/transfers/{transfer.code}/", {"answer": "decline"}).status_code == 404
    transfer.refresh_from_db()
    assert transfer.state == "asked"


@pytest.mark.rule("SR-13")
def test_whoever_is_kept_apart_is_told_of_no_offer(scene, now, other_coordinator):
    colleague = make_person("Una Unblocked", now=now, roles=(("care_coordinator", OTHER_REGION),))
    staffing = team.held(scene)
    declare_conflict(scene.coordinator, staffing.case.client, account_code=other_coordinator.code, now=scene.now)

    at = staffing.starts_at + timedelta(hours=3)
    actions.ask_transfer(scene.coordinator, staffing.case, to_region=OTHER_REGION, why=WHY, keeps_team=False, now=at)

    told = Notice.objects.filter(kind="case.transfer_asked").values_list("account_code", flat=True)
    assert list(told) == [colleague.code]
