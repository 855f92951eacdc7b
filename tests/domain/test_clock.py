"""The response clock: exact to the second, also when the hour changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.clock import Clock, due_after, end_of_day_after, in_words, span_in_words

CHICAGO = ZoneInfo("America/Chicago")
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)

moments = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2035, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([CHICAGO, UTC, ZoneInfo("America/Denver")]),
    allow_imaginary=False,
)


def clock(hours: int = 48, **more) -> Clock:
    return Clock(NOON, NOON + timedelta(hours=hours), **more)


@pytest.mark.req("INT-6")
@given(start=moments, hours=st.integers(1, 400))
def test_hours_are_elapsed_hours_whatever_the_hands_of_the_clock_do(start, hours):
    due = due_after(start, hours)
    assert due.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)
    assert due.tzinfo is start.tzinfo


@pytest.mark.req("INT-6")
def test_the_night_that_loses_an_hour_moves_the_due_time_an_hour_later_on_the_wall():
    due = due_after(datetime(2026, 3, 7, 12, 0, tzinfo=CHICAGO), 48)
    assert (due.day, due.hour) == (9, 13)


@pytest.mark.req("INT-6")
def test_the_night_that_gains_an_hour_moves_the_due_time_an_hour_earlier_on_the_wall():
    due = due_after(datetime(2026, 10, 31, 12, 0, tzinfo=CHICAGO), 48)
    assert (due.day, due.hour) == (2, 11)


@pytest.mark.req("INT-6")
@given(start=moments, hours=st.integers(1, 400))
def test_exactly_on_the_second_is_on_time_and_a_second_later_is_late(start, hours):
    due = due_after(start, hours)
    running = Clock(start, due)
    assert not running.is_late(due)
    assert running.state(due.astimezone(UTC) + SECOND) == "late"
    assert Clock(start, due, stopped_at=due).state(due) == "met"
    assert Clock(start, due, stopped_at=due.astimezone(UTC) + SECOND).state(due) == "missed"


@pytest.mark.req("INT-6")
def test_the_repeated_hour_of_autumn_is_two_hours():
    first = datetime(2026, 11, 1, 1, 30, tzinfo=CHICAGO)
    due = due_after(first, 1)
    assert due.fold == 1
    assert Clock(first, due).left(first) == timedelta(hours=1)
    assert Clock(first, due).state(due.astimezone(UTC) + SECOND) == "late"


@pytest.mark.req("INT-6")
def test_a_clock_is_at_risk_when_less_than_a_quarter_is_left():
    assert clock().state(NOON + timedelta(hours=36)) == "on_time"
    assert clock().state(NOON + timedelta(hours=36) + SECOND) == "at_risk"


def test_what_has_happened_no_longer_runs():
    met = clock(stopped_at=NOON + timedelta(hours=43))
    assert met.state(NOON + timedelta(days=30)) == "met"
    assert met.left(NOON + timedelta(days=30)) == timedelta(hours=5)
    assert not met.is_running()


def test_a_pause_is_told_apart_from_being_on_time_and_holds_the_time_left():
    paused = clock(paused_at=NOON + timedelta(hours=10), pause_reason="not located")
    assert paused.state(NOON + timedelta(days=30)) == "paused"
    assert paused.left(NOON + timedelta(days=30)) == timedelta(hours=38)


def test_a_pause_cannot_hide_that_it_was_already_late():
    paused = clock(paused_at=NOON + timedelta(hours=49), pause_reason="not located")
    assert paused.state(NOON + timedelta(hours=50)) == "late"


def test_a_pause_needs_a_reason():
    with pytest.raises(ValueError, match="needs a reason"):
        clock(paused_at=NOON)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        Clock(NOON.replace(tzinfo=None), NOON)


def test_a_clock_cannot_be_due_before_it_started():
    with pytest.raises(ValueError, match="before it started"):
        Clock(NOON, NOON - SECOND)


@pytest.mark.parametrize(("hours", "expected"), [(0, 0.0), (12, 0.25), (48, 1.0), (96, 2.0), (-5, 0.0)])
def test_the_share_used_grows_past_one_when_late(hours, expected):
    assert clock().share_used(NOON + timedelta(hours=hours)) == expected


@given(start=moments, days=st.integers(0, 400))
def test_a_deadline_of_calendar_days_ends_with_the_local_day(start, days):
    end = end_of_day_after(start, days, CHICAGO)
    assert end.date() == start.astimezone(CHICAGO).date() + timedelta(days=days)
    assert (end.hour, end.minute, end.second) == (23, 59, 59)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (timedelta(hours=29), "19 h left"),
        (timedelta(hours=45, minutes=55), "2 h 5 min left"),
        (timedelta(hours=48), "under a minute left"),
        (timedelta(hours=50), "2 h late"),
        (timedelta(hours=48, seconds=1), "under a minute late"),
    ],
)
def test_a_running_clock_in_words(at, said):
    assert in_words(clock(), NOON + at) == said


def test_days_are_told_from_two_days_on():
    assert in_words(clock(hours=52), NOON) == "2 d 4 h left"
    assert span_in_words(timedelta(hours=47, minutes=59)) == "47 h"
    assert span_in_words(timedelta(hours=72)) == "3 d"


def test_a_stopped_or_paused_clock_in_words():
    assert in_words(clock(stopped_at=NOON + timedelta(hours=43)), NOON) == "met with 5 h to spare"
    assert in_words(clock(stopped_at=NOON + timedelta(hours=51)), NOON) == "missed by 3 h"
    assert in_words(clock(paused_at=NOON, pause_reason="not located"), NOON) == "paused"
