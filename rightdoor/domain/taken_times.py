"""Which quarters and years of a region may be taken to a meeting as totals, beside the time before.

Every time is told once: were it told again as it stands later, or a year beside its quarters, the difference would be a
small count. So a quarter is taken once, or stands once beside the one that follows it; and a year is taken where none
of its quarters was told, or the other way round. (STAT-7)
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from .errors import RuleBroken
from .late_response import Quarter, check_may_take, quarter_named

_YEAR = re.compile(r"\A(20[0-9]{2})\Z", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Year:
    """Twelve months from January on."""

    year: int

    @property
    def key(self) -> str:
        """2026: how addresses and rows name it."""
        return str(self.year)

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, 1, 1)

    @property
    def next(self) -> Year:
        """The one that follows."""
        return Year(self.year + 1)

    @property
    def before(self) -> Year:
        """The one that went before."""
        return Year(self.year - 1)


Time = Quarter | Year


def time_named(key: str) -> Time | None:
    """The quarter or the year of a key such as "2026-q1" or "2026"; None for anything else."""
    found = _YEAR.match(key)
    return Year(int(found[1])) if found else quarter_named(key)


def is_over(time: Time, today: date) -> bool:
    """Only what is over is taken."""
    return time.next.first_day <= today


def check_may_be_taken(time: Time, taken: Collection[Time], today: date) -> None:
    """May this time be taken, beside the one before it? `taken`: the times that were, to whichever meeting.

    Raises RuleBroken with what to do instead.
    """
    if isinstance(time, Quarter):
        check_may_take(time, today)
    elif not is_over(time, today):
        raise RuleBroken("This year is not over. Take one whose figures stay as they are.")
    if time in taken:
        raise RuleBroken("These figures were taken to a meeting already. They stand in its minutes.")
    if time.next in taken:
        raise RuleBroken("These figures stand in minutes already, beside those of the time after. Take a later time.")
    told = {one for each in taken for one in (each, each.before)}
    if any(_overlap(mine, one) for mine in (time, time.before) for one in told):
        raise RuleBroken(
            "A year and its quarters are never told both: small counts could be worked out. Take a time that nothing "
            "was told of."
        )


def _overlap(one: Time, other: Time) -> bool:
    return type(one) is not type(other) and one.year == other.year
