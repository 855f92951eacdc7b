"""Whether what a meeting owes was with its members in time: D1 emergency, D2 ongoing, D both. (MTG-5; Roadmap)"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from .measured import MET, OUTSIDE, PENDING, Definition, Measured, Verdict, excluded, missed, tally
from .norms import Asked
from .rows import MeetingRow

RULES = (
    "The hours count from the end of the meeting; where no end is known, from its start.",
    "Delivery is the first complete one; drafts do not count.",
    "A child who was found not eligible at the meeting is owed no plan.",
    "Left out: cancelled meetings. Not yet due and not delivered: pending.",
)
EMERGENCY = Definition(
    name="D1",
    title="Emergency meetings documented in time",
    unit="meetings",
    numerator="emergency meetings whose case summary was with the members within {summary} hours, "
    "and whose service plan was within {plan}",
    denominator="emergency meetings held, with both delivered or one overdue by the cut-off",
    rules=RULES,
    version=1,
    source="Roadmap, documentation",
)
ONGOING = Definition(
    name="D2",
    title="Ongoing meetings documented in time",
    unit="meetings",
    numerator="ongoing meetings whose notes were with the members within {notes} hours, "
    "and whose service plan was within {plan}",
    denominator="ongoing meetings and case reviews held, with both delivered or one overdue by the cut-off",
    rules=RULES,
    version=1,
    source="Roadmap, documentation",
)
BOTH = Definition(
    name="D",
    title="Meetings documented in time",
    unit="meetings",
    numerator="meetings whose summary ({summary} hours) or notes ({notes} hours) and service plan ({plan} hours) were "
    "with the members in time",
    denominator="meetings held, with both delivered or one overdue by the cut-off",
    rules=RULES,
    version=1,
    source="Roadmap, documentation",
)


def emergency_documented(rows: Sequence[MeetingRow], asked: Asked) -> Measured:
    """D1."""
    return _told(rows, asked, EMERGENCY, emergency_verdict)


def ongoing_documented(rows: Sequence[MeetingRow], asked: Asked) -> Measured:
    """D2."""
    return _told(rows, asked, ONGOING, ongoing_verdict)


def documented(rows: Sequence[MeetingRow], asked: Asked) -> Measured:
    """D: both together, and each as a part."""
    parts = (
        replace(emergency_documented(rows, asked), part="emergency"),
        replace(ongoing_documented(rows, asked), part="ongoing"),
    )
    return replace(_told(rows, asked, BOTH, verdict_on), parts=parts)


def verdict_on(row: MeetingRow, asked: Asked) -> Verdict:
    """What a meeting is to these measures. A miss says what was late: record, plan, or record_and_plan."""
    start = row.ended_at or row.started_at
    if not asked.takes(start):
        return OUTSIDE
    if row.is_cancelled is True:
        return excluded("cancelled")
    norms = asked.norms
    record_hours = norms.summary_hours if row.kind == "emergency" else norms.notes_hours
    owed = {"record": (row.record_shared_at, start + timedelta(hours=record_hours))}
    if row.plan_is_owed is not False:
        owed["plan"] = (row.plan_shared_at, start + timedelta(hours=norms.plan_hours))
    late = [name for name, (at, due) in owed.items() if due <= asked.cut_off and not _in_time(at, due)]
    if late:
        return missed("_and_".join(late))
    # What came before the cut-off came in time: its hours were not over, or it would be late.
    return MET if all(_in_time(asked.seen(at), due) for at, due in owed.values()) else PENDING


def emergency_verdict(row: MeetingRow, asked: Asked) -> Verdict:
    """What a meeting is to D1."""
    return verdict_on(row, asked) if row.kind == "emergency" else OUTSIDE


def ongoing_verdict(row: MeetingRow, asked: Asked) -> Verdict:
    """What a meeting is to D2."""
    return OUTSIDE if row.kind == "emergency" else verdict_on(row, asked)


def _in_time(at: datetime | None, due: datetime) -> bool:
    return at is not None and at <= due


def _told(
    rows: Sequence[MeetingRow], asked: Asked, definition: Definition, verdict: Callable[[MeetingRow, Asked], Verdict]
) -> Measured:
    norms = asked.norms
    filled = definition.filled(summary=norms.summary_hours, notes=norms.notes_hours, plan=norms.plan_hours)
    found = tally((verdict(row, asked) for row in rows), filled, asked.cut_off)
    return replace(found, aim=norms.aims.get(filled.name))
