"""Quarters and years that may be taken to a meeting: each is told once."""

from datetime import date

import pytest

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.late_response import Quarter
from rightdoor.domain.taken_times import Time, Year, check_may_be_taken, time_named

TODAY = date(2026, 4, 1)
Q1, Q4 = Quarter(2026, 1), Quarter(2025, 4)


@pytest.mark.req("STAT-7")
def test_a_time_is_named_by_its_key_and_by_nothing_else() -> None:
    assert time_named("2026-q1") == Q1
    assert time_named("2026") == Year(2026)
    assert time_named(Year(2025).key) == Year(2025)
    assert [time_named(text) for text in ("", "26", "2026 ", "2026-q5", "２026", "all", "2026-")] == [None] * 7
    assert (Year(2026).before, Year(2026).next, Year(2026).first_day) == (Year(2025), Year(2027), date(2026, 1, 1))


@pytest.mark.req("STAT-7")
@pytest.mark.parametrize(
    ("time", "taken"),
    [
        (Q1, []),
        (Q1, [Q4]),  # stands beside it as it stood then
        (Q4, [Quarter(2025, 2)]),  # the second beside the first: the third was told of nowhere
        (Q1, [Year(2023)]),
        (Year(2025), [Year(2024)]),
        (Year(2024), [Q1]),  # told: the first of 2026 and the last of 2025
    ],
)
def test_a_time_of_which_nothing_was_told_may_be_taken(time: Time, taken: list[Time]) -> None:
    check_may_be_taken(time, taken, TODAY)


@pytest.mark.req("STAT-7", "STAT-3")
@pytest.mark.parametrize(
    ("time", "taken", "why"),
    [
        (Quarter(2026, 2), [], "not over"),
        (Year(2026), [], "not over"),
        (Q1, [Q1], "already"),
        (Year(2025), [Year(2025)], "already"),
        (Q4, [Q1], "beside those of the time after"),
        (Year(2024), [Year(2025)], "beside those of the time after"),
        (Year(2025), [Q4], "never told both"),
        (Year(2025), [Q1], "never told both"),  # beside it stood the last quarter of 2025
        (Year(2025), [Quarter(2024, 2)], "never told both"),  # the year stands beside 2024
        (Q1, [Year(2025)], "never told both"),
        (Quarter(2025, 2), [Year(2025)], "never told both"),
    ],
)
def test_what_was_told_is_not_told_again_in_another_way(time: Time, taken: list[Time], why: str) -> None:
    with pytest.raises(RuleBroken, match=why):
        check_may_be_taken(time, taken, TODAY)


@pytest.mark.req("STAT-7", "STAT-3")
def test_whatever_is_taken_in_whatever_order_no_time_is_told_twice() -> None:
    """Every pair and every three of two years, in each order that is allowed: a quarter and its year never both."""
    times: list[Time] = [Year(2024), Year(2025), *(Quarter(year, at) for year in (2024, 2025) for at in (1, 2, 3, 4))]

    def go_on(taken: tuple[Time, ...]) -> None:
        fresh: list[Time] = []  # told anew when each was taken: itself, and the time before unless that stood already
        for at, one in enumerate(taken):
            fresh += [one] if one.before in taken[:at] else [one, one.before]
        assert len(set(fresh)) == len(fresh), taken
        years = {one.year for one in fresh if isinstance(one, Year)}
        assert not years & {one.year for one in fresh if isinstance(one, Quarter)}, taken
        for one in times if len(taken) < 3 else ():
            try:
                check_may_be_taken(one, taken, TODAY)
            except RuleBroken:
                continue
            go_on((*taken, one))

    go_on(())
