"""Late responses in figures: which quarter they belong to, and which figures may travel in the minutes of a meeting.

What may stand in minutes is decided by `domain.small_counts`, as for every other total that travels. (INT-11; STAT-3)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from .errors import RuleBroken
from .small_counts import USUAL_THRESHOLD, Totals, numbers_left, written

__all__ = [
    "USUAL_THRESHOLD",
    "LateFigures",
    "Quarter",
    "Travelling",
    "check_may_take",
    "for_minutes",
    "numbers_left",
    "quarter_named",
    "quarter_of",
]

_QUARTER = re.compile(r"\A(20[0-9]{2})-q([1-4])\Z")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months of a year."""

    year: int
    number: int

    @property
    def key(self) -> str:
        """2026-q1: how addresses and rows name it."""
        return f"{self.year}-q{self.number}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def next(self) -> Quarter:
        """The one that follows."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def before(self) -> Quarter:
        """The one that went before."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)


def quarter_of(day: date) -> Quarter:
    """The quarter that a day lies in."""
    return Quarter(day.year, (day.month + 2) // 3)


def quarter_named(key: str) -> Quarter | None:
    """The quarter of a key such as "2026-q1"; None for anything else."""
    found = _QUARTER.match(key)
    return Quarter(int(found[1]), int(found[2])) if found else None


@dataclass(frozen=True, slots=True)
class LateFigures:
    """One quarter of one region: responses that were due, and those that were late, by cause and by tier.

    `by_cause` and `by_tier` each add up to all that were late; "" as a cause: nobody has recorded one.
    """

    responses: int
    by_cause: tuple[tuple[str, int], ...]
    by_tier: tuple[tuple[int, int], ...]

    @property
    def late(self) -> int:
        """How many were late."""
        return sum(count for _, count in self.by_cause)


@dataclass(frozen=True, slots=True)
class Travelling:
    """The same as it may stand in minutes: each figure as "12", "fewer than 11", "11 or more" or "none".

    An empty list was left out, because a small count could have been worked out from it.
    """

    responses: str
    late: str = ""
    by_cause: tuple[tuple[str, str], ...] = ()
    by_tier: tuple[tuple[int, str], ...] = ()


def check_may_take(quarter: Quarter, today: date) -> None:
    """Only a quarter that is over is taken to a meeting: twice the same one, a day apart, would tell of one child.

    Raises RuleBroken.
    """
    if today < quarter.next.first_day:
        raise RuleBroken("This quarter is not over. Take one whose figures stay as they are.")


def for_minutes(figures: LateFigures, threshold: int = USUAL_THRESHOLD) -> Travelling:
    """The figures as they may be written into minutes: as many as can be, and nothing that gives a small count away."""
    by_tier = tuple((str(tier), count) for tier, count in figures.by_tier)
    found = written(Totals(figures.responses, figures.late, figures.by_cause, by_tier), threshold)
    return Travelling(found.whole, found.part, found.first, tuple((int(tier), said) for tier, said in found.second))
