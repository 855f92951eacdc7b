"""Every measure by its name: what rows it reads, whether it needs a period, and the function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from . import agreements, cases, coordinators, documentation, providers, referrals, response, rows, screening
from .measured import Definition, Measured
from .norms import Asked, Norms


@dataclass(frozen=True, slots=True)
class Measure:
    """One entry of the catalogue. `about` is its definition with this state's numbers."""

    name: str
    rows: type[rows.Row]
    needs_period: bool
    work_out: Callable[[Sequence[Any], Asked], Measured]
    about: Definition


def catalogue(norms: Norms) -> dict[str, Measure]:
    """The measures of a state, by name. Each tier that it has is one."""
    days = {
        "staffings": norms.staffings,
        "days": norms.follow_up_days,
        "summary": norms.summary_hours,
        "notes": norms.notes_hours,
        "plan": norms.plan_hours,
    }
    trainings = "one training" if norms.trainings_per_month == 1 else f"{norms.trainings_per_month} trainings"
    times = "once" if norms.advisory_per_quarter == 1 else f"{norms.advisory_per_quarter} times"
    hours = ", ".join(f"tier {tier}: {norms.tier_hours[tier]}" for tier in sorted(norms.tier_hours))
    entries: list[tuple[type[rows.Row], bool, Callable[[Sequence[Any], Asked], Measured], Definition]] = [
        *(
            (
                rows.ReferralRow,
                False,
                partial(response.response_of_tier, tier=tier),
                response.BY_TIER.filled(name=response.name_of(tier), tier=tier, hours=norms.tier_hours[tier]),
            )
            for tier in sorted(norms.tier_hours)
        ),
        (rows.ReferralRow, False, response.response_overall, response.OVERALL.filled(hours=hours)),
        (rows.MeetingRow, False, documentation.emergency_documented, documentation.EMERGENCY.filled(**days)),
        (rows.MeetingRow, False, documentation.ongoing_documented, documentation.ONGOING.filled(**days)),
        (rows.MeetingRow, False, documentation.documented, documentation.BOTH.filled(**days)),
        (rows.CaseRow, True, cases.staffed, cases.STAFFED.filled(**days)),
        (rows.CaseRow, False, cases.staffed_in_time, cases.MATURE.filled(**days)),
        (rows.CaseRow, False, cases.met_again, cases.ONGOING),
        (rows.CaseRow, False, cases.met_again_with_consent, cases.CONSENTED),
        (rows.CaseRow, True, cases.reviewed, cases.REVIEWED),
        (
            rows.CoordinatorRow,
            True,
            coordinators.trained,
            coordinators.TRAINED.filled(trainings=trainings, days=norms.active_days),
        ),
        (
            rows.CoordinatorRow,
            True,
            coordinators.reached_out,
            coordinators.REACHED_OUT.filled(events=norms.outreach_per_year, days=norms.active_days),
        ),
        (rows.RegionRow, True, agreements.advised, agreements.QUARTERS.filled(times=times)),
        (rows.AgreementRow, False, agreements.reviewed, agreements.AGREEMENTS.filled(days=norms.agreement_days)),
        (rows.ProtocolRow, False, agreements.renewed, agreements.PROTOCOLS.filled(days=norms.protocol_days)),
        (rows.ReferralRow, False, referrals.sources, referrals.SOURCES),
        (rows.OutgoingRow, False, referrals.completed, referrals.OUTGOING),
        (rows.ReferralRow, False, referrals.ineligible, referrals.INELIGIBLE),
        (rows.ScreeningRow, False, screening.screened, screening.SCREENED),
        (rows.ScreenRow, False, screening.found, screening.YIELD),
        (rows.ProviderRow, False, providers.answered, providers.ANSWERED),
    ]
    return {
        about.name: Measure(about.name, row, needs_period, work_out, about)
        for row, needs_period, work_out, about in entries
    }


def measure(name: str, counted: Sequence[rows.Row], asked: Asked) -> Measured:
    """The figure of a measure. Raises KeyError for an unknown name, ValueError where it cannot be worked out."""
    return catalogue(asked.norms)[name].work_out(counted, asked)
