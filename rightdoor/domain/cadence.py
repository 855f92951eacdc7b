"""How often a case comes before the team, by need: in crisis every week, stable every month, as the pack says.

Every open case has a day on which it is staffed next, or a recorded reason why it has none. What nobody has settled
counts as the most urgent: a case must not be forgotten because a field was left empty. (CASE-11; practice.md 3.2)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from .errors import RuleBroken

# The cadences of a case, most urgent first. How many days each is stands in the pack.
KEYS = ("crisis", "stable", "long_term", "on_request")

State = Literal["scheduled", "ahead", "overdue", "on_request", "not_set"]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is on record about one open case.

    `every_days`: of its cadence, None where it comes up on request. `is_set`: somebody has set the cadence. `chosen_on`
    is a day that somebody chose, on `chosen_at`; it holds until the next staffing. `scheduled_on`: of the next staffing
    that is called already.
    """

    opened_on: date
    is_set: bool
    every_days: int | None = None
    chosen_on: date | None = None
    chosen_at: date | None = None
    last_held_on: date | None = None
    scheduled_on: date | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """When a case comes before the team next, and how that stands. `on` is None only on request, with its reason."""

    state: State
    on: date | None


def next_of(rhythm: Rhythm, today: date, *, strictest: int) -> Next:
    """The next day of one case. `strictest`: the days of the most urgent cadence, for what nobody has set.

    A staffing that is called is the answer. A day that was chosen holds until the case was staffed after it was chosen.
    Otherwise the day follows from the last staffing, or from the opening where there was none. (CASE-11)
    """
    if rhythm.scheduled_on is not None:
        return Next("scheduled", rhythm.scheduled_on)
    on = _chosen(rhythm)
    if on is None and rhythm.is_set and rhythm.every_days is None:
        return Next("on_request", None)
    if on is None:
        days = rhythm.every_days if rhythm.is_set and rhythm.every_days is not None else strictest
        on = (rhythm.last_held_on or rhythm.opened_on) + timedelta(days=days)
    if on < today:
        return Next("overdue", on)
    return Next("ahead" if rhythm.is_set else "not_set", on)


def _chosen(rhythm: Rhythm) -> date | None:
    """The day that somebody chose, until the case was staffed on it or after it was chosen."""
    if rhythm.chosen_on is None or rhythm.chosen_at is None:
        return None
    staffed_since = rhythm.last_held_on is not None and rhythm.last_held_on >= rhythm.chosen_at
    return None if staffed_since else rhythm.chosen_on


def strictest_of(days: Iterable[int | None]) -> int:
    """The fewest days among these cadences."""
    return min((one for one in days if one is not None), default=7)


def check_may_set(
    cadence: str, *, every_days: int | None, why: str, chosen_on: date | None, today: date, is_open: bool
) -> None:
    """May the cadence of a case be set so? It always says why; a day lies ahead, and not later than the cadence asks.

    Raises RuleBroken. (CASE-11)
    """
    if not is_open:
        raise RuleBroken("This case is closed. Reopen it first.")
    if cadence not in KEYS:
        raise RuleBroken("Choose how often this case comes before the team.")
    if not why.strip():
        raise RuleBroken("Say in a sentence why this is often enough.")
    if chosen_on is None:
        return
    if chosen_on < today:
        raise RuleBroken("Choose a day that has not passed yet.")
    if every_days is not None and chosen_on > today + timedelta(days=every_days):
        raise RuleBroken(
            f"This cadence asks for a staffing within {every_days} days. Choose an earlier day, or another cadence."
        )
