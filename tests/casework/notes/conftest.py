"""The stage of the notes' tests: a case with its staffing; advocates, a detective, a nurse and a therapist on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.cases.models import Case
from rightdoor.casework.notes import actions
from rightdoor.casework.notes.models import Note
from rightdoor.casework.notes.queries import Told
from rightdoor.domain.permission import Viewer
from tests.casework import team
from tests.casework.team import Scene
from tests.people import REGION, make_person

Write = Callable[..., Note]


@pytest.fixture
def scene(coordinator: Viewer, detective: Viewer, advocate: Viewer, now: datetime) -> Scene:
    """The region's coordinator, a detective and an advocate, and no protocol: a release or nothing."""
    return Scene(coordinator, detective, advocate, now, without_protocol=True)


@pytest.fixture
def on_case(scene: Scene, case: Case) -> Callable[..., Viewer]:
    """Somebody of a discipline, assigned to the case, whom a release lets know of it."""

    def put(name: str, discipline: str, *, agency: str = "") -> Viewer:
        one = make_person(name, now=scene.now, roles=(("team_member", REGION),), discipline=discipline, agency=agency)
        add_to_case(scene.coordinator, case, account_code=one.code, discipline=discipline, need="care", now=scene.now)
        team.released(scene.coordinator, case.client, one, now=scene.now)
        return one

    return put


@pytest.fixture
def case(scene: Scene) -> Case:
    """A case to which the detective and the advocate are assigned; of the team's own record a release tells them."""
    case = team.scheduled(scene).case
    for viewer, discipline in ((scene.detective, "local_law_enforcement"), (scene.advocate, "victim_advocate")):
        add_to_case(
            scene.coordinator, case, account_code=viewer.code, discipline=discipline, need="care", now=scene.now
        )
        team.released(scene.coordinator, case.client, viewer, now=scene.now)
    return case


def told(text: str = "Invented words of a note.", **changed: Any) -> Told:
    """What a note says, at noon of the day before the tests' moment."""
    at = datetime.fromisoformat("2026-03-09T17:00:00+00:00")
    return Told(**{"kind": "visit", "happened_at": at, "text": text, "present": "", "outcome": "", **changed})


@pytest.fixture
def write(case: Case, now: datetime) -> Write:
    """A note in one line: `write(viewer, "ADV", "Words")`."""

    def put(viewer: Viewer, klass: str, text: str = "Invented words of a note.", **changed: Any) -> Note:
        later = changed.pop("after", timedelta())
        return actions.write_note(viewer, case, data_class=klass, told=told(text, **changed), now=now + later)

    return put
