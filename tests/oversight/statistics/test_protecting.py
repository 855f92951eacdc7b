"""The engine: cheapest, the same each time, safe against those who know more, and honest when it cannot."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import pytest

from rightdoor.domain.disclosure_control.exact import Unprotectable
from rightdoor.domain.disclosure_control.primary import Rule
from rightdoor.domain.disclosure_control.problem import Cell, Showing, Sum, problem_of
from rightdoor.domain.disclosure_control.tables import CountTable, Dimension, joined
from rightdoor.domain.disclosure_control.weights import weights_of
from tests.oversight.statistics.tables import audited, faults, protected, two_way

pytestmark = pytest.mark.req("STAT-3")

FIVE = Rule(threshold=5, insiders=False)


def random_table(seed: int, rows: int = 2, columns: int = 3):
    chance = random.Random(seed)
    return two_way(
        [[chance.choice((0, 1, 2, 3, 4, 6, 8, 13, 21)) for _ in range(columns)] for _ in range(rows)],
        top_must_show=True,
    )


def cheapest_by_trying_all(problem, rule):
    """The cost of the cheapest set that the audit passes, of all sets there are."""
    weights = weights_of(problem)
    small = {key for key, cell in problem.cells.items() if 0 < cell.count < rule.threshold}
    others = [key for key, cell in problem.cells.items() if key not in small and cell.showing is Showing.MAY_HIDE]
    tried = sorted(
        (sum(weights[key] for key in more), more)
        for size in range(len(others) + 1)
        for more in combinations(others, size)
    )
    for cost, more in tried:
        if audited(problem, [*small, *more], rule).passed:
            return cost
    raise AssertionError("no set of these counts protects")


@pytest.mark.parametrize("seed", range(6))
def test_nothing_cheaper_than_the_pattern_passes_the_audit(seed):
    problem = random_table(seed)
    best = cheapest_by_trying_all(problem, FIVE)
    pattern = protected(problem, FIVE)

    assert (pattern.status, pattern.cost) == ("optimal", best)
    assert audited(problem, pattern.hidden, FIVE).passed


@pytest.mark.parametrize("seed", range(8))
def test_without_time_the_pattern_is_good_and_says_that_it_is_not_the_cheapest(seed):
    problem = random_table(seed, 4, 4)

    best = protected(problem, Rule())
    quick = protected(problem, Rule(), seconds=0)

    assert (best.status, quick.status) == ("optimal", "heuristic")
    assert quick.cost >= best.cost
    assert audited(problem, quick.hidden, Rule()).passed
    for key in quick.secondary:  # nothing is hidden for nothing
        assert not audited(problem, [one for one in quick.hidden if one != key], Rule()).passed


def test_the_order_in_which_counts_are_given_changes_nothing():
    problem = random_table(11, 4, 4)
    turned = problem_of("", list(reversed(problem.cells.values())), list(reversed(problem.sums)))

    assert protected(turned, Rule()).hidden == protected(problem, Rule()).hidden


def test_what_cannot_be_protected_is_named_and_the_threshold_is_not_lowered():
    problem = two_way([(5, 3)], top_must_show=True)

    with pytest.raises(Unprotectable, match="the threshold is not lowered") as refused:
        protected(problem, Rule())
    assert ("all", "it must be shown") in refused.value.cells


def test_a_count_that_no_pattern_can_leave_in_doubt_is_named():
    problem = two_way([(5, 30), (12, 20)], top_must_show=True)
    shown = [
        replace(cell, showing=Showing.MUST_SHOW) if cell.key in ("A", "A2") else cell for cell in problem.cells.values()
    ]

    with pytest.raises(Unprotectable, match="A1 cannot be protected \\(worked out from what must be shown\\)"):
        protected(problem_of("", shown, problem.sums), Rule())


def test_a_small_count_in_two_tables_is_protected_in_both_together():
    regions = Dimension("region", "state", {"state": ("N", "S", "W")}, tells=False)
    ages = Dimension("age", "all", {"all": ("child", "adult")})
    types = Dimension("type", "any", {"any": ("sex", "labor")})
    by_age = CountTable("y", (regions, ages), dict(zip(pairs(regions, ages), (30, 4, 40, 31, 26, 19), strict=True)))
    by_type = CountTable("y", (regions, types), dict(zip(pairs(regions, types), (21, 13, 41, 30, 25, 20), strict=True)))
    together = problem_of("", *joined([by_age, by_type]))
    apart = problem_of("", *joined([by_age]))
    pattern = protected(apart, Rule())
    assert audited(apart, pattern.hidden, Rule()).passed

    with_margins_hidden = protected(
        problem_of(
            "",
            [replace(cell, weight=1 if cell.depth == 1 else 1000) for cell in apart.cells.values()],
            apart.sums,
        ),
        Rule(),
    )
    # Hiding margins protects the first table alone; the second table tells them.
    assert not audited(together, with_margins_hidden.hidden, Rule()).passed
    assert audited(together, protected(together, Rule()).hidden, Rule()).passed


def pairs(*dimensions):
    first, second = dimensions
    return [(one, other) for one in first.leaves() for other in second.leaves()]


CYCLE = [(4, 60, 33), (70, 24, 45), (38, 41, 52)]


def test_a_provider_that_knows_its_own_clients_can_tell_no_other_part():
    problem = two_way(CYCLE, top_must_show=True, providers={"B2": {"P": 24}, "A1": {"P": 1, "Q": 3}})
    careless, careful = Rule(insiders=False, least_providers=0), Rule(least_providers=0)
    hidden = ["A1", "A2", "B1", "B2"]

    assert audited(problem, hidden, careless).passed
    assert faults(audited(problem, hidden, careful)) == {("AU4", "A1")}
    pattern = protected(problem, careful)
    assert audited(problem, pattern.hidden, careful).passed
    assert pattern.cost >= protected(problem, careless).cost


ALONE = [(1, 60, 33), (70, 4, 45), (38, 41, 52)]


def test_a_person_who_is_alone_in_a_count_can_tell_no_other():
    problem = two_way(ALONE, top_must_show=True)
    careless, careful = Rule(full_range=False, insiders=False), Rule(full_range=False)
    hidden = ["A1", "A2", "B1", "B2"]

    assert audited(problem, hidden, careless).passed
    assert faults(audited(problem, hidden, careful)) == {("AU4", "B2")}
    pattern = protected(problem, careful)
    assert pattern.cost > protected(problem, careless).cost
    assert audited(problem, pattern.hidden, careful).passed


def test_a_count_of_two_providers_is_hidden_and_keeps_its_doubt():
    problem = two_way(CYCLE, top_must_show=True, providers={"C3": {"P": 40, "Q": 12}})
    rule = Rule(threshold=3)

    pattern = protected(problem, rule)
    found = audited(problem, pattern.hidden, rule)

    assert pattern.primary["C3"] == "fewer than 3 providers"
    low, high = found.intervals["C3"]
    assert high - low >= 2
    assert found.passed


def test_a_count_that_must_be_shown_is_never_hidden():
    problem = two_way(CYCLE, top_must_show=True)
    kept = problem_of(
        "",
        [
            replace(cell, showing=Showing.MUST_SHOW) if cell.key in ("A2", "A") else cell
            for cell in problem.cells.values()
        ],
        problem.sums,
    )

    pattern = protected(kept, Rule())

    assert not {"A2", "A", "all"} & set(pattern.hidden)
    assert audited(kept, pattern.hidden, Rule()).passed


def test_a_share_of_which_the_rest_is_small_hides_a_count():
    cells = [Cell("all", 60, Showing.MUST_SHOW, depth=0), Cell("a", 56), Cell("rest", 4, Showing.NEVER_SHOWN)]
    problem = problem_of("", cells, [Sum("all", ("a", "rest"))])

    assert protected(problem, Rule()).secondary == ("a",)
