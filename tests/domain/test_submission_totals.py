"""Tables of counts that add up and say the same as one another."""

from __future__ import annotations

from random import Random

import pytest

from rightdoor.domain.submission.form import ALL
from rightdoor.domain.submission.rows import PersonRow, totals_of
from rightdoor.domain.submission.totals import MOST, everybody, faults_of, margin, sum_of, without_sums
from tests.domain.yearly import form, sound

FORM = form()


def said(totals, **more):
    return [(one.table, one.codes) for one in faults_of(FORM, "provider", totals, **more)]


@pytest.mark.req("STAT-1")
def test_tables_that_add_up_are_taken():
    assert said(sound()) == []
    assert everybody(FORM, "provider", sound()) == 12


@pytest.mark.req("STAT-1")
def test_a_table_that_does_not_come_to_everybody_is_named_with_both_numbers():
    totals = sound()
    totals["place"]["north",] = 7

    (fault,) = faults_of(FORM, "provider", totals)
    assert (fault.table, fault.codes) == ("place", ())
    assert "11" in fault.what
    assert "12" in fault.what
    assert fault.mend


@pytest.mark.req("STAT-1")
def test_two_tables_that_come_to_the_same_whole_and_differ_in_a_group_are_found():
    totals = sound()
    totals["race_age"]["ochre", "young"] = 6
    totals["race_age"]["ochre", "grown"] = 2

    assert said(totals) == [("race_age", (ALL, "grown")), ("race_age", (ALL, "young"))]


def test_an_empty_table_is_no_answer_where_somebody_was_served():
    totals = sound()
    del totals["place"]

    assert said(totals) == [("place", ())]


def test_a_table_that_may_stay_empty_may_stay_empty():
    totals = sound()
    assert "too" not in totals
    assert said(totals) == []
    totals["too"] = {(): 13}
    assert said(totals) == [("too", ())]


def test_in_a_table_where_people_stand_several_times_no_cell_is_above_everybody_and_the_sum_may_be():
    totals = sound()
    assert sum(totals["received"].values()) > 12
    totals["received"]["shelter",] = 13

    assert said(totals) == [("received", ("shelter",))]


@pytest.mark.req("STAT-1")
def test_a_typed_sum_is_checked_and_then_dropped():
    totals = sound()
    totals["age_kind"] |= {("young", ALL): 8, (ALL, "sex"): 11, (ALL, ALL): 12}
    assert said(totals) == []
    totals["age_kind"]["young", ALL] = 9
    assert said(totals) == [("age_kind", ("young", ALL))]
    assert without_sums(totals["age_kind"]) == sound()["age_kind"]


def test_a_table_without_a_sum_takes_no_typed_one():
    totals = sound()
    totals["received"][ALL,] = 21

    assert said(totals) == [("received", (ALL,))]


@pytest.mark.parametrize("number", [-1, MOST + 1, True, 1.0, None, "3"])
def test_what_is_no_count_is_refused(number):
    totals = sound()
    totals["age_kind"]["young", "sex"] = number

    assert ("age_kind", ("young", "sex")) in said(totals)


def test_codes_and_tables_that_the_form_does_not_know_are_refused_without_being_repeated():
    totals = sound()
    totals["place"]["Invented Lane",] = 0
    totals["guests"] = {(): 1}

    found = faults_of(FORM, "provider", totals)
    assert {one.table for one in found} >= {"place", "guests"}
    assert all("Invented" not in one.what + one.mend for one in found)


@pytest.mark.req("STAT-1")
def test_a_service_that_people_received_is_one_that_is_offered():
    assert said(sound(), offers={"shelter", "counsel"}) == []
    assert said(sound(), offers={"shelter"}) == [("received", ("counsel",))]


def test_a_table_that_is_tied_to_nothing_is_held_against_nothing():
    assert faults_of(FORM, "hotline", {"calls": {("sex",): 40}}) == ()
    assert faults_of(FORM, "hotline", {"everybody": {(): 1}})[0].table == "everybody"


def test_sums_and_margins_leave_typed_sums_out():
    cells = {("young", "sex"): 7, ("young", "labor"): 1, ("grown", "sex"): 3, ("young", ALL): 8}
    table = FORM.table("age_kind")
    assert table is not None

    assert sum_of(cells, ("young", ALL)) == 8
    assert sum_of(cells, (ALL, ALL)) == 11
    assert margin(table, cells, "kind") == {"sex": 10, "labor": 1}


@pytest.mark.parametrize("seed", range(5))
def test_what_lines_come_to_always_adds_up_and_one_person_moved_never_does(seed):
    drawn = Random(seed)
    rows = [
        PersonRow({
            "age": (drawn.choice(["young", "grown", "unknown"]),),
            "kind": (drawn.choice(["sex", "labor"]),),
            "race": tuple(sorted(drawn.sample(["ochre", "teal"], drawn.choice([1, 2])))),
            "place": (drawn.choice(["north", "south", "elsewhere"]),),
            "services": tuple(sorted(drawn.sample(["shelter", "counsel"], drawn.choice([1, 2])))),
        })
        for _ in range(60)
    ]  # fmt: skip
    totals = totals_of(FORM, "provider", rows)
    assert faults_of(FORM, "provider", totals) == ()

    at = min(totals["age_kind"])
    totals["age_kind"][at] += 1
    assert "age_kind" in {one.table for one in faults_of(FORM, "provider", totals)}
