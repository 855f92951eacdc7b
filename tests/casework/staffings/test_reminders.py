"""Reminders: before a staffing, and while its summary is owed. Codes only, silent once it is done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.staffings import actions
from rightdoor.foundation.jobs.queue import run_due_now
from rightdoor.foundation.notices.models import Notice
from tests.casework import team


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("account_code", flat=True))


@pytest.mark.req("MTG-2")
def test_everybody_invited_is_reminded_two_hours_before_and_not_after_a_move(scene):
    staffing = team.scheduled(scene, hours=20)
    actions.move_staffing(scene.coordinator, staffing, starts_at=scene.now + timedelta(hours=40), now=scene.now)

    run_due_now(scene.now + timedelta(hours=19))
    assert told("staffing.soon") == set()
    run_due_now(scene.now + timedelta(hours=38))

    assert told("staffing.soon") == {scene.coordinator.code, scene.detective.code, scene.advocate.code}


@pytest.mark.req("MTG-5")
def test_the_coordinator_is_reminded_of_a_summary_that_is_owed_and_not_of_one_that_is_shared(scene):
    owed, shared = team.held(scene), team.held(scene)
    actions.file_and_share_summary(scene.coordinator, shared, now=scene.now + timedelta(days=2))

    run_due_now(owed.summary_due_at - timedelta(hours=18))

    assert list(Notice.objects.filter(kind="summary.owed").values_list("account_code", "code")) == [
        (scene.coordinator.code, owed.code)
    ]
