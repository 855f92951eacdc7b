"""A coordinator's usual day by keyboard, half of it at a desk, half of it on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.journeys.hands import Hands
from tests.journeys.window import NARROW, WIDE, Window

REGION = "Greater New Orleans"  # the demonstration's meeting of several cases is here
SAID = "The invented school keeps her place, and the advocate meets her on Tuesday."


@pytest.mark.req("MTG-1", "MTG-4", "MTG-5", "CASE-6", "CASE-8", "UX-1", "UX-2")
def test_a_usual_day_by_keyboard_at_a_desk_and_on_a_phone(window: Callable[..., Window]) -> None:
    coordinator = Hands(window())
    name = coordinator.enter("Care coordinator", REGION)
    coordinator.page.get_by_role("heading", name="Due on your cases").wait_for()

    meeting, staffings = _meeting_of_several(coordinator)
    _attendance(coordinator, meeting)
    shared = 0
    for number, staffing in enumerate(staffings):
        coordinator.page.set_viewport_size({"width": WIDE if number % 2 == 0 else NARROW, "height": 900})
        _minutes_and_close(coordinator, staffing)
        shared += _share(coordinator, staffing, name)
    assert shared == len(staffings)
    coordinator.window.go(f"{meeting}staffings/")
    assert coordinator.page.locator("main table").inner_text().count("Held") == len(staffings)

    coordinator.page.set_viewport_size({"width": NARROW, "height": 844})
    for plan in _plans(coordinator, 2):
        _review(coordinator, plan)
    _log_missing(coordinator)


def _meeting_of_several(hands: Hands) -> tuple[str, list[str]]:
    """The meeting of today that holds the most cases: its address and those of its staffings, in their order."""
    hands.follow("Meetings")
    best: tuple[str, list[str]] = ("", [])
    for path in _addresses(hands, "main table a[href^='/meetings/']"):
        hands.window.go(f"{path}staffings/")
        found = _addresses(hands, "main table th a[href^='/staffings/']")
        text = hands.window.text()
        if len(found) > len(best[1]) and f"{_now():%m/%d/%Y}" in text:
            best = path, found
    assert len(best[1]) >= 5, "the demonstration has a meeting of several cases today"
    return best


def _attendance(hands: Hands, meeting: str) -> None:
    hands.window.go(meeting)
    hands.follow("Record who was there")
    for person in hands.page.get_by_role("group", name=", ").all():
        hands.choose(str(person.locator("legend").inner_text()), "In person")
    hands.send("Record attendance")


def _minutes_and_close(hands: Hands, staffing: str) -> None:
    hands.window.go(staffing)
    topic = hands.page.locator("section[id^='topic-']").first
    hands.write("Minutes, ", SAID, inside=topic)
    hands.send("Keep the minutes", inside=topic)
    hands.window.go(staffing)
    assert SAID in hands.page.locator("section[id^='topic-']").first.inner_html()
    hands.window.go(f"{staffing}holding/")
    hands.send("Close as held")


def _share(hands: Hands, staffing: str, name: str) -> bool:
    """Shares the summary; it can be read, and says who has opened it."""
    hands.window.go(f"{staffing}summary/")
    assert "This is what will be shared" in hands.window.text()
    hands.send("Share ", exact=False)
    return "Who has opened it" in hands.window.text() and SAID in hands.window.text()


def _plans(hands: Hands, many: int) -> list[str]:
    """Addresses of the reviews of plans in force."""
    hands.window.go("/cases/")
    found: list[str] = []
    for case in _addresses(hands, "main table th a[href^='/cases/'], main table td a[href^='/cases/']"):
        hands.window.go(f"{case}plan/")
        found += _addresses(hands, "main a[href^='/plans/'][href$='/review/']")
        if len(found) >= many:
            return found[:many]
    raise AssertionError("the demonstration has plans to review")


def _review(hands: Hands, review: str) -> None:
    hands.window.go(review)
    for goal in hands.page.locator("fieldset.plan-row").all():
        hands.choose("How it stands", "Under way", inside=goal)
    for question in ("Safety", "Where the client lives", "School", "Engagement"):
        group = hands.page.get_by_role("group", name=question).first
        hands.choose(question, str(group.get_by_role("radio").first.evaluate("one => one.labels[0].innerText")).strip())
    hands.choose("What follows", "The plan stands as it is")
    hands.send("Record the review")
    assert "What came of it" in hands.window.text(), hands.window.text()[:600]


def _log_missing(hands: Hands) -> None:
    """An episode in one minute: only the first question is owed."""
    hands.window.go("/cases/")
    for case in _addresses(hands, "main table th a[href^='/cases/'], main table td a[href^='/cases/']"):
        hands.window.go(f"{case}missing/")
        if "new/" in hands.page.locator("main").inner_html() and "Running" not in hands.window.text():
            break
    hands.window.go(f"{case}missing/new/")
    first = hands.page.get_by_role("group", name="When did you learn of it").first
    hands.write("Date", f"{_now():%m/%d/%Y}", inside=first, exact=True)
    hands.write("Time", "12:05 a.m.", inside=first, exact=True)
    hands.send("Report missing")
    said = hands.window.text()
    assert re.search(r"/missing/[A-Z0-9-]{9}/", hands.window.path), said[:600]
    assert "left" in said or "late" in said, "its clocks run"
    hands.window.go("/")
    hands.page.get_by_role("heading", name="Due on your cases").wait_for()


def _addresses(hands: Hands, which: str) -> list[str]:
    found: Any = hands.page.locator(which).evaluate_all("all => [...new Set(all.map(one => one.getAttribute('href')))]")
    return list(found)


def _now() -> datetime:
    return datetime.now(tz=ZoneInfo("America/Chicago"))
