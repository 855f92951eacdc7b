"""A case's turn at a meeting: the topics it owes, what it must settle before it counts as held, and what must be out
afterwards.

An emergency staffing is held within the response clock and settles four things. An ongoing one needs consent
(`consent`). The summary is due within hours of the end, a clock of its own. (MTG-4, MTG-5, MTG-6, MTG-8; Roadmap,
emergency response)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from .clock import Clock, due_after
from .errors import RuleBroken

Kind = Literal["emergency", "ongoing", "case_review"]
KINDS: tuple[Kind, ...] = ("emergency", "ongoing", "case_review")
STATES = ("scheduled", "held", "cancelled")

# What an emergency staffing settles. A topic of the pack's agenda names which of these it settles.
EMERGENCY_MUST_SETTLE = ("victim_status", "eligibility", "consent_plan", "first_plan")
# The topics that come first in an emergency, in this order, where the pack marks none. (practice.md 3.2)
FIRST_FIVE = (
    "safety_assessment",
    "medical_evaluation",
    "forensic_interview",
    "evidence_preservation",
    "immediate_services",
)


class Topic(Protocol):
    """A topic of a pack's agenda, as far as this rule reads it."""

    @property
    def key(self) -> str: ...
    @property
    def first(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class StaffingFacts:
    """What the minutes of one staffing have settled so far. None: not settled.

    `victim_status`: determined at or before this staffing. `continued_services`: "eligible", "not_eligible" or
    "undecided". `consent_plan`: how consent to services will be sought. `first_plan`: a service plan is written.
    `present`: codes of who was there.
    """

    kind: Kind
    state: str
    starts_at: datetime
    victim_status: str | None = None
    continued_services: str | None = None
    consent_plan: str | None = None
    first_plan: bool | None = None
    present: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ActionItem:
    """Something to do after a staffing: whose, by when, and whether it is done."""

    owner: str
    due_on: date
    done_at: datetime | None = None

    def is_overdue(self, today: date) -> bool:
        """Past its day and not done. On the day itself it is still in time."""
        return self.done_at is None and today > self.due_on


def topics_owed(topics: Sequence[Topic]) -> list[str]:
    """The keys of an agenda in the order in which they are taken: first those that the pack marks, then the rest as
    they stand.

    Where the pack marks none, the FIRST_FIVE that the agenda holds come first.
    """
    first = [topic.key for topic in topics if topic.first]
    if not first:
        keys = {topic.key for topic in topics}
        first = [key for key in FIRST_FIVE if key in keys]
    return first + [topic.key for topic in topics if topic.key not in first]


def missing_before_holding(facts: StaffingFacts) -> list[str]:
    """What this staffing must still settle, as sentences that tell what to do. Empty when it may be closed."""
    missing = [] if facts.present else ["Record who was there."]
    if facts.kind != "emergency":
        return missing
    if not facts.victim_status:
        missing.append("Determine the victim status.")
    if facts.continued_services not in {"eligible", "not_eligible", "undecided"}:
        missing.append("Say whether services continue, or that this is still undecided.")
    if not (facts.consent_plan or "").strip():
        missing.append("Say how consent to services will be sought.")
    if facts.first_plan is not True and facts.continued_services != "not_eligible":
        missing.append("Write the first service plan.")
    return missing


def check_may_hold(facts: StaffingFacts, now: datetime) -> None:
    """May the minutes be closed, so that the staffing counts as held and the response clock stops? Raises
    RuleBroken.
    """
    if facts.state != "scheduled":
        raise RuleBroken("This staffing is no longer open. Schedule another one.")
    if now < facts.starts_at:
        raise RuleBroken("This staffing has not begun. Close the minutes once it has.")
    missing = missing_before_holding(facts)
    if missing:
        raise RuleBroken(" ".join(missing))


def summary_clock(held_at: datetime, hours: int) -> Clock:
    """The clock of the summary: the pack's hours from the moment the staffing was held. (MTG-5)"""
    return Clock(held_at, due_after(held_at, hours))


def check_may_add_action_item(*, owner: str, due_on: date | None, what: str, held_on: date) -> None:
    """An action item has an owner, a day that is not past, and says what is to be done. Raises RuleBroken. (MTG-6)"""
    if not what.strip():
        raise RuleBroken("Say what is to be done.")
    if not owner.strip():
        raise RuleBroken("Name who will do it.")
    if due_on is None:
        raise RuleBroken("Say by which day it will be done.")
    if due_on < held_on:
        raise RuleBroken("Choose a day that is not before the staffing.")


def carried_over(items: Sequence[ActionItem], today: date) -> list[ActionItem]:
    """The overdue items, the oldest first: they come back on the next agenda. (MTG-6)"""
    return sorted((item for item in items if item.is_overdue(today)), key=lambda item: item.due_on)
