"""Meetings for pages: whose they are, who is invited, who came. Codes and choices only; no client stands here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from rightdoor.community.meetings.models import CalendarFeed, Invitation, Meeting
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Standing, Viewer


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A line of the list of meetings."""

    code: str
    kind: str
    region: str
    state: str
    starts_at: datetime
    ends_at: datetime
    mode: str
    place: str
    my_answer: str


def visible_meetings(viewer: Viewer) -> QuerySet[Meeting]:
    """Coordinators: meetings of their regions. Everybody else: those they are invited to, or stand in for."""
    if not viewer.code:
        return Meeting.objects.none()
    mine = Invitation.objects.filter(meeting=OuterRef("pk")).filter(
        Q(account__code=viewer.code) | Q(delegate__code=viewer.code)
    )
    if viewer.has("care_coordinator"):
        if "*" in viewer.regions:
            return Meeting.objects.all()
        return Meeting.objects.filter(Q(region__in=sorted(viewer.regions)) | Exists(mine))
    return Meeting.objects.filter(Exists(mine))


def meeting_for(viewer: Viewer, code: str) -> Meeting:
    """The meeting, if this viewer may know of it. Raises NotVisible."""
    meeting = visible_meetings(viewer).select_related("room", "room__agency").filter(code=code).first()
    if meeting is None:
        raise NotVisible
    return meeting


def standing_of(viewer: Viewer, meeting: Meeting) -> Standing:
    """How the viewer stands to this meeting: of its region, its convener, invited."""
    return Standing(
        region=viewer.covers(meeting.region),
        owns=meeting.convened_by == viewer.code,
        invited=meeting.invitations.filter(account__code=viewer.code).exists(),
    )


def meeting_rows(
    viewer: Viewer, *, since: datetime, until: datetime | None = None, limit: int = 50
) -> list[MeetingRow]:
    """Meetings of the viewer from `since` on, soonest first. Two queries."""
    rows = visible_meetings(viewer).select_related("room").filter(starts_at__gte=since)
    if until is not None:
        rows = rows.filter(starts_at__lt=until)
    meetings = list(rows.order_by("starts_at", "id")[:limit])
    answers = dict(
        Invitation.objects.filter(meeting__in=meetings, account__code=viewer.code).values_list("meeting_id", "answer")
    )
    return [
        MeetingRow(
            m.code,
            m.kind,
            m.region,
            m.state,
            m.starts_at,
            m.ends_at,
            m.mode,
            m.room.name if m.room else "",
            answers.get(m.id, ""),
        )
        for m in meetings
    ]


def invitations_of(meeting: Meeting) -> list[Invitation]:
    """Everybody invited, core members first."""
    order = {"core": 0, "recommended": 1, "additional": 2, "guest": 3, "delegate": 4}
    rows = meeting.invitations.select_related("account", "delegate")
    return sorted(rows, key=lambda row: (order.get(row.kind, 9), row.discipline, row.account.name))


def my_invitation(viewer: Viewer, meeting: Meeting) -> Invitation | None:
    """The viewer's own invitation to this meeting."""
    return meeting.invitations.select_related("delegate").filter(account__code=viewer.code).first()


def meetings_of_feed(secret: str, now: datetime) -> tuple[str, list[Meeting]] | None:
    """The owner's code and the meetings of a private feed, from four weeks back; None for an unknown secret."""
    feed = (
        CalendarFeed.objects.select_related("account").filter(digest=digest_of(secret), account__is_active=True).first()
    )
    if feed is None:
        return None
    meetings = (
        Meeting.objects.select_related("room")
        .filter(invitations__account=feed.account, starts_at__gte=now - timedelta(weeks=4))
        .order_by("starts_at")[:500]
    )
    return feed.account.code, list(meetings)


def digest_of(secret: str) -> str:
    """What is kept of a feed's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
