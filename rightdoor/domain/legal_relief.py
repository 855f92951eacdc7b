"""What legal relief has dates, and when somebody must be told. It tracks; it gives no advice and decides nothing.

Four kinds of alert. *printed_end*: days before an end date as it is printed on the paper; where the law prints the
date, no rule here computes one, because how long such papers run has changed again and again. *age*: at certain ages
before a birthday by which something must have been done. *window*: a span that begins with a step and must see another
one before it ends. *ready*: something that may be asked for from now on. What a rule needs and nobody has established
is an alert of its own, which says to establish it: unknown is never silence. (practice.md 3.9)
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

__all__ = ["KINDS", "Alert", "AlertRule", "Known", "alerts_of", "months_after", "span_in_months"]

Kind = Literal["printed_end", "age", "window", "ready"]
KINDS = ("printed_end", "age", "window", "ready")
State = Literal["establish", "ready", "soon", "last_days", "over"]
LAST_DAYS = 30
_SPAN = re.compile(r"(?:([0-9]{1,2})y)?(?:([0-9]{1,3})m)?")


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One thing to watch, as a state's pack says it. Spans of months are written 17y6m, 6m, 1y.

    `days`: how long before the end the alert is raised, each a stage of its own; none: as soon as it runs.
    printed_end: `after` is the step that prints the date, if there is one.
    age: `ages` are the stages, `limit` the birthday; settled by the step `until`.
    window: from the step `after`, for `span` or `span_days`, settled by `until`; with `asks_start`, a missing start is
    asked for.
    ready: from the step `after`, until the step `until`.
    """

    kind: Kind
    days: tuple[int, ...] = ()
    ages: tuple[str, ...] = ()
    limit: str = ""
    after: str = ""
    until: str = ""
    span: str = ""
    span_days: int = 0
    asks_start: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record about one item: the days of its steps, and the end as printed. None: not established."""

    steps: Mapping[str, date]
    printed_end: date | None = None
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """What must be looked at now. `rule`: which of the item's rules, by its place.

    `due_on` is None where nothing is due by a day, and always where it would tell a birth date. `stage`: how many days
    or which age the alert was raised at. `lacks`: what has to be established: printed_end, birth_date or a step.
    """

    rule: int
    state: State
    due_on: date | None = None
    stage: str = ""
    lacks: str = ""


def alerts_of(rules: Sequence[AlertRule], known: Known, born_on: date | None, today: date) -> list[Alert]:
    """What these rules say of an item today, in their order. Nothing for an item that is settled.

    `today` is a day in the state's zone. The birth date is used and never handed back.
    """
    if known.is_settled:
        return []
    found = [_asked(place, rule, known, born_on, today) for place, rule in enumerate(rules)]
    return [alert for alert in found if alert is not None]


def _asked(place: int, rule: AlertRule, known: Known, born_on: date | None, today: date) -> Alert | None:
    if rule.kind == "printed_end":
        return _printed(place, rule, known, today)
    if rule.until and rule.until in known.steps:
        return None
    if rule.kind == "age":
        return _aged(place, rule, born_on, today)
    if rule.kind == "window":
        return _windowed(place, rule, known, today)
    return Alert(place, "ready") if rule.after in known.steps else None


def _printed(place: int, rule: AlertRule, known: Known, today: date) -> Alert | None:
    """90, 60 and 30 days before the printed date. Granted, and no date on record: somebody must read the paper."""
    if known.printed_end is None:
        is_due = not rule.after or rule.after in known.steps
        return Alert(place, "establish", lacks="printed_end") if is_due else None
    return _before(place, known.printed_end, rule.days, today)


def _aged(place: int, rule: AlertRule, born_on: date | None, today: date) -> Alert | None:
    """At each of the ages, and from the birthday on that it is over. No day is told: it would tell the birth date."""
    if born_on is None:
        return Alert(place, "establish", lacks="birth_date")
    if rule.limit and today >= _turns(born_on, rule.limit):
        return Alert(place, "over", stage=rule.limit)
    reached = [age for age in rule.ages if today >= _turns(born_on, age)]
    if not reached:
        return None
    is_last = len(reached) == len(rule.ages) and len(rule.ages) > 1
    return Alert(place, "last_days" if is_last else "soon", stage=reached[-1])


def _windowed(place: int, rule: AlertRule, known: Known, today: date) -> Alert | None:
    start = known.steps.get(rule.after)
    if start is None:
        return Alert(place, "establish", lacks=rule.after) if rule.asks_start else None
    end = start + timedelta(days=rule.span_days) if rule.span_days else months_after(start, span_in_months(rule.span))
    return _before(place, end, rule.days, today)


def _before(place: int, end: date, days: Sequence[int], today: date) -> Alert | None:
    """The nearest stage that is reached. The last day itself still counts; the day after, it is over."""
    left = (end - today).days
    if left < 0:
        return Alert(place, "over", end)
    if not days:
        return Alert(place, "last_days" if left <= LAST_DAYS else "soon", end)
    reached = [limit for limit in sorted(days) if left <= limit]
    if not reached:
        return None
    return Alert(place, "last_days" if reached[0] == min(days) else "soon", end, str(reached[0]))


def span_in_months(text: str) -> int:
    """17y6m, 6m, 1y as months. Raises ValueError for anything else."""
    match = _SPAN.fullmatch(text)
    if not text or match is None:
        raise ValueError(text)
    return int(match.group(1) or 0) * 12 + int(match.group(2) or 0)


def months_after(start: date, months: int) -> date:
    """The same day so many months later; the month's last day where there is no such day, which is the earlier end."""
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def _turns(born_on: date, age: str) -> date:
    """The day on which somebody is so old. Born on February 29: the last of February, so that no alert comes late."""
    return months_after(born_on, span_in_months(age))
