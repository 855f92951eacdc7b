"""The same forms in a browser that runs no scripts: nothing is lost but comfort."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.journeys.window import Window

REGION = "Greater New Orleans"
pytestmark = pytest.mark.req("UX-4")


def test_a_report_is_sent_and_found_again(window: Callable[..., Window]) -> None:
    reporter = window(scripts=False)
    page = reporter.page
    reporter.go("/start/en/")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Continue").click()
    assert "Write a few words" in reporter.text(), "what is missing is said, and nothing else happens"
    page.get_by_label("What worries you?").fill("An invented worry, told without scripts.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("First name or nickname").fill("Inventedchild")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("I do not want to give my name").check(force=True)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send").click()
    receipt = page.locator(".receipt__code").inner_text()
    reporter.go("/start/en/back/")
    page.get_by_label("The code that you were given").fill(receipt)
    page.get_by_role("button", name="Show").click()
    assert "Received." in reporter.text()


@pytest.mark.req("INT-6")
def test_a_tier_is_computed_and_set(window: Callable[..., Window]) -> None:
    coordinator = _coordinator(window)
    page = coordinator.page
    coordinator.go("/referrals/new/")
    page.get_by_label("From whom it came").select_option(label="School")
    page.get_by_label("Given name").fill("Inventedchild")
    page.get_by_role("button", name="Record the referral").click()
    coordinator.go(f"{coordinator.path}triage/")
    _answer(coordinator, "Victim status", "Suspected victim")
    _answer(coordinator, "Is an investigation open?", "No")
    _answer(coordinator, "Is there an immediate safety concern?", "No")
    _answer(coordinator, "Are the surroundings safe and stable?", "Yes")
    page.get_by_role("button", name="Compute").click()
    slowest = page.locator("#tier").inner_text()
    _answer(coordinator, "Victim status", "Confirmed victim")
    _answer(coordinator, "Is there an immediate safety concern?", "Yes")
    page.get_by_role("button", name="Compute").click()
    assert page.locator("#tier").inner_text() != slowest
    page.locator("#tier").get_by_role("button", name=re.compile("Set tier")).click()
    assert "Triaged" in page.locator("body").inner_text()


@pytest.mark.req("MTG-4")
def test_minutes_are_kept(window: Callable[..., Window]) -> None:
    coordinator = _coordinator(window)
    _open_a_staffing(coordinator, "Scheduled")
    page = coordinator.page
    topic = page.locator("section[id^='topic-']").last
    said = "Written in a browser without scripts."
    topic.get_by_label("Minutes").fill(said)
    topic.get_by_role("button", name="Keep the minutes").click()
    assert said in str(page.locator("main").inner_html())


@pytest.mark.req("MTG-5")
def test_a_summary_is_read(window: Callable[..., Window]) -> None:
    coordinator = _coordinator(window)
    _open_a_staffing(coordinator, "Read the summary")
    coordinator.page.get_by_role("link", name="Read the summary").click()
    assert "Who has opened it" in coordinator.text()
    assert "What was established" in coordinator.text()


def _coordinator(window: Callable[..., Window]) -> Window:
    coordinator = window(scripts=False)
    coordinator.enter("Care coordinator", REGION)
    return coordinator


def _open_a_staffing(person: Window, showing: str) -> None:
    """A staffing of the region on whose page these words stand."""
    for place in ("/meetings/", "/meetings/?past=1"):
        person.go(place)
        links = person.page.locator("main table a[href^='/meetings/']")
        for path in links.evaluate_all("all => [...new Set(all.map(one => one.getAttribute('href')))]"):
            answer = person.go(f"{path}staffings/")
            listed = person.page.locator("main a[href^='/staffings/']")
            if answer.status == 200 and not person.path.startswith("/staffings/") and listed.count():
                person.go(str(listed.first.get_attribute("href")))
            if answer.status == 200 and showing in person.page.locator("body").inner_text():
                return
    raise AssertionError(f"no staffing shows {showing!r}")


def _answer(person: Window, question: str, answer: str) -> None:
    person.page.get_by_role("group", name=question).get_by_role("radio", name=answer, exact=True).check(force=True)
