"""Minutes by topic: kept, versioned, safe with two writers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.staffings import actions
from rightdoor.casework.staffings.actions import Conflict, Saved
from rightdoor.casework.staffings.models import ActionItem, Decision, TopicMinutes
from rightdoor.casework.staffings.queries import item_for, open_item, open_items_of, open_staffing, topic_of
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.foundation.codes import new_code
from tests.casework import team

TOPIC = "safety_assessment"


def said(scene, staffing, topic=TOPIC):
    return topic_of(open_staffing(scene.coordinator, staffing, staffing.starts_at), topic)


def write(viewer, staffing, text, version, **more):
    return actions.write_minutes(
        viewer, staffing, topic=TOPIC, text=text, version=version, now=staffing.starts_at, **more
    )


@pytest.mark.req("MTG-4")
def test_the_second_of_two_writers_sees_both_texts_and_nothing_is_lost(scene):
    staffing = team.scheduled(scene)
    assert write(scene.coordinator, staffing, "First.", 0) == Saved(1)

    answer = write(scene.detective, staffing, "Second.", 0)

    assert isinstance(answer, Conflict)
    assert (answer.theirs, answer.yours, answer.version) == ("First.", "Second.", 1)
    assert said(scene, staffing).text == "First."


@pytest.mark.req("MTG-4", "UX-4")
def test_what_one_saved_from_the_same_open_page_is_no_conflict(scene):
    staffing, page = team.scheduled(scene), new_code()

    for text in ("A", "A safe", "A safe place."):
        assert isinstance(write(scene.coordinator, staffing, text, 0, page=page), Saved)

    assert said(scene, staffing).text == "A safe place."
    assert isinstance(write(scene.coordinator, staffing, "Another tab.", 0, page=new_code()), Conflict)


def test_the_same_text_saved_twice_is_no_conflict(scene):
    staffing = team.scheduled(scene)
    write(scene.coordinator, staffing, "Same.", 0)

    assert write(scene.detective, staffing, "Same.", 0) == Saved(1)


@pytest.mark.req("PRIV-3")
def test_the_minutes_stand_sealed_in_the_table(scene):
    staffing = team.scheduled(scene)
    write(scene.coordinator, staffing, "A safe place was found.", 0)

    assert b"safe place" not in bytes(TopicMinutes.objects.get().text_sealed)


def test_a_topic_that_is_not_on_the_agenda_is_refused(scene):
    staffing = team.scheduled(scene)

    with pytest.raises(RuleBroken, match="topic"):
        actions.write_minutes(scene.coordinator, staffing, topic="gossip", text="x", version=0, now=scene.now)


@pytest.mark.req("MTG-1")
def test_the_five_topics_of_an_emergency_come_first(scene):
    topics = open_staffing(scene.coordinator, team.scheduled(scene), scene.now).topics

    assert [topic.is_first for topic in topics[:5]] == [True] * 5
    assert topics[0].key == "safety_assessment"
    assert not any(topic.is_first for topic in topics[5:])


def test_a_decision_sent_twice_stands_once(scene):
    staffing, code = team.scheduled(scene), new_code()

    for _ in range(2):
        actions.record_decision(
            scene.coordinator, staffing, topic=TOPIC, text="Stay.", code=code, now=staffing.starts_at
        )

    assert Decision.objects.count() == 1


@pytest.mark.req("MTG-6")
def test_an_action_item_goes_to_somebody_invited_with_a_day_that_is_not_past(scene, stranger):
    staffing = team.scheduled(scene)
    due_on = staffing.starts_at.date()

    def add(owner, day):
        return actions.add_action_item(
            scene.coordinator, staffing, topic=TOPIC, text="Call.", owner=owner, due_on=day, now=staffing.starts_at
        )

    with pytest.raises(RuleBroken, match="invited"):
        add(stranger.code, due_on)
    with pytest.raises(RuleBroken, match="day"):
        add(scene.advocate.code, due_on - timedelta(days=1))
    add(scene.advocate.code, due_on)
    assert ActionItem.objects.count() == 1


@pytest.mark.req("MTG-6")
def test_an_action_item_stays_with_its_owner_after_the_window_until_it_is_done(scene, stranger):
    team.held(scene)
    item = ActionItem.objects.get()
    later = item.staffing.starts_at + timedelta(days=30)

    assert [row.code for row in open_items_of(scene.advocate, later)] == [item.code]
    assert open_item(scene.advocate, item_for(scene.advocate, item.code, later), later).text == "Call the clinic."
    for viewer in (scene.detective, stranger):
        with pytest.raises(NotVisible):
            item_for(viewer, item.code, later)
    actions.finish_action_item(scene.advocate, item, now=later)
    assert open_items_of(scene.advocate, later) == []
    with pytest.raises(RuleBroken, match="already"):
        actions.finish_action_item(scene.advocate, item, now=later)


def test_a_member_does_not_finish_another_members_item(scene):
    staffing = team.held(scene)

    with pytest.raises(NotPermitted):
        actions.finish_action_item(scene.detective, ActionItem.objects.get(), now=staffing.starts_at)


@pytest.mark.req("MTG-6")
def test_overdue_items_come_back_on_the_next_agenda(scene):
    first = team.held(scene)
    later = scene.now + timedelta(days=9)
    review = actions.schedule_staffing(
        scene.coordinator, first.case, kind="case_review", starts_at=later, minutes=60, mode="virtual",
        invitees=scene.invitees(), now=scene.now + timedelta(days=2),
    )  # fmt: skip

    carried = open_staffing(scene.coordinator, review, later).carried

    assert [(item.text, item.is_overdue) for item in carried] == [("Call the clinic.", True)]


def test_shared_minutes_are_frozen(scene):
    staffing = team.held(scene)
    actions.file_and_share_summary(scene.coordinator, staffing, now=scene.now + timedelta(days=2))

    with pytest.raises(RuleBroken, match="frozen"):
        write(scene.coordinator, staffing, "Later.", 1)


def test_once_it_was_held_only_the_coordinator_writes_in_the_minutes(scene: team.Scene) -> None:
    staffing = team.held(scene)
    after = staffing.held_at + timedelta(hours=1)
    with pytest.raises(RuleBroken, match="was held"):
        actions.write_minutes(scene.detective, staffing, topic="safety_assessment", text="", version=1, now=after)
    kept = actions.write_minutes(
        scene.coordinator,
        staffing,
        topic="safety_assessment",
        text="A safe place was found. Mended.",
        version=1,
        now=after,
    )
    assert isinstance(kept, Saved)
