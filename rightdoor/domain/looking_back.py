"""Two years looked back on from one moment, by quarters of a year: what a yearly evaluation counts by.

Rows for counting say in which quarter something was and never on which day, so that nobody is told by a date. The
quarters are counted back from the moment itself, so that an evaluation of last year can be made again and finds the
same. (PROG-2)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

# Days back to the far end of each quarter. The first is the "last 90 days", the first two half a year, four a year.
ENDS = (90, 182, 274, 365, 455, 547, 639, 730)
QUARTERS = (0, 1, 2, 3)
YEAR = frozenset(QUARTERS)
YEAR_BEFORE = frozenset({4, 5, 6, 7})
HALF_YEAR = frozenset({0, 1})
NEWEST = frozenset({0})


@dataclass(frozen=True, slots=True)
class Lookback:
    """What lies before `until`: a moment with a zone."""

    until: datetime

    @property
    def since(self) -> datetime:
        """A year before."""
        return self.back(ENDS[3])

    @property
    def earliest(self) -> datetime:
        """Two years before: nothing older is counted."""
        return self.back(ENDS[-1])

    def back(self, days: int) -> datetime:
        """So many days before."""
        return self.until - timedelta(days=days)

    def has_seen(self, at: datetime | None) -> bool:
        """Had it happened by then? What has no moment has not."""
        return at is not None and at <= self.until

    def quarter(self, at: datetime | None) -> int | None:
        """The quarter in which it was: 0 for the newest, 7 for the oldest. None: never, later, or longer ago."""
        if at is None or at > self.until:
            return None
        past = self.until - at
        return next((number for number, days in enumerate(ENDS) if past <= timedelta(days=days)), None)
