"""Acts on teams: founding, seating, unseating; protocols of investigative teams and their rosters."""

from __future__ import annotations

from datetime import datetime

from rightdoor.community.teams.models import CareCoordinationTeam, InvestigativeProtocol, RosterEntry, Seat
from rightdoor.community.teams.queries import never_on_a_case
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Standing, Viewer, check_may
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.jurisdiction.active import active_pack


@action("team.formed")
def found_team(viewer: Viewer, *, region: str, now: datetime) -> CareCoordinationTeam:
    """Founds the care coordination team of a region; a region has one. (TEAM-2)"""
    check_may(viewer, "team.seat", Standing(region=viewer.covers_as("care_coordinator", region)))
    active_pack().region(region)
    team, made = CareCoordinationTeam.objects.get_or_create(region=region)
    if not made:
        raise RuleBroken("This region has its team already. Seat its members there.")
    record(viewer, "team.formed", team)
    return team


@action("team.member_seated")
def seat_member(
    viewer: Viewer,
    team: CareCoordinationTeam,
    *,
    account: Account,
    discipline: str,
    now: datetime,
    signed_at: datetime | None = None,
) -> Seat:
    """Seats a person on the team for a discipline. Core, recommended or additional comes from the pack. (TEAM-2)"""
    check_may(viewer, "team.seat", Standing(region=viewer.covers_as("care_coordinator", team.region)))
    teams = active_pack().teams
    kinds = {"core": teams.core, "recommended": teams.recommended, "additional": teams.additional}
    kind = next((name for name, choices in kinds.items() if discipline in choices), "")
    if not kind:
        raise RuleBroken("Choose the discipline from the list of the team's seats.")
    if Seat.objects.filter(team=team, account=account, discipline=discipline, unseated_at__isnull=True).exists():
        raise RuleBroken("This person has this seat already.")
    seat = Seat.objects.create(
        team=team, account=account, discipline=discipline, kind=kind, seated_at=now, confidentiality_signed_at=signed_at
    )
    record(viewer, "team.member_seated", team, person=account.code, discipline=discipline)
    return seat


@action("team.member_unseated")
def unseat_member(viewer: Viewer, seat: Seat, *, now: datetime) -> None:
    """Ends a seat; the past stays as it was. (TEAM-2)"""
    check_may(viewer, "team.seat", Standing(region=viewer.covers_as("care_coordinator", seat.team.region)))
    if seat.unseated_at is not None:
        raise RuleBroken("This seat has ended already.")
    seat.unseated_at = now
    seat.save(update_fields=["unseated_at"])
    record(viewer, "team.member_unseated", seat.team, person=seat.account.code, discipline=seat.discipline)


@action("team.protocol_recorded")
def record_protocol(
    viewer: Viewer,
    *,
    district: str,
    reference: str,
    signed_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> InvestigativeProtocol:
    """Puts the signed protocol of a district's investigative team on record. Nothing opens before a second person
    confirms it. (SR-19; practice.md 4.5, cells marked LEGAL)

    `reference` says where the signed paper lies. Raises NotPermitted, and RuleBroken for a district that the pack does
    not have, one that has its protocol, a missing reference, or a day that has not come yet.
    """
    check_may(viewer, "protocol.record")
    if district not in {one.key for one in active_pack().sharing.districts}:
        raise RuleBroken("Choose the district from the list.")
    if not reference.strip():
        raise RuleBroken("Say where the signed protocol lies, for example its number or its folder.")
    if signed_at > now:
        raise RuleBroken("A protocol is recorded after it was signed. Correct the date.")
    if ends_at <= now:
        raise RuleBroken("This protocol has ended. Record the one that is in force.")
    if InvestigativeProtocol.objects.filter(district=district, withdrawn_at__isnull=True).exists():
        raise RuleBroken("This district has its protocol on record. Withdraw that one first.")
    protocol = InvestigativeProtocol.objects.create(
        district=district,
        reference=reference.strip(),
        signed_at=signed_at,
        ends_at=ends_at,
        recorded_at=now,
        recorded_by=viewer.code,
    )
    record(viewer, "team.protocol_recorded", protocol, district=district, until=ends_at)
    return protocol


@action("team.protocol_confirmed")
def confirm_protocol(viewer: Viewer, protocol: InvestigativeProtocol, *, now: datetime) -> None:
    """The second person has seen the signed paper, too: from now on the district's team may read on its ground.

    Raises NotPermitted, and RuleBroken for the person who recorded it, and for one that is withdrawn or confirmed.
    """
    check_may(viewer, "protocol.confirm")
    held = InvestigativeProtocol.objects.select_for_update().get(pk=protocol.pk)
    if held.withdrawn_at is not None or held.seconded_at is not None:
        raise RuleBroken("This protocol does not wait for anybody.")
    if held.recorded_by == viewer.code:
        raise RuleBroken("You recorded this protocol. Somebody else has to confirm it.")
    protocol.seconded_at, protocol.seconded_by = now, viewer.code
    protocol.save(update_fields=["seconded_at", "seconded_by"])
    record(viewer, "team.protocol_confirmed", protocol, district=protocol.district)


@action("team.protocol_withdrawn")
def withdraw_protocol(viewer: Viewer, protocol: InvestigativeProtocol, *, now: datetime) -> None:
    """Switches a district off, at once and by one person: closing must never wait for somebody. Raises NotPermitted,
    RuleBroken.
    """
    check_may(viewer, "protocol.withdraw")
    held = InvestigativeProtocol.objects.select_for_update().get(pk=protocol.pk)
    if held.withdrawn_at is not None:
        raise RuleBroken("This protocol was withdrawn already.")
    protocol.withdrawn_at, protocol.withdrawn_by = now, viewer.code
    protocol.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record(viewer, "team.protocol_withdrawn", protocol, district=protocol.district)


@action("team.roster_added")
def put_on_roster(viewer: Viewer, protocol: InvestigativeProtocol, *, account: Account, now: datetime) -> RosterEntry:
    """Puts a person on the roster of the district's investigative team. (SR-19)

    Raises NotPermitted, and RuleBroken for somebody who cannot sign in, whose discipline reads no case (SR-34), who is
    on the roster already, or for a withdrawn protocol.
    """
    check_may(viewer, "roster.change")
    if protocol.withdrawn_at is not None:
        raise RuleBroken("This protocol was withdrawn. Record the one that is in force.")
    if not account.is_active:
        raise RuleBroken("This person cannot sign in at present. Choose someone else.")
    if never_on_a_case(account.discipline):
        raise RuleBroken("Survivor consultants and advisory roles are never on a case, so not on this roster.")
    if protocol.roster.filter(account=account, until__isnull=True).exists():
        raise RuleBroken("This person is on the roster already.")
    entry = RosterEntry.objects.create(protocol=protocol, account=account, since=now, put_by=viewer.code)
    record(viewer, "team.roster_added", protocol, person=account.code, district=protocol.district)
    return entry


@action("team.roster_removed")
def take_off_roster(viewer: Viewer, entry: RosterEntry, *, now: datetime) -> None:
    """Takes a person off the roster: the team's ground is gone for them from the next request on. (SR-04, SR-19)"""
    check_may(viewer, "roster.change")
    if entry.until is not None:
        raise RuleBroken("This person is off the roster already.")
    entry.until = now
    entry.save(update_fields=["until"])
    record(viewer, "team.roster_removed", entry.protocol, person=entry.account.code, district=entry.protocol.district)
