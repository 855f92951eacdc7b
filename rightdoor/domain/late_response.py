"""Late responses in figures: which quarter they belong to, and which figures may travel in the minutes of a meeting.

Minutes are read outside of the house, so a count under the threshold is not written, and neither is any figure from
which such a count could be worked out. What is left is tried out as a reader would do it who knows all of the figures
and can add: a hidden count must still possibly be half of the numbers below the threshold.
(INT-11; STAT-3)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .errors import RuleBroken

USUAL_THRESHOLD = 11  # where a pack says nothing
MANY = 10**9

_QUARTER = re.compile(r"\A(20[0-9]{2})-q([1-4])\Z")
_Span = tuple[int, int]  # from at least to at most, as far as a reader can tell
_How = Literal["exact", "small_hidden", "by_size"]
_EXACT: tuple[_How, ...] = ("exact", "exact", "exact")
_ROUGH: tuple[_How, ...] = ("by_size", "by_size", "by_size")  # causes, tiers, all that were late


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
    """The figures as they may be written into minutes: as many as can be, and nothing that gives a small count away.

    Tried from the fullest to the barest; the first from which no count below `threshold` can be told is taken.
    """
    by_cause = tuple(row for row in figures.by_cause if row[1])
    by_tier = tuple(row for row in figures.by_tier if row[1])
    if _is_small(figures.responses, threshold) or not figures.responses:
        return Travelling(_said(figures.responses, threshold, "small_hidden"))
    everything = [figures.responses - figures.late, figures.late, *(n for _, n in by_cause), *(n for _, n in by_tier)]
    if not any(_is_small(count, threshold) for count in everything):
        return _written(figures.responses, figures.late, by_cause, by_tier, threshold, _EXACT)
    tries: tuple[tuple[Sequence[tuple[str, int]], Sequence[tuple[int, int]], tuple[_How, ...]], ...] = (
        (by_cause, by_tier, ("small_hidden", "small_hidden", "small_hidden")),
        (by_cause, by_tier, ("small_hidden", "small_hidden", "by_size")),
        (by_cause, by_tier, ("small_hidden", "by_size", "by_size")),
        (by_cause, by_tier, _ROUGH),
        (by_cause, (), _ROUGH),
        ((), (), _ROUGH),
    )
    for causes, tiers, how in tries:
        if _hides(figures.responses, figures.late, causes, tiers, threshold, how):
            return _written(figures.responses, figures.late, causes, tiers, threshold, how)
    return Travelling(_said(figures.responses, threshold, "small_hidden"))


def _written(
    responses: int,
    late: int,
    by_cause: Sequence[tuple[str, int]],
    by_tier: Sequence[tuple[int, int]],
    threshold: int,
    how: tuple[_How, ...],
) -> Travelling:
    return Travelling(
        _said(responses, threshold, "small_hidden"),
        _said(late, threshold, how[2]),
        tuple((key, _said(count, threshold, how[0])) for key, count in by_cause),
        tuple((tier, _said(count, threshold, how[1])) for tier, count in by_tier),
    )


def _said(count: int, threshold: int, how: _How) -> str:
    if count == 0:
        return "none"
    if how != "exact" and count < threshold:
        return f"fewer than {threshold}"
    return f"{threshold} or more" if how == "by_size" else str(count)


def _known(count: int, threshold: int, how: _How) -> _Span:
    """What a reader knows of a count from how it is written."""
    if count == 0 or how == "exact":
        return count, count
    if count < threshold:
        return 1, threshold - 1
    return (threshold, MANY) if how == "by_size" else (count, count)


def _hides(
    responses: int,
    late: int,
    by_cause: Sequence[tuple[str, int]],
    by_tier: Sequence[tuple[int, int]],
    threshold: int,
    how: tuple[_How, ...],
) -> bool:
    """Could each small count still be half of the numbers below the threshold, for a reader who can add?

    The counts hang together as a tree (causes and tiers each add up to the late ones, those with the ones in time to
    all), so that narrowing upwards and then downwards gives exactly what can be known.
    """
    lists = [
        [(count, _known(count, threshold, kind)) for _, count in rows]
        for rows, kind in ((by_cause, how[0]), (by_tier, how[1]))
        if rows
    ]
    low, high = _known(late, threshold, how[2])
    high = min(high, responses)
    for rows in lists:
        low = max(low, sum(span[0] for _, span in rows))
        high = min(high, sum(span[1] for _, span in rows))
    spans = [(late, (low, high)), (responses - late, (responses - high, responses - low))]
    for rows in lists:
        least, most = sum(span[0] for _, span in rows), sum(span[1] for _, span in rows)
        for count, span in rows:
            at_least = max(span[0], low - (most - span[1]))
            at_most = min(span[1], high - (least - span[0]))
            spans.append((count, (at_least, at_most)))
    return all(
        min(span[1], threshold - 1) - max(span[0], 1) + 1 >= numbers_left(threshold)
        for count, span in spans
        if _is_small(count, threshold)
    )


def numbers_left(threshold: int) -> int:
    """How many numbers a hidden count must still possibly be: half of those below the threshold, never fewer than two.

    All of them would leave out every cause of a region in which fewer than the threshold were late, which is most.
    """
    return max(2, threshold // 2)


def _is_small(count: int, threshold: int) -> bool:
    return 0 < count < threshold
