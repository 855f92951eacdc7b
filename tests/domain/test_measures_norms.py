"""Periods of the state's days, and rows whose instants are kept in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.measures.norms import Asked, Period, start_of, year_of
from rightdoor.domain.measures.rows import CaseRow, ReferralRow
from tests.domain.measures import NORMS, START, YEAR, ZONE, asked, day, local


@pytest.mark.req("STAT-4")
def test_a_day_that_loses_an_hour_is_a_day() -> None:
    spring = Period(day("2025-03-09"), day("2025-03-09"), ZONE)
    assert spring.until - spring.since == timedelta(hours=23)
    assert spring.has(local(2025, 3, 9, 23, 59, 59))
    assert not spring.has(local(2025, 3, 10))
    assert start_of(day("2025-07-01"), ZONE) == datetime(2025, 7, 1, 5, tzinfo=UTC)


@pytest.mark.req("STAT-4")
@given(st.integers(0, 400), st.integers(0, 800), st.sampled_from([1, 3]))
def test_months_and_quarters_lie_wholly_in_their_period_and_none_is_lacking(
    first: int, length: int, months: int
) -> None:
    begin = day("2024-01-01") + timedelta(days=first)
    period = Period(begin, begin + timedelta(days=length), ZONE)
    found = list(period.whole(months))
    for one in found:
        assert period.first <= one.first <= one.last <= period.last
        assert one.first.day == 1
        assert (one.first.month - 1) % months == 0
        assert 28 * months <= (one.last - one.first).days + 1 <= 31 * months
        assert (one.last + timedelta(days=1)).day == 1
    for before, after in zip(found, found[1:], strict=False):
        assert before.last + timedelta(days=1) == after.first
    assert sum((one.last - one.first).days + 1 for one in found) >= length + 1 - 2 * (31 * months - 1)


def test_a_year_has_its_months_and_quarters() -> None:
    assert (len(list(YEAR.whole(1))), len(list(YEAR.whole(3)))) == (12, 4)
    assert year_of(2025, ZONE) == YEAR
    with pytest.raises(ValueError, match="before it begins"):
        Period(day("2025-01-02"), day("2025-01-01"), ZONE)


@pytest.mark.req("STAT-4")
def test_a_period_is_over_at_its_last_second() -> None:
    assert asked(local(2025, 12, 31, 23, 59, 59)).is_over(YEAR)
    assert not asked(local(2025, 12, 31, 23, 59, 58)).is_over(YEAR)
    assert asked(local(2025, 12, 31, 23, 59, 59)).day == day("2025-12-31")


@pytest.mark.req("INT-11")
def test_instants_of_rows_are_kept_in_utc_so_that_hours_are_elapsed_hours() -> None:
    row = CaseRow(local(2025, 3, 8, 10), reviews=(local(2025, 3, 10, 10),))
    assert row.referred_at.tzinfo is UTC
    assert row.reviews[0] - row.referred_at == timedelta(hours=47)
    for naive in (
        {"referred_at": START.replace(tzinfo=None)},
        {"referred_at": START, "closed_at": START.replace(tzinfo=None)},
    ):
        with pytest.raises(ValueError, match="with a zone"):
            CaseRow(**naive)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="with a zone"):
        Asked(START.replace(tzinfo=None), NORMS).takes(START)
    assert ReferralRow(START) == ReferralRow(START.astimezone(ZONE))
