"""Meetings for pages: whose they are, who is invited, who came. Codes and choices only; no client stands here."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractQuarter, ExtractYear

from rightdoor.community.meetings.apart import is_kept_from
from rightdoor.community.meetings.models import CalendarFeed, Invitation, Meeting
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.meeting import COUNTS_AS_COMING, COUNTS_AS_THERE, Quorum, quorum
from rightdoor.domain.permission import Standing, Viewer
from rightdoor.foundation.access.viewers import viewers_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.fence import acting_as
from rightdoor.foundation.jurisdiction.active import active_pack, zone

TWO_YEARS = timedelta(days=730)


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
    """Coordinators: meetings of their regions. Everybody else: those they are invited to, or stand in for. None that is
    kept from them (`apart`).
    """
    if not viewer.code:
        return Meeting.objects.none()
    mine = Invitation.objects.filter(meeting=OuterRef("pk")).filter(
        Q(account__code=viewer.code) | Q(delegate__code=viewer.code)
    )
    if viewer.has("care_coordinator"):
        regions = viewer.regions_as("care_coordinator")
        if "*" in regions:
            return Meeting.objects.filter(~is_kept_from(viewer))
        return Meeting.objects.filter(Q(region__in=sorted(regions)) | Exists(mine), ~is_kept_from(viewer))
    return Meeting.objects.filter(Exists(mine), ~is_kept_from(viewer))


def meeting_for(viewer: Viewer, code: str) -> Meeting:
    """The meeting, if this viewer may know of it. Raises NotVisible."""
    meeting = visible_meetings(viewer).select_related("room", "room__agency").filter(code=normalise(code)).first()
    if meeting is None:
        raise NotVisible
    return meeting


def standing_of(viewer: Viewer, meeting: Meeting) -> Standing:
    """How the viewer stands to this meeting: of its region, its convener, invited."""
    return Standing(
        region=viewer.covers_as("care_coordinator", meeting.region),
        owns=meeting.convened_by == viewer.code,
        invited=meeting.invitations.filter(Q(account__code=viewer.code) | Q(delegate__code=viewer.code)).exists(),
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
    rows = meeting.invitations.select_related("account", "delegate")  # each row knows its meeting already
    return sorted(rows, key=lambda row: (order.get(row.kind, 9), row.discipline, row.account.name))


def is_alone_for_discipline(meeting: Meeting, invitation: Invitation) -> bool:
    """Nobody else invited for this discipline is still expected."""
    others = meeting.invitations.filter(discipline=invitation.discipline).exclude(pk=invitation.pk)
    return not others.exclude(answer="excused").exists()


def quorum_of(invitations: Sequence[Invitation], *, held: bool) -> Quorum:
    """Core disciplines that were there, or before the meeting those from which somebody says to come."""
    counts = COUNTS_AS_THERE if held else COUNTS_AS_COMING
    there = [row.discipline for row in invitations if (row.attendance if held else row.answer) in counts]
    return quorum(active_pack().teams.core.keys(), there)


def delegates_for(viewer: Viewer, meeting: Meeting) -> list[Account]:
    """Who may come in the viewer's place: active people of the same agency who are not invited themselves."""
    if not viewer.agency:
        return []
    return list(
        Account.objects.filter(agency_code=viewer.agency, is_active=True)
        .exclude(code=viewer.code)
        .exclude(meeting_invitations__meeting=meeting)
        .order_by("name")
    )


def briefings_owed(viewer: Viewer, now: datetime, *, limit: int = 20) -> list[Invitation]:
    """Members of the coordinator's meetings who were absent and have not been briefed, the longest waiting first."""
    return list(
        Invitation.objects.select_related("meeting", "account")
        .filter(meeting__in=visible_meetings(viewer), briefing_due=True, meeting__starts_at__lt=now)
        .order_by("meeting__starts_at", "id")[:limit]
    )


@dataclass(frozen=True, slots=True)
class Participation:
    """How the seats of one agency were filled in one quarter. Delegates count as present and by themselves."""

    agency: str
    quarter: str
    invited: int = 0
    present: int = 0
    delegated: int = 0
    excused: int = 0
    absent: int = 0
    briefed: int = 0


def participation_of(viewer: Viewer, now: datetime) -> list[Participation]:
    """Seats by agency and quarter, of the coordinator's meetings that took place: newest quarter first. Two queries.

    Only meetings whose attendance was recorded; no case and no client is counted or named. (MTG-3)
    """
    meetings = visible_meetings(viewer).filter(
        region__in=_own_regions(viewer), starts_at__gte=now - TWO_YEARS, starts_at__lte=now
    )
    rows = (
        Invitation.objects.filter(meeting__in=meetings)
        .exclude(meeting__state="cancelled")
        .exclude(attendance="")
        .annotate(
            year=ExtractYear("meeting__starts_at", tzinfo=zone()),
            part=ExtractQuarter("meeting__starts_at", tzinfo=zone()),
        )
        .values("account__agency_code", "year", "part")
        .annotate(
            invited=Count("pk"),
            present=Count("pk", filter=Q(attendance="present")),
            delegated=Count("pk", filter=Q(attendance="present", answer="delegated")),
            excused=Count("pk", filter=Q(attendance="absent", answer="excused")),
            absent=Count("pk", filter=Q(attendance="absent") & ~Q(answer="excused")),
            briefed=Count("pk", filter=Q(briefed_at__isnull=False)),
        )
    )
    found = list(rows)
    names = agency_names({row["account__agency_code"] for row in found} - {""})
    lines = [
        Participation(
            names.get(row["account__agency_code"], "Agency not on the list"),
            f"{row['year']} Q{row['part']}",
            *(row[name] for name in ("invited", "present", "delegated", "excused", "absent", "briefed")),
        )
        for row in found
    ]
    return sorted(lines, key=lambda line: (tuple(-ord(letter) for letter in line.quarter), line.agency))


def _own_regions(viewer: Viewer) -> list[str]:
    regions = viewer.regions_as("care_coordinator")
    return [one.key for one in active_pack().regions] if "*" in regions else sorted(regions)


def my_invitation(viewer: Viewer, meeting: Meeting) -> Invitation | None:
    """The viewer's own invitation to this meeting."""
    return meeting.invitations.select_related("delegate").filter(account__code=viewer.code).first()


def feed_made_at(viewer: Viewer) -> datetime | None:
    """Since when the viewer has a private feed address."""
    return CalendarFeed.objects.filter(account__code=viewer.code).values_list("made_at", flat=True).first()


def meetings_of_feed(secret: str, now: datetime) -> tuple[Account, list[Meeting]] | None:
    """The owner and the meetings of a private feed, from four weeks back; None for an unknown secret."""
    digest = digest_of(secret)
    feed = CalendarFeed.objects.select_related("account").filter(digest=digest, account__is_active=True).first()
    # The table is asked for a digest, so that no answer's time tells how much of a secret was right.
    if feed is None or not compare_digest(feed.digest, digest):
        return None
    owner = viewers_of([feed.account], now)[feed.account.code]
    meetings = (
        Meeting.objects.select_related("room")
        .filter(starts_at__gte=now - timedelta(weeks=4))
        .filter(Q(invitations__account=feed.account) | Q(invitations__delegate=feed.account))
        .filter(~is_kept_from(owner))
        .distinct()
        .order_by("starts_at")[:500]
    )
    with acting_as(owner, now):  # nobody is signed in, and what keeps meetings from the owner is behind the fence
        return feed.account, list(meetings)


def digest_of(secret: str) -> str:
    """What is kept of a feed's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
