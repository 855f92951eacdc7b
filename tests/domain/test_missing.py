"""A missing child: who reports, from which of two starts, across a change of the hour, and with times nobody knows."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain import missing
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.missing import (
    CUSTODY,
    FOR_POLICE_ONLY,
    ON_A_POSTER,
    EpisodeTimes,
    Limit,
    ReturnFacts,
    away_in_words,
    check_may_close,
    check_may_recover,
    check_times,
    contact_clock,
    due_of,
    duty_clock,
    duty_holder,
    lacking_before_closing,
    on_sheet,
)
from rightdoor.domain.sharing_matrix import CLASSES

CHICAGO = ZoneInfo("America/Chicago")
LEARNED = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEDERAL, STATE = Limit("learned", within_hours=24), Limit("departed", within_hours=24)
ENTRY, DAYS = Limit("reported", within_hours=2), Limit("departed", within_days=3)
earlier = st.none() | st.integers(0, 96).map(lambda hours: LEARNED - hours * HOUR)


@pytest.mark.req("CASE-8")
def test_the_earlier_of_two_starts_alarms_and_both_are_reckoned():
    found = duty_clock([FEDERAL, STATE], EpisodeTimes(LEARNED, departed_at=LEARNED - 7 * HOUR), CHICAGO)

    assert [one.due_at for one in found.reckoned] == [LEARNED + 24 * HOUR, LEARNED + 17 * HOUR]
    assert found.earliest.limit == STATE
    assert found.clock.due_at == LEARNED + 17 * HOUR


@pytest.mark.req("CASE-8")
@given(departed=earlier, seen=earlier)
def test_a_time_that_nobody_knows_never_gives_more_time(departed, seen):
    known = duty_clock([FEDERAL, STATE], EpisodeTimes(LEARNED, departed, seen), CHICAGO).clock
    unknown = duty_clock([FEDERAL, STATE], EpisodeTimes(LEARNED, None, seen), CHICAGO).clock

    assert known.due_at <= LEARNED + 24 * HOUR
    assert unknown.due_at <= LEARNED + 24 * HOUR
    if departed is None or (seen is not None and seen <= departed):
        assert unknown.due_at <= known.due_at


@pytest.mark.req("CASE-8")
@pytest.mark.parametrize(
    ("times", "start", "says"),
    [
        (EpisodeTimes(LEARNED), LEARNED, "learned"),
        (EpisodeTimes(LEARNED, None, LEARNED - HOUR), LEARNED - HOUR, "last seen"),
        (EpisodeTimes(LEARNED, LEARNED - HOUR), LEARNED - HOUR, "left"),
    ],
)
def test_it_says_from_what_it_counts(times, start, says):
    (found,) = duty_clock([STATE], times, CHICAGO).reckoned

    assert found.start == start
    assert says in found.start_words
    assert found.assumed is (times.departed_at is None)


@pytest.mark.req("CASE-8")
def test_the_entry_of_the_police_waits_for_the_report():
    assert duty_clock([ENTRY], EpisodeTimes(LEARNED), CHICAGO).clock is None

    told = EpisodeTimes(LEARNED, reported_at=LEARNED + HOUR)
    assert duty_clock([ENTRY], told, CHICAGO).clock.due_at == LEARNED + 3 * HOUR


@pytest.mark.req("CASE-8")
@pytest.mark.parametrize(
    ("left", "hour", "day_end"),
    [
        (datetime(2026, 3, 7, 12, 0, tzinfo=CHICAGO), 13, datetime(2026, 3, 10, 23, 59, 59, tzinfo=CHICAGO)),
        (datetime(2026, 10, 31, 12, 0, tzinfo=CHICAGO), 11, datetime(2026, 11, 3, 23, 59, 59, tzinfo=CHICAGO)),
    ],
)
def test_hours_are_elapsed_and_days_end_at_local_midnight_when_the_clocks_change(left, hour, day_end):
    assert due_of(STATE, left, CHICAGO).astimezone(CHICAGO).hour == hour
    assert due_of(STATE, left, CHICAGO).astimezone(UTC) - left.astimezone(UTC) == 24 * HOUR
    assert due_of(DAYS, left, CHICAGO) == day_end


def test_of_two_moments_in_the_repeated_hour_the_really_earlier_one_counts():
    first = datetime(2026, 11, 1, 1, 50, tzinfo=CHICAGO)  # still summer time
    second = datetime(2026, 11, 1, 1, 10, tzinfo=CHICAGO, fold=1)  # forty minutes of the wall earlier, but later
    found = duty_clock([FEDERAL, STATE], EpisodeTimes(second, first), CHICAGO)

    assert found.earliest.start == first
    assert found.clock.due_at.astimezone(UTC) == first.astimezone(UTC) + 24 * HOUR


def test_a_limit_gives_hours_or_days_and_not_both():
    for limit in (Limit("learned"), Limit("learned", within_hours=1, within_days=1)):
        with pytest.raises(ValueError, match="one of them"):
            due_of(limit, LEARNED, CHICAGO)


@pytest.mark.req("CASE-8")
def test_custody_says_who_reports_and_not_established_is_the_strictest():
    holders = {custody: duty_holder(custody) for custody in CUSTODY}

    assert {custody: one.role for custody, one in holders.items()} == {
        "state_care": "child_welfare",
        "parent": "parent",
        "other": "custodian",
        "": "child_welfare",
    }
    assert (holders[""].by_law, holders[""].assumed) == (True, True)
    with pytest.raises(KeyError):
        duty_holder("nobody")


@pytest.mark.parametrize(
    "times",
    [
        EpisodeTimes(LEARNED + 2 * HOUR),
        EpisodeTimes(LEARNED, departed_at=LEARNED + HOUR),
        EpisodeTimes(LEARNED, last_seen_at=LEARNED + HOUR),
        EpisodeTimes(LEARNED, LEARNED - 2 * HOUR, LEARNED - HOUR),
    ],
)
def test_times_that_cannot_be_are_refused(times):
    with pytest.raises(RuleBroken):
        check_times(times, LEARNED + HOUR)


def test_a_child_is_found_after_leaving_not_in_the_future_and_once():
    times = EpisodeTimes(LEARNED, LEARNED - 2 * HOUR)
    check_may_recover("running", times, LEARNED - HOUR, LEARNED)
    for state, at in (("running", LEARNED - 3 * HOUR), ("running", LEARNED + HOUR), ("recovered", LEARNED)):
        with pytest.raises(RuleBroken):
            check_may_recover(state, times, at, LEARNED)


def test_the_next_contact_counts_from_the_last_one():
    assert contact_clock(None, LEARNED, 7, CHICAGO).started_at == LEARNED
    later = contact_clock(LEARNED + 48 * HOUR, LEARNED, 7, CHICAGO)
    assert later.due_at == datetime(2026, 6, 10, 23, 59, 59, tzinfo=CHICAGO)


@pytest.mark.req("CASE-8")
def test_an_episode_closes_when_nothing_is_lacking():
    steps = frozenset({"conversation", "screening", "medical", "placement", "review"})
    for step in steps:
        assert len(lacking_before_closing(ReturnFacts(LEARNED, steps - {step}))) == 1
    assert len(lacking_before_closing(ReturnFacts(LEARNED, steps, open_lines=1))) == 1
    assert len(lacking_before_closing(ReturnFacts(None, steps))) == 1
    check_may_close("recovered", ReturnFacts(LEARNED, steps))
    with pytest.raises(RuleBroken):
        check_may_close("closed", ReturnFacts(LEARNED, steps))


@pytest.mark.req("CASE-8")
def test_a_poster_holds_nothing_of_custody_or_danger_and_what_is_on_no_list_is_on_no_sheet():
    told = dict.fromkeys((*ON_A_POSTER, *FOR_POLICE_ONLY, "happened"), "words")

    assert not set(on_sheet("poster", told)) & {"custody", "danger", "danger_words", "may_be", "marks", "numbers"}
    assert "happened" not in on_sheet("official", told)
    with pytest.raises(KeyError):
        on_sheet("newspaper", told)


def test_a_span_away_is_told_as_a_band():
    spans = [timedelta(hours=24), timedelta(hours=25), timedelta(days=5), timedelta(days=29), timedelta(days=31)]
    assert len({away_in_words(span) for span in spans}) == len(spans)


@pytest.mark.req("CASE-8")
@pytest.mark.parametrize("variant", [missing.OFFICIAL, missing.POSTER])
def test_a_picture_is_on_no_sheet_that_does_not_disclose_what_it_is_kept_as(variant) -> None:
    kept_as = missing.PICTURE_CLASSES[variant]
    assert set(kept_as) <= set(missing.SHEET_CLASSES[variant])
    for klass in sorted(CLASSES):
        if klass in kept_as:
            missing.check_picture(variant, klass, is_of_the_case=True)
        else:
            with pytest.raises(RuleBroken):
                missing.check_picture(variant, klass, is_of_the_case=True)
        with pytest.raises(RuleBroken, match="Another agency"):
            missing.check_picture(variant, klass, is_of_the_case=False)
