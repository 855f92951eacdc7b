"""Counts over time: exact limits, comparisons, and warnings that hardly ever warn of nothing."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightdoor.domain.measures.trends import (
    FALSE_ALARMS,
    Point,
    by_span,
    change_between,
    fisher,
    poisson_limits,
    series_of,
    share_limits,
    share_question,
    share_words,
    signals,
    source_question,
    spread_of,
)

pytestmark = pytest.mark.req("STAT-7")


# Garwood's limits as every table of them prints them
@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (3, 0.619, 8.767), (10, 4.795, 18.390), (100, 81.364, 121.627)],
)
def test_the_limits_of_a_count_are_the_printed_ones(count: int, low: float, high: float) -> None:
    found = poisson_limits(count)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.001)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 10, 0.0, 0.3085), (3, 10, 0.0667, 0.6525), (10, 10, 0.6915, 1.0), (500, 1000, 0.4685, 0.5315)],
)
def test_the_limits_of_a_share_are_the_printed_ones(part: int, whole: int, low: float, high: float) -> None:
    found = share_limits(part, whole)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.0001)


@pytest.mark.parametrize("wrong", [(-1, 4), (5, 4), (0, 0)])
def test_a_share_that_is_none_is_refused(wrong: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="share"):
        share_limits(*wrong)


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        poisson_limits(-1)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400))
def test_a_count_lies_between_its_limits(count: int) -> None:
    found = poisson_limits(count)
    assert found.low <= count < found.high


def test_a_small_difference_is_not_called_a_change() -> None:
    found = change_between(20, 35)
    assert found.direction == "unclear"
    assert found.low < 1 < found.high
    assert found.in_words.startswith("No clear change: from 20 to 35 may be chance.")


def test_a_large_difference_is_a_rise_and_says_no_cause() -> None:
    found = change_between(40, 90)
    assert found.direction == "rise"
    assert found.low > 1
    assert "Why, the figure does not say." in found.in_words


def test_a_large_fall_is_a_fall() -> None:
    assert change_between(90, 40).direction == "fall"


def test_the_direction_and_the_limits_agree() -> None:
    for before in range(0, 60, 4):
        for after in range(0, 60, 4):
            found = change_between(before, after)
            assert (found.direction == "unclear") == (found.low <= 1 <= found.high)


def test_counts_over_unequal_spans_are_compared_by_their_rates() -> None:
    found = change_between(120, 10, spans=(12, 1))
    assert found.ratio == pytest.approx(1.0)
    assert found.direction == "unclear"


def test_counts_that_come_in_clusters_say_less() -> None:
    assert change_between(40, 70).direction == "rise"
    assert change_between(40, 70, spread=Fraction(3)).direction == "unclear"


def test_no_ratio_to_nothing() -> None:
    found = change_between(0, 5)
    assert (found.ratio, found.high) == (None, inf)
    assert found.in_words == "There was none before, so no change can be given."


def test_nothing_twice_is_no_change() -> None:
    assert change_between(0, 0).direction == "unclear"


@pytest.mark.parametrize("spans", [(0, 1), (1, 0)])
def test_a_span_of_nothing_is_refused(spans: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="spans"):
        change_between(1, 1, spans=spans)


def test_even_counts_scatter_no_more_than_chance() -> None:
    assert spread_of([5, 5, 5, 5]) == 1
    assert spread_of([]) == spread_of([7]) == spread_of([0, 0]) == 1


def test_clusters_scatter_more_than_chance() -> None:
    assert spread_of([0, 20, 0, 20]) == Fraction(40, 3)


def test_a_series_stops_where_the_definition_changed() -> None:
    found = series_of([Point("2023", 30, "1"), Point("2024", 80, "2"), Point("2025", 85, "2")])
    assert found.breaks == ("2024",)
    assert found.steps[0].change is None
    assert "no comparison" in found.steps[0].why
    assert found.steps[1].change is not None


def test_a_hidden_count_has_no_limits_and_no_change() -> None:
    found = series_of([Point("2024", None), Point("2025", 85)])
    assert found.points[0].limits is None
    assert found.steps[0].change is None


def test_fisher_agrees_with_the_lady_tasting_tea() -> None:
    assert fisher((3, 4), (1, 4)) == pytest.approx(34 / 70)
    assert fisher((4, 4), (0, 4)) == pytest.approx(2 / 70)
    assert fisher((4, 4), (0, 4), only_more=True) == pytest.approx(1 / 70)


def test_fewer_than_before_is_no_reason_to_warn_where_only_more_counts() -> None:
    assert fisher((0, 20), (20, 20), only_more=True) == 1.0


def test_a_source_that_fell_silent_warns() -> None:
    found = signals(
        [source_question("hospital", [9, 11, 10, 10, 9, 0]), source_question("school", [2, 1, 3, 2, 2, 0])], 5
    )
    assert [one.key for one in found.warned] == ["hospital"]
    assert found.warned[0].is_silent


def test_a_source_of_few_says_after_how_long_silence_would_tell() -> None:
    often = source_question("often", [9, 11, 10, 10, 9, 0], among=5)
    seldom = source_question("seldom", [1, 0, 1, 1, 0, 0], among=5)
    assert often.silent_tells_after is not None
    assert seldom.silent_tells_after is not None
    assert often.silent_tells_after < seldom.silent_tells_after
    assert source_question("never", [0, 0, 0, 0, 0, 0]).silent_tells_after is None


def test_more_missed_clocks_warn_and_fewer_do_not() -> None:
    more = share_question("missed", "", (15, 20), (10, 80), only_more=True)
    fewer = share_question("missed", "", (0, 20), (70, 80), only_more=True)
    assert signals([more], 4).warned == (more,)
    assert signals([fewer], 4).warned == ()


def test_too_short_a_past_warns_of_nothing() -> None:
    found = signals([source_question("hospital", [30, 30, 0])], 2)
    assert found.too_short
    assert found.warned == ()


def test_a_place_where_nothing_changes_hardly_ever_warns() -> None:
    random, alarms, looks = Random(20260101), 0, 400
    for _ in range(looks):
        asked = []
        for key in ("a", "b", "c", "d"):
            counts = [sum(random.random() < 0.04 for _ in range(100)) for _ in range(5)]
            asked.append(source_question(key, counts, among=5))
        late = [sum(random.random() < 0.2 for _ in range(many)) for many in (25, 100)]
        asked.append(share_question("missed", "", (late[0], 25), (late[1], 100), only_more=True))
        alarms += bool(signals(asked, 4).warned)
    assert alarms <= looks * FALSE_ALARMS


def test_the_rule_says_how_often_it_warns_of_nothing() -> None:
    found = signals([source_question("hospital", [9, 11, 10, 10])], 3)
    assert "at most one in 50" in found.rule
    assert "not why" in found.rule


def test_a_share_of_few_is_told_with_its_limits() -> None:
    assert share_words(3, 10) == "3 of 10 (30.0 %); most likely 7 to 65 %"
    assert share_words(300, 1000) == "300 of 1000 (30.0 %)"
    assert share_words(0, 0) == "none to judge by"


def test_months_are_put_together_from_the_newest_back() -> None:
    assert by_span({"a": [9, 1, 2, 3, 4, 5, 6]}, 3) == {"a": [6, 15]}
