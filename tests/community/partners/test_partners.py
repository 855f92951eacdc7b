"""Agencies and rooms of a region."""

from __future__ import annotations

import pytest

from rightdoor.community.partners import actions
from rightdoor.community.partners.queries import agencies_of, rooms_for
from rightdoor.domain.errors import NotPermitted, RuleBroken


def add(viewer, now, **changed):
    told = {"name": "Invented Clinic", "discipline": "medical", "level": "local", "regions": ["capital"], "now": now}
    return actions.add_partner(viewer, **{**told, **changed})


@pytest.mark.req("TEAM-1")
def test_an_agency_and_its_room_stand_in_the_regions_it_serves(coordinator, now):
    clinic = add(coordinator, now)
    room = actions.add_room(coordinator, clinic, name="Room 2", address="2 Invented Street", now=now)

    assert agencies_of(coordinator, "capital") == [clinic]
    assert agencies_of(coordinator, "northshore") == []
    assert rooms_for(coordinator, "capital") == [room]


def test_unknown_regions_disciplines_and_placeless_rooms_are_refused(coordinator, now):
    for changed in ({"regions": ["atlantis"]}, {"discipline": "juggler"}, {"regions": []}):
        with pytest.raises(RuleBroken):
            add(coordinator, now, **changed)
    with pytest.raises(RuleBroken, match="address"):
        actions.add_room(coordinator, add(coordinator, now), name="Nowhere", now=now)


def test_a_team_member_adds_no_partner(detective, now):
    with pytest.raises(NotPermitted):
        add(detective, now)
