"""A coordinator's usual day by keyboard, half of it at a desk, half of it on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.journeys.hands import Hands
from tests.journeys.window import NARROW, WIDE, Window

CASES = 6
REGION = "Greater New Orleans"  # the demonstration's meeting of several cases is here
ZONE = ZoneInfo("America/Chicago")
SAID = "The invented school keeps her place, and the advocate meets her on Tuesday."


@pytest.mark.req("MTG-1", "MTG-4", "MTG-5", "CASE-6", "CASE-8", "UX-1", "UX-2")
def test_a_usual_day_by_keyboard_at_a_desk_and_on_a_phone(window: Callable[..., Window]) -> None:
    coordinator = Hands(window())
    coordinator.enter("Care coordinator", REGION)
    coordinator.page.get_by_role("heading", name="Due on your cases").wait_for()
    _look(coordinator)

    meeting, staffings = _meeting_of_several(coordinator)
    _attendance(coordinator, meeting)
    for number, staffing in enumerate(staffings):
        _at(coordinator, WIDE if number % 2 == 0 else NARROW)
        looks = (_look_here,) if number < 2 else ()  # at each width once
        _minutes_and_close(coordinator, staffing, *looks)
        _share(coordinator, staffing, *looks)
    coordinator.window.go(f"{meeting}staffings/")
    assert coordinator.page.locator("main table").inner_text().count("Held") == CASES
    _look(coordinator)

    for width, plan in zip((WIDE, NARROW), _plans(coordinator, 2), strict=True):
        _at(coordinator, width)
        _review(coordinator, plan)
    for width, case in zip((WIDE, NARROW), _at_home(coordinator, 2), strict=True):
        _at(coordinator, width)
        _log_missing(coordinator, case)
    coordinator.window.go("/")
    coordinator.page.get_by_role("heading", name="Due on your cases").wait_for()
    _look(coordinator)


def _at(hands: Hands, width: int) -> None:
    """At a desk, or on a phone."""
    hands.page.set_viewport_size({"width": width, "height": 844 if width < 600 else 900})


def _look(hands: Hands) -> None:
    """Nothing on the page stands in anybody's way, at either width."""
    before = hands.page.viewport_size
    for width in (WIDE, NARROW):
        _at(hands, width)
        _look_here(hands)
    hands.page.set_viewport_size(before)


def _look_here(hands: Hands) -> None:
    """The same at the width of this moment."""
    here = f"{hands.window.path} at {hands.page.viewport_size['width']}"
    hands.settled()
    assert hands.window.axe() == [], here
    assert hands.window.runs_out() == [], here


def _meeting_of_several(hands: Hands) -> tuple[str, list[str]]:
    """The meeting of several cases that has begun: its address and those of its staffings, in their order."""
    hands.follow("Meetings")
    _look(hands)
    rows = hands.page.locator("main table tbody tr", has_text="Case staffing").filter(has_text="Convened")
    begun = [
        str(link.get_attribute("href"))
        for link in rows.locator("a[href^='/meetings/']").all()
        if _moment(str(link.inner_text())) <= _now()
    ]
    for path in begun:
        hands.window.go(f"{path}staffings/")
        found = _addresses(hands, "main table th a[href^='/staffings/']")
        if len(found) > 1:
            assert len(found) == CASES
            _look(hands)
            return path, found
    raise AssertionError(f"no meeting of several cases among those that have begun: {begun}")


def _moment(shown: str) -> datetime:
    """What a page says of a moment, as Sat 11/21/2026, 4:15 p.m."""
    plain = shown.strip().replace("a.m.", "AM").replace("p.m.", "PM")
    return datetime.strptime(plain, "%a %m/%d/%Y, %I:%M %p").replace(tzinfo=ZONE)


def _attendance(hands: Hands, meeting: str) -> None:
    hands.window.go(meeting)
    _look(hands)
    hands.follow("Record who was there")
    _look(hands)
    for person in hands.page.get_by_role("group", name=", ").all():
        hands.choose(str(person.locator("legend").inner_text()), "In person")
    hands.send("Record attendance")


def _minutes_and_close(hands: Hands, staffing: str, *looks: Callable[[Hands], None]) -> None:
    hands.window.go(staffing)
    for look in looks:
        look(hands)
    topic = hands.page.locator("section[id^='topic-']").first
    hands.write("Minutes, ", SAID, inside=topic)
    hands.send("Keep the minutes", inside=topic)
    hands.window.go(staffing)
    assert SAID in hands.page.locator("section[id^='topic-']").first.inner_html()
    hands.window.go(f"{staffing}holding/")
    for look in looks:
        look(hands)
    hands.send("Close as held")


def _share(hands: Hands, staffing: str, *looks: Callable[[Hands], None]) -> None:
    """Shares the summary; it can be read, and says who has opened it."""
    hands.window.go(f"{staffing}summary/")
    assert "This is what will be shared" in hands.window.text()
    for look in looks:
        look(hands)
    hands.send("Share ", exact=False)
    assert "Who has opened it" in hands.window.text()
    assert SAID in hands.window.text()
    for look in looks:
        look(hands)


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
    _look_here(hands)
    for goal in hands.page.locator("fieldset.plan-row").all():
        hands.choose("How it stands", "Under way", inside=goal)
    for question in ("Safety", "Where the client lives", "School", "Engagement"):
        group = hands.page.get_by_role("group", name=question).first
        hands.choose(question, str(group.get_by_role("radio").first.evaluate("one => one.labels[0].innerText")).strip())
    hands.choose("What follows", "The plan stands as it is")
    hands.send("Record the review")
    assert "What came of it" in hands.window.text(), hands.window.text()[:600]
    _look_here(hands)


def _at_home(hands: Hands, many: int) -> list[str]:
    """Addresses of cases of which no episode runs."""
    hands.window.go("/cases/")
    found: list[str] = []
    for case in _addresses(hands, "main table th a[href^='/cases/'], main table td a[href^='/cases/']"):
        hands.window.go(f"{case}missing/")
        if "new/" in hands.page.locator("main").inner_html() and "Running" not in hands.window.text():
            found.append(case)
        if len(found) == many:
            return found
    raise AssertionError("the demonstration has children who are not missing")


def _log_missing(hands: Hands, case: str) -> None:
    """An episode in one minute: only the first question is owed."""
    hands.window.go(f"{case}missing/")
    _look_here(hands)
    hands.window.go(f"{case}missing/new/")
    _look_here(hands)
    first = hands.page.get_by_role("group", name="When did you learn of it").first
    learned_at = _now() - timedelta(minutes=10)
    hands.write("Date", f"{learned_at:%m/%d/%Y}", inside=first, exact=True)
    hands.write("Time", f"{learned_at:%I:%M} {'a.m.' if learned_at.hour < 12 else 'p.m.'}", inside=first, exact=True)
    hands.send("Report missing")
    said = hands.window.text()
    assert re.search(r"/missing/[A-Z0-9-]{9}/", hands.window.path), said[:600]
    assert "left" in said or "late" in said, "its clocks run"
    _look_here(hands)


def _addresses(hands: Hands, which: str) -> list[str]:
    found: Any = hands.page.locator(which).evaluate_all("all => [...new Set(all.map(one => one.getAttribute('href')))]")
    return list(found)


def _now() -> datetime:
    return datetime.now(tz=ZONE)
