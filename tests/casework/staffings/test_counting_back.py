"""Cases and staffings as rows: how they stood at a moment, whatever was done since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.staffings.actions import file_and_share_summary
from rightdoor.casework.staffings.cadence.actions import set_cadence
from rightdoor.casework.staffings.deidentified import counted_cases, counted_staffings
from rightdoor.domain.looking_back import Lookback
from tests.casework import team

DAY = timedelta(days=1)


@pytest.fixture
def staffing(scene):
    """Held a day after the scene's moment; its summary is owed two days later."""
    return team.held(scene)


@pytest.mark.req("PROG-2", "MTG-5")
def test_a_summary_is_running_then_late_then_shared(scene, staffing):
    held_at = staffing.held_at

    def shared(at):
        (row,) = counted_staffings("capital", Lookback(at))
        return row.shared, row.has_summary

    assert shared(held_at + DAY) == ("running", False)
    assert shared(held_at + 4 * DAY) == ("missed", False)
    file_and_share_summary(scene.coordinator, staffing, now=held_at + 2 * DAY)
    assert shared(held_at + 4 * DAY) == ("met", True)
    assert shared(held_at + DAY) == ("running", False)


@pytest.mark.req("PROG-2", "CASE-11")
def test_a_case_comes_up_as_it_did_at_that_moment(scene, staffing):
    def stood(at):
        (row,) = counted_cases("capital", Lookback(at))
        return row.next, row.has_cadence, row.staffings, row.is_past_first_review

    tomorrow = staffing.held_at + timedelta(hours=2)
    assert stood(scene.now) == ("scheduled", False, 0, False)
    assert stood(tomorrow) == ("not_set", False, 1, False)
    set_cadence(scene.coordinator, staffing.case, cadence="stable", why="She is safe and settled.", now=tomorrow + DAY)
    assert stood(tomorrow) == ("not_set", False, 1, False)
    assert stood(tomorrow + 2 * DAY) == ("ahead", True, 1, False)
    assert stood(tomorrow + 40 * DAY) == ("overdue", True, 1, True)


def test_three_staffings_and_more_are_told_as_three(scene, staffing):
    from rightdoor.casework.staffings.models import Staffing

    for _ in range(4):
        Staffing.objects.create(
            case=staffing.case, meeting=staffing.meeting, region=staffing.region, kind="ongoing", state="held",
            starts_at=staffing.starts_at, held_at=staffing.held_at,
        )  # fmt: skip

    (row,) = counted_cases("capital", Lookback(staffing.held_at + DAY))

    assert (row.staffings, row.had_ongoing) == (3, True)
