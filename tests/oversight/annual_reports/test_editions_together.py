"""Whoever holds two editions of a year's report subtracts: what either prints counts as printed in both."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rightdoor.domain.annual_report.building import Built, build, find_pattern
from rightdoor.domain.annual_report.inputs import earlier_tree
from rightdoor.domain.annual_report.tables import report_of
from rightdoor.domain.disclosure_control.audit import audit
from rightdoor.domain.disclosure_control.primary import Rule
from rightdoor.domain.disclosure_control.problem import Cell, Sum, problem_of
from rightdoor.oversight.statistics.solver import Highs
from tests.domain.annual_years import inputs

pytestmark = [pytest.mark.req("STAT-2"), pytest.mark.req("STAT-3")]

FOLDED = ("hispanic", "asian")  # of the sample's races those that the merge "race" folds


def edition(number: int, merges: Sequence[str], *before: Built) -> Built:
    made = inputs(edition=number, jitter=f"{number}", earlier=earlier_tree([one.release for one in before]))
    found = find_pattern(made, merges, Highs(), seconds=20, timer=lambda: 0.0)
    return build(made, merges, found, Highs())


def told(made: Built, number: int) -> dict[str, int]:
    name = "2025 " if number == 1 else f"2025 corrected {number} "
    return {one.key.replace(name, "2025 ", 1): one.count for one in made.release.cells if one.shown and name in one.key}


def faults(*editions: dict[str, int]) -> list[str]:
    """What somebody works out who holds all of them and assumes that nothing was corrected, which is so."""
    problem = report_of(inputs()).problem
    cells, sums = dict(problem.cells), [*problem.sums]
    for key in problem.cells:
        first, sign, rest = key.partition("|race=hispanic")
        if sign and not rest:
            parts = tuple(f"{first}|race={one}" for one in FOLDED)
            folded = f"{first}|race=any_other"
            cells[folded] = Cell(folded, sum(problem.cells[one].count for one in parts))
            sums.append(Sum(folded, parts, tells=False))
    both = problem_of("both", list(cells.values()), sums)
    shown = {key: count for one in editions for key, count in one.items() if key in both.cells}
    found = audit(both, set(both.cells) - set(shown), shown, Rule(), Highs())
    return [f"{one.key}: {one.sentence}" for one in found.faults if one.question == "AU1"]


def test_a_correction_that_leaves_every_count_as_it_was_can_be_printed() -> None:
    first = edition(1, ())
    second = edition(2, (), first)
    assert second.certificate["for_release"]
    assert faults(told(first, 1), told(second, 2)) == []


def test_an_edition_that_folds_values_tells_nothing_beside_one_that_tells_them_apart() -> None:
    first = edition(1, ())
    second = edition(2, ("race",), first)
    assert any("any_other" in one.key for one in second.release.cells)
    assert faults(told(first, 1), told(second, 2)) == []


def test_an_edition_that_tells_values_apart_tells_nothing_beside_one_that_folded_them() -> None:
    first = edition(1, ("race",))
    second = edition(2, (), first)
    assert faults(told(first, 1), told(second, 2)) == []


def test_a_third_edition_is_held_against_the_first() -> None:
    first = edition(1, ())
    second = edition(2, ("race",), first)
    third = edition(3, (), first, second)
    assert third.certificate["for_release"]
    assert faults(told(first, 1), told(second, 2), told(third, 3)) == []
