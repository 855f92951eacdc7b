"""The desk: what is due, late and new, for whom it is, and nothing about anybody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rightdoor.domain.permission import Viewer
from rightdoor.oversight.desk.queries import desk_of, owed_on_cases
from tests.casework.team import SECRETS, SUSPECTED, Scene, held, received, scheduled
from tests.casework.visiting import Visitor


@pytest.mark.req("UX-1")
def test_a_referral_without_a_staffing_stands_on_the_desk_with_its_clock_and_its_next_act(scene: Scene) -> None:
    referral = received(scene)
    row = next(
        row for row in desk_of(scene.coordinator, scene.now + timedelta(hours=30)).now if row.code == referral.code
    )
    assert row.act == "Schedule the staffing"
    assert row.act_path == f"/referrals/{referral.code}/staffing/"
    assert row.clock is not None
    assert row.clock.due_at == referral.due_at


@pytest.mark.req("UX-1")
def test_what_is_due_within_a_day_is_now_and_what_is_due_this_week_is_next(scene: Scene) -> None:
    urgent, slow = received(scene), received(scene, facts=SUSPECTED)
    desk = desk_of(scene.coordinator, scene.now + timedelta(hours=26))
    assert urgent.code in {row.code for row in desk.now}
    assert slow.code in {row.code for row in desk.next}


@pytest.mark.req("UX-1")
def test_a_scheduled_staffing_replaces_the_act_of_scheduling_it(scene: Scene) -> None:
    referral = received(scene)
    staffing = scheduled(scene, referral)
    rows = desk_of(scene.coordinator, scene.now).now
    assert staffing.code in {row.code for row in rows}
    assert referral.code not in {row.code for row in rows}


@pytest.mark.req("UX-1")
def test_a_held_staffing_owes_its_summary_on_the_desk(scene: Scene) -> None:
    staffing = held(scene)
    rows = desk_of(scene.coordinator, staffing.held_at + timedelta(hours=60)).now
    assert [row.act for row in rows if row.code == staffing.code] == ["Share the summary"]


@pytest.mark.req("UX-1")
def test_a_member_finds_the_invitation_and_the_action_item_on_the_desk(scene: Scene) -> None:
    held(scene)
    acts = {row.what for row in desk_of(scene.advocate, scene.now + timedelta(hours=26)).now}
    acts |= {row.what for row in desk_of(scene.advocate, scene.now + timedelta(hours=26)).next}
    assert "Action item" in acts


@pytest.mark.req("UX-1")
@pytest.mark.req("PRIV-2")
def test_the_desk_of_another_region_and_of_a_stranger_shows_nothing_of_it(
    scene: Scene, other_coordinator: Viewer, stranger: Viewer
) -> None:
    received(scene)
    for viewer in (other_coordinator, stranger):
        desk = desk_of(viewer, scene.now + timedelta(hours=30))
        assert (desk.now, desk.next) == ([], [])


@pytest.mark.req("STAT-4")
def test_the_counts_tell_met_missed_and_running_by_tier(scene: Scene) -> None:
    held(scene)
    received(scene)
    counts = {row.tier: row for row in desk_of(scene.coordinator, scene.now + timedelta(hours=40)).counts}
    assert (counts[1].met, counts[1].missed, counts[1].at_risk, counts[1].late) == (1, 0, 1, 0)


@pytest.mark.req("UX-1")
def test_the_page_shows_codes_and_no_names(scene: Scene) -> None:
    referral = received(scene)
    page = Visitor(scene.coordinator, scene.now + timedelta(hours=1)).page("/")
    assert referral.code in page
    assert not [secret for secret in SECRETS if secret in page]


@pytest.mark.req("UX-1")
def test_the_clock_board_lists_every_running_clock_soonest_first(scene: Scene) -> None:
    slow, urgent = received(scene, facts=SUSPECTED), received(scene)
    page = Visitor(scene.coordinator, scene.now + timedelta(hours=1)).page("/clocks/")
    assert page.index(urgent.code) < page.index(slow.code)


def test_the_desk_costs_the_same_number_of_queries_whatever_is_on_it(scene: Scene) -> None:
    received(scene)
    scheduled(scene)
    desk_of(scene.coordinator, scene.now)
    with CaptureQueriesContext(connection) as few:
        desk_of(scene.coordinator, scene.now)
    for _ in range(3):
        received(scene)
    scheduled(scene)
    with CaptureQueriesContext(connection) as many:
        desk_of(scene.coordinator, scene.now)
    assert len(many) == len(few)
    assert len(many) <= 13


@pytest.mark.req("UX-1")
def test_what_was_new_is_gone_once_it_was_seen(scene: Scene) -> None:
    scheduled(scene)
    visitor = Visitor(scene.detective, scene.now + timedelta(minutes=5))
    assert desk_of(scene.detective, scene.now).since
    assert visitor.post("/").status_code == 302
    assert not desk_of(scene.detective, scene.now).since


@pytest.mark.req("STAT-4")
@pytest.mark.parametrize("clock", ["met", "missed", "late", "at_risk", "on_time"])
def test_every_figure_opens_exactly_the_rows_that_it_counts(scene: Scene, clock: str) -> None:
    from rightdoor.casework.referrals.queries import Page, ReferralFilters, clock_counts_by_tier, referral_rows

    held(scene)  # met
    held(scene, scheduled(scene, received(scene), hours=50))  # missed
    received(scene)  # at risk by then
    received(scene, facts=SUSPECTED)  # on time
    for moment in (scene.now + timedelta(hours=45), scene.now + timedelta(hours=52)):
        for row in clock_counts_by_tier(scene.coordinator, moment):
            opened = referral_rows(scene.coordinator, ReferralFilters(tier=row.tier, clock=clock), Page(), moment).rows
            assert len(opened) == getattr(row, clock), (row, clock)


@pytest.mark.req("UX-1", "CASE-11")
def test_what_is_owed_on_an_own_case_comes_after_the_desk_and_to_nobody_else(scene: Scene) -> None:
    staffing = held(scene)
    later = staffing.held_at + timedelta(days=40)
    mine = {(row.code, row.what) for row in owed_on_cases(scene.coordinator, later)}
    assert any(code == staffing.case.code and what.startswith("Staffing") for code, what in mine)
    assert not [row for row in owed_on_cases(scene.advocate, later) if row.what.startswith("Staffing")]
    assert 'hx-get="/desk/cases/"' in Visitor(scene.coordinator, later).page("/")
    assert staffing.case.code in Visitor(scene.coordinator, later).page("/desk/cases/")


@pytest.mark.req("UX-1")
def test_what_is_owed_is_asked_as_often_for_three_cases_as_for_one(scene: Scene) -> None:
    later = held(scene).held_at + timedelta(days=40)
    with CaptureQueriesContext(connection) as one:
        assert owed_on_cases(scene.coordinator, later)
    for _ in range(2):
        held(scene)
    with CaptureQueriesContext(connection) as three:
        owed_on_cases(scene.coordinator, later)
    assert len(three) <= len(one) + 1
    assert len(one) <= 40
