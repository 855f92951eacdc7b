"""That a team meets about a child is for nobody who is kept apart from the child: no meeting, no place, no sum."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.actions import declare_conflict
from rightdoor.casework.staffings.jobs import remind_of_staffing
from rightdoor.community.meetings.deidentified import counted_places
from rightdoor.community.meetings.models import Meeting
from rightdoor.community.meetings.queries import briefings_owed, meeting_rows, participation_of, visible_meetings
from rightdoor.community.partners.models import Agency
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.notices.models import Notice
from tests.casework import team
from tests.casework.team import Scene
from tests.casework.visiting import Visitor
from tests.people import REGION, make_person

pytestmark = pytest.mark.rule("SR-13")
DAY = timedelta(days=1)


@pytest.fixture
def colleague(db: None, now: datetime) -> Viewer:
    return make_person("Kim Colleague", now=now, roles=(("care_coordinator", REGION),), discipline="care_coordinator")


def keep_apart(scene: Scene, case: Case, colleague: Viewer) -> None:
    declare_conflict(scene.coordinator, case.client, account_code=colleague.code, why="alleged", now=scene.now)


def test_a_coordinator_who_is_kept_apart_finds_no_meeting_about_that_child(scene: Scene, colleague: Viewer) -> None:
    staffing = team.scheduled(scene)
    theirs = Visitor(colleague, scene.now)
    addresses = [f"/meetings/{staffing.meeting.code}/{part}" for part in ("", "attendance/", "sign-in.pdf")]
    assert [theirs.get(address).status_code for address in addresses] == [200, 200, 200]

    keep_apart(scene, staffing.case, colleague)

    assert [theirs.get(address).status_code for address in addresses] == [404, 404, 404]
    assert staffing.meeting.code not in theirs.page("/meetings/")
    assert staffing.meeting.code in Visitor(scene.coordinator, scene.now).page("/meetings/")


def test_what_was_held_is_in_no_sum_of_whoever_is_kept_apart(scene: Scene, colleague: Viewer) -> None:
    staffing = team.held(scene)
    later = staffing.starts_at + DAY
    span = ([REGION], scene.now - DAY, later)
    assert participation_of(colleague, later)
    assert counted_places(colleague, *span)
    assert briefings_owed(colleague, later)

    keep_apart(scene, staffing.case, colleague)

    assert participation_of(colleague, later) == []
    assert counted_places(colleague, *span) == []
    assert briefings_owed(colleague, later) == []
    assert counted_places(scene.coordinator, *span)


def test_a_meeting_about_another_child_too_stays(scene: Scene, colleague: Viewer) -> None:
    staffing, other = team.scheduled(scene), team.scheduled(scene)
    type(other).objects.filter(pk=other.pk).update(meeting=staffing.meeting)

    keep_apart(scene, staffing.case, colleague)

    assert staffing.meeting in visible_meetings(colleague)


def test_what_an_agency_keeps_apart_is_met_about_in_no_sight_of_others(scene: Scene, colleague: Viewer) -> None:
    staffing = team.scheduled(scene)
    assert staffing.meeting in visible_meetings(colleague)
    shelter = Agency.objects.create(name="Invented Shelter", discipline="victim_advocate", keeps_own_records=True)
    Case.objects.filter(pk=staffing.case_id).update(holder=shelter.code)

    assert staffing.meeting not in visible_meetings(colleague)
    for invited in (scene.detective, scene.coordinator):
        assert staffing.meeting in visible_meetings(invited)


def test_whoever_was_invited_and_is_kept_apart_since_finds_no_meeting_and_is_not_reminded(scene: Scene) -> None:
    staffing = team.scheduled(scene)
    theirs, page = Visitor(scene.detective, scene.now), f"/meetings/{staffing.meeting.code}/"
    assert theirs.get(page).status_code == 200

    keep_apart(scene, staffing.case, scene.detective)
    remind_of_staffing(staffing.code, now=scene.now)

    assert theirs.get(page).status_code == 404
    told = Notice.objects.filter(kind="staffing.soon").values_list("account_code", flat=True)
    assert set(told) == {scene.coordinator.code, scene.advocate.code}


def test_a_meeting_about_nobody_is_in_sight(scene: Scene, colleague: Viewer) -> None:
    staffing = team.scheduled(scene)
    keep_apart(scene, staffing.case, colleague)
    advisory = Meeting.objects.create(
        region=REGION, kind="advisory", mode="virtual", starts_at=scene.now + DAY, ends_at=scene.now + 2 * DAY,
        convened_at=scene.now, convened_by=scene.coordinator.code,
    )  # fmt: skip

    assert [row.code for row in meeting_rows(colleague, since=scene.now)] == [advisory.code]


def test_the_calendar_of_whoever_is_kept_apart_since_lists_the_meeting_no_more(scene: Scene, client: Client) -> None:
    staffing = team.scheduled(scene)
    shown = Visitor(scene.detective, scene.now).post("/meetings/feed/").content.decode()
    address = re.search(r'value="https?://[^/]+(/feed/[^"]+\.ics)"', shown)[1]

    def fetched() -> str:
        with time_machine.travel(scene.now, tick=False):
            return client.get(address).content.decode()  # nobody is signed in

    assert staffing.meeting.code in fetched()
    keep_apart(scene, staffing.case, scene.detective)
    assert staffing.meeting.code not in fetched()
