"""Shares, their uncertainty, percentages, and what may be told outside."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.measures.measured import (
    MET,
    OUTSIDE,
    PENDING,
    Definition,
    Measured,
    Verdict,
    change,
    excluded,
    in_public,
    missed,
    percent,
    rounded,
    tally,
    wilson,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ANY = Definition("X", "Anything in {hours} hours", "things", "done in {hours}", "owed", ("Rule of {hours}.",), 1, "")

verdicts = st.lists(
    st.sampled_from([MET, missed("late"), missed(), PENDING, excluded("duplicate"), excluded("withdrawn"), OUTSIDE])
)


def figure(numerator: int | None, denominator: int | None) -> Measured:
    return Measured(ANY, NOW, numerator, denominator)


@pytest.mark.req("STAT-4")
@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (356, 681, "52.3"), (428, 744, "57.5"), (543, 927, "58.6"), (809, 927, "87.3"), (201, 447, "45.0"),
        (641, 681, "94.1"), (17, 59, "28.8"), (35, 58, "60.3"), (28, 58, "48.3"),
    ],
)  # fmt: skip
def test_published_percentages_come_out_as_published(part: int, whole: int, told: str) -> None:
    assert str(percent(Fraction(part, whole))) == told


@pytest.mark.req("STAT-4")
@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (357, 447, "25.2"), (447, 681, "52.3"), (681, 744, "9.3"), (744, 927, "24.6"), (927, 759, "-18.1"),
        (759, 932, "22.8"), (932, 992, "6.4"), (201, 356, "77.1"), (20, 72, "260.0"), (214, 269, "25.7"),
        (428, 543, "26.9"),
    ],
)  # fmt: skip
def test_a_change_is_reckoned_from_the_counts_and_not_from_percentages(before: int, after: int, told: str) -> None:
    assert str(change(before, after)) == told


def test_there_is_no_change_from_nothing() -> None:
    assert change(0, 7) is None


@pytest.mark.parametrize(
    ("value", "told"),
    [("1/8", "0.13"), ("-1/8", "-0.13"), ("1/200", "0.01"), ("-1/200", "-0.01"), ("1/3", "0.33"), ("0", "0.00")],
)
def test_a_half_is_rounded_away_from_zero(value: str, told: str) -> None:
    assert rounded(Fraction(value), 2) == Decimal(told)


@pytest.mark.req("STAT-7")
@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (6, 10, 0.3127, 0.8318),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
        (15, 20, 0.5313, 0.8881),
    ],
)
def test_wilsons_interval_has_the_values_of_the_tables(part: int, whole: int, low: float, high: float) -> None:
    found = wilson(part, whole)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.req("STAT-7")
@given(whole=st.integers(1, 99), data=st.data())
def test_an_interval_holds_its_share_and_is_the_mirror_of_the_rest(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    found, rest = wilson(part, whole), wilson(whole - part, whole)
    assert 0 <= found.low <= part / whole <= found.high <= 1
    assert found.low == pytest.approx(1 - rest.high)


def test_what_is_no_share_has_no_interval() -> None:
    for part, whole in ((0, 0), (2, 1), (-1, 3)):
        with pytest.raises(ValueError, match="A share needs"):
            wilson(part, whole)


@pytest.mark.req("STAT-7")
def test_an_interval_stands_beside_shares_of_fewer_than_a_hundred() -> None:
    assert figure(50, 99).interval is not None
    assert figure(50, 100).interval is None
    assert figure(0, 0).interval is None
    assert figure(0, 0).share is None


@pytest.mark.req("STAT-4")
@given(verdicts)
def test_every_verdict_is_found_again_in_the_figure(judged: list[Verdict]) -> None:
    found = tally(judged, ANY, NOW)
    assert found.numerator is not None
    assert found.denominator is not None
    assert found.numerator + sum(found.missed.values()) == found.denominator
    counted = found.denominator + found.pending + sum(found.excluded.values()) + found.outside
    assert counted == len(judged)


@pytest.mark.req("STAT-4")
@given(verdicts, st.sampled_from([PENDING, OUTSIDE, excluded("duplicate")]), st.randoms(use_true_random=False))
def test_neither_order_nor_what_does_not_count_changes_a_share(judged: list[Verdict], more: Verdict, dice) -> None:
    shuffled = [*judged, more]
    dice.shuffle(shuffled)
    before, after = tally(judged, ANY, NOW), tally(shuffled, ANY, NOW)
    assert (after.share, after.missed) == (before.share, before.missed)
    dice.shuffle(judged)
    assert tally(judged, ANY, NOW) == before


@pytest.mark.req("STAT-4")
def test_a_definition_says_the_packs_numbers_in_words() -> None:
    said = ANY.filled(hours=48).in_words
    assert said == "Anything in 48 hours. Counted: done in 48. Out of: owed. Rule of 48."


@pytest.mark.req("STAT-3")
@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (11, 22, "shown"), (10, 22, "hidden"), (12, 22, "hidden"), (0, 22, "after_audit"), (22, 22, "after_audit"),
        (0, 10, "hidden"), (10, 10, "hidden"), (0, 0, "after_audit"), (5, None, "hidden"), (11, None, "shown"),
        (None, None, "hidden"),
    ],
)  # fmt: skip
def test_a_small_count_a_small_rest_and_a_small_whole_are_hidden(part: int, whole: int, told: str) -> None:
    assert in_public(figure(part, whole), 11) == told


def test_an_aim_is_reached_at_the_very_share() -> None:
    reached = Measured(ANY, NOW, 1, 2, aim=Fraction(1, 2))
    assert reached.reaches_aim is True
    assert Measured(ANY, NOW, 49, 100, aim=Fraction(1, 2)).reaches_aim is False
    assert Measured(ANY, NOW, 0, 0, aim=Fraction(1, 2)).reaches_aim is None
    assert figure(1, 2).reaches_aim is None
