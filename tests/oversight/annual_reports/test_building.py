"""From frozen inputs to a document under a certificate."""

from __future__ import annotations

import json

import pytest

from rightdoor.domain.annual_report.building import Built, Found, build, find_pattern
from rightdoor.domain.annual_report.inputs import earlier_tree
from rightdoor.domain.annual_report.merging import proposals
from rightdoor.domain.annual_report.tables import report_of
from rightdoor.domain.disclosure_control.exact import Unprotectable
from rightdoor.domain.disclosure_control.ledger import with_ledger
from rightdoor.oversight.annual_reports import files, rendering_audit
from rightdoor.oversight.statistics.solver import Highs
from tests.domain.annual_years import inputs
from tests.oversight.annual_reports.sample import HIDDEN, sample

pytestmark = [pytest.mark.req("STAT-2"), pytest.mark.req("STAT-3")]


def found(**changed: object) -> Found:
    return find_pattern(inputs(**changed), (), Highs(), seconds=20, timer=lambda: 0.0)


@pytest.fixture(scope="module")
def pattern() -> Found:
    return found()


@pytest.fixture(scope="module")
def built(pattern: Found) -> Built:
    return build(inputs(), (), pattern, Highs())


def test_a_year_passes_the_audit_under_a_rule_for_the_public(built: Built) -> None:
    assert built.certificate["passed"]
    assert built.certificate["for_release"]
    assert built.certificate["threshold"] == 11


def test_the_same_inputs_and_pattern_give_the_same_document(pattern: Found, built: Built) -> None:
    again = build(inputs(), (), pattern, Highs())
    assert json.dumps(again.document, sort_keys=True) == json.dumps(built.document, sort_keys=True)


def test_the_document_tells_nothing_of_a_hidden_count(built: Built) -> None:
    assert "intervals" not in built.document["certificate"]
    assert set(built.hidden.values()) & set(range(1, 11))


def test_a_pattern_that_shows_a_small_count_gets_no_certificate(pattern: Found) -> None:
    small = "2025 provider-persons|age=unknown|status=suspected"
    assert small in pattern.hidden
    leaky = Found(tuple(key for key in pattern.hidden if key != small), pattern.status, 0.0)
    made = build(inputs(), (), leaky, Highs())
    assert not made.certificate["for_release"]
    assert any(fault["key"] == small for fault in made.certificate["faults"])


def test_where_nothing_protects_it_says_what_to_leave_out() -> None:
    with pytest.raises(Unprotectable) as problem:
        find_pattern(inputs(people=60, agencies=2), (), Highs(), seconds=20, timer=lambda: 0.0)
    assert "outside" in proposals(key for key, _ in problem.value.cells)


def test_the_threshold_cannot_be_lowered_through_the_inputs(pattern: Found) -> None:
    low = find_pattern(inputs(threshold=2), (), Highs(), seconds=20, timer=lambda: 0.0)
    assert set(low.hidden) == set(pattern.hidden)


def test_what_the_ledger_keeps_protects_the_next_release(built: Built) -> None:
    assert {cell.key for cell in built.release.cells if cell.shown}
    again = inputs(earlier=earlier_tree([built.release]))
    pattern = find_pattern(again, (), Highs(), seconds=20, timer=lambda: 0.0)
    shown = {cell.key for cell in built.release.cells if cell.shown}
    kept_back = {cell.key for cell in built.release.cells if not cell.shown and cell.small}
    assert not shown & set(pattern.hidden)
    assert kept_back <= set(pattern.hidden)
    with_ledger("alone", [], [], [built.release])  # its sums hold by themselves


def test_sentences_of_several_lines_are_read_back_whole() -> None:
    """A definition, a note and a break that run over a line, with a number in each, are no fault of any file."""
    long = "Counted within 72 hours of the meeting at which it was asked for, and not later than the 14 days after it. "
    document = sample()
    document["tables"][0] |= {"about": long * 3, "notes": [long * 2], "breaks": [{"after": "2023", "note": long * 2}]}
    assert rendering_audit.audit(files.build(document), document, HIDDEN) == []


@pytest.mark.req("STAT-3")
def test_of_a_few_people_no_zero_tells_what_they_are() -> None:
    """Four in the west, all of them children: beside their hidden number two zeros would say so."""
    year = inputs()
    year["crosses"]["in_region_age"] = [
        [["north", "a13_17"], 60, {}], [["north", "a18_24"], 40, {}], [["south", "a13_17"], 50, {}],
        [["south", "a18_24"], 40, {}], [["west", "a13_17"], 4, {}],
    ]  # fmt: skip
    year["crosses"] = {
        name: cross for name, cross in year["crosses"].items() if not name.startswith("in_") or name == "in_region_age"
    }
    merges = ("outside", "performance", "justice", "referrals", "services")
    year["crosses"] |= {
        "in_age_status": [[["a13_17", "confirmed"], 114, {}], [["a18_24", "confirmed"], 80, {}]],
        "in_gender_age": [[["female", "a13_17"], 114, {}], [["female", "a18_24"], 80, {}]],
        "in_outcome_age": [[["active", "a13_17"], 114, {}], [["active", "a18_24"], 80, {}]],
        "in_kind_status": [[["sex", "confirmed"], 194, {}]],
        "in_region_kind": [[["north", "sex"], 100, {}], [["south", "sex"], 90, {}], [["west", "sex"], 4, {}]],
        "in_standing": [[["new"], 194, {}]],
    }
    made = build(year, merges, find_pattern(year, merges, Highs(), seconds=20, timer=lambda: 0.0), Highs())
    tables = {one["code"]: {row["key"]: row["cells"] for row in one["rows"]} for one in made.document["tables"]}
    assert set(tables["RT8P"]["r:west"]) == {"*"}
    assert set(tables["RT9P"]["r:west"]) == {"*"}
    assert "0" in tables["RT9P"]["total"]  # nobody in the state: of a number that is told a zero may be told
    assert made.certificate["for_release"]


@pytest.mark.req("STAT-3")
def test_no_agency_is_left_with_a_few_of_others_once_it_takes_its_own_away(built: Built) -> None:
    """An agency may make up as many as it likes to lift a count over the threshold: what it takes away is its own."""
    cells = report_of(inputs()).problem.cells
    left = {
        (one.key, name): one.count - part
        for one in built.release.cells
        if one.shown
        for name, part in cells[one.key].providers.items()
    }
    assert left
    assert not {key: many for key, many in left.items() if 0 < many < 11}


def test_what_a_person_has_to_read_is_named_by_where_it_stands() -> None:
    made = inputs()
    made["crosses"]["in_standing"] = [[["new"], 200, {}]]  # everybody is new
    built = build(made, (), find_pattern(made, (), Highs(), seconds=20, timer=lambda: 0.0), Highs())
    assert any(one.endswith("(RT13P)") for one in built.to_be_read), built.to_be_read
    assert not [one for one in built.to_be_read if "|" in one]
