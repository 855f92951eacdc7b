"""When a tool opens, what its answers rest on, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.questionnaire.answers import read_response
from rightdoor.domain.questionnaire.instrument import Band, Instrument, Scoring
from rightdoor.domain.questionnaire.scoring import score
from rightdoor.domain.screening import (
    Reminders,
    Suggested,
    next_step,
    settle_step,
    stands_in_the_way,
    step_of_band,
    unsupported,
)
from rightdoor.packs.instruments import GENERAL, read_instrument

READY = Reminders(is_alone=True, interpreter="professional", limits_told=True, consent="adult")
PURPOSES = ("purpose.sex", "purpose.images", "purpose.service", "purpose.debt")


@pytest.fixture(scope="module")
def narrative() -> Instrument:
    return read_instrument(Path(GENERAL) / "demonstration-narrative.yaml")


def led(tool: Instrument, answers: dict[str, str]) -> Suggested:
    return next_step(tool, score(tool, read_response(tool, {"answers": answers})))


@pytest.mark.req("SCR-5")
def test_questions_open_once_all_four_reminders_are_so() -> None:
    assert stands_in_the_way(READY) == ()
    assert len(stands_in_the_way(Reminders())) == 4


@pytest.mark.req("SCR-5")
@pytest.mark.parametrize(
    "changed",
    [{"is_alone": False}, {"interpreter": "relative"}, {"limits_told": None}, {"consent": "nobody"}],
)
def test_one_reminder_that_is_not_so_keeps_the_questions_closed(changed: dict[str, object]) -> None:
    assert len(stands_in_the_way(replace(READY, **changed))) == 1  # type: ignore[arg-type]


@pytest.mark.req("SCR-5")
def test_for_a_minor_child_welfare_is_asked_and_not_the_minor_alone() -> None:
    assert len(stands_in_the_way(READY, is_minor=True)) == 1
    assert stands_in_the_way(replace(READY, consent="child_welfare"), is_minor=True) == ()


@pytest.mark.req("SCR-3")
def test_the_band_says_what_follows(narrative: Instrument) -> None:
    assert led(narrative, {"purpose.sex": "seen"}).step == "report"
    assert led(narrative, dict.fromkeys(PURPOSES, "not_seen")).step == "monitor"


@pytest.mark.req("SCR-3")
def test_what_is_not_known_leads_to_the_stricter_step(narrative: Instrument) -> None:
    assert led(narrative, {**dict.fromkeys(PURPOSES, "not_seen"), "purpose.debt": "unknown"}).step == "report"
    assert led(narrative, {}).step == "report"


@pytest.mark.req("SCR-3")
def test_a_tool_without_steps_leads_by_its_result() -> None:
    assert step_of_band(Band("yes", "Yes", result="positive")).step == "refer"
    assert step_of_band(Band("no", "No", result="negative")).step == "nothing_now"
    assert step_of_band(Band("other", "Other")).step is None


@pytest.mark.req("SCR-3")
def test_less_than_the_tool_leads_to_needs_a_reason() -> None:
    refer = Suggested("refer", "")
    assert settle_step(refer, "report", "") == "report"
    assert settle_step(refer, "refer", "") == "refer"
    assert settle_step(refer, "monitor", "Known to the team.") == "monitor"
    with pytest.raises(RuleBroken):
        settle_step(refer, "monitor", "  ")
    with pytest.raises(RuleBroken):
        settle_step(refer, "", "A reason.")


@pytest.mark.req("SCR-3")
def test_where_the_tool_names_no_step_the_choice_needs_a_reason() -> None:
    with pytest.raises(RuleBroken):
        settle_step(Suggested(None, ""), "report", "")
    assert settle_step(Suggested(None, ""), "report", "I saw it.") == "report"


@pytest.mark.req("SCR-1")
def test_an_indicator_rests_on_what_was_seen_and_where_it_is_known_from(narrative: Instrument) -> None:
    answers = {"means.force": "seen", "act.buy": "unknown", "act.move": "not_seen"}
    assert unsupported(narrative, answers, {}, {}) == ("means.force",)
    assert unsupported(narrative, answers, {"means.force": "Marks"}, {}) == ("means.force",)
    assert unsupported(narrative, answers, {"means.force": "Marks"}, {"means.force": "seen"}) == ()


def test_to_a_question_the_answer_is_the_evidence(narrative: Instrument) -> None:
    asked = replace(narrative, administration="interview")
    assert unsupported(asked, {"means.force": "seen"}, {}, {}) == ()


def test_a_tool_that_is_not_scored_leads_nowhere(narrative: Instrument) -> None:
    assert led(replace(narrative, scoring=Scoring()), {"purpose.sex": "seen"}).step is None
