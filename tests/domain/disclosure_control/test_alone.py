"""Who is alone in a count: what that person knows of themselves, and must not find out of others."""

from __future__ import annotations

import pytest

from rightdoor.domain.disclosure_control.attackers import ALONE, Attacker, attackers_of
from rightdoor.domain.disclosure_control.primary import Rule, primary_cells
from rightdoor.domain.disclosure_control.problem import Cell, Problem, Sum, problem_of

pytestmark = pytest.mark.req("STAT-3")


def year(*quarters: int, others: int = 4) -> Problem:
    """A source in a year and its quarters, beside another source of the same year."""
    keys = [f"q{at}" for at in range(1, len(quarters) + 1)]
    cells = [Cell(key, count) for key, count in zip(keys, quarters, strict=True)]
    cells += [Cell("year", sum(quarters)), Cell("others", others), Cell("all", sum(quarters) + others)]
    return problem_of("a year", cells, [Sum("year", tuple(keys)), Sum("all", ("year", "others"))])


def alone_in(problem: Problem, key: str) -> Attacker:
    rule = Rule()
    found = attackers_of(problem, rule, primary_cells(problem, rule))
    return next(one for one in found if one.name == ALONE + key)


def test_who_is_alone_in_a_year_knows_the_quarter_and_it_is_no_secret_from_that_person() -> None:
    found = alone_in(year(1, 0, 0, 0), "year")
    assert found.most == {"year": 1, "q1": 1}
    assert set(found.needs) == {"others", "all"}


def test_what_others_are_in_stays_to_be_kept() -> None:
    assert "others" in alone_in(year(1, 0, 0, 0), "q1").needs


def test_who_is_alone_in_a_quarter_does_not_know_the_other_quarters() -> None:
    found = alone_in(year(1, 3, 0, 0), "q1")
    assert found.most == {"q1": 1}
    assert {"q2", "year"} <= set(found.needs)
    assert found.least["year"] == 1


def test_two_single_persons_of_one_year_are_not_taken_for_one() -> None:
    found = alone_in(year(1, 1, 0, 0), "q1")
    assert "q2" in found.needs
    assert "q2" not in found.most
