"""What coordinators give: trainings month by month (T1), outreach over a year (O1). (STAT-4; Roadmap, expectations)"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from .measured import MET, OUTSIDE, PENDING, Definition, Measured, Verdict, excluded, missed, tally
from .norms import Asked, Norms, Period
from .rows import CoordinatorRow, TrainingRow

TRAINED = Definition(
    name="T1",
    title="Months with a training",
    unit="coordinator months",
    numerator="months in which an active coordinator delivered at least {trainings}",
    denominator="months of active coordinators, over by the cut-off",
    rules=(
        "A month counts when the coordinator was active for {days} days of it or more; otherwise it is left out.",
        "A training counts with its topic, its audience and a sign-in sheet.",
        "Two who train together both have it; who attended is counted once. A month that is not over: pending.",
    ),
    version=1,
    source="Roadmap, expectations of coordinators",
)
REACHED_OUT = Definition(
    name="O1",
    title="Coordinators with their outreach events",
    unit="coordinators",
    numerator="coordinators with as many events as their active months ask for: {events} a year, rounded up",
    denominator="coordinators active for a month or more",
    rules=(
        "A month counts as active from {days} days on, once it is over.",
        "Less than a month: pending while they stay and the period runs, otherwise left out.",
    ),
    version=1,
    source="Roadmap, expectations of coordinators; ten action steps, step 8",
)


def trained(rows: Sequence[CoordinatorRow], asked: Asked) -> Measured:
    """T1, with how many trainings there were and how many attended. Raises ValueError without a period."""
    norms = asked.norms
    verdicts = (one for row in rows for one in training_verdicts(row, asked))
    found = tally(verdicts, definition_of_training(norms), asked.cut_off)
    complete: dict[str, int] = {}
    lacking: set[str] = set()
    for one in (one for row in rows for one in row.trainings if asked.takes_day(one.on)):
        if is_complete(one):
            complete[one.training] = max(one.attendees, complete.get(one.training, 0))
        else:
            lacking.add(one.training)
    counts = {
        "attendees": sum(complete.values()),
        "trainings": len(complete),
        "trainings_that_lack_something": len(lacking - complete.keys()),
    }
    return replace(found, counts=counts, aim=norms.aims.get("T1"))


def definition_of_training(norms: Norms) -> Definition:
    """T1 in words."""
    many = "one training" if norms.trainings_per_month == 1 else f"{norms.trainings_per_month} trainings"
    return TRAINED.filled(trainings=many, days=norms.active_days)


def training_verdicts(row: CoordinatorRow, asked: Asked) -> Iterator[Verdict]:
    """One verdict for each month in which a coordinator was active at all. Raises ValueError without a period."""
    for month in asked.months:
        days = active_days(row, month)
        if not days or month.first > asked.day:
            continue
        if not asked.is_over(month):
            yield PENDING
        elif days < asked.norms.active_days:
            yield excluded("active_too_short")
        else:
            held = {one.training for one in row.trainings if is_complete(one) and month.has_day(one.on)}
            yield MET if len(held) >= asked.norms.trainings_per_month else missed()


def is_complete(one: TrainingRow) -> bool:
    """Is on record what makes a training count?"""
    return bool(one.topic.strip() and one.audience.strip() and one.has_sign_in)


def reached_out(rows: Sequence[CoordinatorRow], asked: Asked) -> Measured:
    """O1, with how many events there were and how many came. Raises ValueError without a period."""
    norms = asked.norms
    definition = REACHED_OUT.filled(events=norms.outreach_per_year, days=norms.active_days)
    found = tally((outreach_verdict(row, asked) for row in rows), definition, asked.cut_off)
    came: dict[str, int] = {}
    for one in (one for row in rows for one in row.outreach if asked.takes_day(one.on)):
        came[one.event] = max(one.attendance, came.get(one.event, 0))
    return replace(found, counts={"attendance": sum(came.values()), "events": len(came)}, aim=norms.aims.get("O1"))


def outreach_verdict(row: CoordinatorRow, asked: Asked) -> Verdict:
    """What a coordinator is to O1. Raises ValueError without a period."""
    period = asked.of
    over = [month for month in asked.months if asked.is_over(month)]
    months = sum(active_days(row, month) >= asked.norms.active_days for month in over)
    if not months:
        if not active_days(row, period):
            return OUTSIDE
        stays = any(one.until is None or one.until > asked.day for one in row.active)
        return PENDING if stays and not asked.is_over(period) else excluded("active_too_short")
    owed = -(-asked.norms.outreach_per_year * months // 12)
    held = {one.event for one in row.outreach if asked.takes_day(one.on)}
    return MET if len(held) >= owed else missed()


def active_days(row: CoordinatorRow, within: Period) -> int:
    """On how many days of a period a coordinator was active. Stays that overlap count once."""
    days: set[int] = set()
    for one in row.active:
        first = max(one.since, within.first)
        last = within.last if one.until is None else min(one.until, within.last)
        days |= {(first + timedelta(days=number)).toordinal() for number in range((last - first).days + 1)}
    return len(days)
