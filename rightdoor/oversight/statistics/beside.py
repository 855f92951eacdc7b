"""Figures that stand beside the published measures: caseload, plans, endings. Made and told the same way.

Each is a function over rows with a verdict for each row, so that it can be opened like the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from rightdoor.casework.plans.deidentified import CarriedRow, LookedAtRow
from rightdoor.domain.measures.catalogue import Measure
from rightdoor.domain.measures.measured import (
    MET,
    OUTSIDE,
    PENDING,
    Definition,
    Measured,
    Verdict,
    by_key,
    missed,
    tally,
)
from rightdoor.domain.measures.norms import Asked, Norms
from rightdoor.domain.measures.survival import times_of

SOURCE = "Project's own figure"
CARRIED = Definition(
    name="K1",
    title="Cases open at the end",
    unit="cases",
    numerator="cases open at the cut-off or the end of the period, whichever comes first",
    denominator="cases that were open at some time in the period",
    rules=("A case that was closed and opened again is open since then.",),
    version=1,
    source=SOURCE,
)
PLANNED = Definition(
    name="K2",
    title="Open cases with a service plan",
    unit="cases",
    numerator="cases with a plan that was adopted by then",
    denominator="cases open at the cut-off or the end of the period, whichever comes first",
    rules=("Opened within the last {hours} hours and no plan yet: pending.", "A draft is no plan."),
    version=1,
    source=SOURCE,
)
LOOKED_AT = Definition(
    name="K3",
    title="Plans looked at in time",
    unit="reviews",
    numerator="reviews of plans that were done by the day on which they were due",
    denominator="reviews of plans done in the period, and those that fell due in it and are not done",
    rules=("Not yet due and not done: pending. A review without a due day is in time.",),
    version=1,
    source=SOURCE,
)
ENDED = Definition(
    name="K4",
    title="Cases that ended",
    unit="cases",
    numerator="cases closed in the period and not open again; the mix counts them by how long they were open",
    denominator="cases that were open at some time in the period",
    rules=(
        "The median counts those still open for as long as they have been (Kaplan-Meier).",
        "What ended before the period is not among them, so the median tells of the long ones more than of all.",
        "To end is neither good nor bad: this figure has no aim.",
    ),
    version=1,
    source=SOURCE,
)
# Days open, as bands; a band's upper end belongs to it.
BANDS = ((30, "up_to_30_days"), (90, "31_to_90_days"), (180, "91_to_180_days"), (365, "181_to_365_days"))
LONGER = "over_a_year"


def measures_beside(norms: Norms) -> dict[str, Measure]:
    """The figures by name, as the catalogue has its own."""
    return {
        one.name: one
        for one in (
            Measure("K1", CarriedRow, True, carried, _one(carried_verdict), CARRIED),
            Measure("K2", CarriedRow, True, planned, _one(planned_verdict), PLANNED.filled(hours=norms.plan_hours)),
            Measure("K3", LookedAtRow, True, looked_at, _one(looked_at_verdict), LOOKED_AT),
            Measure("K4", CarriedRow, True, ended, _one(ended_verdict), ENDED),
        )
    }


def carried(rows: Sequence[CarriedRow], asked: Asked) -> Measured:
    """K1, with how many came and how many went. Raises ValueError without a period."""
    found = tally((carried_verdict(row, asked) for row in rows), CARRIED, asked.cut_off)
    kept = [row for row in rows if carried_verdict(row, asked) != OUTSIDE]
    modes = Counter(row.mode or "unknown" for row in kept if carried_verdict(row, asked) == MET)
    counts = {
        "opened": sum(asked.takes(row.opened_at) for row in kept),
        "closed": sum(row.closed_at is not None and asked.takes(row.closed_at) for row in kept),
        "opened_again": sum(row.again_at is not None and asked.takes(row.again_at) for row in kept),
    }
    return replace(found, counts=counts, mix=by_key(modes))


def carried_verdict(row: CarriedRow, asked: Asked) -> Verdict:
    """What a case is to K1."""
    end = _end(asked)
    if row.opened_at > end or (row.closed_at is not None and row.closed_at < asked.of.since):
        return OUTSIDE
    return MET if row.closed_at is None or row.closed_at > end else missed("closed")


def planned(rows: Sequence[CarriedRow], asked: Asked) -> Measured:
    """K2. Raises ValueError without a period."""
    definition = PLANNED.filled(hours=asked.norms.plan_hours)
    return tally((planned_verdict(row, asked) for row in rows), definition, asked.cut_off)


def planned_verdict(row: CarriedRow, asked: Asked) -> Verdict:
    """What a case is to K2."""
    if carried_verdict(row, asked) != MET:
        return OUTSIDE
    end = _end(asked)
    if row.adopted_at is not None and row.adopted_at <= end:
        return MET
    began = row.again_at if row.again_at is not None and row.again_at <= end else row.opened_at
    return PENDING if began + timedelta(hours=asked.norms.plan_hours) > end else missed("no_plan")


def looked_at(rows: Sequence[LookedAtRow], asked: Asked) -> Measured:
    """K3."""
    return tally((looked_at_verdict(row, asked) for row in rows), LOOKED_AT, asked.cut_off)


def looked_at_verdict(row: LookedAtRow, asked: Asked) -> Verdict:
    """What a review is to K3."""
    done = asked.seen(row.reviewed_at)
    if done is not None:
        if not asked.takes(done):
            return OUTSIDE
        return MET if row.due_at is None or done <= row.due_at else missed("late")
    if row.due_at is None or (asked.period is not None and not asked.period.has(row.due_at)):
        return OUTSIDE
    return missed("not_done") if row.due_at <= asked.cut_off else PENDING


def ended(rows: Sequence[CarriedRow], asked: Asked) -> Measured:
    """K4. Raises ValueError without a period."""
    judged = [(row, ended_verdict(row, asked)) for row in rows]
    counting = [row for row, one in judged if one != OUTSIDE]
    spans = [_open_for(row, _end(asked)) for row in counting]
    mix = Counter(band(_open_for(row, _end(asked))[0]) for row, one in judged if one == MET)
    found = tally((one for _, one in judged), ENDED, asked.cut_off)
    return replace(found, mix=by_key(mix), times=times_of(spans))


def ended_verdict(row: CarriedRow, asked: Asked) -> Verdict:
    """What a case is to K4."""
    verdict = carried_verdict(row, asked)
    if verdict == OUTSIDE:
        return OUTSIDE
    return missed("still_open") if verdict == MET else MET


def band(span: timedelta) -> str:
    """How long a case was open."""
    return next((key for days, key in BANDS if span <= timedelta(days=days)), LONGER)


def _open_for(row: CarriedRow, end: datetime) -> tuple[timedelta, bool]:
    """How long it was open, and whether it ended."""
    over = row.closed_at is not None and row.closed_at <= end
    return (row.closed_at if over and row.closed_at else end) - row.opened_at, over


def _end(asked: Asked) -> datetime:
    """The cut-off, or the end of the period where that comes first."""
    return min(asked.cut_off, asked.of.until)


def _one(verdict: Callable[[Any, Asked], Verdict]) -> Callable[[Any, Asked], Iterable[Verdict]]:
    return lambda row, asked: (verdict(row, asked),)
