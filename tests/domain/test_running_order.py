"""Several cases at one meeting, one after the other."""

from datetime import UTC, datetime, timedelta

import pytest

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.running_order import MOST_CASES, begins, check_plan, moved

NINE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


@pytest.mark.req("MTG-1")
def test_each_turn_begins_when_those_before_it_are_over() -> None:
    assert begins(NINE, [10, 25, 5]) == [NINE, NINE + timedelta(minutes=10), NINE + timedelta(minutes=35)]


@pytest.mark.req("MTG-1")
def test_a_line_moves_one_place_and_stays_at_the_end() -> None:
    assert moved("abc", "b", up=True) == ["b", "a", "c"]
    assert moved("abc", "b", up=False) == ["a", "c", "b"]
    assert moved("abc", "a", up=True) == ["a", "b", "c"]
    assert moved("abc", "c", up=False) == ["a", "b", "c"]


@pytest.mark.req("MTG-1")
@pytest.mark.parametrize("minutes", [[], [10, 0], [241], [1] * (MOST_CASES + 1), [200] * 4])
def test_an_agenda_that_nobody_can_sit_through_is_refused(minutes: list[int]) -> None:
    with pytest.raises(RuleBroken):
        check_plan(minutes)
