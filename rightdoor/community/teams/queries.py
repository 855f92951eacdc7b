"""Who sits on a region's team, for which discipline, and what the team lacks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from rightdoor.community.teams.models import CareCoordinationTeam, InvestigativeProtocol, RosterEntry, Seat
from rightdoor.domain.confidentiality import NEVER_ON_A_CASE
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.membership import core_seats
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.jurisdiction.active import active_pack

SEATABLE = (
    "care_coordinator",
    "team_member",
    "agency_head",
    "advocacy_desk",
    "state_police_desk",
    "child_welfare_desk",
)


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


def seats_of(team: CareCoordinationTeam, now: datetime) -> list[Seat]:
    """The running seats of a team with their holders: core first, then by discipline and name. One query."""
    order = {"core": 0, "recommended": 1, "additional": 2}
    seats = (
        team.seats.filter(seated_at__lte=now)
        .filter(Q(unseated_at__isnull=True) | Q(unseated_at__gt=now))
        .select_related("account")
    )
    return sorted(seats, key=lambda seat: (order[seat.kind], seat.discipline, seat.account.name))


def seat_for(viewer: Viewer, code: str) -> Seat:
    """The seat of this code in a region of the viewer. Raises NotVisible."""
    seat = Seat.objects.select_related("team", "account").filter(code=normalise(code)).first()
    if seat is None or not viewer.covers(seat.team.region):
        raise NotVisible
    return seat


def lacking_core(region: str, now: datetime) -> tuple[str, ...]:
    """The pack's core disciplines that nobody holds on the region's team."""
    return lacking_among(members_of(region, now))


def lacking_among(members: Sequence[Member]) -> tuple[str, ...]:
    """The pack's core disciplines that none of these members holds."""
    return core_seats(active_pack().teams.core.keys(), [member.discipline for member in members]).lacking


def people_of_region(region: str, now: datetime) -> list[Account]:
    """Whom one may seat: active people with a running role in this region or the whole state, by name. One query."""
    running = Grant.objects.filter(
        account=OuterRef("pk"), role__in=SEATABLE, region__in=[region, ""], starts_at__lte=now
    ).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
    return list(Account.objects.filter(Exists(running), is_active=True).order_by("name"))


def is_member(viewer: Viewer, region: str, now: datetime) -> bool:
    """The viewer holds a running seat on this region's team."""
    return any(member.account_code == viewer.code for member in members_of(region, now))


def never_on_a_case(discipline: str) -> bool:
    """May somebody of this discipline never be put on a case, nor on a roster?

    Survivor consultants and advisory roles read totals and lessons only. (practice.md, SR-34)
    """
    return active_pack().sharing.disciplines.get(discipline) == NEVER_ON_A_CASE


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A judicial district, and whether its investigative team's protocol is on record and in force."""

    key: str
    label: str
    areas: int
    state: str  # on, waiting, ended, none
    protocol: InvestigativeProtocol | None
    roster: int


def district_rows(viewer: Viewer, now: datetime) -> list[DistrictRow]:
    """Every district of the pack in its order. One query."""
    check_may(viewer, "protocol.read")
    on_roster = Count("roster", filter=Q(roster__until__isnull=True))
    held = {
        row.district: row
        for row in InvestigativeProtocol.objects.filter(withdrawn_at__isnull=True).annotate(listed=on_roster)
    }
    return [
        DistrictRow(
            one.key,
            str(one.label),
            len(one.areas),
            state_of(held.get(one.key), now),
            held.get(one.key),
            getattr(held.get(one.key), "listed", 0),
        )
        for one in active_pack().sharing.districts
    ]


def state_of(protocol: InvestigativeProtocol | None, now: datetime) -> str:
    """on, waiting for its second person, ended, or none."""
    if protocol is None:
        return "none"
    if protocol.seconded_at is None:
        return "waiting"
    return "on" if protocol.ends_at > now else "ended"


def protocol_of(viewer: Viewer, district: str) -> InvestigativeProtocol | None:
    """The protocol of a district that was not withdrawn. Raises NotPermitted, NotVisible for an unknown district."""
    check_may(viewer, "protocol.read")
    if district not in {one.key for one in active_pack().sharing.districts}:
        raise NotVisible
    return InvestigativeProtocol.objects.filter(district=district, withdrawn_at__isnull=True).first()


def roster_of(protocol: InvestigativeProtocol) -> list[RosterEntry]:
    """Who is on the roster, by name. One query."""
    return list(protocol.roster.filter(until__isnull=True).select_related("account").order_by("account__name", "pk"))


def roster_entry_for(viewer: Viewer, district: str, code: str) -> RosterEntry:
    """An entry of the district's running roster. Raises NotPermitted, NotVisible."""
    protocol = protocol_of(viewer, district)
    entry = (
        protocol.roster.select_related("account", "protocol").filter(code=normalise(code), until__isnull=True).first()
        if protocol
        else None
    )
    if entry is None:
        raise NotVisible
    return entry


def people_of_district(district: str, now: datetime) -> list[Account]:
    """Whom one may put on the roster: people of the regions that the district lies in, but no advisory roles."""
    pack = active_pack()
    areas = set(pack.sharing.district(district).areas)
    regions = [one.key for one in pack.regions if areas & {area.key for area in one.areas}]
    found = {account.pk: account for region in regions for account in people_of_region(region, now)}
    return sorted(
        (account for account in found.values() if not never_on_a_case(account.discipline)),
        key=lambda account: (account.name, account.pk),
    )


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Names of staff by account code."""
    return dict(Account.objects.filter(code__in=set(codes) - {""}).values_list("code", "name"))
