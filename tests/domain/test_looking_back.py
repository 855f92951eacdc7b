"""Quarters counted back from a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rightdoor.domain.looking_back import ENDS, Lookback

UNTIL = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
BACK = Lookback(UNTIL)


@pytest.mark.req("PROG-2")
@pytest.mark.parametrize("number", range(len(ENDS)))
def test_the_far_end_of_a_quarter_belongs_to_it(number):
    edge = UNTIL - timedelta(days=ENDS[number])

    assert BACK.quarter(edge) == number
    later = BACK.quarter(edge - timedelta(seconds=1))
    assert later == (number + 1 if number + 1 < len(ENDS) else None)


def test_the_moment_itself_is_in_the_newest_quarter_and_what_comes_after_in_none():
    assert BACK.quarter(UNTIL) == 0
    assert BACK.quarter(UNTIL + timedelta(seconds=1)) is None
    assert BACK.quarter(None) is None


def test_what_has_no_moment_was_not_seen():
    assert BACK.has_seen(UNTIL) is True
    assert BACK.has_seen(UNTIL + timedelta(seconds=1)) is False
    assert BACK.has_seen(None) is False


def test_four_quarters_are_a_year_and_eight_are_two():
    assert BACK.quarter(BACK.since) == 3
    assert BACK.quarter(BACK.earliest) == 7
    assert (UNTIL - BACK.since).days == 365
    assert (UNTIL - BACK.earliest).days == 730
