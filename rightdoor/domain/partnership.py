"""How closely two agencies work together: three levels, dated, with what shows it, and looked at again. (TEAM-9)

A level is said of a pair and in a region; it is a judgement with its grounds and never a mark. What was said before
stays, so that one sees how it went. (practice.md 5.3)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from .community_action import check_four_ps
from .errors import RuleBroken

SHORTEST = 10  # characters: enough that "n/a" does not pass for what shows it
LONGEST = 4_000
REVIEW_AFTER = timedelta(days=365)
LATEST_REVIEW = timedelta(days=731)

Went = Literal["first", "closer", "looser", "same"]


@dataclass(frozen=True, slots=True)
class Level:
    """One of the three, the loosest first."""

    key: str
    label: str
    explains: str


LEVELS: tuple[Level, ...] = (
    Level("cooperation", "Cooperation", "They know each other and help when asked. Each keeps its own goals and ways."),
    Level(
        "coordination", "Coordination", "They agree on who does what and plan parts together, under rules they share."
    ),
    Level(
        "collaboration", "Collaboration", "They share goals, resources and risks, and answer for the result together."
    ),
)
BY_KEY: Mapping[str, Level] = {one.key: one for one in LEVELS}


@dataclass(frozen=True, slots=True)
class LevelTold:
    """What is said of a pair: the level, since when, what it serves, what shows it, and when to look again."""

    level: str
    four_ps: Sequence[str]
    since: date
    shows: str
    review_on: date


def checked(told: LevelTold, today: date) -> LevelTold:
    """What is said, in order; raises RuleBroken with what is lacking."""
    if told.level not in BY_KEY:
        raise RuleBroken("Choose one of the three levels.")
    if told.since > today:
        raise RuleBroken("A level is said of what is, not of what is planned. Correct the day.")
    shows = told.shows.strip()
    if len(shows) < SHORTEST:
        raise RuleBroken("Say what shows it: an agreement, a meeting, what they did together.")
    if len(shows) > LONGEST:
        raise RuleBroken(f"Shorten what shows it to {LONGEST:,} characters.")
    if not today < told.review_on <= today + LATEST_REVIEW:
        raise RuleBroken("Choose a day within the next two years to look at it again.")
    return LevelTold(told.level, check_four_ps(told.four_ps), told.since, shows, told.review_on)


def went(before: str | None, now: str) -> Went:
    """Where it went since the last time that somebody looked."""
    if before is None:
        return "first"
    order = [one.key for one in LEVELS]
    step = order.index(now) - order.index(before)
    return "closer" if step > 0 else "looser" if step < 0 else "same"
