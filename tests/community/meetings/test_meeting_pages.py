"""Meetings as people meet them: answering, attendance, briefings, calendars."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from rightdoor.community.meetings import actions
from rightdoor.community.meetings.actions import Invitee
from rightdoor.community.meetings.models import CalendarFeed, Invitation, Meeting
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.models import AuditEvent
from tests.casework import team
from tests.casework.team import Scene
from tests.casework.visiting import HTMX, Visitor
from tests.people import make_person


@pytest.fixture
def meeting(coordinator, detective, advocate, now) -> Meeting:
    """A meeting tomorrow."""
    return actions.convene_meeting(
        coordinator, region="capital", kind="advisory", mode="virtual", starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=1, hours=1), now=now,
        invitees=[
            Invitee(coordinator.code, "care_coordinator", "core"),
            Invitee(detective.code, "local_law_enforcement", "core"),
            Invitee(advocate.code, "school", "additional"),
        ],
    )  # fmt: skip


def without_token(answer) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())


@pytest.mark.req("MTG-3")
def test_an_answer_swaps_in_what_a_reload_shows(detective, meeting, now):
    visitor, path = Visitor(detective, now), f"/meetings/{meeting.code}/answer/"

    plain = visitor.post(path, {"answer": "accepted"})
    swapped = visitor.post(path, {"answer": "accepted"}, **HTMX)

    assert plain.headers["Location"] == f"/meetings/{meeting.code}/"
    assert without_token(swapped) == without_token(visitor.get(path, **HTMX))
    assert "Coming" in swapped.content.decode()


@pytest.mark.req("MTG-3")
def test_only_people_of_ones_own_agency_are_offered_as_delegates(detective, meeting, now):
    colleague = make_person("Dora Deputy", now=now, roles=(("team_member", "capital"),), agency=detective.agency)
    outsider = make_person("Olga Outside", now=now, roles=(("team_member", "capital"),))
    visitor, path = Visitor(detective, now), f"/meetings/{meeting.code}/answer/"

    html = visitor.page(f"/meetings/{meeting.code}/")
    refused = visitor.post(path, {"answer": "delegated", "delegate": outsider.code}, **HTMX)
    taken = visitor.post(path, {"answer": "delegated", "delegate": colleague.code}, **HTMX)

    assert colleague.name in html
    assert outsider.name not in html
    assert refused.status_code == 422
    assert taken.status_code == 200
    assert Invitation.objects.get(account__code=detective.code).delegate.code == colleague.code


def test_a_refused_answer_stands_beside_its_form(detective, meeting, now):
    for headers in ({}, HTMX):
        answer = Visitor(detective, now).post(f"/meetings/{meeting.code}/answer/", {"answer": "excused"}, **headers)
        assert answer.status_code == 422
        assert "Name who comes in your place" in answer.content.decode()


def test_for_a_stranger_there_is_no_meeting(stranger, meeting, now):
    visitor = Visitor(stranger, now)

    for page in ("", "answer/", "attendance/", "invitation.ics", "staffings/"):
        assert visitor.get(f"/meetings/{meeting.code}/{page}").status_code == 404
    assert visitor.post(f"/meetings/{meeting.code}/answer/", {"answer": "accepted"}).status_code == 404
    assert meeting.code not in visitor.page("/meetings/")


@pytest.mark.req("MTG-3")
def test_attendance_is_recorded_and_briefings_are_ticked_off(coordinator, detective, meeting):
    visitor = Visitor(coordinator, meeting.starts_at + timedelta(minutes=10))
    seat = Invitation.objects.get(account__code=coordinator.code)

    seats = {f"seat_{row.code}": "absent" for row in meeting.invitations.all()}

    unsaid = visitor.post(f"/meetings/{meeting.code}/attendance/", {f"seat_{seat.code}": "in_person"})
    answer = visitor.post(f"/meetings/{meeting.code}/attendance/", {**seats, f"seat_{seat.code}": "in_person"})
    html = visitor.page(f"/meetings/{meeting.code}/")
    absent = Invitation.objects.get(account__code=detective.code)
    briefed = visitor.post(f"/meetings/{meeting.code}/briefings/{absent.code}/", **HTMX)

    assert unsaid.status_code == 422  # nobody is absent because nobody was asked about
    assert answer.status_code == 302
    assert html.count("Briefed<") == 2
    assert briefed.content.decode().count("Briefed<") == 1


def test_a_member_records_no_attendance(detective, meeting):
    visitor = Visitor(detective, meeting.starts_at)

    assert visitor.get(f"/meetings/{meeting.code}/attendance/").status_code == 403
    assert visitor.post(f"/meetings/{meeting.code}/attendance/").status_code == 403


@pytest.mark.req("MTG-2", "PRIV-1")
def test_a_private_feed_holds_codes_and_times_and_nothing_else(coordinator, detective, advocate, now, client):
    staffing = team.scheduled(Scene(coordinator, detective, advocate, now))
    html = Visitor(detective, now).post("/meetings/feed/").content.decode()
    address = re.search(r'value="https?://[^/]+(/feed/[^"]+\.ics)"', html).group(1)

    with time_machine.travel(now, tick=False):
        answer = client.get(address)  # nobody is signed in

    text = answer.content.decode()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert f"SUMMARY:Team meeting {staffing.meeting.code}" in text
    for word in (*team.SECRETS, "Cora", "Dana", "ATTENDEE", "ORGANIZER", "DESCRIPTION", "mergency", staffing.code):
        assert word not in text
    assert not CalendarFeed.objects.filter(digest__contains=address[6:20]).exists()
    assert AuditEvent.objects.filter(verb="calendar.fetched", actor=detective.code).count() == 1


@pytest.mark.req("MTG-2")
def test_an_unknown_an_old_and_a_closed_feed_are_simply_not_found(detective, meeting, now, client):
    old = actions.make_feed(detective, now=now)
    new = actions.make_feed(detective, now=now)
    assert client.get(f"/feed/{new}.ics").status_code == 200

    Account.objects.filter(code=detective.code).update(is_active=False, switched_off_at=now)

    pages = [client.get(f"/feed/{secret}.ics") for secret in (old, new, "x" * 43)]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1


@pytest.mark.req("MTG-2")
def test_one_meeting_goes_into_ones_own_calendar_without_a_name(coordinator, detective, advocate, now):
    staffing = team.scheduled(Scene(coordinator, detective, advocate, now))

    answer = Visitor(detective, now).get(f"/meetings/{staffing.meeting.code}/invitation.ics")

    assert answer.headers["Content-Disposition"] == f'attachment; filename="meeting-{staffing.meeting.code}.ics"'
    assert not any(word in answer.content.decode() for word in (*team.SECRETS, "mergency", staffing.code))


def test_from_a_meeting_one_comes_to_the_case_that_has_its_turn(coordinator, detective, advocate, now):
    staffing = team.scheduled(Scene(coordinator, detective, advocate, now))

    answer = Visitor(coordinator, now).get(f"/meetings/{staffing.meeting.code}/staffings/")

    assert answer.headers["Location"] == f"/staffings/{staffing.code}/"
