"""Two people write on the same minutes for a minute, as they do in a meeting. Neither loses a character."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.window import Window

REGION = "Greater New Orleans"  # has two coordinators; either may write on every staffing there
MINUTE = 60.0
LONGEST = 300.0  # until each of them was told of the other
STROKE = 0.08  # seconds from one stroke of a hand to its next: somebody who types fast, and never pauses
READS = 5.0  # seconds that a person looks at both texts
TELLS = "wrote here meanwhile"
SETTLED = "!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"

pytestmark = [pytest.mark.slow, pytest.mark.journey]


class Writer:
    """Types marked words into one topic, and answers what the page tells her by the page's own buttons."""

    def __init__(self, window: Window, mark: str, staffing: str, topic: str) -> None:
        self.window, self.page, self.mark = window, window.page, mark
        self.box = self.page.locator(f"#minutes-{topic}")
        self.field = self.box.get_by_label("Minutes, ", exact=False)
        self.typed = ""
        self.told = 0  # how often she was told of the other, and was shown both texts
        self.reading_since: float | None = None
        self.is_away = True  # from the field
        window.go(staffing)

    def go_on(self) -> None:
        """What she does next: a stroke, or what the page asks her to do."""
        if self.reading_since is not None:
            if time.monotonic() - self.reading_since > READS:
                self.keep_both()
        elif self.typed.endswith(" ") and TELLS in self.box.locator("[data-kept]").inner_text():
            self.keep()
        else:
            self._come_back()
            word = f"{self.mark}-{self.typed.count(' ') + 1} "
            stroke = word[len(self.typed) - self.typed.rfind(" ") - 1]
            self.page.keyboard.press(stroke if stroke != " " else "Space")
            self.typed += stroke

    def keep(self) -> bool:
        """Press Keep the minutes. Is it kept? Otherwise both texts stand there, hers with all that she typed."""
        self._press("Keep the minutes")
        if not self.box.get_by_text("Two people wrote here").count():
            return True
        self.told, self.reading_since = self.told + 1, time.monotonic()
        assert missing(self.typed, self.field.input_value()) == [], "her own text stands in the field, to the last word"
        assert self.box.locator("blockquote").inner_text().strip(), "the other's text stands above it"
        return False

    def keep_both(self) -> None:
        """After she has read them. It is enough to say so once, whatever the other one wrote meanwhile."""
        self._press("Keep both texts")
        assert self.box.get_by_text("Two people wrote here").count() == 0
        assert missing(self.typed, self.field.input_value()) == []
        self.reading_since = None

    def _press(self, name: str) -> None:
        """Press a button of the topic, and wait until the answer stands on the page."""
        with self.page.expect_response(lambda answer: _is_sent(answer.request)):
            self.box.get_by_role("button", name=name, exact=True).click()
        self.window.until(SETTLED)
        self.is_away = True

    def _come_back(self) -> None:
        """To the end of the field, after a space."""
        if self.is_away:
            self.field.focus()
            self.page.keyboard.press("Control+End")
            self.page.keyboard.press("Space")
            self.is_away = False


@pytest.mark.req("MTG-4", "UX-4")
def test_two_who_write_on_one_topic_for_a_minute_lose_no_character(window: Callable[..., Window]) -> None:
    windows = window(), window()
    names = [one.enter("Care coordinator", REGION, place) for place, one in enumerate(windows)]
    assert names[0] != names[1], "two people"
    staffing, topic = _ahead(windows[0])
    run = f"{time.time_ns():x}"[-6:]  # what an earlier run wrote there does not count
    writers = [Writer(one, f"{mark}{run}", staffing, topic) for mark, one in zip("ab", windows, strict=True)]

    _type(writers)
    # Whoever would lose power now has all of it in her window or in what is kept.
    kept = _kept(windows[0], staffing, topic)
    for one in writers:
        assert missing(one.typed, f"{kept} {one.field.input_value()}") == []
    _settle(writers)

    for one in writers:
        one.window.go(staffing)
        found = one.field.input_value()
        for other in writers:
            assert missing(other.typed, found) == []
            words = re.findall(rf"{other.mark}-\d+", found)
            assert _goes_through(other.typed.split(), words), "in the order in which they were typed"
            # A word that was half typed when the other one kept both stands there half and, later, whole. No more.
            assert len(words) <= len(other.typed.split()) + sum(each.told for each in writers)


@pytest.mark.req("UX-4")
def test_a_draft_that_is_late_does_not_take_back_what_was_kept_after_it(window: Callable[..., Window]) -> None:
    """The draft of a slow moment arrives when the whole text was kept already."""
    coordinator = window()
    coordinator.enter("Care coordinator", REGION)
    staffing, topic = _ahead(coordinator, place=1)
    run = f"{time.time_ns():x}"[-6:]
    late: list[Any] = []
    coordinator.page.route(
        lambda url: "/topics/" in url,
        lambda route: late.append(route) if "x-draft" in route.request.headers and not late else route.continue_(),
    )
    writer = Writer(coordinator, f"c{run}", staffing, topic)
    while not late:
        writer.go_on()
        assert len(writer.typed) < 2000, "a draft is sent while one types"
        coordinator.page.wait_for_timeout(20)
    for _ in range(20):  # a whole word at least, in less time than a draft may take
        writer.go_on()
    assert writer.typed not in str(late[0].request.post_data)
    sent: list[Any] = []
    coordinator.page.on("response", lambda answer: sent.append(answer) if _is_sent(answer.request) else None)
    writer.box.get_by_role("button", name="Keep the minutes", exact=True).click()
    coordinator.page.wait_for_timeout(1500)  # so long the draft is on its way
    with coordinator.page.expect_response(lambda answer: "x-draft" in answer.request.headers):
        late[0].continue_()
    end = time.monotonic() + 15
    while not sent and time.monotonic() < end:
        coordinator.page.wait_for_timeout(50)
    coordinator.until(SETTLED)

    coordinator.go(staffing)
    assert missing(writer.typed, writer.field.input_value()) == []


@pytest.mark.req("UX-4")
def test_both_texts_are_not_left_without_a_question(window: Callable[..., Window]) -> None:
    windows = window(), window()
    for place, one in enumerate(windows):
        one.enter("Care coordinator", REGION, place)
    staffing, topic = _ahead(windows[0], place=2)
    run = f"{time.time_ns():x}"[-6:]
    first, second = (Writer(one, f"{mark}{run}", staffing, topic) for mark, one in zip("de", windows, strict=True))
    for one in (first, second):
        while one.typed.count(" ") < 2:
            one.go_on()
    assert first.keep()
    assert not second.keep()

    second.page.get_by_role("link", name="Desk", exact=True).first.click()
    second.page.wait_for_url(lambda url: url.endswith("/"))
    assert [fault for fault in second.window.faults if "beforeunload" in fault]
    second.window.faults.clear()


def missing(typed: str, text: str) -> list[str]:
    """The words, also a last one that is not finished, that do not stand in a text just as they were typed."""
    found = set(text.split())
    return [word for word in typed.split() if word not in found]


def _goes_through(words: list[str], text: list[str]) -> bool:
    """Do these words stand in a text one after the other, whatever stands between them?"""
    rest = iter(text)
    return all(word in rest for word in words)


def _type(writers: list[Writer]) -> None:
    """Both type, stroke by stroke in turn, for a minute and until each was told of the other."""
    began = time.monotonic()
    while (spent := time.monotonic() - began) < MINUTE or any(
        not one.told or one.reading_since is not None for one in writers
    ):
        assert spent < LONGEST, f"told of the other: {[one.told for one in writers]} times"
        for one in writers:
            one.go_on()
        writers[0].page.wait_for_timeout(max(0.0, began + spent + STROKE - time.monotonic()) * 1000)
    for one in writers:
        while not one.typed.endswith(" "):  # she finishes her word
            one.go_on()


def _settle(writers: list[Writer]) -> None:
    """Both keep what they wrote; whoever is shown both texts keeps both."""
    for one in writers:
        if not one.keep():
            one.keep_both()


def _kept(window: Window, staffing: str, topic: str) -> str:
    """What everybody who opens the page now sees on this topic: a second tab."""
    tab = window.context.new_page()
    tab.goto(window.site + staffing, wait_until="domcontentloaded")
    found = str(tab.locator(f"#minutes-{topic}").get_by_label("Minutes, ", exact=False).input_value())
    tab.close()
    return found


def _ahead(coordinator: Window, *, place: int = 0) -> tuple[str, str]:
    """The staffing that lies furthest ahead, which no other journey holds: its address, and a topic of it.

    Each test has a place of its own: two of them may run at once, and would be each other's third and fourth writer.
    """
    coordinator.go("/meetings/")
    meetings = coordinator.page.locator("main table a[href^='/meetings/']").evaluate_all(
        "all => all.map(one => one.getAttribute('href'))"
    )
    for meeting in reversed(meetings):
        coordinator.go(f"{meeting}staffings/")
        several = coordinator.page.locator("main table th a[href^='/staffings/']")
        if several.count():
            coordinator.go(str(several.first.get_attribute("href")))
        topics = coordinator.page.locator("[id^='minutes-']", has=coordinator.page.locator("textarea"))
        if coordinator.path.startswith("/staffings/") and topics.count() > place:
            found = str(topics.nth(place).get_attribute("id"))
            return coordinator.path, found.removeprefix("minutes-")
    raise AssertionError("the demonstration has a staffing ahead on which may be written")


def _is_sent(request: Any) -> bool:
    """Was it sent by a person, and not kept by itself?"""
    return request.method == "POST" and "x-draft" not in request.headers and "/topics/" in request.url
