"""Assessments side by side: nothing is averaged, nothing unknown becomes a no, and the shortest list comes first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rightdoor.domain.comparing import Run, compare, item_states, standings_of, whats_next
from rightdoor.domain.questionnaire.answers import read_response
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.domain.questionnaire.scoring import score
from rightdoor.packs.instruments import instrument_from, read_instrument

ROOT = Path(__file__).resolve().parents[2]
LADDER = """
format: rightdoor-instrument/1
key: invented-ladder
version: {version}
title: An invented ladder
language: en
purpose: self_assessment
administration: team
terms: {{licence: CC0-1.0, redistribution: bundled, publisher: Rightdoor, copyright_holder: Rightdoor}}
answer_sets:
  often:
    options:
      - {{code: always, label: Always}}
      - {{code: never, label: Never}}
      - {{code: unsure, label: We do not know, means: unknown}}
      - {{code: away, label: Not ours, means: not_applicable}}
scoring:
  kind: stage-ladder
  done: [always]
  stages:
    - {{number: 1, name: Seed, next_step: Begin}}
    - {{number: 2, name: Shoot, next_step: Grow}}
    - {{number: 3, name: Tree, next_step: Stay}}
items:
  - id: calls
    role: topic
    text: Calls
    items:
      - id: calls.1
        role: stage
        number: 1
        items:
          - {{id: calls.1.1, answers: often, text: Somebody picks up}}
          - {{id: calls.1.2, answers: often, text: The caller is told more}}
      - id: calls.2
        role: stage
        number: 2
        items:
          - {{id: calls.2.1, answers: often, text: A second person looks}}
      - id: calls.3
        role: stage
        number: 3
        items:
          - {{id: calls.3.1, answers: often, text: Callers are asked}}
  - id: schools
    role: topic
    text: Schools
    items:
      - id: schools.1
        role: stage
        number: 1
        items:
          - {{id: schools.1.1, answers: often, text: There is a number}}
{more}"""
ANOTHER = """          - {id: schools.1.2, answers: often, text: They know the number}
"""


def ladder(version: str = "1", more: str = "") -> Instrument:
    return instrument_from(LADDER.format(version=version, more=more), "invented.yaml")


def run(instrument: Instrument, **answers: Any) -> Run:
    """A run whose items are named without their dots: calls_1_1."""
    response = read_response(instrument, {"answers": {key.replace("_", "."): value for key, value in answers.items()}})
    return Run(instrument, response.answers, score(instrument, response))


ALL = {"calls_1_1": "always", "calls_1_2": "always", "calls_2_1": "always", "calls_3_1": "always"}


@pytest.mark.req("PROG-1")
def test_a_topic_then_and_now_with_what_changed() -> None:
    tool = ladder()
    then = run(tool, calls_1_1="never", calls_1_2="always", schools_1_1="always")
    now = run(tool, calls_1_1="always", calls_1_2="always", calls_2_1="never", schools_1_1="never")
    calls, schools = compare(then, now)
    assert (calls.before.words, calls.after.words, calls.moved) == ("Stage 1: Seed", "Stage 2: Shoot", "up")
    assert (calls.newly, calls.no_longer) == (("calls.1.1",), ())
    assert (schools.newly, schools.no_longer) == ((), ("schools.1.1",))
    assert schools.moved == "down"


@pytest.mark.parametrize("blank", [None, "unsure"])
def test_what_has_no_answer_is_neither_newly_in_place_nor_no_longer(blank: str | None) -> None:
    tool = ladder()
    known, unknown = run(tool, **ALL, schools_1_1="always"), run(tool, **ALL, schools_1_1=blank)
    gone = compare(known, unknown)[1]
    assert (gone.no_longer, gone.unanswered) == ((), ("schools.1.1",))
    come = compare(unknown, known)[1]
    assert (come.newly, come.first_said) == ((), ("schools.1.1",))


def test_where_a_stage_is_not_known_no_direction_is_claimed() -> None:
    tool = ladder()
    then = run(tool, **ALL)
    now = run(tool, **{**ALL, "calls_1_1": "unsure"})
    one = compare(then, now)[0]
    assert one.after.words == "Stage 1 to 3"
    assert one.moved == "unknown"


def test_a_stage_between_two_neighbors_is_said_as_one_or_the_other() -> None:
    tool = ladder()
    assert standings_of(run(tool, **{**ALL, "calls_2_1": "never", "calls_1_1": "unsure"}))[0].words == "Stage 1 or 2"


def test_what_does_not_apply_does_not_count() -> None:
    one = run(ladder(), calls_1_1="away", calls_1_2="always")
    assert "calls.1.1" not in item_states(one)
    assert standings_of(one)[0].counting == 3


def test_an_item_that_only_one_version_has_counts_in_neither_direction() -> None:
    old, new = ladder(), ladder("2", ANOTHER)
    then = run(old, schools_1_1="always")
    now = run(new, schools_1_1="always", schools_1_2="never")
    one = compare(then, now)[1]
    assert (one.newly, one.no_longer, one.first_said, one.unanswered) == ((), (), (), ())
    back = compare(now, run(old, schools_1_1="always"))[1]
    assert (back.newly, back.no_longer, back.first_said, back.unanswered) == ((), (), (), ())


def test_runs_of_different_tools_are_not_compared() -> None:
    other = read_instrument(ROOT / "instruments" / "ten-action-steps.yaml")
    with pytest.raises(ValueError, match="different tools"):
        compare(run(ladder()), run(other))


@pytest.mark.req("PROG-3")
def test_what_is_next_is_what_stands_before_the_next_stage_and_no_more() -> None:
    found = {one.id: one for one in whats_next(run(ladder(), **{**ALL, "calls_2_1": "never", "calls_3_1": "never"}))}
    assert [one.id for one in found["calls"].items] == ["calls.2.1"]
    assert (found["calls"].here, found["calls"].to, found["calls"].next_step) == (
        "Stage 2: Shoot",
        "Stage 3: Tree",
        "Grow",
    )


@pytest.mark.req("PROG-3")
def test_the_shortest_list_comes_first_and_what_has_nothing_left_last() -> None:
    two_left = {"calls_1_1": "never", "calls_1_2": "never", "schools_1_1": "never"}
    assert [one.id for one in whats_next(run(ladder(), **two_left))] == ["schools", "calls"]
    done = {"calls_1_1": "never", "calls_1_2": "never", "schools_1_1": "always"}
    assert [(one.id, len(one.items)) for one in whats_next(run(ladder(), **done))] == [("calls", 2), ("schools", 0)]


def test_what_nobody_has_answered_stands_in_the_list_and_says_so() -> None:
    (item,) = next(one for one in whats_next(run(ladder(), **ALL)) if one.id == "schools").items
    assert not item.is_answered


@pytest.mark.req("PROG-3")
def test_a_tool_without_stages_gets_none_and_lists_what_is_not_in_place() -> None:
    tool = read_instrument(ROOT / "instruments" / "ten-action-steps.yaml")
    steps = [item.id for item in tool.questions if item.type == "choice"]
    response = read_response(tool, {"answers": {steps[0]: tool.scoring.done[0]}})
    one = Run(tool, response.answers, score(tool, response))
    found = whats_next(one)
    assert all(each.to == "" and "Stage" not in each.here for each in found)
    assert steps[0] not in {item.id for each in found for item in each.items}
    assert sum(len(each.items) for each in found) == len(item_states(one)) - 1


@pytest.mark.req("PROG-1")
def test_every_tool_that_ships_can_stand_beside_itself() -> None:
    for folder in ("instruments", "jurisdictions/louisiana/instruments", "jurisdictions/example/instruments"):
        for path in sorted((ROOT / folder).glob("*.yaml")):
            tool = read_instrument(path)
            if tool.purpose not in {"self_assessment", "project"}:
                continue
            blank = Run(tool, {}, score(tool, read_response(tool, {"answers": {}})))
            assert compare(blank, blank), path.name
            assert all(one.moved in {"same", "unknown"} for one in compare(blank, blank)), path.name
            assert sum(one.counting for one in standings_of(blank)) == len(item_states(blank)), path.name
