"""Meetings as rows: what was held by a moment, who was told, who came, who was briefed after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.community.meetings import actions
from rightdoor.community.meetings.actions import Invitee
from rightdoor.community.meetings.deidentified import counted_meetings
from rightdoor.community.minutes.deidentified import CountedFigures, counted_figures
from rightdoor.community.minutes.models import TakenFigures
from rightdoor.domain.looking_back import Lookback
from rightdoor.foundation.notices.models import Notice
from tests.people import OTHER_REGION, REGION, make_person

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def held(viewer, *people, now, kind="advisory", region=REGION, there=()):
    meeting = actions.convene_meeting(
        viewer, region=region, kind=kind, mode="virtual", starts_at=now + HOUR, ends_at=now + 2 * HOUR, now=now,
        invitees=[Invitee(one.code, one.discipline or "school", "core") for one in people],
    )  # fmt: skip
    actions.record_attendance(viewer, meeting, present={one.code: "virtual" for one in there}, now=meeting.starts_at)
    actions.mark_held(viewer, meeting, held_at=meeting.starts_at, now=meeting.ends_at)
    return meeting


@pytest.fixture
def head(db, now):
    """The head of an agency."""
    return make_person("Hedda Head", now=now, roles=(("agency_head", REGION),), discipline="child_welfare")


@pytest.mark.req("PROG-2", "MTG-3")
def test_a_meeting_is_counted_with_who_came_and_who_was_briefed_by_then(coordinator, detective, head, now):
    meeting = held(coordinator, coordinator, detective, head, now=now, there=(coordinator, head))
    absent = meeting.invitations.get(account__code=detective.code)
    actions.mark_briefed(coordinator, absent, now=now + 2 * DAY)

    (row,) = counted_meetings(REGION, Lookback(now + DAY))

    by_discipline = {one.discipline: one for one in row.invited}
    assert (row.kind, row.quarter, row.is_attendance_recorded, len(row.present)) == ("advisory", 0, True, 2)
    assert by_discipline["care_coordinator"].regions == (REGION,)
    assert by_discipline["child_welfare"].heads_an_agency
    assert not by_discipline["care_coordinator"].heads_an_agency
    missed = by_discipline["local_law_enforcement"]
    assert (missed.attendance, missed.was_briefed, missed.was_told) == ("absent", False, True)
    (later,) = counted_meetings(REGION, Lookback(now + 3 * DAY))
    assert [one.was_briefed for one in later.invited if one.attendance == "absent"] == [True]


@pytest.mark.req("PROG-2", "MTG-2")
def test_whoever_had_no_notice_before_the_meeting_was_not_told(coordinator, detective, now):
    meeting = held(coordinator, coordinator, detective, now=now, there=(coordinator,))
    Notice.objects.filter(code=meeting.code).update(created_at=meeting.ends_at)

    (row,) = counted_meetings(REGION, Lookback(now + DAY))

    told = {one.discipline: one.was_told for one in row.invited}
    assert told == {"care_coordinator": True, "local_law_enforcement": False}


def test_what_is_not_held_yet_or_elsewhere_is_not_counted_but_every_roundtable_is(
    coordinator, other_coordinator, detective, now
):
    people = (coordinator, other_coordinator)
    held(other_coordinator, *people, now=now, region=OTHER_REGION)
    held(other_coordinator, *people, now=now, region=OTHER_REGION, kind="roundtable", there=people)

    assert counted_meetings(REGION, Lookback(now)) == []
    (row,) = counted_meetings(REGION, Lookback(now + DAY))
    assert (row.kind, row.region) == ("roundtable", OTHER_REGION)
    assert {region for one in row.present for region in one.regions} == {REGION, OTHER_REGION}


def test_figures_count_once_the_meeting_was_held(coordinator, now):
    meeting = held(coordinator, coordinator, now=now)
    TakenFigures.objects.create(
        meeting=meeting, topic="protocols", about=f"late-responses/{REGION}/2025-q4", title="Invented", lines=[],
        taken_at=now, taken_by=coordinator.code,
    )  # fmt: skip

    assert counted_figures(REGION, Lookback(now)) == []
    assert counted_figures(REGION, Lookback(now + DAY)) == [CountedFigures("late-responses", 0)]
    assert counted_figures(OTHER_REGION, Lookback(now + DAY)) == []


def test_rows_of_meetings_name_nobody(coordinator, detective, now):
    meeting = held(coordinator, coordinator, detective, now=now, there=(coordinator,))

    said = repr(counted_meetings(REGION, Lookback(now + DAY)))

    for hidden in (meeting.code, coordinator.code, detective.code, detective.agency, "Detective", "2026"):
        assert hidden not in said
