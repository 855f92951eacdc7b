"""Acts on meetings: convene, move, answer, excuse, attend, brief. Takes codes, times and choices; never words."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rightdoor.community.meetings.models import CalendarFeed, Invitation, Meeting
from rightdoor.community.meetings.queries import digest_of, is_alone_for_discipline, standing_of
from rightdoor.community.partners.models import Room
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.meeting import check_may_answer, check_may_excuse
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.notices.actions import notify


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody to invite: for which discipline, and as core, recommended, additional, guest or delegate."""

    account_code: str
    discipline: str
    kind: str


@action("meeting.convened")
def convene_meeting(
    viewer: Viewer,
    *,
    region: str,
    kind: str,
    mode: str,
    starts_at: datetime,
    ends_at: datetime,
    invitees: Sequence[Invitee],
    now: datetime,
    room: Room | None = None,
) -> Meeting:
    """Convenes a meeting of a region's team and invites people by role. (MTG-2)

    Raises RuleBroken when nobody is invited, the time has passed, or it ends before it starts.
    """
    check_may(viewer, "meeting.convene")
    if not (viewer.covers_as("care_coordinator", region) or viewer.covers_as("alliance_reviewer", region)):
        raise NotVisible
    if ends_at <= starts_at:
        raise RuleBroken("The meeting must end after it starts.")
    if starts_at < now:
        raise RuleBroken("Choose a time that has not passed yet.")
    if not invitees:
        raise RuleBroken("Invite at least one member.")
    meeting = Meeting.objects.create(
        region=region,
        kind=kind,
        mode=mode,
        room=room,
        starts_at=starts_at,
        ends_at=ends_at,
        convened_at=now,
        convened_by=viewer.code,
    )
    invite(viewer, meeting, invitees=invitees, now=now)
    record(viewer, "meeting.convened", meeting, region=region, invited=len(invitees))
    return meeting


@action("meeting.invited")
def invite(viewer: Viewer, meeting: Meeting, *, invitees: Sequence[Invitee], now: datetime) -> list[Invitation]:
    """Invites more people to a meeting; who is invited already stays as is. (MTG-2)"""
    check_may(viewer, "meeting.invite", standing_of(viewer, meeting))
    accounts = Account.objects.in_bulk([one.account_code for one in invitees], field_name="code")
    known = set(meeting.invitations.values_list("account__code", flat=True))
    fresh = {
        one.account_code: one for one in invitees if one.account_code in accounts and one.account_code not in known
    }
    made = Invitation.objects.bulk_create(
        Invitation(
            meeting=meeting,
            account=accounts[code],
            discipline=one.discipline,
            kind=one.kind,
            # Whoever calls a meeting comes to it, until they say otherwise.
            answer="accepted" if code == viewer.code else "invited",
            answered_at=now if code == viewer.code else None,
        )
        for code, one in fresh.items()
    )
    notify([code for code in fresh if code != viewer.code], "meeting.invited", meeting.code, now)
    record(viewer, "meeting.invited", meeting, invited=len(made))
    return made


@action("meeting.moved")
def move_meeting(viewer: Viewer, meeting: Meeting, *, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Moves a convened meeting; everybody is told and asked again. (MTG-2)"""
    check_may(viewer, "meeting.invite", standing_of(viewer, meeting))
    if meeting.state != "convened":
        raise RuleBroken("Only a meeting that was not held yet can be moved.")
    if ends_at <= starts_at or starts_at < now:
        raise RuleBroken("Choose a later time; the meeting must end after it starts.")
    meeting.starts_at, meeting.ends_at = starts_at, ends_at
    meeting.change_number += 1
    meeting.save(update_fields=["starts_at", "ends_at", "change_number"])
    others = meeting.invitations.exclude(account__code=viewer.code)
    others.update(answer="invited", answered_at=None, delegate=None, briefing_due=False)
    notify(list(others.values_list("account__code", flat=True)), "meeting.moved", meeting.code, now)
    record(viewer, "meeting.moved", meeting)


@action("meeting.answered")
def answer_invitation(
    viewer: Viewer, meeting: Meeting, *, answer: str, now: datetime, delegate: Account | None = None
) -> Invitation:
    """The viewer's own answer: accepted, excused, or delegated to somebody of the same agency. (MTG-3)

    An excused or delegating member is owed a briefing afterwards. Where a core discipline would stand empty, excusing
    oneself needs a delegate. Raises NotPermitted, and RuleBroken once the meeting has begun.
    """
    check_may(viewer, "meeting.attend", standing_of(viewer, meeting))
    invitation = meeting.invitations.select_for_update().filter(account__code=viewer.code).first()
    if invitation is None:
        raise RuleBroken("You are not invited to this meeting.")
    if meeting.state != "convened":
        raise RuleBroken("This meeting is over. Ask the coordinator for the briefing.")
    check_may_answer(answer, now, meeting.starts_at)
    if answer == "delegated":
        if delegate is None:
            raise RuleBroken("Name the person who comes in your place.")
        check_may_excuse(now, meeting.starts_at, delegate.code, by=viewer.code)
        if delegate.agency_code != viewer.agency or not viewer.agency or not delegate.is_active:
            raise RuleBroken("Your delegate must be an active member of your own agency.")
        if meeting.invitations.filter(account=delegate).exists():
            raise RuleBroken("This person is invited already. Name somebody else, or excuse yourself.")
    elif answer == "excused":
        needed = invitation.kind == "core" and is_alone_for_discipline(meeting, invitation)
        check_may_excuse(now, meeting.starts_at, "", by=viewer.code, needs_delegate=needed)
    invitation.answer = answer
    invitation.answered_at = now
    invitation.delegate = delegate if answer == "delegated" else None
    invitation.briefing_due = answer in {"excused", "delegated"}
    invitation.save(update_fields=["answer", "answered_at", "delegate", "briefing_due"])
    if delegate is not None and answer == "delegated":
        notify([delegate.code], "meeting.delegated", meeting.code, now)
    record(viewer, "meeting.answered", meeting, answer=answer)
    return invitation


@action("meeting.attendance_recorded")
def record_attendance(viewer: Viewer, meeting: Meeting, *, present: Mapping[str, str], now: datetime) -> None:
    """Who came: account code -> "in_person" or "virtual". Everybody else was absent and is owed a briefing. (MTG-3)

    Raises NotPermitted, and RuleBroken before the meeting begins or for a way to attend that does not exist.
    """
    check_may(viewer, "meeting.record_attendance", standing_of(viewer, meeting))
    if now < meeting.starts_at:
        raise RuleBroken("The meeting has not begun. Record who was there once it has.")
    if set(present.values()) - {"in_person", "virtual"}:
        raise RuleBroken("Choose in person or virtual for everybody who was there.")
    rows = list(meeting.invitations.select_related("account", "delegate"))
    for row in rows:
        # A delegate's presence counts for the seat; the member is still owed the briefing.
        stands_in = row.delegate.code if row.answer == "delegated" and row.delegate else ""
        how = present.get(row.account.code) or present.get(stands_in, "")
        row.attendance = "present" if how else "absent"
        row.attended_as = how
        row.briefing_due = row.account.code not in present and row.briefed_at is None
    Invitation.objects.bulk_update(rows, ["attendance", "attended_as", "briefing_due"])
    record(viewer, "meeting.attendance_recorded", meeting, present=len(present))


@action("meeting.held")
def mark_held(viewer: Viewer, meeting: Meeting, *, held_at: datetime, now: datetime) -> None:
    """The meeting took place. A second time changes nothing. (MTG-1)"""
    check_may(viewer, "meeting.invite", standing_of(viewer, meeting))
    if meeting.state == "convened":
        meeting.state, meeting.held_at = "held", held_at
        meeting.save(update_fields=["state", "held_at"])
    record(viewer, "meeting.held", meeting)


@action("meeting.briefed")
def mark_briefed(viewer: Viewer, invitation: Invitation, *, now: datetime) -> None:
    """An absent member was briefed. (MTG-3)"""
    check_may(viewer, "meeting.record_attendance", standing_of(viewer, invitation.meeting))
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).select_related("meeting", "account").get(pk=invitation.pk)
    )
    if not invitation.briefing_due:
        raise RuleBroken("No briefing is owed to this member.")
    invitation.briefed_at, invitation.briefing_due = now, False
    invitation.save(update_fields=["briefed_at", "briefing_due"])
    record(viewer, "meeting.briefed", invitation.meeting, person=invitation.account.code)


@action("meeting.feed_made")
def make_feed(viewer: Viewer, *, now: datetime) -> str:
    """A new private calendar address; the old one stops at once. Returns its secret, shown once. (MTG-2)"""
    secret = secrets.token_urlsafe(32)
    account = Account.objects.get(code=viewer.code)
    CalendarFeed.objects.update_or_create(account=account, defaults={"digest": digest_of(secret), "made_at": now})
    record(viewer, "meeting.feed_made", account, kind="account")
    return secret
