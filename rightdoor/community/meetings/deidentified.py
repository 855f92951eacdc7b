"""Meetings that were held as rows for counting: kind, quarter, how each place was asked and came. No name, no day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rightdoor.community.meetings.models import Invitation, Meeting
from rightdoor.domain.looking_back import Lookback
from rightdoor.foundation.access.models import Grant
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
