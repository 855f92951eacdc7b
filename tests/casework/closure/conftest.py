"""The stage: a case whose staffing was held and shared, a detective and an advocate assigned to it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.cases.models import Case
from rightdoor.casework.services.actions import record_advocacy_reason
from rightdoor.casework.staffings import actions as staffings
from rightdoor.domain.closure import Closing
from rightdoor.domain.permission import Viewer
from tests.casework import team
from tests.casework.team import Scene


@pytest.fixture
def scene(coordinator: Viewer, detective: Viewer, advocate: Viewer, now: datetime) -> Scene:
    """The region's coordinator, a detective and an advocate."""
    return Scene(coordinator, detective, advocate, now)


@pytest.fixture
def later(now: datetime) -> datetime:
    """When the case may close: the staffing was held, its summary shared."""
    return now + timedelta(days=5)


@pytest.fixture
def case(scene: Scene, later: datetime) -> Case:
    """A case on which nothing stops an ending: one task is open."""
    staffing = team.held(scene)
    for viewer, discipline in ((scene.detective, "local_law_enforcement"), (scene.advocate, "victim_advocate")):
        add_to_case(
            scene.coordinator, staffing.case, account_code=viewer.code, discipline=discipline, need="care",
            now=scene.now,
        )  # fmt: skip
    record_advocacy_reason(scene.coordinator, staffing.case, why="has_one", now=scene.now)
    staffings.file_and_share_summary(scene.coordinator, staffing, now=scene.now + timedelta(hours=30))
    return Case.objects.select_related("client", "referral").get(pk=staffing.case.pk)


@pytest.fixture
def closing(scene: Scene, case: Case, later: datetime) -> Closing:
    """Everything that closing asks for."""
    return team_closing(scene.coordinator, case, later)


def team_closing(viewer: Viewer, case: Case, now: datetime, **changed: object) -> Closing:
    """What is said at an ending, with a word for each loose end."""
    from rightdoor.casework.cases.queries import standing_of
    from rightdoor.casework.closure.queries import loose_ends

    ends = loose_ends(viewer, case, standing_of(viewer, case, now), now)
    said: dict[str, object] = {
        "reason": "goals_met",
        "told": "in_person",
        "told_words": "At the kitchen table.",
        "safety_plan": "handed_over",
        "going_on": "Counseling goes on at the clinic.",
        "last_contact": "By the advocate's telephone.",
        "debrief": "Invented words of the team.",
        "whys": {end.key: "The school sees to it." for end, _ in ends},
    }
    return Closing(**{**said, **changed})  # type: ignore[arg-type]
