"""A guest: one case, one window, one notice that is signed on the screen first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.clients.models import Standing
from rightdoor.casework.staffings import actions
from rightdoor.casework.staffings.guests.actions import sign_notice
from rightdoor.community.meetings.actions import Invitee
from rightdoor.domain.errors import NotVisible
from rightdoor.foundation.audit.models import AuditEvent
from tests.casework import team
from tests.casework.visiting import Visitor


@pytest.fixture
def staffing(scene, other_member):
    """A staffing to which a person without a seat was invited, with a release to that person's agency."""
    made = team.scheduled(scene)
    actions.invite_to_staffing(
        scene.coordinator, made, invitees=[Invitee(other_member.code, "school", "guest")], now=scene.now
    )
    team.released(scene.coordinator, made.case.client, other_member, "CORE", now=scene.now)
    return made


@pytest.mark.rule("SR-05")
@pytest.mark.req("MTG-7", "PRIV-2")
def test_nothing_opens_before_the_guest_has_signed(staffing, other_member):
    guest, meeting = Visitor(other_member, staffing.starts_at), f"/meetings/{staffing.meeting.code}"
    assert guest.get(f"/staffings/{staffing.code}/").status_code == 404
    assert guest.get(f"/cases/{staffing.case.code}/").status_code == 404
    assert guest.get(f"{meeting}/staffings/")["Location"] == f"{meeting}/notice/"
    assert "You come as a guest" in guest.page(f"{meeting}/notice/")
    assert guest.post(f"{meeting}/notice/").status_code == 422
    assert guest.get(f"/staffings/{staffing.code}/").status_code == 404
    assert guest.post(f"{meeting}/notice/", {"agreed": "on"}).status_code == 302
    assert guest.get(f"/staffings/{staffing.code}/").status_code == 200
    assert AuditEvent.objects.filter(verb="staffing.notice_signed", actor=other_member.code).count() == 1


@pytest.mark.rule("SR-05")
def test_a_signature_opens_this_case_in_this_window_only(scene, staffing, other_member):
    sign_notice(other_member, staffing, version="0" * 64, now=staffing.starts_at)
    other = team.scheduled(scene)
    inside = Visitor(other_member, staffing.starts_at)
    assert inside.get(f"/staffings/{staffing.code}/").status_code == 200
    assert inside.get(f"/staffings/{other.code}/").status_code == 404
    after = Visitor(other_member, staffing.starts_at + timedelta(hours=72, seconds=1))
    assert after.get(f"/staffings/{staffing.code}/").status_code == 404


@pytest.mark.rule("SR-05")
def test_nobody_signs_outside_the_window_or_uninvited(staffing, other_member, stranger):
    for person, at in ((other_member, staffing.starts_at - timedelta(days=2)), (stranger, staffing.starts_at)):
        with pytest.raises(NotVisible):
            sign_notice(person, staffing, version="0" * 64, now=at)
    assert not Standing.objects.filter(account_code=other_member.code, kind="invited").exists()


def test_a_meeting_that_is_moved_asks_nobody_to_sign_twice(scene, staffing, other_member):
    at = staffing.starts_at - timedelta(hours=1)
    sign_notice(other_member, staffing, version="0" * 64, now=at)
    actions.move_staffing(scene.coordinator, staffing, starts_at=staffing.starts_at + timedelta(hours=5), now=at)
    moved = Visitor(other_member, staffing.starts_at)
    assert moved.get(f"/staffings/{staffing.code}/").status_code == 200
