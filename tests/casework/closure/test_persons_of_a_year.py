"""Persons of a year as rows: each child once, by the codes of the yearly form, and nothing that leads back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

import pytest

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.models import Client
from rightdoor.casework.closure import actions
from rightdoor.casework.closure.deidentified import counted_persons
from rightdoor.community.partners.models import Agency
from rightdoor.domain.closure import Closing
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.codes import is_code
from tests.casework import team
from tests.casework.team import Scene

DAY = timedelta(days=1)


@pytest.mark.req("STAT-2")
def test_a_served_child_is_a_row_without_anything_that_leads_back(scene: Scene, case: Case, later: datetime) -> None:
    (one,) = counted_persons(scene.coordinator, scene.now - DAY, later)

    assert (one.region, one.standing, one.outcome, one.race) == (case.region, "new", "active", "not_asked")
    values = [str(value) for value in asdict(one).values()]
    assert not any(is_code(value) for value in values)
    event = AuditEvent.objects.get(verb="client.counted")
    assert event.details["codes"] == [case.client.code]


@pytest.mark.req("STAT-2")
def test_how_it_ended_is_the_group_of_the_reason(scene: Scene, case: Case, closing: Closing, later: datetime) -> None:
    actions.close_case(scene.coordinator, case, closing=closing, now=later)

    def outcome(since: datetime, until: datetime) -> list[str]:
        return [one.outcome for one in counted_persons(scene.coordinator, since, until)]

    assert outcome(scene.now - DAY, later + DAY) == ["completed"]
    assert outcome(scene.now - DAY, later - DAY) == ["active"]  # as it stood then
    assert outcome(later + DAY, later + 2 * DAY) == []  # closed before


@pytest.mark.req("STAT-2")
def test_a_case_opened_again_afterwards_was_not_served_in_between(
    scene: Scene, case: Case, closing: Closing, later: datetime
) -> None:
    actions.close_case(scene.coordinator, case, closing=closing, now=later)
    actions.reopen_case(scene.coordinator, case, why="She came back and asked for help.", now=later + 9 * DAY)

    assert counted_persons(scene.coordinator, later + DAY, later + 8 * DAY) == []
    (one,) = counted_persons(scene.coordinator, later + DAY, later + 10 * DAY)
    assert (one.standing, one.outcome) == ("continuing", "active")


@pytest.mark.req("STAT-2")
def test_two_entries_of_one_child_are_one_person(scene: Scene, case: Case, later: datetime) -> None:
    other = team.held(scene).case
    assert len(counted_persons(scene.coordinator, scene.now - DAY, later)) == 2

    Client.objects.filter(pk=other.client_id).update(linked_to=case.client)

    assert len(counted_persons(scene.coordinator, scene.now - DAY, later)) == 1


@pytest.mark.req("STAT-2")
def test_what_an_agency_keeps_apart_is_not_counted(scene: Scene, case: Case, later: datetime) -> None:
    Agency.objects.create(code=case.holder, name="Invented House", discipline="advocacy", keeps_own_records=True)

    assert counted_persons(scene.coordinator, scene.now - DAY, later) == []
