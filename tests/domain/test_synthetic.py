"""Synthetic rows: what they cost, what is left, and noise of the width that the formula says."""

from __future__ import annotations

import math
import random
from collections import Counter
from fractions import Fraction

import pytest

from rightdoor.domain import synthetic
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.synthetic import (
    FOR_QUALITY,
    NotOffered,
    Spent,
    check_asked,
    check_budget,
    check_offered,
    fitted,
    noise,
    quality,
    spent_on,
)

LISTS = {"age": ("young", "old", "unknown"), "kind": ("one", "two", "unknown")}


@pytest.mark.req("STAT-6")
@pytest.mark.parametrize(
    ("sensitivity", "epsilon"),
    [(1, Fraction(1)), (1, Fraction(1, 2)), (2, Fraction(1, 4)), (6, Fraction(1, 4)), (15, Fraction(1, 4))],
)
def test_the_noise_is_as_wide_as_the_formula_says(sensitivity: int, epsilon: Fraction) -> None:
    chance = random.Random(11)
    drawn = [noise(sensitivity, epsilon, chance) for _ in range(6000)]
    a = math.exp(-float(epsilon) / sensitivity)
    wide = 2 * a / (1 - a * a)  # the mean size of discrete Laplace noise
    none = (1 - a) / (1 + a)  # the chance of nothing

    assert sum(map(abs, drawn)) / len(drawn) == pytest.approx(wide, rel=0.06)
    assert drawn.count(0) / len(drawn) == pytest.approx(none, rel=0.2)
    assert abs(sum(drawn)) / len(drawn) < wide / 10  # neither up nor down


@pytest.mark.req("STAT-6")
def test_one_step_of_the_noise_is_no_likelier_than_epsilon_allows() -> None:
    chance = random.Random(5)
    seen = Counter(noise(1, Fraction(1), chance) for _ in range(12000))

    for size in (0, 1, 2):
        assert seen[size] / seen[size + 1] == pytest.approx(math.e, rel=0.12)
        assert seen[-size] / seen[-size - 1] == pytest.approx(math.e, rel=0.12)


@pytest.mark.req("STAT-6")
@pytest.mark.parametrize(
    ("columns", "first", "epsilon", "said"),
    [
        (["age"], 2023, 4, "2 to 6 columns"),
        (["a", "b", "c", "d", "e", "f", "g"], 2023, 4, "2 to 6 columns"),
        (["age", "kind"], 2024, 4, "3 years or more"),
        (["age", "kind"], 2023, 0, "privacy budget"),
        (["age", "kind"], 2023, 12, "privacy budget"),
    ],
)
def test_what_may_not_be_asked_for(columns: list[str], first: int, epsilon: int, said: str) -> None:
    with pytest.raises(RuleBroken, match=said):
        check_asked(columns, first, 2025, epsilon)


@pytest.mark.req("STAT-6")
def test_years_that_overlap_share_a_budget_and_others_do_not() -> None:
    spent = [Spent(2019, 2021, 4), Spent(2021, 2023, 4)]

    assert spent_on(2019, 2021, spent) == 8  # 2021 is in both
    assert spent_on(2022, 2024, spent) == 4
    check_budget(2022, 2024, 4, spent, 8)
    check_budget(2024, 2026, 8, spent, 8)
    for first, last, epsilon in ((2021, 2023, 4), (2022, 2024, 6), (2017, 2025, 4)):
        with pytest.raises(RuleBroken, match="privacy budget"):
            check_budget(first, last, epsilon, spent, 8)


@pytest.mark.req("STAT-6")
def test_off_and_not_installed_are_told_apart() -> None:
    with pytest.raises(NotOffered, match="switched off"):
        check_offered(is_on=False, is_there=True)
    with pytest.raises(NotOffered, match="not installed"):
        check_offered(is_on=True, is_there=False)
    check_offered(is_on=True, is_there=True)


@pytest.mark.req("STAT-6")
def test_quality_is_what_its_definition_says(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, Fraction]] = []
    monkeypatch.setattr(synthetic, "noise", lambda size, epsilon, chance: asked.append((size, epsilon)) or 0)
    people = [{"age": "young", "kind": "one"}] * 6 + [{"age": "old", "kind": "two"}] * 4
    rows = [["young", "one"]] * 8 + [["old", "one"], ["old", ""]]
    exact = quality(people, ["age", "kind"], rows, LISTS, random.Random(1))

    assert asked == [(2, Fraction(1, 4)), (1, Fraction(1, 4))]  # columns, and pairs; together FOR_QUALITY
    assert exact.mean_error == Fraction(round(Fraction(2 + 2 + 3 + 4, 6) * 10), 10)
    assert exact.total_variation == Fraction(2 + 4 + 1 + 1, 2 * 10)
    assert exact.lost == {"age": 1, "kind": 2}


@pytest.mark.req("STAT-6")
def test_figures_on_quality_are_noisy_and_cost_a_part_of_the_budget() -> None:
    people = [{"age": "young", "kind": "one"}] * 300
    rows = [["young", "one"]] * 300
    chance = random.Random(3)
    told = [quality(people, ["age", "kind"], rows, LISTS, chance).mean_error for _ in range(40)]

    assert len(set(told)) > 5  # the same people and rows do not tell the same twice
    assert Fraction(1, 2) == FOR_QUALITY


@pytest.mark.req("STAT-6")
def test_a_value_in_no_list_is_not_known() -> None:
    told = fitted({"age": "young", "kind": "a state's own"}, ["age", "kind"], LISTS)

    assert told == {"age": "young", "kind": "unknown"}
