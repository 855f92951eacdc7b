"""A team as it was at a moment: who sat on it, who was let in with everything, and how it grew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.community.partners.models import Agency
from rightdoor.community.teams import actions
from rightdoor.community.teams.deidentified import CountedSeat, counted_team
from rightdoor.domain.looking_back import Lookback
from rightdoor.foundation.access.models import AgencyAgreement, ClearanceRecord
from rightdoor.foundation.accounts.models import Account
from tests.people import REGION, make_person

DAY = timedelta(days=1)


@pytest.fixture
def team(coordinator, detective, advocate, now):
    """Founded two years ago with the advocate; the detective joined a hundred days ago."""
    founded = now - timedelta(days=800)
    team = actions.found_team(coordinator, region=REGION, now=founded)
    for person, at in ((advocate, founded), (detective, now - timedelta(days=100))):
        account = Account.objects.get(code=person.code)
        actions.seat_member(coordinator, team, account=account, discipline=person.discipline, now=at)
    return team


@pytest.mark.req("PROG-2", "TEAM-2")
def test_a_team_is_counted_as_it_stood_with_what_it_was_a_year_before(team, detective, now):
    Agency.objects.create(code=detective.agency, name="Invented Police", discipline="local_law_enforcement")

    found = counted_team(REGION, Lookback(now))

    assert found.seats == (
        CountedSeat("local_law_enforcement", 1, True),
        CountedSeat("victim_advocate", None, True),
    )
    by_discipline = {"".join(one.disciplines): one for one in found.agencies}
    police, house = by_discipline["local_law_enforcement"], by_discipline["victim_advocate"]
    assert (police.level, police.sits_now, police.sat_a_year_before) == ("local", True, False)
    assert (house.level, house.sits_now, house.sat_a_year_before) == ("", True, True)
    assert (police.has_agreement, police.is_trained) == (True, True)
    earlier = counted_team(REGION, Lookback(now - timedelta(days=101)))
    assert [seat.discipline for seat in earlier.seats] == ["victim_advocate"]


@pytest.mark.req("PROG-2", "TEAM-6")
def test_a_member_whose_training_ran_out_is_not_onboarded_and_an_agreement_that_ended_is_none(team, detective, now):
    ClearanceRecord.objects.filter(account_code=detective.code, what__startswith="training:").update(ends_at=now - DAY)
    AgencyAgreement.objects.filter(agency_code=detective.agency).update(ends_at=now - DAY)

    found = counted_team(REGION, Lookback(now))

    assert [(seat.discipline, seat.is_onboarded) for seat in found.seats] == [
        ("local_law_enforcement", False),
        ("victim_advocate", True),
    ]
    police = next(one for one in found.agencies if "local_law_enforcement" in one.disciplines)
    assert (police.has_agreement, police.is_trained) == (False, True)
    before = counted_team(REGION, Lookback(now - 2 * DAY))
    assert all(seat.is_onboarded for seat in before.seats)


@pytest.mark.req("PROG-2")
def test_who_left_the_team_sat_there_until_then(coordinator, team, advocate, now):
    seat = team.seats.get(account__code=advocate.code)
    actions.unseat_member(coordinator, seat, now=now - 10 * DAY)

    house = next(one for one in counted_team(REGION, Lookback(now)).agencies if one.sat_a_year_before)
    assert (house.sits_now, house.disciplines) == (False, frozenset())
    assert len(counted_team(REGION, Lookback(now - 11 * DAY)).seats) == 2


def test_rows_of_a_team_name_nobody(team, detective, advocate, now):
    said = repr(counted_team(REGION, Lookback(now)))

    for hidden in (detective.code, detective.agency, advocate.code, advocate.agency, "Detective", "Advocate"):
        assert hidden not in said


def test_an_agency_of_nobody_is_no_partner(coordinator, team, now):
    loner = make_person("Lone Wolf", now=now, roles=(("team_member", REGION),), discipline="school")
    Account.objects.filter(code=loner.code).update(agency_code="")
    account = Account.objects.get(code=loner.code)
    actions.seat_member(coordinator, team, account=account, discipline="school", now=now)

    assert len(counted_team(REGION, Lookback(now)).agencies) == 2
