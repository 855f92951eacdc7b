"""Meetings that were held as rows for counting: kind, quarter, how each place was asked and came. No name, no day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from rightdoor.community.meetings.apart import is_kept_from
from rightdoor.community.meetings.models import Invitation, Meeting
from rightdoor.domain.looking_back import Lookback
from rightdoor.domain.measures.rows import RegionRow
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.notices.models import Notice

# A moved meeting is told of anew, and whoever stands in is told, too; whoever convened it needs no notice.
TOLD_BY = ("meeting.invited", "meeting.moved", "meeting.delegated")


@dataclass(frozen=True, slots=True)
class CountedInvitation:
    """One place at a meeting, by discipline."""

    discipline: str
    kind: str  # core, recommended, additional, guest, delegate
    attendance: str  # present, absent, or "" where nobody recorded it
    was_told: bool  # before the meeting began
    gave_notice: bool  # excused, or somebody came instead
    was_briefed: bool
    heads_an_agency: bool
    regions: tuple[str, ...]  # of whoever coordinates a region


@dataclass(frozen=True, slots=True)
class CountedMeeting:
    """One held meeting: what kind, how long ago, and its places."""

    kind: str
    region: str
    quarter: int
    invited: tuple[CountedInvitation, ...]

    @property
    def present(self) -> tuple[CountedInvitation, ...]:
        """Those who were there."""
        return tuple(one for one in self.invited if one.attendance == "present")

    @property
    def is_attendance_recorded(self) -> bool:
        """Somebody said of each place whether it was taken."""
        return bool(self.invited) and all(one.attendance for one in self.invited)


def counted_meetings(region: str, back: Lookback) -> list[CountedMeeting]:
    """The region's meetings that were held in the two years, and the roundtables of all regions. Four queries.

    Whether somebody was there, and who excused themselves, carries no moment of its own: it counts as it stands.
    """
    held = Meeting.objects.filter(state="held", held_at__lte=back.until, held_at__gt=back.earliest)
    meetings = list(held.filter(region=region) | held.filter(kind="roundtable"))
    places: dict[int, list[Invitation]] = {meeting.pk: [] for meeting in meetings}
    for row in Invitation.objects.filter(meeting__in=places).select_related("account").order_by("meeting", "pk"):
        places[row.meeting_id].append(row)
    starts = {meeting.code: meeting.starts_at for meeting in meetings}
    told = {
        (code, account)
        for code, account, at in Notice.objects.filter(code__in=starts, kind__in=TOLD_BY).values_list(
            "code", "account_code", "created_at"
        )
        if at <= starts[code]
    }
    roles = _roles({row.account_id for rows in places.values() for row in rows}, back)
    return sorted(
        (
            CountedMeeting(
                kind=meeting.kind,
                region=meeting.region,
                quarter=back.quarter(meeting.held_at) or 0,
                invited=tuple(_counted(row, meeting, told, roles, back) for row in places[meeting.pk]),
            )
            for meeting in meetings
        ),
        key=lambda one: (one.quarter, one.kind, one.region),
    )


def _counted(
    row: Invitation,
    meeting: Meeting,
    told: set[tuple[str, str]],
    roles: Mapping[int, list[tuple[str, str]]],
    back: Lookback,
) -> CountedInvitation:
    held = roles.get(row.account_id, [])
    return CountedInvitation(
        discipline=row.discipline,
        kind=row.kind,
        attendance=row.attendance,
        was_told=row.account.code == meeting.convened_by or (meeting.code, row.account.code) in told,
        gave_notice=row.answer in {"excused", "delegated"},
        was_briefed=back.has_seen(row.briefed_at),
        heads_an_agency=any(role == "agency_head" for role, _ in held),
        regions=tuple(sorted({region for role, region in held if role == "care_coordinator" and region})),
    )


def _roles(accounts: set[int], back: Lookback) -> dict[int, list[tuple[str, str]]]:
    """Who headed an agency or coordinated a region at some time in the two years."""
    rows = Grant.objects.filter(
        account__in=accounts, role__in=("agency_head", "care_coordinator"), starts_at__lte=back.until
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for account, role, region in rows.values_list("account_id", "role", "region"):
        found.setdefault(account, []).append((role, region))
    return found


# --------------------------------------------------------------------------------------- what measures are made of


@dataclass(frozen=True, slots=True)
class CountedPlaces:
    """How the places of one discipline at meetings were taken. Delegates count as present, and by themselves."""

    discipline: str
    told: int  # places of which somebody said whether they were taken
    present: int
    delegated: int
    excused: int
    open: int  # nobody said


def counted_places(viewer: Viewer, regions: Sequence[str], since: datetime, until: datetime) -> list[CountedPlaces]:
    """Places at the regions' meetings held in these days, by discipline; of meetings kept from the viewer, none.

    One query. (MTG-3; SR-13)
    """
    was_there = Q(attendance="present")
    meetings = Meeting.objects.filter(
        ~is_kept_from(viewer), region__in=regions, state="held", held_at__gte=since, held_at__lt=until
    )
    rows = (
        Invitation.objects.filter(meeting__in=meetings)
        .values("discipline")
        .annotate(
            told=Count("pk", filter=~Q(attendance="")),
            present=Count("pk", filter=was_there),
            delegated=Count("pk", filter=was_there & Q(answer="delegated")),
            excused=Count("pk", filter=Q(attendance="absent", answer="excused")),
            open=Count("pk", filter=Q(attendance="")),
        )
        .order_by("discipline")
    )
    return [CountedPlaces(**row) for row in rows]


def advisory_rows(regions: Sequence[str], since: datetime, until: datetime) -> list[RegionRow]:
    """The days on which each region's advisory team met. One query."""
    met = Meeting.objects.filter(
        region__in=regions, kind="advisory", state="held", held_at__gte=since, held_at__lt=until
    )
    days: dict[str, list[datetime]] = {region: [] for region in regions}
    for region, at in met.order_by("held_at", "pk").values_list("region", "held_at"):
        days[region].append(at)
    return [RegionRow(region, tuple(local(at).date() for at in days[region])) for region in regions]
