"""Who sits on a region's team, for which discipline, and what the team lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from rightdoor.community.teams.models import CareCoordinationTeam, Seat
from rightdoor.domain.permission import Viewer


@dataclass(frozen=True, slots=True)
class Member:
    """A running seat: the person, for which discipline, and whether the discipline is core."""

    account_code: str
    name: str
    agency_code: str
    discipline: str
    kind: str


def team_of(region: str) -> CareCoordinationTeam | None:
    """The region's team, if it was founded."""
    return CareCoordinationTeam.objects.filter(region=region).first()


def members_of(region: str, now: datetime) -> list[Member]:
    """Running seats of the team, holders active: core first, then by discipline and name. One query."""
    order = {"core": 0, "recommended": 1, "additional": 2}
    seats = (
        Seat.objects.filter(team__region=region, seated_at__lte=now, account__is_active=True)
        .filter(Q(unseated_at__isnull=True) | Q(unseated_at__gt=now))
        .select_related("account")
    )
    members = [
        Member(seat.account.code, seat.account.name, seat.account.agency_code, seat.discipline, seat.kind)
        for seat in seats
    ]
    return sorted(members, key=lambda member: (order[member.kind], member.discipline, member.name))


def is_member(viewer: Viewer, region: str, now: datetime) -> bool:
    """The viewer holds a running seat on this region's team."""
    return any(member.account_code == viewer.code for member in members_of(region, now))
