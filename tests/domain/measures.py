"""Norms and moments for the tests of measures."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from rightdoor.domain.measures.measured import Measured
from rightdoor.domain.measures.norms import Asked, Norms, Period, year_of

ZONE = ZoneInfo("America/Chicago")
NORMS = Norms(
    zone=ZONE,
    tier_hours={1: 48, 2: 72, 3: 168},
    summary_hours=72,
    notes_hours=72,
    plan_hours=72,
    aims={"S1": Fraction(1, 2), "S1m": Fraction(1, 2)},
)
START = datetime(2025, 6, 2, 15, 0, tzinfo=UTC)  # a Monday
YEAR = year_of(2025, ZONE)


def at(hours: float = 0) -> datetime:
    """So many hours after START."""
    return START + timedelta(hours=hours)


def local(*parts: int, **more: Any) -> datetime:
    """A time on the wall of the state."""
    return datetime(*parts, tzinfo=ZONE, **more)  # type: ignore[misc]


def asked(as_of: datetime | None = None, period: Period | None = None) -> Asked:
    """As of the end of the year, unless another moment is named."""
    return Asked(as_of or datetime(2026, 1, 1, 6, 0, tzinfo=UTC), NORMS, period)


def day(text: str) -> date:
    return date.fromisoformat(text)


def whole(found: Measured) -> int:
    """Every verdict of a figure: nothing vanishes."""
    assert found.denominator is not None
    return found.denominator + found.pending + sum(found.excluded.values()) + found.outside
