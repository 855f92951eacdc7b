"""Answering, standing in, being there, being briefed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.community.meetings import actions
from rightdoor.community.meetings.actions import Invitee
from rightdoor.community.meetings.models import Invitation, Meeting
from rightdoor.community.meetings.queries import briefings_owed, invitations_of, meeting_for, quorum_of
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.foundation.accounts.models import Account
from tests.people import make_person


@pytest.fixture
def meeting(coordinator, detective, advocate, now) -> Meeting:
    """A meeting tomorrow with a detective and an advocate."""
    return actions.convene_meeting(
        coordinator, region="capital", kind="advisory", mode="virtual", starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=1, hours=1), now=now,
        invitees=[
            Invitee(coordinator.code, "care_coordinator", "core"),
            Invitee(detective.code, "local_law_enforcement", "core"),
            Invitee(advocate.code, "school", "additional"),
        ],
    )  # fmt: skip


def account(viewer) -> Account:
    return Account.objects.get(code=viewer.code)


def partner_of(viewer, now, agency=None, name="Dora Deputy"):
    return make_person(name, now=now, roles=(("team_member", "capital"),), agency=agency or viewer.agency)


@pytest.mark.req("MTG-3")
def test_a_delegate_is_somebody_else_of_the_same_agency_who_is_not_invited_yet(detective, advocate, meeting, now):
    colleague, outsider = partner_of(detective, now), partner_of(detective, now, "ABCD-EFGH", "Olga Outside")

    for delegate, words in (
        (None, "Name the person"),
        (account(detective), "other than yourself"),
        (account(outsider), "your own agency"),
        (account(advocate), "your own agency"),
    ):
        with pytest.raises(RuleBroken, match=words):
            actions.answer_invitation(detective, meeting, answer="delegated", delegate=delegate, now=now)
    answered = actions.answer_invitation(detective, meeting, answer="delegated", delegate=account(colleague), now=now)

    assert answered.delegate.code == colleague.code
    assert meeting_for(colleague, meeting.code) == meeting


@pytest.mark.req("MTG-3")
def test_a_core_member_alone_for_a_discipline_needs_a_delegate_to_be_excused(detective, advocate, meeting, now):
    with pytest.raises(RuleBroken, match="in your place"):
        actions.answer_invitation(detective, meeting, answer="excused", now=now)

    assert actions.answer_invitation(advocate, meeting, answer="excused", now=now).briefing_due


def test_once_the_meeting_has_begun_nobody_answers(detective, meeting):
    with pytest.raises(RuleBroken, match="has begun"):
        actions.answer_invitation(detective, meeting, answer="accepted", now=meeting.starts_at)


def test_who_is_not_invited_does_not_answer_and_finds_no_meeting(stranger, meeting, now):
    with pytest.raises(NotVisible):
        meeting_for(stranger, meeting.code)
    with pytest.raises(NotPermitted):
        actions.answer_invitation(stranger, meeting, answer="accepted", now=now)


@pytest.mark.req("MTG-2")
def test_the_quorum_names_the_core_disciplines_that_lack(detective, meeting, now):
    actions.answer_invitation(detective, meeting, answer="accepted", now=now)

    found = quorum_of(invitations_of(meeting), held=False)

    assert found.present == ("care_coordinator", "local_law_enforcement")
    assert "victim_advocate" in found.lacking
    assert not found.is_reached


@pytest.mark.req("MTG-3")
def test_a_delegates_presence_counts_for_the_seat_and_the_member_is_owed_a_briefing(
    coordinator, detective, meeting, now
):
    colleague = partner_of(detective, now)
    actions.answer_invitation(detective, meeting, answer="delegated", delegate=account(colleague), now=now)
    at = meeting.starts_at

    actions.record_attendance(
        coordinator, meeting, present={coordinator.code: "in_person", colleague.code: "virtual"}, now=at
    )

    seat = Invitation.objects.get(account__code=detective.code)
    assert (seat.attendance, seat.attended_as, seat.briefing_due) == ("present", "virtual", True)
    assert {row.account.code for row in briefings_owed(coordinator, at + timedelta(hours=2))} >= {detective.code}


def test_attendance_is_recorded_once_the_meeting_has_begun_and_not_by_members(coordinator, detective, meeting, now):
    with pytest.raises(RuleBroken, match="has not begun"):
        actions.record_attendance(coordinator, meeting, present={}, now=now)
    with pytest.raises(NotPermitted):
        actions.record_attendance(detective, meeting, present={}, now=meeting.starts_at)


def test_a_briefing_is_given_once(coordinator, detective, meeting):
    actions.record_attendance(coordinator, meeting, present={}, now=meeting.starts_at)
    seat = Invitation.objects.get(account__code=detective.code)

    actions.mark_briefed(coordinator, seat, now=meeting.ends_at)

    with pytest.raises(RuleBroken, match="No briefing"):
        actions.mark_briefed(coordinator, seat, now=meeting.ends_at)


def test_a_meeting_of_another_region_is_not_convened(coordinator, detective, now):
    with pytest.raises(NotVisible):
        actions.convene_meeting(
            coordinator, region="northshore", kind="advisory", mode="virtual", starts_at=now + timedelta(days=1),
            ends_at=now + timedelta(days=1, hours=1), now=now,
            invitees=[Invitee(detective.code, "school", "additional")],
        )  # fmt: skip

    assert Meeting.objects.count() == 0
