"""Endings as they stood at a moment: with their checklist and debrief, and not once the case is open again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from rightdoor.casework.cases.deidentified import cases_known, is_open
from rightdoor.casework.cases.models import Case
from rightdoor.casework.closure import actions
from rightdoor.casework.closure.deidentified import CountedEnding, counted_endings
from rightdoor.domain.closure import Closing
from rightdoor.domain.looking_back import Lookback
from tests.casework.closure.conftest import team_closing
from tests.casework.team import Scene

DAY = timedelta(days=1)


def open_at(case: Case, at: datetime) -> bool:
    return cases_known(case.region, at).filter(is_open(at), pk=case.pk).exists()


@pytest.mark.req("PROG-2")
def test_a_case_that_was_opened_again_was_closed_in_between(
    scene: Scene, case: Case, closing: Closing, later: datetime
) -> None:
    actions.close_case(scene.coordinator, case, closing=closing, now=later)
    actions.reopen_case(scene.coordinator, case, why="She came back and asked for help.", now=later + 2 * DAY)

    assert open_at(case, later - DAY)
    assert not open_at(case, later + DAY)
    assert open_at(case, later + 3 * DAY)
    assert counted_endings(scene.coordinator, case.region, Lookback(later + DAY)) == [CountedEnding(0, True, True)]
    assert counted_endings(scene.coordinator, case.region, Lookback(later + 3 * DAY)) == []


@pytest.mark.req("PROG-2")
def test_an_ending_that_nobody_talked_over_has_no_debrief(scene: Scene, case: Case, later: datetime) -> None:
    silent = team_closing(scene.coordinator, case, later, debrief=" ")
    actions.close_case(scene.coordinator, case, closing=silent, now=later)

    assert counted_endings(scene.coordinator, case.region, Lookback(later)) == [CountedEnding(0, True, False)]
