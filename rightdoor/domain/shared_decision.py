"""Shared decisions: options laid open, what matters to the client, and who decided. (practice.md 5.3; CASE-4)

Nothing here persuades: no option is chosen beforehand, and "not now" is an option like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .errors import RuleBroken

MOST_OPTIONS = 8
# Who decided. "": nobody yet.
DECIDERS = ("client", "together", "guardian", "agency", "court")
# What came of it, once it was looked at again. "": not looked at yet.
OUTCOMES = ("went_well", "partly", "did_not", "changed_mind", "not_established")


@dataclass(frozen=True, slots=True)
class Option:
    """One of the options. `is_not_now`: to decide nothing yet. `is_limited`: it is not as safe as the others, `why`."""

    words: str
    benefits: str = ""
    risks: str = ""
    is_not_now: bool = False
    is_limited: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision and what was said about it. Places count from 0; None: not said, or not decided yet."""

    decision: str
    options: Sequence[Option]
    matters: str
    preference: int | None = None
    provider_view: str = ""
    chosen: int | None = None
    decided_by: str = ""
    why_other: str = ""  # why it went another way than the client wanted
    revisit_on: date | None = None


def check_may_record(choice: Choice, today: date) -> None:
    """Raises RuleBroken unless there are at least two options, each with its benefits and its risks in words.

    What is kept back for safety needs its reason, and cannot be what was decided by anybody but a court or an agency.
    Who decided and what was decided go together, and a decision against what was wanted needs its reason.
    """
    if not choice.decision.strip():
        raise RuleBroken("Write what is to be decided.")
    if len(choice.options) < 2:
        raise RuleBroken('Write down at least two options. "Not now" may be one of them.')
    if len(choice.options) > MOST_OPTIONS:
        raise RuleBroken(f"Write down at most {MOST_OPTIONS} options.")
    if sum(option.is_not_now for option in choice.options) > 1:
        raise RuleBroken('"Not now" can be one option, not two.')
    seen = [option.words.strip().casefold() for option in choice.options]
    if any(not words for words in seen):
        raise RuleBroken("Name each option in a few plain words.")
    if len(set(seen)) < len(seen):
        raise RuleBroken("Two options say the same. Write each in its own words.")
    for option in choice.options:
        if not option.benefits.strip() or not option.risks.strip():
            raise RuleBroken("Write for each option what is good about it and what is hard or risky about it.")
        if option.is_limited and not option.why.strip():
            raise RuleBroken("Say why an option is not safe enough to be offered freely.")
    places = range(len(choice.options))
    if any(place is not None and place not in places for place in (choice.preference, choice.chosen)):
        raise RuleBroken("Choose one of the options that are written down.")
    if (choice.chosen is None) != (not choice.decided_by):
        raise RuleBroken("Say both what was decided and who decided, or neither yet.")
    if choice.decided_by and choice.decided_by not in DECIDERS:
        raise KeyError(choice.decided_by)
    is_limited = choice.chosen is not None and choice.options[choice.chosen].is_limited
    if is_limited and choice.decided_by not in {"agency", "court"}:
        raise RuleBroken("What was decided is not safe enough to be offered freely. Choose another option.")
    if followed(choice) is False and not choice.why_other.strip():
        raise RuleBroken("Say why it was decided another way than the client wanted.")
    if choice.chosen is None and choice.revisit_on is None:
        raise RuleBroken("Nothing is decided yet. Give a day on which you talk about it again.")
    if choice.revisit_on is not None and choice.revisit_on <= today:
        raise RuleBroken("Give a day after today on which you talk about it again.")


def followed(choice: Choice) -> bool | None:
    """Was it decided as the client wanted? None where either is not known."""
    if choice.preference is None or choice.chosen is None:
        return None
    return choice.preference == choice.chosen


def check_may_look_back(*, revisited: bool, outcome: str, revisit_on: date | None, today: date) -> None:
    """A decision is looked at again once, or again by a later day. Raises RuleBroken; KeyError."""
    if revisited:
        raise RuleBroken("You have looked at this decision again already. Record a new one.")
    if not outcome:
        raise RuleBroken("Say what came of it, or that this is not established.")
    if outcome not in OUTCOMES:
        raise KeyError(outcome)
    if revisit_on is not None and revisit_on <= today:
        raise RuleBroken("Give a day after today on which you talk about it again, or none.")
