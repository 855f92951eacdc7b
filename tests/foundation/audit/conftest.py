import copy
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Somebody:
    """As much of a viewer as the trail needs."""

    code: str = "CDFG-2346"
    agency: str = "HJKM-7903"


@pytest.fixture
def viewer():
    return Somebody()


@pytest.fixture
def home(tmp_path, settings):
    """A state directory of its own: signing key and checkpoints of one test."""
    env = copy.copy(settings.ENV)
    object.__setattr__(env, "home", tmp_path)
    settings.ENV = env
    return tmp_path


@pytest.fixture
def demonstration(settings):
    env = copy.copy(settings.ENV)
    object.__setattr__(env, "demo", True)
    settings.ENV = env
