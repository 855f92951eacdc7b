"""The stage of the staffings' tests."""

from __future__ import annotations

from datetime import datetime

import pytest

from rightdoor.domain.permission import Viewer
from tests.casework.team import Scene


@pytest.fixture
def scene(coordinator: Viewer, detective: Viewer, advocate: Viewer, now: datetime) -> Scene:
    """The region's coordinator, a detective and an advocate."""
    return Scene(coordinator, detective, advocate, now)
