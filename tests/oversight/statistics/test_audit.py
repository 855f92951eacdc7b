"""The audit finds each thing that can be wrong with a pattern, and its intervals are what trying every table gives."""

from __future__ import annotations

import random
from itertools import product

import pytest

from rightdoor.domain.disclosure_control.audit import audit
from rightdoor.domain.disclosure_control.certificate import certificate, pattern_hash
from rightdoor.domain.disclosure_control.primary import Rule
from rightdoor.domain.disclosure_control.problem import Cell, Figure, Showing, Sum, problem_of
from rightdoor.domain.disclosure_control.reading import printed_by
from tests.oversight.statistics.tables import SOLVER, audited, faults, protected, two_way

pytestmark = pytest.mark.req("STAT-3")

TABLE = [(4, 60, 33), (70, 24, 45), (38, 41, 52)]


@pytest.mark.parametrize("seed", range(5))
def test_intervals_are_those_of_all_tables_that_fit(seed):
    chance = random.Random(seed)
    rows = [[chance.randrange(13) for _ in range(3)] for _ in range(2)]
    problem = two_way(rows, top_must_show=True)
    inner = ["A1", "A2", "A3", "B1", "B2", "B3"]
    columns = [rows[0][at] + rows[1][at] for at in range(3)]
    fitting = []
    for first, second in product(range(sum(rows[0]) + 1), repeat=2):
        top = (first, second, sum(rows[0]) - first - second)
        below = tuple(column - value for column, value in zip(columns, top, strict=True))
        if min(*top, *below) >= 0:
            fitting.append((*top, *below))

    found = audited(problem, inner, Rule(threshold=2))

    for at, key in enumerate(inner):
        values = [table[at] for table in fitting]
        assert found.intervals[key] == (min(values), max(values))


def test_hiding_only_the_small_count_leaves_it_told():
    problem = two_way(TABLE, top_must_show=True)

    found = audited(problem, ["A1"], Rule())

    assert faults(found) == {("AU1", "A1"), ("AU3", "A1")}
    assert found.intervals["A1"] == (4, 4)


def test_a_range_that_is_narrower_than_the_rule_is_too_little():
    problem = two_way([(4, 60, 33), (70, 2, 45), (38, 41, 52)], top_must_show=True)
    hidden = ["A1", "B2", "A2", "B1"]  # A1 can fall by 2 only, B2 not under 0

    found = audited(problem, hidden, Rule())

    assert found.intervals["A1"][0] == 2
    assert ("AU1", "A1") in faults(found)
    assert audited(problem, hidden, Rule(full_range=False, insiders=False)).passed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda hidden, printed: printed.update(all=999), ("AU1", "all")),
        (lambda hidden, printed: printed.pop("C"), ("AU1", "C")),
        (lambda hidden, printed: hidden.append("B"), ("AU1", "B")),
        (lambda hidden, printed: printed.update(A1=4), ("AU1", "A1")),
        (lambda hidden, printed: hidden.append("Z9"), ("AU1", "Z9")),
        (lambda hidden, printed: (hidden.append("all"), printed.pop("all")), ("AU1", "all")),
    ],
    ids=["altered", "left out", "hidden and printed", "small and printed", "unknown", "must be shown"],
)
def test_a_pattern_that_does_not_fit_the_table_fails(change, said):
    problem = two_way(TABLE, top_must_show=True)
    hidden = list(protected(problem, Rule()).hidden)
    printed = printed_by(problem, hidden)
    assert audit(problem, hidden, printed, Rule(), SOLVER).passed

    change(hidden, printed)

    assert said in faults(audit(problem, hidden, printed, Rule(), SOLVER))


def test_doubt_in_fractions_of_people_is_no_doubt():
    """Two triangles of which each can hold one and a half in fractions, and one in whole people."""
    cells, sums = [], []
    for name in "pq":
        whole = {"a": 1, "b": 0, "c": 0, "ab": 0, "bc": 1, "ac": 0}
        cells += [Cell(f"{name}{part}", count) for part, count in whole.items()]
        for pair in ("ab", "bc", "ac"):
            cells.append(Cell(f"{name} {pair} all", 1, Showing.MUST_SHOW))
            sums.append(Sum(f"{name} {pair} all", tuple(name + one for one in (pair[0], pair[1], pair))))
    cells.append(Cell("z", 2, listed=True, room=(0, 1)))
    sums.append(Sum("z", tuple(name + part for name in "pq" for part in "abc")))
    problem = problem_of("", cells, sums)
    hidden = [cell.key for cell in cells if cell.showing is Showing.MAY_HIDE]

    found = audited(problem, hidden, Rule(only_listed=True))

    assert found.intervals["z"] == (0, 3)
    assert faults(found) == {("AU2", "z")}


def test_counts_that_follow_from_knowing_which_are_small_are_told():
    problem = two_way([(1, 1, 40), (1, 1, 50), (30, 60, 70)], top_must_show=True)
    hidden = ["A1", "A2", "B1", "B2"]
    rule = Rule(full_range=False, insiders=False)

    found = audited(problem, hidden, rule)

    assert found.intervals["A1"] == (0, 2)
    assert faults(found) == {("AU3", key) for key in hidden}
    assert audited(problem, protected(problem, rule).hidden, rule).passed


def test_what_the_rule_alone_tells_is_said_and_not_blamed_on_the_table():
    cells = [Cell("all", 90, Showing.MUST_SHOW, depth=0), Cell("few", 2), Cell("many", 88), Cell("a", 1), Cell("b", 1)]
    problem = problem_of("", cells, [Sum("all", ("few", "many")), Sum("few", ("a", "b"))])
    rule = Rule(threshold=3, full_range=False, insiders=False)

    found = audited(problem, ["few", "many", "a", "b"], rule)

    assert found.faults == []
    assert found.rule_alone == ["a", "b", "few"]


def test_figures_are_checked_against_what_is_printed():
    problem = two_way(TABLE, top_must_show=True)
    figures = (Figure("A1 of A", "share", "A1", "A"), Figure("C of all", "share", "C", "all"))
    problem = problem_of("", list(problem.cells.values()), problem.sums, figures)
    hidden = protected(problem, Rule()).hidden
    printed = printed_by(problem, hidden)
    right = {"A1 of A": "*", "C of all": "35.7 %"}
    assert audit(problem, hidden, printed, Rule(), SOLVER, right).passed

    wrong = audit(
        problem, hidden, printed, Rule(), SOLVER, {"A1 of A": "4.1 %", "C of all": "35.6 %", "mean age": "15"}
    )

    assert faults(wrong) == {("AU5", "A1 of A"), ("AU5", "C of all"), ("AU5", "mean age")}


def test_the_certificate_names_what_was_asked_and_holds_for_this_pattern_only():
    problem = two_way(TABLE, top_must_show=True)
    pattern = protected(problem, Rule())
    printed = printed_by(problem, pattern.hidden)
    found = audited(problem, pattern.hidden, Rule())

    told = certificate(problem, pattern.hidden, printed, Rule(), found, SOLVER.name)

    assert told["passed"] is True
    assert told["for_release"] is True
    assert told["solver"].startswith("HiGHS 1.")
    assert told["pattern"] == pattern_hash(reversed(pattern.hidden), dict(reversed(printed.items())))
    assert told["pattern"] != pattern_hash(pattern.hidden[1:], printed)
    assert set(told["intervals"]) == set(pattern.hidden)
    assert told["questions"]["AU1"]["asked"] == 1


@pytest.mark.parametrize(
    "rule",
    [Rule(threshold=10), Rule(full_range=False), Rule(insiders=False), Rule(least_providers=2), Rule(only_listed=True)],
    ids=["lower threshold", "exact only", "no insiders", "two providers", "listed only"],
)
def test_a_weaker_rule_may_pass_and_is_never_for_release(rule):
    problem = two_way(TABLE, top_must_show=True)
    hidden = protected(problem, Rule()).hidden
    found = audited(problem, hidden, rule)

    told = certificate(problem, hidden, printed_by(problem, hidden), rule, found, SOLVER.name)

    assert (told["passed"], told["for_release"]) == (True, False)
