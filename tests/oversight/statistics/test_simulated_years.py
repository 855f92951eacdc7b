"""Invented years of a state's size: every pattern passes the audit, and what is usually done does not."""

from __future__ import annotations

import pytest

from rightdoor.domain.disclosure_control.primary import Rule
from rightdoor.domain.disclosure_control.problem import Problem, problem_of
from rightdoor.domain.disclosure_control.simulator import areas_by_age, regions_by_age_and_type
from rightdoor.domain.disclosure_control.tables import CountTable, cells_and_sums
from rightdoor.domain.disclosure_control.weights import weights_of
from tests.oversight.statistics.tables import audited, protected

pytestmark = pytest.mark.req("STAT-3")


def year(table: CountTable) -> Problem:
    return problem_of(table.measure, *cells_and_sums(table))


def small_counts(problem: Problem) -> set[str]:
    return {key for key, cell in problem.cells.items() if 0 < cell.count < 11}


def by_the_line_rule(problem: Problem) -> set[str]:
    """What is usually done by hand: no row or column with a single hidden count."""
    hidden, weights = small_counts(problem), weights_of(problem)
    while alone := [one for one in problem.sums if sum(key in hidden for key in (one.total, *one.parts)) == 1]:
        keys = [key for key in (alone[0].total, *alone[0].parts) if key not in hidden and key != problem.name]
        hidden.add(min(keys, key=lambda key: (weights[key], key)))
    return hidden


def test_the_same_seed_gives_the_same_year_and_another_seed_another():
    assert areas_by_age(3) == areas_by_age(3)
    assert areas_by_age(3).counts != areas_by_age(4).counts
    problem = year(areas_by_age(3))
    assert (len(problem.cells), problem.largest) == (450, 992)
    assert len(year(regions_by_age_and_type(3)).cells) == 330


@pytest.mark.parametrize("seed", range(1, 5))
def test_a_smaller_state_with_providers_keeps_every_small_count_in_its_full_range(seed):
    problem = year(areas_by_age(seed, people=240, areas=12, regions=3, with_providers=True))

    pattern = protected(problem, Rule())
    found = audited(problem, pattern.hidden, Rule())

    assert found.faults == []
    assert found.asked["AU4"] > 0
    for key in small_counts(problem):
        low, high = found.intervals[key]
        assert low <= 1
        assert high >= 10


def test_a_pattern_by_time_costs_no_less_than_the_cheapest():
    problem = year(areas_by_age(2, people=240, areas=12, regions=3))

    best, quick = protected(problem, Rule()), protected(problem, Rule(), seconds=0)

    assert best.cost <= quick.cost
    assert audited(problem, quick.hidden, Rule()).passed


def test_small_counts_alone_and_the_line_rule_leave_counts_that_can_be_told():
    problem = year(areas_by_age(1))
    rule = Rule(insiders=False)

    alone = audited(problem, sorted(small_counts(problem)), rule)
    by_line = audited(problem, sorted(by_the_line_rule(problem)), rule)

    for found in (alone, by_line):
        assert {fault.question for fault in found.faults} >= {"AU1"}
    exact = [key for key in small_counts(problem) if len(set(alone.intervals[key])) == 1]
    assert exact
    assert len(by_line.faults) < len(alone.faults)
