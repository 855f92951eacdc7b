"""Every measure by its name: what rows it reads, whether it needs a period, and the function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from . import agreements, cases, coordinators, documentation, providers, referrals, response, rows, screening
from .measured import Definition, Measured, Verdict
from .norms import Asked, Norms


@dataclass(frozen=True, slots=True)
class Measure:
    """One entry of the catalogue. `about` is its definition with this state's numbers.

    `judge` gives a row's verdicts (one, or one for each month or quarter), so that a page can open the rows behind a
    figure. None: the measure adds up what others counted.
    """

    name: str
    rows: type[rows.Row]
    needs_period: bool
    work_out: Callable[[Sequence[Any], Asked], Measured]
    judge: Callable[[Any, Asked], Iterable[Verdict]] | None
    about: Definition


def catalogue(norms: Norms) -> dict[str, Measure]:
    """The measures of a state, by name. Each tier that it has is one."""
    numbers = {
        "staffings": norms.staffings,
        "days": norms.follow_up_days,
        "summary": norms.summary_hours,
        "notes": norms.notes_hours,
        "plan": norms.plan_hours,
    }
    found: dict[str, Measure] = {}

    def add(
        row: type[rows.Row],
        work_out: Callable[[Sequence[Any], Asked], Measured],
        judge: Callable[[Any, Asked], Iterable[Verdict]] | None,
        about: Definition,
        *,
        over_a_period: bool = False,
    ) -> None:
        found[about.name] = Measure(about.name, row, over_a_period, work_out, judge, about)

    for tier in sorted(norms.tier_hours):
        add(
            rows.ReferralRow,
            partial(response.response_of_tier, tier=tier),
            _one(partial(response.verdict_on, tier=tier)),
            response.definition_of(tier, norms),
        )
    add(rows.ReferralRow, response.response_overall, _one(response.verdict_on), response.definition_overall(norms))

    meeting = rows.MeetingRow
    add(
        meeting,
        documentation.emergency_documented,
        _one(documentation.emergency_verdict),
        documentation.EMERGENCY.filled(**numbers),
    )
    add(
        meeting,
        documentation.ongoing_documented,
        _one(documentation.ongoing_verdict),
        documentation.ONGOING.filled(**numbers),
    )
    add(meeting, documentation.documented, _one(documentation.verdict_on), documentation.BOTH.filled(**numbers))

    case = rows.CaseRow
    add(case, cases.staffed, _one(cases.staffed_verdict), cases.STAFFED.filled(**numbers), over_a_period=True)
    add(case, cases.staffed_in_time, _one(cases.staffed_in_time_verdict), cases.MATURE.filled(**numbers))
    add(case, cases.met_again, _one(cases.met_again_verdict), cases.ONGOING)
    add(case, cases.met_again_with_consent, _one(cases.consented_verdict), cases.CONSENTED)
    add(case, cases.reviewed, cases.review_verdicts, cases.REVIEWED, over_a_period=True)

    person = rows.CoordinatorRow
    add(
        person,
        coordinators.trained,
        coordinators.training_verdicts,
        coordinators.definition_of_training(norms),
        over_a_period=True,
    )
    add(
        person,
        coordinators.reached_out,
        _one(coordinators.outreach_verdict),
        coordinators.REACHED_OUT.filled(events=norms.outreach_per_year, days=norms.active_days),
        over_a_period=True,
    )

    add(
        rows.RegionRow,
        agreements.advised,
        agreements.quarter_verdicts,
        agreements.QUARTERS.filled(times=agreements.times(norms.advisory_per_quarter)),
        over_a_period=True,
    )
    add(
        rows.AgreementRow,
        agreements.reviewed,
        _one(agreements.agreement_verdict),
        agreements.AGREEMENTS.filled(days=norms.agreement_days),
    )
    add(
        rows.ProtocolRow,
        agreements.renewed,
        _one(agreements.protocol_verdict),
        agreements.PROTOCOLS.filled(days=norms.protocol_days),
    )

    add(rows.ReferralRow, referrals.sources, _one(referrals.source_verdict), referrals.SOURCES)
    add(rows.OutgoingRow, referrals.completed, _one(referrals.completed_verdict), referrals.OUTGOING)
    add(rows.ReferralRow, referrals.ineligible, _one(referrals.ineligible_verdict), referrals.INELIGIBLE)
    add(rows.ScreeningRow, screening.screened, None, screening.SCREENED)
    add(rows.ScreenRow, screening.found, _one(screening.verdict_on), screening.YIELD)
    add(rows.ProviderRow, providers.answered, _one(providers.verdict_on), providers.ANSWERED)
    return found


def measure(name: str, counted: Sequence[rows.Row], asked: Asked) -> Measured:
    """The figure of a measure. Raises KeyError for an unknown name, ValueError where it cannot be worked out."""
    return catalogue(asked.norms)[name].work_out(counted, asked)


def _one(verdict: Callable[[Any, Asked], Verdict]) -> Callable[[Any, Asked], Iterable[Verdict]]:
    return lambda row, asked: (verdict(row, asked),)
