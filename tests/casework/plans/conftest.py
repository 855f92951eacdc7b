"""The stage of the plans' tests."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from rightdoor.casework.cases.models import Case
from rightdoor.casework.plans import actions
from rightdoor.casework.plans.actions import Goal, Need, Rest, Service, Step
from rightdoor.casework.plans.models import ServicePlan
from rightdoor.domain.permission import Viewer
from tests.casework import team
from tests.casework.team import Scene


@pytest.fixture
def scene(coordinator: Viewer, detective: Viewer, advocate: Viewer, now: datetime) -> Scene:
    """The region's coordinator, a detective and an advocate."""
    return Scene(coordinator, detective, advocate, now)


@pytest.fixture
def case(scene: Scene) -> Case:
    """A case with a staffing ahead."""
    return team.scheduled(scene).case


@pytest.fixture
def goal(scene: Scene) -> Goal:
    """A goal that can be followed."""
    return Goal(
        goal="Back at school",
        domain="education",
        measure="Days at school",
        unit="days a week",
        baseline="0",
        target="3",
        due_on=scene.now.date() + timedelta(days=60),
        owner=scene.coordinator.code,
        why="A friend is there",
    )


@pytest.fixture
def rest(scene: Scene, goal: Goal) -> Rest:
    """Needs, a goal and an action."""
    return Rest(
        template="ongoing",
        authors="The client",
        needs=(Need("safety", "urgent", "A car waits outside"), Need("dental")),
        goals=(goal,),
        steps=(Step("Call the school", scene.coordinator.code, scene.now.date() + timedelta(days=9)),),
    )


@pytest.fixture
def plan(scene: Scene, case: Case, rest: Rest) -> ServicePlan:
    """A plan that holds."""
    service = Service("medical_care", "An examination", "Agreed", scene.coordinator.code, scene.now.date())
    plan = actions.write_plan(
        scene.coordinator, case, wishes="To see my sister.", services=[service], rest=rest, now=scene.now
    )
    actions.adopt_plan(scene.coordinator, plan, now=scene.now)
    return plan
