"""What an agency keeps apart is on no desk of another agency's coordinators, and its summary opens to none. (SR-13)"""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.models import Client
from rightdoor.casework.staffings.actions import file_and_share_summary
from rightdoor.casework.staffings.queries import staffings_coming, summaries_owed, summary_for
from rightdoor.community.partners.models import Agency
from rightdoor.domain.errors import NotVisible
from tests.casework import team
from tests.casework.team import Scene

pytestmark = pytest.mark.rule("SR-13")
WEEK = timedelta(days=7)


def kept_by_a_shelter(case: Case) -> None:
    shelter = Agency.objects.create(name="Invented Shelter", discipline="victim_advocate", keeps_own_records=True)
    Case.objects.filter(pk=case.pk).update(holder=shelter.code)
    Client.objects.filter(pk=case.client_id).update(holder=shelter.code)


def test_a_staffing_that_comes_is_on_no_other_desk(scene: Scene) -> None:
    staffing = team.scheduled(scene)
    assert staffings_coming(scene.coordinator, scene.now, until=scene.now + WEEK, limit=9) == [staffing]

    kept_by_a_shelter(staffing.case)

    assert staffings_coming(scene.coordinator, scene.now, until=scene.now + WEEK, limit=9) == []


def test_a_summary_that_is_owed_is_on_no_other_desk(scene: Scene) -> None:
    staffing = team.held(scene)
    assert summaries_owed(scene.coordinator, scene.now + WEEK, limit=9) == [staffing]

    kept_by_a_shelter(staffing.case)

    assert summaries_owed(scene.coordinator, scene.now + WEEK, limit=9) == []


def test_a_summary_opens_to_a_coordinator_only_where_it_was_shared(scene: Scene, other_coordinator) -> None:
    staffing = team.held(scene)
    later = staffing.starts_at + timedelta(hours=3)
    summary = file_and_share_summary(scene.coordinator, staffing, now=later)
    assert summary_for(scene.coordinator, summary.code, later) == summary

    kept_by_a_shelter(staffing.case)
    summary.shares.filter(account_code=scene.coordinator.code).delete()

    with pytest.raises(NotVisible):
        summary_for(scene.coordinator, summary.code, later)
