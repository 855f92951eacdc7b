"""What was typed is there again, whatever happened to the browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.window import Window

HALF = "She called from the invented bus station and said that she wou"


@pytest.mark.req("UX-4")
def test_a_call_goes_on_after_the_browser_was_killed_in_the_middle_of_a_word(window: Callable[..., Window]) -> None:
    taker = window()
    name = taker.enter("Child welfare desk")
    taker.go("/reports/new/")
    story = taker.page.locator("main textarea").first
    label = str(story.evaluate("one => one.labels[0].innerText"))
    story.fill("")  # whatever an earlier run left
    with taker.page.expect_response(lambda answer: "/draft/" in answer.url) as kept:
        story.press_sequentially(HALF, delay=5)
    assert kept.value.ok
    taker.page.get_by_text("Kept ").first.wait_for()
    taker.close()  # no unload handler runs, nothing is submitted

    again = window()
    again.enter_as("Child welfare desk", name)
    again.go("/reports/new/")
    assert again.page.get_by_label(label).first.input_value() == HALF


@pytest.mark.req("UX-4")
def test_a_page_with_something_typed_asks_before_it_is_left(window: Callable[..., Window]) -> None:
    coordinator = window()
    coordinator.enter("Care coordinator")
    coordinator.go("/partners/new/")
    coordinator.page.locator("main input[type=text]").first.press_sequentially("Invented")
    coordinator.page.get_by_role("link", name="Desk", exact=True).first.click()
    coordinator.page.wait_for_url(lambda url: url.endswith("/"))
    assert [fault for fault in coordinator.faults if "beforeunload" in fault]
    coordinator.faults.clear()
