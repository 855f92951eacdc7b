"""The stage of the documents' tests: a case with its staffing, a detective and an advocate on it."""

from __future__ import annotations

from datetime import datetime

import pytest

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.cases.models import Case
from rightdoor.domain.permission import Viewer
from tests.casework import team
from tests.casework.team import Scene


@pytest.fixture
def scene(coordinator: Viewer, detective: Viewer, advocate: Viewer, now: datetime) -> Scene:
    """The region's coordinator, a detective and an advocate."""
    return Scene(coordinator, detective, advocate, now)


@pytest.fixture
def case(scene: Scene) -> Case:
    """A case to which both are assigned."""
    case = team.scheduled(scene).case
    for viewer, discipline in ((scene.detective, "local_law_enforcement"), (scene.advocate, "victim_advocate")):
        add_to_case(scene.coordinator, case, account_code=viewer.code, discipline=discipline, now=scene.now)
    return case
