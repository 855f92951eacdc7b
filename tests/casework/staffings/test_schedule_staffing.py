"""Scheduling: inside the clock, by role, with access for the window and no longer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.clients.models import Standing
from rightdoor.casework.staffings import actions
from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.queries import open_staffing, staffing_for
from rightdoor.community.meetings.actions import Invitee, answer_invitation
from rightdoor.community.meetings.models import Meeting
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.foundation.audit.models import AuditEvent
from tests.casework import team
from tests.people import make_person


@pytest.mark.req("MTG-2", "CASE-1")
def test_scheduling_opens_the_case_convenes_the_meeting_and_tells_everybody_without_a_name(scene):
    staffing = team.scheduled(scene)

    assert staffing.case.coordinator == scene.coordinator.code
    assert staffing.due_at == staffing.case.referral.due_at
    assert staffing.meeting.invitations.count() == 3
    from rightdoor.foundation.notices.models import Notice

    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert "meeting.invited" in kinds
    for event in AuditEvent.objects.all():
        assert not any(secret in str(event.details) for secret in team.SECRETS)


def test_a_second_emergency_staffing_of_a_referral_is_refused_and_leaves_nothing(scene):
    referral = team.received(scene)
    team.scheduled(scene, referral)

    with pytest.raises(RuleBroken, match="scheduled already"):
        team.scheduled(scene, referral)

    assert Meeting.objects.count() == 1
    assert Staffing.objects.count() == 1


def test_a_referral_without_a_tier_has_no_staffing_yet(scene):
    referral = team.received(scene)
    referral.state, referral.due_at, referral.tier = "eligible", None, None
    referral.save()

    with pytest.raises(RuleBroken, match="response tier"):
        team.scheduled(scene, referral)


def test_a_team_member_does_not_schedule(scene):
    referral = team.received(scene)

    with pytest.raises(NotPermitted):
        actions.schedule_emergency_staffing(
            scene.detective, referral, starts_at=scene.now + timedelta(hours=5), minutes=60, mode="virtual",
            invitees=scene.invitees(), now=scene.now,
        )  # fmt: skip


def test_nobody_but_oneself_is_no_team(scene):
    with pytest.raises(RuleBroken, match="besides yourself"):
        team.scheduled(scene, invitees=[Invitee(scene.coordinator.code, "care_coordinator", "core")])


@pytest.mark.req("MTG-7", "PRIV-2")
def test_an_invitation_opens_the_case_from_a_day_before_until_seventy_two_hours_after(scene):
    staffing = team.scheduled(scene, hours=40)
    start, second = staffing.starts_at, timedelta(seconds=1)

    for at in (start - timedelta(hours=24), start, start + timedelta(hours=72)):
        assert staffing_for(scene.detective, staffing.code, at) == staffing
    for at in (start - timedelta(hours=24) - second, start + timedelta(hours=72) + second):
        with pytest.raises(NotVisible):
            staffing_for(scene.detective, staffing.code, at)


def test_a_stranger_and_a_coordinator_of_another_region_find_no_staffing(scene, stranger, other_coordinator):
    staffing = team.scheduled(scene)

    for viewer in (stranger, other_coordinator):
        with pytest.raises(NotVisible):
            staffing_for(viewer, staffing.code, staffing.starts_at)


@pytest.mark.req("MTG-3")
def test_a_delegate_may_read_within_the_window_and_not_after(scene):
    staffing = team.scheduled(scene)
    partner = make_person(
        "Dora Deputy", now=scene.now, roles=(("team_member", "capital"),), discipline="local_law_enforcement",
        agency=scene.detective.agency,
    )  # fmt: skip
    from rightdoor.foundation.accounts.models import Account

    with pytest.raises(NotVisible):
        staffing_for(partner, staffing.code, scene.now)
    district = staffing.case.district
    answer_invitation(
        scene.detective,
        staffing.meeting,
        answer="delegated",
        delegate=Account.objects.get(code=partner.code),
        now=scene.now,
    )

    with pytest.raises(NotVisible):  # to come in a member's place is no ground either
        staffing_for(partner, staffing.code, staffing.starts_at)
    team.has_protocol(district, partner, now=scene.now)
    assert open_staffing(partner, staffing_for(partner, staffing.code, staffing.starts_at), staffing.starts_at).topics
    with pytest.raises(NotVisible):
        staffing_for(partner, staffing.code, staffing.starts_at + timedelta(hours=73))


@pytest.mark.req("MTG-2")
def test_moving_a_staffing_moves_access_and_asks_everybody_again(scene):
    staffing = team.scheduled(scene, hours=30)
    answer_invitation(scene.detective, staffing.meeting, answer="accepted", now=scene.now)
    before = staffing.case.referral.due_at

    actions.move_staffing(scene.coordinator, staffing, starts_at=scene.now + timedelta(hours=47), now=scene.now)

    moved = Staffing.objects.get(pk=staffing.pk)
    assert moved.starts_at == moved.meeting.starts_at == scene.now + timedelta(hours=47)
    assert (
        not moved.meeting.invitations.exclude(account__code=scene.coordinator.code).exclude(answer="invited").exists()
    )
    window = Standing.objects.get(account_code=scene.detective.code, about=staffing.code)
    assert window.starts_at == moved.starts_at - timedelta(hours=24)
    assert moved.due_at == before


@pytest.mark.req("MTG-1")
def test_ongoing_coordination_waits_for_consent(scene):
    staffing = team.held(scene)

    with pytest.raises(RuleBroken, match="consent"):
        actions.schedule_staffing(
            scene.coordinator, staffing.case, kind="ongoing", starts_at=scene.now + timedelta(days=9), minutes=60,
            mode="virtual", invitees=scene.invitees(), now=scene.now + timedelta(days=2),
        )  # fmt: skip


@pytest.mark.req("MTG-1")
def test_a_case_review_needs_no_consent(scene):
    staffing = team.held(scene)

    review = actions.schedule_staffing(
        scene.coordinator, staffing.case, kind="case_review", starts_at=scene.now + timedelta(days=9), minutes=60,
        mode="virtual", invitees=scene.invitees(), now=scene.now + timedelta(days=2),
    )  # fmt: skip

    assert review.due_at is None
