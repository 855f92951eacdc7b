"""Teams of a region: founded once, seated by discipline, the past kept."""

from __future__ import annotations

import pytest

from rightdoor.community.teams import actions
from rightdoor.community.teams.models import Seat
from rightdoor.community.teams.queries import lacking_core, members_of
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.foundation.accounts.models import Account


@pytest.fixture
def team(coordinator, now):
    """The team of the region."""
    return actions.found_team(coordinator, region="capital", now=now)


@pytest.mark.req("TEAM-2")
def test_a_seat_tells_what_the_team_no_longer_lacks(coordinator, detective, team, now):
    seat = actions.seat_member(
        coordinator, team, account=Account.objects.get(code=detective.code), discipline="local_law_enforcement", now=now
    )

    assert seat.kind == "core"
    assert "local_law_enforcement" not in lacking_core("capital", now)
    assert "victim_advocate" in lacking_core("capital", now)


@pytest.mark.req("TEAM-2")
def test_an_ended_seat_is_kept_and_counts_no_more(coordinator, detective, team, now):
    seat = actions.seat_member(
        coordinator, team, account=Account.objects.get(code=detective.code), discipline="prosecutor", now=now
    )

    actions.unseat_member(coordinator, seat, now=now)

    assert members_of("capital", now) == []
    assert Seat.objects.count() == 1
    with pytest.raises(RuleBroken, match="ended already"):
        actions.unseat_member(coordinator, seat, now=now)


def test_a_region_has_one_team_and_a_seat_one_holder_at_a_time(coordinator, detective, team, now):
    person = Account.objects.get(code=detective.code)
    actions.seat_member(coordinator, team, account=person, discipline="prosecutor", now=now)

    with pytest.raises(RuleBroken, match="its team already"):
        actions.found_team(coordinator, region="capital", now=now)
    with pytest.raises(RuleBroken, match="this seat already"):
        actions.seat_member(coordinator, team, account=person, discipline="prosecutor", now=now)
    with pytest.raises(RuleBroken, match="discipline"):
        actions.seat_member(coordinator, team, account=person, discipline="juggler", now=now)


def test_a_member_and_a_coordinator_of_another_region_do_not_seat(detective, other_coordinator, team, now):
    for viewer in (detective, other_coordinator):
        with pytest.raises(NotPermitted):
            actions.seat_member(
                viewer, team, account=Account.objects.get(code=detective.code), discipline="prosecutor", now=now
            )
