"""Teams and partners as people meet them."""

from __future__ import annotations

import re

import pytest

from rightdoor.community.partners.models import Agency, Room
from rightdoor.community.teams.actions import found_team
from rightdoor.community.teams.models import Seat
from tests.casework.visiting import HTMX, Visitor


@pytest.mark.req("TEAM-2")
def test_a_member_is_seated_and_unseated_on_one_page(coordinator, detective, now):
    visitor = Visitor(coordinator, now)
    assert visitor.post("/teams/capital/").status_code == 302
    told = {"account": detective.code, "discipline": "local_law_enforcement"}

    swapped = visitor.post("/teams/capital/seats/", told, **HTMX)
    reloaded = visitor.get("/teams/capital/", **HTMX)
    again = visitor.post("/teams/capital/seats/", told, **HTMX)

    def shape(answer):
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())

    assert shape(swapped) == shape(reloaded)
    assert detective.name in shape(swapped)
    assert (again.status_code, Seat.objects.count()) == (422, 1)
    ended = visitor.post(f"/teams/capital/seats/{Seat.objects.get().code}/ending/")
    assert ended.status_code == 302
    assert "Core disciplines lacking" in visitor.page("/teams/capital/")


def test_a_team_of_another_region_is_not_there(coordinator, other_coordinator, stranger, now):
    found_team(coordinator, region="capital", now=now)

    for viewer in (other_coordinator, stranger):
        assert Visitor(viewer, now).get("/teams/capital/").status_code == 404
        assert Visitor(viewer, now).post("/teams/capital/seats/").status_code == 404


def test_a_member_sees_the_team_and_seats_nobody(coordinator, detective, now):
    found_team(coordinator, region="capital", now=now)
    visitor = Visitor(detective, now)

    assert "Seat a member" not in visitor.page("/teams/capital/")
    told = {"account": detective.code, "discipline": "local_law_enforcement"}
    assert visitor.post("/teams/capital/seats/", told).status_code in {403, 422}
    assert Seat.objects.count() == 0


@pytest.mark.req("TEAM-1")
def test_an_agency_and_a_room_are_added_and_listed(coordinator, now):
    visitor = Visitor(coordinator, now)
    told = {"name": "Invented Clinic", "discipline": "medical", "level": "local", "regions": ["capital"]}

    added = visitor.post("/partners/new/", told)
    agency = Agency.objects.get()
    room = visitor.post(f"/partners/{agency.code}/rooms/", {"name": "Room 2"})

    assert added.headers["Location"] == f"/partners/{agency.code}/"
    assert room.status_code == 422
    assert "address" in room.content.decode()
    assert visitor.post(f"/partners/{agency.code}/rooms/", {"name": "Room 2", "address": "2 X"}).status_code == 302
    assert Room.objects.count() == 1
    assert "Invented Clinic" in visitor.page("/partners/?region=capital")


def test_who_may_not_add_partners_is_told_who_can(detective, now):
    answer = Visitor(detective, now).get("/partners/new/")

    assert answer.status_code == 403
