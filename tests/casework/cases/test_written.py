"""The timeline's branches, written down once: each is, letter by letter, what its rows ask for this case."""

from __future__ import annotations

import pytest
from django.db import connection

from rightdoor.casework.cases import written
from rightdoor.casework.cases.parts import Happenings, all_parts
from tests.casework import team

EVERY = [one for parts in all_parts() for one in parts.happenings]


@pytest.mark.req("CASE-2")
def test_a_branch_is_letter_by_letter_what_its_rows_ask_for_any_case(scene):
    first, second = team.held(scene).case, team.scheduled(scene, team.received(scene)).case
    seen = 0
    with connection.cursor() as cursor:
        for case in (first, second):
            for one in EVERY:
                query = one.rows(case).query
                branch = written.branch_of(one)
                assert query.is_empty() is (branch is None)
                if branch is not None:
                    wanted = cursor.mogrify(*query.sql_with_params())
                    assert cursor.mogrify(branch.text, written.told_of(case)) == f"({wanted})"
                    seen += 1
    assert seen > 2 * 35


@pytest.mark.req("CASE-2")
def test_what_is_said_to_be_alike_in_every_row_is(scene):
    case = team.held(scene).case
    told, known, seen = written.told_of(case), 0, 0
    for one in EVERY:
        branch = written.branch_of(one)
        if branch is None or not (branch.klass and branch.holder):
            continue
        known += 1
        names = one.rows(case)._fields
        for row in one.rows(case):
            assert (row[names[3]], row[names[4]]) == (branch.klass, told[branch.holder])
            seen += 1
    assert known > 20
    assert seen > 5


def test_a_branch_that_depends_on_more_of_a_case_is_noticed(scene):
    """The comparison above is no formality: a condition on anything unmarked changes the letters."""
    case = team.held(scene).case
    one = next(one for one in EVERY if "case.opened" in one.words)
    spoiled = Happenings(lambda about: one.rows(about).filter(region=about.region), one.words, one.url)
    with connection.cursor() as cursor:
        wanted = cursor.mogrify(*spoiled.rows(case).query.sql_with_params())
        assert cursor.mogrify(written.branch_of(spoiled).text, written.told_of(case)) != f"({wanted})"
