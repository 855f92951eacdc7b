"""The page for the wall, and minutes that two people write at once."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from rightdoor.casework.staffings import actions
from rightdoor.casework.staffings.actions import Conflict
from rightdoor.casework.staffings.queries import open_staffing, topic_of
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.codes import new_code
from tests.casework import team
from tests.casework.visiting import HTMX, Visitor

TOPIC = "safety_assessment"


@pytest.mark.req("MTG-4")
def test_the_wall_shows_codes_until_names_are_switched_on_and_leaves_names_out_of_what_was_typed(scene):
    staffing = team.scheduled(scene)
    at, viewer = staffing.starts_at, scene.coordinator
    actions.record_decision(viewer, staffing, topic=TOPIC, text=f"{team.GIVEN} stays where she is.", now=at)
    visitor = Visitor(viewer, at)

    page = visitor.page(f"/staffings/{staffing.code}/display/")
    title = page[page.index("<title>") : page.index("</title>")]
    wall = page[page.index('id="wall"') :]
    assert team.GIVEN not in wall
    assert "stays where she is." in wall
    assert staffing.case.code in wall
    assert staffing.case.code not in title
    assert team.GIVEN in visitor.page(f"/staffings/{staffing.code}/display/?names=1")


@pytest.mark.req("MTG-4")
def test_the_wall_is_renewed_when_something_was_decided_and_records_no_reading_when_nothing_was(scene):
    staffing = team.scheduled(scene)
    visitor = Visitor(scene.coordinator, staffing.starts_at)
    there = f"/staffings/{staffing.code}/display/"
    page = visitor.page(there)
    asked = page[page.index("hx-get=") :].split('"')[1].replace("&amp;", "&")
    before = AuditEvent.objects.filter(verb="staffing.read").count()

    assert visitor.get(asked, **HTMX).status_code == 204
    assert AuditEvent.objects.filter(verb="staffing.read").count() == before
    actions.record_decision(scene.coordinator, staffing, topic=TOPIC, text="Stay there.", now=staffing.starts_at)
    assert "Stay there." in visitor.get(asked, **HTMX).content.decode()

    later = Visitor(scene.coordinator, staffing.starts_at + timedelta(hours=9)).page(there)
    assert "hx-get" not in later[later.index('id="wall"') :]


@pytest.mark.req("MTG-4")
def test_two_who_write_the_same_minutes_for_a_minute_lose_no_character(scene):
    staffing, random = team.scheduled(scene), Random(7)  # noqa: S311 - the same order each time
    hands = {scene.coordinator: "abcdefghij", scene.detective: "KLMNOPQRST"}
    pages = {viewer: {"page": new_code(), "version": 0, "text": "", "typed": 0} for viewer in hands}

    def save(viewer):
        mine = pages[viewer]
        answer = actions.write_minutes(
            viewer, staffing, topic=TOPIC, text=mine["text"], version=mine["version"], page=mine["page"],
            now=staffing.starts_at,
        )  # fmt: skip
        if isinstance(answer, Conflict):  # both are shown, and both are kept
            mine |= {"text": f"{answer.theirs}\n{answer.yours}", "version": answer.version, "page": new_code()}
        else:
            mine["version"] = answer.version
        return answer

    for _ in range(20):
        viewer = random.choice(sorted(hands, key=lambda one: one.name))
        mine, letters = pages[viewer], hands[viewer]
        if mine["typed"] < len(letters):
            mine["text"] += letters[mine["typed"]]
            mine["typed"] += 1
        save(viewer)
    for viewer, letters in hands.items():
        pages[viewer]["text"] += letters[pages[viewer]["typed"] :]
        while isinstance(save(viewer), Conflict):
            pass

    kept = topic_of(open_staffing(scene.coordinator, staffing, staffing.starts_at), TOPIC).text
    assert {letter for letters in hands.values() for letter in letters} <= set(kept)
