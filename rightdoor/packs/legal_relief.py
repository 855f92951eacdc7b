"""Kinds of legal relief in a pack: their steps, the end that is printed on the paper, and what to be told of."""

from __future__ import annotations

from dataclasses import dataclass

from rightdoor.domain.legal_relief import AlertRule, Kind

from .words import Label


@dataclass(frozen=True, slots=True)
class ReliefStep:
    """One step of a kind of relief; each has a day, or has not been taken."""

    key: str
    label: Label


@dataclass(frozen=True, slots=True)
class ReliefAlert:
    """What to be told, and when: the fields of the domain's rule, beside the words for it."""

    what: Label
    kind: Kind
    days: tuple[int, ...] = ()
    ages: tuple[str, ...] = ()
    limit: str = ""
    after: str = ""
    until: str = ""
    span: str = ""
    span_days: int = 0
    asks_start: bool = False

    @property
    def rule(self) -> AlertRule:
        """The rule, as the domain asks it."""
        return AlertRule(
            self.kind,
            self.days,
            self.ages,
            self.limit,
            self.after,
            self.until,
            self.span,
            self.span_days,
            self.asks_start,
        )


@dataclass(frozen=True, slots=True)
class ReliefKind:
    """A kind of relief. `data_class` decides who may know of it. `printed_end`: what the form calls the date that is
    printed on the paper; empty where no such date is printed. `note`: what whoever tracks it should know.
    """

    key: str
    label: Label
    data_class: str
    steps: tuple[ReliefStep, ...]
    alerts: tuple[ReliefAlert, ...] = ()
    printed_end: Label = Label({})
    note: Label = Label({})
    source: str = ""

    @property
    def rules(self) -> tuple[AlertRule, ...]:
        """The rules of its alerts, in order."""
        return tuple(alert.rule for alert in self.alerts)

    def step(self, key: str) -> str:
        """The label of a step; the key itself where the pack no longer holds it (older records)."""
        return next((str(one.label) for one in self.steps if one.key == key), key)
