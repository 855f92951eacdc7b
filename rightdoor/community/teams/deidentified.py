"""Who sits on a region's team, as rows for counting: agencies by discipline and level, seats by when they were taken.

No name of a person or an agency. What an agency has agreed to and which trainings its people have done is kept with
its days, so a row says how it was at the moment that is asked for; an agency's level counts as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rightdoor.community.partners.models import Agency
from rightdoor.community.teams.models import Seat
from rightdoor.domain.looking_back import Lookback
from rightdoor.foundation.access.clearance import AGREEMENT, TRAINING, required, trainings
from rightdoor.foundation.access.models import AgencyAgreement, ClearanceRecord

TWO_YEARS = timedelta(days=730)
SUBJECT = "trafficking"  # a training whose key says so is about it


@dataclass(frozen=True, slots=True)
class CountedSeat:
    """A seat that is taken at that moment."""

    discipline: str
    joined: int | None  # the quarter; None: more than two years ago
    is_onboarded: bool  # agreement signed, protocol read, every training of the pack


@dataclass(frozen=True, slots=True)
class CountedAgency:
    """An agency with a seat on the team, now or a year before."""

    disciplines: frozenset[str]  # of its seats now
    level: str
    sits_now: bool
    sat_a_year_before: bool
    has_agreement: bool  # on confidentiality, in force
    is_trained: bool | None  # on trafficking, within two years; None: the pack asks for no such training


@dataclass(frozen=True, slots=True)
class CountedTeam:
    """The team of a region at a moment."""

    seats: tuple[CountedSeat, ...] = ()
    agencies: tuple[CountedAgency, ...] = ()


def counted_team(region: str, back: Lookback) -> CountedTeam:
    """The region's team as it was. Four queries."""
    rows = list(
        Seat.objects.filter(team__region=region, seated_at__lte=back.until)
        .select_related("account")
        .order_by("discipline", "seated_at", "pk")
    )
    running = [row for row in rows if row.unseated_at is None or row.unseated_at > back.until]
    before = [
        row for row in rows if row.seated_at <= back.since and (row.unseated_at is None or row.unseated_at > back.since)
    ]
    accounts = {row.account.code for row in running}
    agencies = {row.account.agency_code for row in (*running, *before)} - {""}
    done: dict[str, set[str]] = {}
    trained: set[str] = set()
    about = {f"{TRAINING}{key}" for key in trainings() if SUBJECT in key}
    for account, what, starts_at, ends_at in ClearanceRecord.objects.filter(
        account_code__in=accounts, starts_at__lte=back.until
    ).values_list("account_code", "what", "starts_at", "ends_at"):
        if ends_at > back.until:
            done.setdefault(account, set()).add(what)
        if what in about and starts_at > back.until - TWO_YEARS:
            trained.add(account)
    agreed = set(
        AgencyAgreement.objects.filter(
            agency_code__in=agencies, starts_at__lte=back.until, ends_at__gt=back.until
        ).values_list("agency_code", flat=True)
    )
    needed = {AGREEMENT, *required()}
    levels = dict(Agency.objects.filter(code__in=agencies).values_list("code", "level"))
    return CountedTeam(
        seats=tuple(
            CountedSeat(row.discipline, back.quarter(row.seated_at), needed <= done.get(row.account.code, set()))
            for row in running
        ),
        agencies=tuple(
            CountedAgency(
                disciplines=frozenset(row.discipline for row in running if row.account.agency_code == code),
                level=levels.get(code, ""),
                sits_now=any(row.account.agency_code == code for row in running),
                sat_a_year_before=any(row.account.agency_code == code for row in before),
                has_agreement=code in agreed,
                is_trained=any(row.account.code in trained for row in running if row.account.agency_code == code)
                if about
                else None,
            )
            for code in sorted(agencies)
        ),
    )
