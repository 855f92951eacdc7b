"""Kinds of legal relief: their class, and alerts that speak of steps that exist and of spans that can be read."""

from __future__ import annotations

from collections.abc import Iterator

from rightdoor.domain.legal_relief import span_in_months

from ..fault import Fault, one_of
from ..legal_relief import ReliefAlert, ReliefKind
from ..pack import Pack

FILE = "legal_relief.yaml"
CLASSES = ("IMM", "SAFE", "CORE", "PLAN", "JJ", "PRIV")
SPAN = "Write a span such as 17y6m, 6m or 1y."


def kinds(pack: Pack) -> Iterator[Fault]:
    """At least one kind; each with a class that relief may have, steps, and alerts that can be reckoned."""
    if not pack.legal_relief:
        yield Fault(FILE, "legal_relief", "This list is empty.", "Add at least one kind of relief.")
    for kind in pack.legal_relief:
        key = f"legal_relief[{kind.key}]"
        if kind.data_class not in CLASSES:
            sentence = f"Legal relief is not kept in class “{kind.data_class}”."
            yield Fault(FILE, f"{key}.data_class", sentence, one_of(CLASSES))
        if not kind.steps:
            yield Fault(FILE, f"{key}.steps", "It has no step.", "Add the steps whose days are kept.")
        for position, alert in enumerate(kind.alerts):
            yield from _alert(kind, alert, f"{key}.alerts[{position}]")


def _alert(kind: ReliefKind, alert: ReliefAlert, key: str) -> Iterator[Fault]:
    steps = [step.key for step in kind.steps]
    for name in ("after", "until"):
        step = getattr(alert, name)
        if step and step not in steps:
            yield Fault(FILE, f"{key}.{name}", f"There is no step “{step}”.", one_of(steps))
    for name, texts in (("ages", alert.ages), ("limit", (alert.limit,)), ("span", (alert.span,))):
        for text in texts:
            if text and not _is_span(text):
                yield Fault(FILE, f"{key}.{name}", f"“{text}” is no span.", SPAN)
    if any(days <= 0 for days in alert.days):
        yield Fault(FILE, f"{key}.days", "Days before an end are counted from 1.", "Write positive numbers.")
    yield from _lacks(kind, alert, key)


def _lacks(kind: ReliefKind, alert: ReliefAlert, key: str) -> Iterator[Fault]:
    """What each kind of alert cannot do without: one that can never be raised would be silence."""
    if alert.kind == "printed_end" and not (kind.printed_end and alert.days):
        yield Fault(FILE, key, "It has no printed end, or no days before it.", "Add printed_end and days.")
    if alert.kind == "age" and not (alert.ages and alert.limit and alert.until):
        yield Fault(FILE, key, "It lacks ages, a limit or the step that settles it.", "Add ages, limit and until.")
    if alert.kind == "window" and not (alert.after and bool(alert.span) != (alert.span_days > 0)):
        yield Fault(FILE, key, "It lacks its start, or has not exactly one span.", "Add after, and span or span_days.")
    if alert.kind == "ready" and not (alert.after and alert.until):
        yield Fault(FILE, key, "It lacks the step after which it may be asked for, or that.", "Add after and until.")


def _is_span(text: str) -> bool:
    try:
        span_in_months(text)
    except ValueError:
        return False
    return True
