"""The times that figures are asked about: a year or a quarter, and the same a year before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rightdoor.domain.late_response import Quarter, quarter_of
from rightdoor.domain.measures.norms import Period, year_of
from rightdoor.foundation.jurisdiction.active import local, zone

YEARS, QUARTERS = 10, 12  # back from now


@dataclass(frozen=True, slots=True)
class Span:
    """A year (2026) or a quarter (2026-q1). `as_of`: the moment as of which it is told, where that is not now."""

    key: str
    label: str
    period: Period
    as_of: datetime | None = None

    @property
    def short(self) -> str:
        """As there is room for on a phone and beside a bar: Q3 2026, without the day as of which it is told."""
        return self.label.partition(",")[0].replace("Quarter ", "Q").replace(" of ", " ")

    @property
    def for_the_trail(self) -> dict[str, int]:
        """Year and quarter, as events hold them; 0 for the whole year."""
        year, _, quarter = self.key.partition("-q")
        return {"year": int(year), "quarter": int(quarter or 0)}


def spans_offered(now: datetime) -> list[tuple[str, str]]:
    """What can be chosen: key and words, the running year first."""
    today = local(now).date()
    quarter, found = quarter_of(today), []
    for _ in range(QUARTERS):
        found.append((quarter.key, f"Quarter {quarter.number} of {quarter.year}"))
        quarter = quarter.before
    return [(str(today.year - back), str(today.year - back)) for back in range(YEARS)] + found


def span_of(key: str, now: datetime) -> Span:
    """The span of a key; the running year for any other text."""
    offered = dict(spans_offered(now))
    chosen = key if key in offered else str(local(now).year)
    return Span(chosen, offered[chosen], period_of(chosen))


def year_before(span: Span, now: datetime) -> Span:
    """The same a year before. While the span runs, as it stood a year ago, so that like stands beside like."""
    year, _, quarter = span.key.partition("-")
    key = f"{int(year) - 1}-{quarter}" if quarter else str(int(year) - 1)
    label = label_of(key)
    if span.period.until <= now:
        return Span(key, label, period_of(key))
    then = _a_year_ago(now)
    return Span(key, f"{label}, as of {local(then):%m/%d/%Y}", period_of(key), then)


def label_of(key: str) -> str:
    """What a span is called: Quarter 1 of 2026, or 2026."""
    year, _, quarter = key.partition("-")
    return f"Quarter {quarter[1:]} of {year}" if quarter else year


def period_of(key: str) -> Period:
    """From when to when a span goes: "2026" or "2026-q1"."""
    year, _, quarter = key.partition("-")
    if not quarter:
        return year_of(int(year), zone())
    one = Quarter(int(year), int(quarter[1:]))
    return Period(one.first_day, one.next.first_day - timedelta(days=1), zone())


def _a_year_ago(now: datetime) -> datetime:
    at = local(now)
    day = date(at.year - 1, at.month, min(at.day, 28) if at.month == 2 else at.day)
    return datetime.combine(day, at.timetz())
