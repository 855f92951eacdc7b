"""Tables whose answer others have published, or that were solved by hand."""

from __future__ import annotations

import pytest

from rightdoor.domain.disclosure_control.ledger import Difference, EarlierCell, EarlierRelease, with_ledger
from rightdoor.domain.disclosure_control.primary import Rule
from rightdoor.domain.disclosure_control.problem import Cell, Showing, Sum, problem_of
from rightdoor.domain.disclosure_control.reading import printed_by
from rightdoor.domain.disclosure_control.rounding import controlled_rounding
from tests.oversight.statistics.tables import LISTED, SOLVER, audited, faults, protected, two_way

pytestmark = pytest.mark.req("STAT-3")


def test_four_regions_by_sex_need_three_more_cells_at_cost_40():  # S1
    problem = two_way([(18, 2), (14, 19), (12, 10), (11, 14)], listed={"A2": (1, 1)}, by_count=True)

    pattern = protected(problem, LISTED)

    assert (pattern.status, pattern.cost, pattern.secondary) == ("optimal", 40, ("A1", "C1", "C2"))
    assert len(problem.cells) - len(pattern.hidden) == 11
    assert audited(problem, pattern.hidden, LISTED).intervals["A2"] == (0, 12)


def test_the_published_pattern_of_a_larger_table_costs_1950():  # S2
    problem = two_way([(895, 137), (753, 973), (569, 486), (540, 793)], listed={"A2": (1, 1)}, by_count=True)

    pattern = protected(problem, LISTED)

    assert problem.cells["all"].count == 5146
    assert (pattern.status, pattern.cost, pattern.secondary) == ("optimal", 1950, ("A1", "C1", "C2"))
    assert audited(problem, pattern.hidden, LISTED).passed


def test_an_attacker_of_the_classic_table_can_tell_5_to_30():  # S4
    problem = two_way([(20, 50, 10), (8, 19, 22), (17, 32, 12)])

    found = audited(problem, ["B1", "B3", "C1", "C3"], LISTED)

    assert found.intervals["B3"] == (5, 30)


def test_one_person_of_the_handbook_table_is_hidden_at_cost_14():  # H1
    problem = two_way([(38, 17), (7, 4), (3, 1)], listed={"C2": (0, 1)}, by_count=True)

    pattern = protected(problem, LISTED)

    assert (pattern.cost, pattern.secondary) == (14, ("B1", "B2", "C1"))
    assert audited(problem, pattern.hidden, LISTED).passed


OLD = [(50, 54), (128, 140), (39, 49)]
NEW = [(52, 55), (130, 140), (39, 49)]


def two_borders():
    """An area before and after its border moved a little: five people more, in three cells."""
    old, new = two_way(OLD), two_way(NEW)
    earlier = EarlierRelease(
        "old border",
        tuple(EarlierCell(f"old {key}", cell.count, shown=True) for key, cell in old.cells.items()),
        tuple(Sum(f"old {one.total}", tuple(f"old {key}" for key in one.parts)) for one in old.sums),
    )
    return with_ledger(
        "new border",
        list(new.cells.values()),
        new.sums,
        [earlier],
        [Difference(key, f"old {key}") for key in new.cells],
    )


def test_the_difference_between_two_borders_is_caught_by_the_ledger():  # H1, differencing
    problem = two_borders()

    found = audited(problem, [], Rule())

    caught = {key for question, key in faults(found) if question == "AU1"}
    assert {"A1 less old A1", "A2 less old A2", "B1 less old B1"} <= caught
    assert "B2 less old B2" not in caught
    assert found.intervals["A1 less old A1"] == (2, 2)
    assert "old A1" in found.ledger


def test_counts_under_the_new_border_are_hidden_until_no_difference_is_told():
    problem = two_borders()

    pattern = protected(problem, Rule())
    found = audited(problem, pattern.hidden, Rule())

    assert {"A1", "A2", "B1"} <= set(pattern.secondary)
    assert found.faults == []
    assert not {key for key in printed_by(problem, pattern.hidden) if "old" in key}
    low, high = found.intervals["A1 less old A1"]
    assert low <= 1
    assert high >= 10


def test_rounding_to_fives_keeps_sums_at_the_least_distance_of_18():  # H2
    problem = two_way([(1, 0), (3, 3), (12, 20)])

    rounded = controlled_rounding(problem, SOLVER)

    assert sum(abs(rounded[key] - cell.count) for key, cell in problem.cells.items()) == 18
    assert all(abs(rounded[key] - cell.count) < 5 and rounded[key] % 5 == 0 for key, cell in problem.cells.items())
    assert [rounded[key] for key in ("1", "2", "all")] == [15, 25, 40]
    for one in problem.sums:
        assert sum(rounded[key] for key in one.parts) == rounded[one.total]


def test_the_published_areas_of_2018_are_published_whole():  # LA3
    problem = two_way([(83, 34), (92, 16), (47, 59), (206, 114)], top_must_show=True)

    pattern = protected(problem, Rule())

    assert [problem.cells[key].count for key in ("1", "2")] == [428, 223]
    assert (pattern.hidden, pattern.status, pattern.cost) == ((), "optimal", 0)
    assert audited(problem, pattern.hidden, Rule()).passed


def test_the_state_published_a_count_of_four_that_this_would_have_hidden():
    problem = two_way([(168, 144), (76, 4), (50, 49)], top_must_show=True)

    assert ("AU1", "B2") in faults(audited(problem, [], Rule()))
    pattern = protected(problem, Rule())
    assert "B2" in pattern.hidden
    assert audited(problem, pattern.hidden, Rule()).passed


def test_a_national_table_of_new_and_continuing_clients_is_published_whole():  # LA8
    cells = [
        Cell("clients", 8375, Showing.MUST_SHOW, depth=0),
        Cell("clients|new", 5090),
        Cell("clients|continuing", 3285),
    ]
    problem = problem_of("TIMS", cells, [Sum("clients", ("clients|new", "clients|continuing"))])

    assert protected(problem, Rule()).hidden == ()
