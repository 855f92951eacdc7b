"""Two versions of a plan beside each other: what was added, removed and changed, line by line. (CASE-4)"""

from __future__ import annotations

from dataclasses import dataclass

from rightdoor.casework.plans.choices import ACTION_STATES, CHANGES, GOAL_STATES, RISKS, SERVICE_STATES
from rightdoor.casework.plans.queries import ShownAction, ShownGoal, ShownPlan, ShownService
from rightdoor.domain.service_plan import compare
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import day


@dataclass(frozen=True, slots=True)
class Line:
    """One line of both versions. `kind` is a key of the changes, `said` its word."""

    label: str
    kind: str
    said: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the plan with its lines; `changed` counts those that differ."""

    title: str
    lines: tuple[Line, ...]
    changed: int


def side_by_side(before: ShownPlan, after: ShownPlan) -> list[Part]:
    """Both versions, part by part; parts that are empty in both are left out."""
    pack = active_pack()
    words = {
        "wishes": f"What the {pack.word('client')} wants",
        "strengths": "Strengths",
        "barriers": "What stands in the way",
        "consent": "On what consent it rests",
        "authors": "Who wrote this together",
    }
    domains = dict(pack.plans.domains.pairs())
    goals = {one.line: one.goal for one in (*before.goals, *after.goals)}
    steps = {one.line: one.what for one in (*before.actions, *after.actions)}
    kinds = dict(pack.service_choices().pairs())
    services = {one.line: kinds.get(one.category, one.category) for one in (*before.services, *after.services)}
    parts = [
        ("In words", {key: getattr(before, key) for key in words}, {key: getattr(after, key) for key in words}, words),
        ("Needs", _needs(before), _needs(after), domains),
        ("Goals", {x.line: _goal(x) for x in before.goals}, {x.line: _goal(x) for x in after.goals}, goals),
        ("Actions", {x.line: _step(x) for x in before.actions}, {x.line: _step(x) for x in after.actions}, steps),
        (
            "Services",
            {x.line: _service(x, kinds) for x in before.services},
            {x.line: _service(x, kinds) for x in after.services},
            services,
        ),
    ]
    found = []
    for title, old, new, labels in parts:
        lines = tuple(
            Line(labels.get(one.key, one.key), one.kind, CHANGES[one.kind], one.before, one.after)
            for one in compare(old, new)
        )
        if lines:
            found.append(Part(title, lines, sum(line.kind != "same" for line in lines)))
    return found


def _needs(plan: ShownPlan) -> dict[str, str]:
    return {one.domain: f"{RISKS[one.risk]}. {one.words}".strip() for one in plan.needs}


def _goal(one: ShownGoal) -> str:
    measured = f"{one.measure} ({one.unit}): from {one.baseline or '?'} to {one.target or '?'}" if one.measure else ""
    by = f"By {day(one.due_on)}" if one.due_on else "No day yet"
    return _joined(one.goal, measured, by, one.owner_name, one.why, GOAL_STATES[one.state])


def _step(one: ShownAction) -> str:
    return _joined(one.what, one.owner_name, f"By {day(one.due_on)}", ACTION_STATES[one.state])


def _service(one: ShownService, kinds: dict[str, str]) -> str:
    by = f"By {day(one.due_on)}" if one.due_on else ""
    label = kinds.get(one.category, one.category)
    return _joined(label, one.need, one.choice, one.owner_name, by, SERVICE_STATES[one.state])


def _joined(*said: str) -> str:
    return "\n".join(one for one in said if one)
