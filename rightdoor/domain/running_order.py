"""Several cases at one meeting: in which order, how long each, and when each begins. (MTG-1; SR-06)

The times of the whole order are made here; who may see which line is asked elsewhere, line by line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from .errors import RuleBroken

Line = TypeVar("Line")

MOST_CASES = 30
LONGEST_TURN = 240


def begins(starts_at: datetime, minutes: Sequence[int]) -> list[datetime]:
    """When each turn is planned to begin, one after the other from the start of the meeting."""
    found, at = [], starts_at
    for one in minutes:
        found.append(at)
        at += timedelta(minutes=one)
    return found


def moved(order: Sequence[Line], line: Line, *, up: bool) -> list[Line]:
    """The order with this line one place earlier or later. At the end it stays where it is."""
    found = list(order)
    at = found.index(line)
    to = at - 1 if up else at + 1
    if 0 <= to < len(found):
        found[at], found[to] = found[to], found[at]
    return found


def check_plan(minutes: Sequence[int]) -> None:
    """Every case has its time, and the meeting can still be sat through. Raises RuleBroken."""
    if not minutes:
        raise RuleBroken("Put at least one case on the agenda.")
    if len(minutes) > MOST_CASES:
        raise RuleBroken(f"Put at most {MOST_CASES} cases on one agenda. Call a second meeting for the others.")
    if any(not 0 < one <= LONGEST_TURN for one in minutes):
        raise RuleBroken(f"Say how many minutes each case gets: between 1 and {LONGEST_TURN}.")
    if sum(minutes) > 12 * 60:
        raise RuleBroken("This is more than twelve hours. Call a second meeting for some of the cases.")
