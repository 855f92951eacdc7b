"""When a screening tool may be opened at all, what its answers rest on, and what follows from it.

A screen prompts a next step. It never sets what a person is: no status, no finding, no figure of accuracy outside of
the people it was studied with.
What is not known leads to the stricter step, never to the laxer. (practice 1.1, 1.3, 1.4)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .errors import RuleBroken
from .questionnaire.answers import Answers
from .questionnaire.instrument import Band, Instrument, Item, NextStep
from .questionnaire.scoring import Score

STRICTEST_FIRST: tuple[NextStep, ...] = ("report", "refer", "monitor", "nothing_now")

INTERPRETERS: Mapping[str, str] = {
    "not_needed": "No interpreter is needed",
    "professional": "A trained interpreter, in person or by telephone",
    "relative": "A relative, a friend, or somebody who came along",
}
CONSENTS: Mapping[str, str] = {
    "adult": "An adult, who agreed for themselves",
    "child_welfare": "A minor; child welfare agreed",
    "nobody": "Nobody has agreed yet",
}


@dataclass(frozen=True, slots=True)
class Reminders:
    """What must be so before questions are asked. None and "" mean that nobody has answered. (SCR-5)"""

    is_alone: bool | None = None  # the other person has left the room, or the line
    interpreter: str = ""  # a key of INTERPRETERS
    limits_told: bool | None = None  # what will be kept to oneself, and what must be reported
    consent: str = ""  # a key of CONSENTS


@dataclass(frozen=True, slots=True)
class Suggested:
    """The next step that a tool leads to, and why; None where the tool names none and a person decides."""

    step: NextStep | None
    why: str


def asks_a_person(instrument: Instrument) -> bool:
    """Are questions asked of somebody? Then a private setting comes first."""
    return instrument.administration in {"interview", "self_report"}


def stands_in_the_way(reminders: Reminders, *, is_minor: bool | None = None) -> tuple[str, ...]:
    """Why the questions stay closed, as sentences that say what to do; empty: they may be asked. (SCR-5; practice 5.3)

    `is_minor` None: the age is not known, and the answer about consent is taken as it stands.
    """
    found = []
    if reminders.is_alone is not True:
        found.append("Speak with the person alone: the other person leaves first.")
    if reminders.interpreter not in {"not_needed", "professional"}:
        found.append("Call a trained interpreter. A relative or a friend never interprets here.")
    if reminders.limits_told is not True:
        found.append("Say first what you keep to yourself and what you must report.")
    if reminders.consent not in {"adult", "child_welfare"}:
        found.append("Ask for consent: an adult agrees for themselves; for a minor, ask child welfare.")
    elif reminders.consent == "adult" and is_minor is True:
        found.append("The person is a minor. Ask child welfare before you ask the questions.")
    return tuple(found)


def unsupported(
    instrument: Instrument, answers: Answers, evidence: Mapping[str, str], sources: Mapping[str, str]
) -> tuple[str, ...]:
    """Indicators marked as there without what was seen, or without where it is known from.

    Of tools that are filled from what is known, and of those only: to a question, the answer is the evidence. (SCR-1)
    """
    if instrument.administration != "observer_integration":
        return ()
    return tuple(
        item.id
        for item in instrument.questions
        if item.type == "choice"
        and says_that_it_is_there(instrument, item, answers.get(item.id))
        and not (evidence.get(item.id, "").strip() and sources.get(item.id))
    )


def says_that_it_is_there(instrument: Instrument, item: Item, answer: object) -> bool:
    """Does this answer mark the indicator as there? By what the tool counts; where it counts nothing, by any answer
    that says something.
    """
    if not isinstance(answer, str):
        return False
    option = instrument.options_of(item).by_code.get(answer)
    if option is None or option.means != "answer":
        return False
    scoring = instrument.scoring
    if scoring.kind in {"count", "any"}:
        return answer in scoring.counted
    if scoring.kind in {"sum", "weighted"}:
        return option.score is not None and option.score > 0
    return True


def next_step(instrument: Instrument, score: Score) -> Suggested:
    """What the answers lead to. (SCR-3)

    The band's own step; of several bands that are still possible, the strictest. Where the tool names no step: refer
    when the result is positive or open, nothing now when it is negative. A tool that is not scored leads nowhere.
    """
    figure = score.figure
    possible: Sequence[Band] = figure.could_be if figure is not None else ()
    named = [band.next_step for band in possible if band.next_step is not None]
    if named and len(named) == len(possible):
        step = strictest(named)
        if len(possible) > 1:
            return Suggested(step, "What is not known could change the result, so the stricter step stands.")
        return Suggested(step, f"The tool says: {possible[0].label}.")
    return _by_result(score.result)


def step_of_band(band: Band) -> Suggested:
    """What a result that was typed in leads to."""
    if band.next_step is not None:
        return Suggested(band.next_step, f"The tool says: {band.label}.")
    return _by_result(band.result)


def strictest(steps: Sequence[NextStep]) -> NextStep:
    """The strictest of some steps. ValueError for none."""
    return min(steps, key=STRICTEST_FIRST.index)


def settle_step(suggested: Suggested, chosen: str, reason: str) -> NextStep:
    """The step that stands. A stricter one is anybody's to choose; a laxer one, or any where the tool names none, only
    with a reason. Raises RuleBroken. (SCR-3)
    """
    step = next((one for one in STRICTEST_FIRST if one == chosen), None)
    if step is None:
        raise RuleBroken("Choose what follows.")
    if reason.strip():
        return step
    if suggested.step is None:
        raise RuleBroken("The tool names no next step. Say in a few words why you chose this one.")
    if STRICTEST_FIRST.index(step) > STRICTEST_FIRST.index(suggested.step):
        raise RuleBroken("You chose less than the tool leads to. Say in a few words why.")
    return step


def _by_result(result: str | None) -> Suggested:
    if result == "positive":
        return Suggested("refer", "The result is positive.")
    if result == "indeterminate":
        return Suggested("refer", "Too much is not known to say no, so the stricter step stands.")
    if result == "negative":
        return Suggested("nothing_now", "The result is negative.")
    return Suggested(None, "The tool is not scored. You decide.")
