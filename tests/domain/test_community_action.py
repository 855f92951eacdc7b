"""Community action: phases in their order, back with a reason, an end with its outcome."""

from __future__ import annotations

from pathlib import Path

import pytest

from rightdoor.domain.community_action import (
    Phase,
    Step,
    check_back,
    check_end,
    check_four_ps,
    check_gate,
    check_given_up,
    next_phase,
    phases_of,
    states_of,
)
from rightdoor.domain.errors import RuleBroken
from rightdoor.packs.instruments import read_instrument

ROOT = Path(__file__).resolve().parents[2]
LONG = "Agreed on by everybody."


@pytest.fixture(scope="module")
def phases() -> tuple[Phase, ...]:
    return phases_of(read_instrument(ROOT / "instruments" / "community-action-phases.yaml"))


def states(phases: tuple[Phase, ...], at: str, *steps: Step) -> list[str]:
    return list(states_of(phases, at, steps).values())


@pytest.mark.req("PROG-7")
def test_the_six_phases_come_from_the_file_with_its_words(phases: tuple[Phase, ...]) -> None:
    assert [(one.number, one.name) for one in phases] == [
        (1, "Identify"),
        (2, "Define"),
        (3, "Gather"),
        (4, "Analyse"),
        (5, "Plan and act"),
        (6, "Evaluate"),
    ]
    assert set(phases[0].words.values()) == {"Not started", "In progress", "Complete"}


def test_an_instrument_for_something_else_has_no_phases() -> None:
    assert phases_of(read_instrument(ROOT / "instruments" / "ten-action-steps.yaml")) == ()


def test_only_the_first_phase_runs_at_the_beginning(phases: tuple[Phase, ...]) -> None:
    assert states(phases, "ca.1") == ["in_progress", *["not_started"] * 5]


@pytest.mark.req("PROG-7")
def test_going_back_opens_every_later_phase_again(phases: tuple[Phase, ...]) -> None:
    steps = [Step("on", "ca.1", "ca.2"), Step("on", "ca.2", "ca.3"), Step("back", "ca.3", "ca.2")]
    assert states(phases, "ca.2", *steps) == ["done", "in_progress", *["not_started"] * 4]


def test_a_phase_left_again_after_going_back_is_done_again(phases: tuple[Phase, ...]) -> None:
    steps = [Step("on", "ca.1", "ca.2"), Step("back", "ca.2", "ca.1"), Step("on", "ca.1", "ca.2")]
    assert states(phases, "ca.2", *steps)[:2] == ["done", "in_progress"]


def test_a_project_that_was_given_up_has_no_phase_under_way(phases: tuple[Phase, ...]) -> None:
    steps = [Step("on", "ca.1", "ca.2"), Step("given_up", "ca.2")]
    assert states(phases, "ca.2", *steps) == ["done", *["not_started"] * 5]


def test_a_project_that_ended_has_all_of_them_done(phases: tuple[Phase, ...]) -> None:
    order = [one.id for one in phases]
    steps = [Step("on", one, to) for one, to in zip(order, order[1:], strict=False)]
    assert states(phases, "ca.6", *steps, Step("ended", "ca.6")) == ["done"] * 6


def test_after_the_last_phase_comes_none(phases: tuple[Phase, ...]) -> None:
    following = [next_phase(phases, one.id) for one in phases]
    assert [one.id if one else "" for one in following] == ["ca.2", "ca.3", "ca.4", "ca.5", "ca.6", ""]


@pytest.mark.parametrize(("gate", "evidence"), [("", LONG), (LONG, ""), ("   n/a   ", LONG), (LONG, "n/a")])
def test_a_gate_needs_its_evidence_and_its_note(gate: str, evidence: str) -> None:
    with pytest.raises(RuleBroken):
        check_gate(gate=gate, evidence=evidence)


def test_a_gate_with_both_opens() -> None:
    check_gate(gate=LONG, evidence=LONG)


@pytest.mark.parametrize("to", ["ca.3", "ca.4", "", "nowhere"])
def test_back_leads_to_an_earlier_phase_only(phases: tuple[Phase, ...], to: str) -> None:
    with pytest.raises(RuleBroken, match="earlier phase"):
        check_back(phases, "ca.3", to, why=LONG)


def test_back_needs_a_reason(phases: tuple[Phase, ...]) -> None:
    with pytest.raises(RuleBroken, match="why"):
        check_back(phases, "ca.3", "ca.1", why="so")


def test_a_project_ends_in_its_last_phase_with_its_outcome(phases: tuple[Phase, ...]) -> None:
    with pytest.raises(RuleBroken, match="last phase"):
        check_end(phases, "ca.5", outcome=LONG)
    with pytest.raises(RuleBroken, match="outcome"):
        check_end(phases, "ca.6", outcome="")
    check_end(phases, "ca.6", outcome=LONG)


def test_giving_up_needs_a_reason() -> None:
    with pytest.raises(RuleBroken, match="why"):
        check_given_up(why=" ")


@pytest.mark.parametrize("chosen", [[], ["prevention", "parades"]])
def test_a_project_serves_one_of_the_four_at_least(chosen: list[str]) -> None:
    with pytest.raises(RuleBroken, match="four"):
        check_four_ps(chosen)


def test_what_it_serves_stands_in_the_order_of_the_four() -> None:
    assert check_four_ps(["partnership", "prevention"]) == ("prevention", "partnership")
