"""Acts on teams: founding, seating, unseating."""

from __future__ import annotations

from datetime import datetime

from rightdoor.community.teams.models import CareCoordinationTeam, Seat
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
