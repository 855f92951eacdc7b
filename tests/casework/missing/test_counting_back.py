"""Episodes as they stood at a moment: was a plan ready, and which steps after the return were on record?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.missing.deidentified import CountedReturn, counted_returns
from rightdoor.domain.looking_back import Lookback
from rightdoor.domain.missing import RETURN_STEPS
from tests.casework import team
from tests.casework.missing.test_missing_episode import HOUR, back, ready_plan, settle_return, start

STEPS = len(RETURN_STEPS)


@pytest.fixture
def case(scene):
    """A case with its coordinator."""
    return team.scheduled(scene).case


@pytest.mark.req("PROG-2", "CASE-8")
def test_a_return_is_counted_as_far_as_it_was_at_that_moment(scene, case):
    episode = start(scene, case)
    ready_plan(scene, case)
    at = back(scene, episode)
    settle_return(scene, episode, at)

    def counted(when):
        return counted_returns("capital", Lookback(when))

    assert counted(scene.now) == [CountedReturn(0, None, True, STEPS)]
    assert counted(at) == [CountedReturn(0, 0, True, 0)]
    assert counted(at + timedelta(days=100)) == [CountedReturn(1, 1, True, 0)]
    assert counted(scene.now - 2 * HOUR) == []


@pytest.mark.req("PROG-2", "CASE-8")
def test_a_plan_that_was_written_after_the_return_was_not_ready(scene, case):
    episode = start(scene, case)
    at = back(scene, episode, hours=-0.5)
    ready_plan(scene, case)

    assert counted_returns("capital", Lookback(at + 2 * HOUR)) == [CountedReturn(0, 0, False, STEPS)]
