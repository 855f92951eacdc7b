"""What a measure is told beside its rows: the state's numbers, the cut-off, the period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)  # a day, and with it a month or a year, is over at 23:59:59: see `domain.clock`


@dataclass(frozen=True, slots=True)
class Norms:
    """The numbers of a state. Those with a value here are the project's default, for a pack that sets none.

    `tier_hours`: hours to the emergency response meeting, by the number of the tier. `aims`: the share to strive for,
    by the name of a measure.
    """

    zone: ZoneInfo
    tier_hours: Mapping[int, int]
    summary_hours: int
    notes_hours: int
    plan_hours: int
    staffings: int = 3  # per case, after the referral
    follow_up_days: int = 180  # from here on a case has had the time to be staffed so often
    active_days: int = 15  # from here on a coordinator was there for the month
    trainings_per_month: int = 1
    outreach_per_year: int = 10
    advisory_per_quarter: int = 1
    agreement_days: int = 365
    protocol_days: int = 365
    confirmed_within_days: int = 180
    threshold: int = 11
    aims: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def fastest(self) -> int:
        """The number of the tier with the fewest hours."""
        return min(self.tier_hours, key=lambda tier: (self.tier_hours[tier], tier))


@dataclass(frozen=True)
class Period:
    """Days of the state, the first and the last among them. Raises ValueError when they stand the wrong way round."""

    first: date
    last: date
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("A period cannot end before it begins.")

    @cached_property
    def since(self) -> datetime:
        """Its first instant."""
        return start_of(self.first, self.zone)

    @cached_property
    def until(self) -> datetime:
        """The first instant after it."""
        return start_of(self.last + timedelta(days=1), self.zone)

    def has(self, at: datetime) -> bool:
        """Does an instant lie in it?"""
        return self.since <= utc(at) < self.until

    def has_day(self, day: date) -> bool:
        """Does a day lie in it?"""
        return self.first <= day <= self.last

    def whole(self, months: int) -> Iterator[Period]:
        """The calendar months (1) or quarters (3) that lie wholly in it, one after the other."""
        year, month = self.first.year, (self.first.month - 1) // months * months + 1
        while (begin := date(year, month, 1)) <= self.last:
            year, month = (year, month + months) if month + months <= 12 else (year + 1, month + months - 12)
            end = date(year, month, 1) - timedelta(days=1)
            if begin >= self.first and end <= self.last:
                yield Period(begin, end, self.zone)


def year_of(year: int, zone: ZoneInfo) -> Period:
    """A calendar year."""
    return Period(date(year, 1, 1), date(year, 12, 31), zone)


@dataclass(frozen=True)
class Asked:
    """What is asked of a measure. Nothing after `as_of` has happened. Without a `period` every row counts."""

    as_of: datetime
    norms: Norms
    period: Period | None = None

    @cached_property
    def cut_off(self) -> datetime:
        """The cut-off in UTC."""
        return utc(self.as_of)

    @cached_property
    def day(self) -> date:
        """The state's day of the cut-off."""
        return self.cut_off.astimezone(self.norms.zone).date()

    @property
    def of(self) -> Period:
        """The period, for a measure that cannot do without one. Raises ValueError."""
        if self.period is None:
            raise ValueError("This measure needs a period.")
        return self.period

    @cached_property
    def months(self) -> tuple[Period, ...]:
        """The calendar months that lie wholly in the period. Raises ValueError without one."""
        return tuple(self.of.whole(1))

    @cached_property
    def quarters(self) -> tuple[Period, ...]:
        """The quarters of years that lie wholly in the period. Raises ValueError without one."""
        return tuple(self.of.whole(3))

    def seen(self, at: datetime | None) -> datetime | None:
        """What had happened by the cut-off; None otherwise."""
        return at if at is not None and at <= self.cut_off else None

    def takes(self, at: datetime) -> bool:
        """Had it happened by the cut-off, and in the period?"""
        return at <= self.cut_off and (self.period is None or self.period.has(at))

    def takes_day(self, day: date) -> bool:
        """The same of a day."""
        return day <= self.day and (self.period is None or self.period.has_day(day))

    def is_over(self, one: Period) -> bool:
        """Had it ended by the cut-off?"""
        return one.until - SECOND <= self.cut_off


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day, in UTC."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def utc(moment: datetime) -> datetime:
    """An instant in UTC: two times in one zone are subtracted by the face of the clock, two in UTC by what elapsed.

    Raises ValueError for a time without a zone.
    """
    if moment.tzinfo is None:
        raise ValueError("A measure needs times with a zone.")
    return moment.astimezone(UTC)
