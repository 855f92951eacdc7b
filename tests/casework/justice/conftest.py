"""The stage of this slice's tests: a case with its staffing, a detective, an advocate and a prosecutor on it."""

from __future__ import annotations

from datetime import datetime

import pytest

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.cases.models import Case
from rightdoor.domain.permission import Viewer
from tests.casework import team
from tests.casework.team import Scene
from tests.people import REGION, make_person


@pytest.fixture
def scene(coordinator: Viewer, detective: Viewer, advocate: Viewer, now: datetime) -> Scene:
    """The region's coordinator, a detective and an advocate."""
    return Scene(coordinator, detective, advocate, now)


@pytest.fixture
def prosecutor(db: None, now: datetime) -> Viewer:
    """A team member of the region, of the prosecutor's office."""
    return make_person("Piet Prosecutor", now=now, roles=(("team_member", REGION),), discipline="prosecutor")


@pytest.fixture
def case(scene: Scene, prosecutor: Viewer) -> Case:
    """A case to which all three are assigned."""
    case = team.scheduled(scene).case
    team.has_protocol(case.district, prosecutor, now=scene.now)
    for viewer, discipline in (
        (scene.detective, "local_law_enforcement"),
        (scene.advocate, "victim_advocate"),
        (prosecutor, "prosecutor"),
    ):
        add_to_case(
            scene.coordinator,
            case,
            account_code=viewer.code,
            discipline=discipline,
            need="investigation",
            now=scene.now,
        )
    return case
