"""Meetings about the work: called with the pack's agenda, minuted without a client; and who takes part, by agency."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.community.meetings.actions import Invitee, answer_invitation, convene_meeting, record_attendance
from rightdoor.community.meetings.models import Meeting
from rightdoor.community.meetings.queries import participation_of
from rightdoor.community.minutes.actions import write_note
from rightdoor.community.minutes.models import TopicNote
from rightdoor.community.minutes.queries import kinds_offered, notes_of
from rightdoor.community.partners.actions import add_partner
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.foundation.accounts.models import Account
from tests.casework.visiting import Visitor
from tests.people import REGION, make_person


def called(coordinator, *people, now, kind="advisory", hours=2):
    return convene_meeting(
        coordinator, region=REGION, kind=kind, mode="virtual", starts_at=now + timedelta(hours=hours),
        ends_at=now + timedelta(hours=hours + 1), now=now,
        invitees=[Invitee(one.code, one.discipline, "core") for one in people],
    )  # fmt: skip


@pytest.mark.req("MTG-1")
def test_every_kind_without_a_case_has_its_agenda_and_a_page_to_call_it(coordinator, detective, stranger, now):
    assert {key for key, _ in kinds_offered()} == {"advisory", "roundtable", "founding", "after_action"}
    visitor = Visitor(coordinator, now)
    sent = {
        "kind": "after_action", "region": REGION, "minutes": "60", "mode": "virtual", "people": [detective.code],
        "starts_at_day": "03/12/2026", "starts_at_time": "10:00 a.m.",
    }  # fmt: skip

    assert visitor.post("/meetings/new/", {**sent, "people": []}).status_code == 422
    answer = visitor.post("/meetings/new/", sent)

    meeting = Meeting.objects.get()
    assert answer.headers["Location"] == f"/meetings/{meeting.code}/"
    page = visitor.page(f"/meetings/{meeting.code}/minutes/")
    assert "What stood in the way" in page
    assert "Write no name here" in page
    assert Visitor(stranger, now).get(f"/meetings/{meeting.code}/minutes/").status_code == 404
    assert Visitor(detective, now).get("/meetings/new/").status_code == 404


@pytest.mark.req("MTG-1", "MTG-4")
def test_two_writers_lose_nothing_and_a_meeting_with_cases_takes_no_words(coordinator, detective, stranger, now):
    meeting = called(coordinator, coordinator, detective, now=now)

    first = write_note(coordinator, meeting, topic="protocols", text="First.", version=0, now=now)
    second = write_note(detective, meeting, topic="protocols", text="Second.", version=0, now=now)

    assert (first.theirs, second.theirs) == ("", "First.")
    assert notes_of(meeting)[0].text == "First.\n\nSecond."
    with pytest.raises(NotPermitted):
        write_note(stranger, meeting, topic="protocols", text="Third.", version=2, now=now)
    with pytest.raises(RuleBroken, match="topic"):
        write_note(coordinator, meeting, topic="update", text="Third.", version=2, now=now)
    staffing = called(coordinator, coordinator, now=now, kind="ongoing")
    with pytest.raises(RuleBroken, match="cases have their turn"):
        write_note(coordinator, staffing, topic="update", text="A name.", version=0, now=now)
    assert TopicNote.objects.count() == 1


@pytest.mark.req("MTG-4", "UX-4")
def test_what_is_typed_on_one_topic_outlives_the_keeping_of_another(coordinator, detective, stranger, now):
    meeting = called(coordinator, coordinator, detective, now=now)
    path = f"/meetings/{meeting.code}/minutes/"
    first, second = (note.key for note in notes_of(meeting)[:2])
    visitor = Visitor(coordinator, now)

    said = visitor.post(f"{path}draft/", {"topic": second, "text": "Half a sentence abou", "version": "0"})
    visitor.post(path, {"topic": first, "text": "Kept.", "version": "0"})
    page = visitor.page(path)

    assert said.content.decode().startswith("Kept ")
    assert "Half a sentence abou" in page
    assert "It is not in the minutes yet" in page
    assert TopicNote.objects.count() == 1
    assert "Half a sentence" not in Visitor(detective, now).page(path)
    assert Visitor(stranger, now).post(f"{path}draft/", {"topic": second, "text": "x"}).status_code == 404
    assert visitor.post(f"{path}draft/", {"topic": "update", "text": "x"}).status_code == 422

    write_note(detective, meeting, topic=second, text="Theirs.", version=0, now=now)
    visitor.post(path, {"topic": second, "text": "Half a sentence about it.", "version": "0"})
    page = visitor.page(path)
    assert "It is not in the minutes yet" not in page
    assert notes_of(meeting)[1].text == "Theirs.\n\nHalf a sentence about it."


@pytest.mark.req("MTG-3")
def test_participation_is_counted_by_agency_and_quarter_for_the_region_alone(
    coordinator, other_coordinator, detective, advocate, now
):
    admin = make_person("Adam Administrator", now=now, roles=(("administrator", ""),))
    police = add_partner(
        admin, name="Invented Police", discipline="local_law_enforcement", level="local", regions=[REGION], now=now
    )
    Account.objects.filter(code=detective.code).update(agency_code=police.code)
    for hours in (2, 5):
        meeting = called(coordinator, coordinator, detective, advocate, now=now, hours=hours)
        answer_invitation(advocate, meeting, answer="accepted", now=now)
        record_attendance(
            coordinator, meeting, present={detective.code: "virtual"} if hours == 2 else {}, now=meeting.starts_at
        )
    called(coordinator, detective, now=now, hours=9)  # nobody has said yet who was there
    later = now + timedelta(days=1)

    (line,) = [row for row in participation_of(coordinator, later) if row.agency == "Invented Police"]
    assert (line.quarter, line.invited, line.present, line.excused, line.absent) == ("2026 Q1", 2, 1, 0, 1)
    assert participation_of(other_coordinator, later) == []
    assert "Invented Police" in Visitor(coordinator, later).page("/meetings/participation/")
    assert Visitor(detective, later).get("/meetings/participation/").status_code == 404
