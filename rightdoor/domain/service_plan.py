"""The service plan: its versions, its services, and when one may be adopted. (Roadmap, service plan; CASE-4)"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .errors import RuleBroken

PLAN_STATES = ("draft", "adopted", "replaced")
SERVICE_STATES = ("planned", "started", "completed", "declined")
# A service that the client declined may be offered again; one that was completed may be needed again as a new one.
SERVICE_TRANSITIONS: Mapping[str, frozenset[str]] = {
    "planned": frozenset({"started", "completed", "declined"}),
    "started": frozenset({"completed", "declined"}),
    "declined": frozenset({"planned"}),
    "completed": frozenset(),
}


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """One planned service: its category (a key of the pack), who sees to it, by when, and where it stands."""

    category: str
    owner: str
    due_on: date | None
    state: str = "planned"


def check_may_adopt(state: str, wishes: str, services: Sequence[ServiceFacts]) -> None:
    """A draft becomes the plan once the client's wishes are in it and every service has somebody and a day. Raises
    RuleBroken.

    A service that the client declined needs neither.
    """
    if state != "draft":
        raise RuleBroken("Only a draft can be adopted. Write a new version of the plan.")
    if not wishes.strip():
        raise RuleBroken("Write down what the client wants, or that the client has not been asked yet.")
    if not services:
        raise RuleBroken("Add at least one service, even if it is only the next contact.")
    wanted = [service for service in services if service.state != "declined"]
    if any(not service.owner.strip() for service in wanted):
        raise RuleBroken("Name who sees to each service.")
    if any(service.due_on is None for service in wanted):
        raise RuleBroken("Give each service a day by which it should begin.")


def check_may_change_service(state: str, new: str) -> None:
    """May a planned service in `state` become `new`? Raises RuleBroken; KeyError for a state that does not exist."""
    if new not in SERVICE_TRANSITIONS:
        raise KeyError(new)
    if new not in SERVICE_TRANSITIONS[state]:
        raise RuleBroken("This service cannot take that step. Add it to the plan anew instead.")


# ----------------------------------------------------------------------------------------------------------- domains

# Domains of need: what a plan can be about. Their labels and their order are the pack's. (practice.md 3.5)
NEED_DOMAINS = (
    "safety",
    "housing",
    "basic_needs",
    "medical",
    "dental",
    "behavioral_health",
    "substance_use",
    "pregnancy_parenting",
    "education",
    "job_readiness",
    "legal_immigration",
    "documents",
    "public_benefits",
    "victim_compensation",
    "family_support",
    "mentoring",
    "transport",
    "language_culture",
    "digital_safety",
)
TEMPLATES = ("emergency", "ongoing", "missing", "homeless")
# "": nobody has established it. It is never read as "none known".
RISKS = ("none_known", "some", "urgent")

# ------------------------------------------------------------------------------------------------------------- goals

GOAL_STATES = ("draft", "open", "met", "not_met", "given_up")
SETTLED_GOALS = frozenset({"met", "not_met", "given_up"})
PROGRESS = ("not_started", "under_way", "met", "not_met", "given_up")
PROGRESS_NEEDS_WHY = frozenset({"not_met", "given_up"})
# What makes a goal one that can be followed, in the order in which the form asks. (practice.md 5.3)
GOAL_PARTS = ("measure", "unit", "baseline", "target", "due_on", "owner", "why")


@dataclass(frozen=True, slots=True)
class GoalFacts:
    """A goal as it was written: how it is measured and in what unit, from where to where, by when, whose, and why."""

    goal: str
    measure: str = ""
    unit: str = ""
    baseline: str = ""
    target: str = ""
    due_on: date | None = None
    owner: str = ""
    why: str = ""


def missing_of(goal: GoalFacts) -> tuple[str, ...]:
    """What the goal still lacks, in the form's order; a goal that lacks anything is a draft. (practice.md 5.3)"""
    return tuple(
        part for part in GOAL_PARTS if not (goal.due_on if part == "due_on" else str(getattr(goal, part)).strip())
    )


def goal_state(goal: GoalFacts, before: str = "") -> str:
    """Where a goal stands that is written now: a draft while something is missing; settled if it was before. KeyError
    for a state that does not exist.
    """
    if before and before not in GOAL_STATES:
        raise KeyError(before)
    if before in SETTLED_GOALS:
        return before
    return "draft" if missing_of(goal) else "open"


def check_may_set_goal(goal: GoalFacts) -> None:
    """A goal may lack anything but its own words; then it is a draft. Raises RuleBroken."""
    if not goal.goal.strip():
        raise RuleBroken("Write each goal in a sentence, or leave its row out.")


# ----------------------------------------------------------------------------------------------------------- actions

ACTION_STATES = ("open", "done", "dropped")


def check_may_plan_action(what: str, owner: str, due_on: date | None) -> None:
    """An action is something that somebody does by a day. Raises RuleBroken."""
    if not what.strip():
        raise RuleBroken("Write what is to be done, or leave the row out.")
    if not owner.strip():
        raise RuleBroken("Name who does each action.")
    if due_on is None:
        raise RuleBroken("Give each action a day by which it is done.")


def check_may_change_action(state: str, new: str) -> None:
    """An action may be done, dropped, and taken up again. Raises RuleBroken; KeyError for an unknown state."""
    if new not in ACTION_STATES:
        raise KeyError(new)
    if state == new:
        raise RuleBroken("This action stands so already.")


def check_may_change_plan(state: str) -> None:
    """Services, actions and reviews belong to a plan that was not replaced. Raises RuleBroken."""
    if state == "replaced":
        raise RuleBroken("A newer version has replaced this plan. Go on there.")


# ---------------------------------------------------------------------------------------------------------- versions


@dataclass(frozen=True, slots=True)
class Change:
    """One line of two versions beside each other. `kind`: added, removed, changed or same."""

    key: str
    kind: str
    before: str
    after: str


def compare(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """Each line of either version, in the order of the newer one, what was removed last. (CASE-4)

    Keys name the lines; values are what stands there. A line that is empty in both is left out, and an empty line
    is as good as none.
    """
    found = []
    for key in (*after, *(key for key in before if key not in after)):
        old, new = before.get(key, "").strip(), after.get(key, "").strip()
        if not old and not new:
            continue
        kind = "same" if old == new else "added" if not old else "removed" if not new else "changed"
        found.append(Change(key, kind, old, new))
    return tuple(sorted(found, key=lambda one: one.kind == "removed"))


# ----------------------------------------------------------------------------------------------------------- reviews

# The scales of each review, from best to worst; "": not established. Their words stand in the slice. (CASE-14)
OUTCOME_SCALES: Mapping[str, tuple[str, ...]] = {
    "safety": ("safe", "some_danger", "in_danger"),
    "placement": ("stable", "at_risk", "moved", "without"),
    "school": ("attends", "attends_partly", "does_not_attend", "not_applicable"),
    "engagement": ("engaged", "wavering", "out_of_touch"),
}
REVIEW_ENDS = ("stands", "revise")


@dataclass(frozen=True, slots=True)
class GoalReviewed:
    """What a review says of one goal."""

    progress: str
    why: str = ""


def check_may_review(
    *,
    state: str,
    goals: Mapping[str, GoalReviewed],
    open_goals: Sequence[str],
    outcomes: Mapping[str, str],
    ends: str,
    next_on: date | None,
    today: date,
    every_days: int | None,
) -> None:
    """A review says of each open goal how it stands, and when the plan is looked at next. (CASE-6, CASE-14)

    Outcomes may stay open: "" is not established. The next review comes no later than the cadence asks for. Raises
    RuleBroken; KeyError for an answer that the scale does not know.
    """
    if state != "adopted":
        raise RuleBroken("Only the plan that holds is reviewed. Adopt this version first.")
    for key in open_goals:
        said = goals.get(key)
        if said is None or not said.progress:
            raise RuleBroken("Say of each goal how it stands.")
        if said.progress not in PROGRESS:
            raise KeyError(said.progress)
        if said.progress in PROGRESS_NEEDS_WHY and not said.why.strip():
            raise RuleBroken("Say in a sentence why a goal was not met or was given up.")
    for measure, level in outcomes.items():
        if level and level not in OUTCOME_SCALES[measure]:
            raise KeyError(level)
    if ends not in REVIEW_ENDS:
        raise RuleBroken("Say whether the plan stands as it is, or is to be revised.")
    if next_on is None or next_on <= today:
        raise RuleBroken("Give a day after today on which the plan is reviewed next.")
    if every_days is not None and (next_on - today).days > every_days:
        raise RuleBroken(f"The plan is reviewed at least every {every_days} days. Choose an earlier day.")


def engagement_days(opened_on: date, until: date) -> int:
    """How long the work with the client has lasted, in whole days; never less than none. (CASE-14)"""
    return max(0, (until - opened_on).days)


def services_by_kind(services: Sequence[ServiceFacts]) -> Mapping[str, int]:
    """How many services of each kind were started or completed so far. (CASE-14)"""
    counted: dict[str, int] = {}
    for one in services:
        if one.state in {"started", "completed"}:
            counted[one.category] = counted.get(one.category, 0) + 1
    return dict(sorted(counted.items()))


def check_may_check_in(*, state: str, partner: str, words: str, asked_on: date | None, today: date) -> None:
    """A check-in says who of the partners was asked, when, and what they said. (CASE-6) Raises RuleBroken."""
    if state != "adopted":
        raise RuleBroken("Adopt a plan first; then its partners are asked how it goes.")
    if not partner:
        raise RuleBroken("Choose who was asked.")
    if asked_on is None or asked_on > today:
        raise RuleBroken("Give the day on which they were asked, not later than today.")
    if not words.strip():
        raise RuleBroken("Write in a line what they said, or that they could not be reached.")
