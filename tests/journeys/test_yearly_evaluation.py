"""A coordinator finishes the yearly evaluation of ten topics, starting from what the records say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.window import NARROW, WIDE, Window

REGION = "Capital Area"  # where no other journey answers anything of this kind
TOPICS = 10
WORK = "Ask the clinic whom the team may call at night."


@pytest.mark.req("PROG-1", "PROG-2")
def test_the_yearly_evaluation_from_what_the_records_say_to_its_end(window: Callable[..., Window]) -> None:
    person = window()
    person.enter("Care coordinator", REGION)
    page = person.page
    person.go("/assessments/new/")
    page.locator("label", has_text="Program implementation evaluation").first.click()
    _press(person, "Begin it")
    summary = person.path

    with page.expect_navigation():
        page.get_by_role("link", name="What the records say", exact=True).first.click()
    _press(person, "Count the records now")
    assert "The records say something new of" in person.text()

    confirmed: list[int] = []
    for number in range(1, TOPICS + 1):
        page.set_viewport_size({"width": NARROW if number % 3 == 0 else WIDE, "height": 844})
        person.go(f"{summary}topics/{number}/")
        if number in (1, 3):
            assert person.axe() == []
            assert person.runs_out() == []
        confirm = page.get_by_role("button", name="Keep it and confirm what the records say")
        if confirm.count():
            _press(person, "Keep it and confirm what the records say")
            assert "confirmed" in person.text()
            confirmed.append(number)
        else:
            _press(person, "Keep this page")
    assert confirmed, "the records said something of no topic"

    person.go(f"{summary}topics/{confirmed[0]}/")
    page.locator("label", has_text="(against the records)").first.click()
    _press(person, "Keep this page")
    assert "Say why" in person.text()
    assert page.get_by_label("(against the records)").first.is_checked(), "what was chosen comes back"
    page.locator("details[open] textarea").first.wait_for()
    waiting = page.locator("div.sheet__item", has=page.get_by_label("(against the records)").first)
    waiting.locator("textarea").first.fill("It is so on paper, which nobody counts.")
    _press(person, "Keep this page")
    assert "1 overruled" in person.text()

    person.go(f"{summary}steps/new/")
    page.get_by_label("What is to be done").fill(WORK)
    page.get_by_label("Until when").fill("12/31/2199")
    _press(person, "Plan this step")

    person.go(f"{summary}completion/")
    assert person.axe() == []
    _press(person, "Finish it")
    text = person.text()
    assert "It stays as it is" in text
    assert WORK in text
    assert page.get_by_role("link", name="Finish it").count() == 0
    rows = page.locator("table", has=page.locator("caption", has_text="Where each topic stands")).locator("tbody tr")
    assert rows.filter(has=page.locator("td")).count() == TOPICS
    person.go(f"{summary}topics/1/")
    assert page.get_by_role("button", name="Keep this page").count() == 0


def _press(person: Window, name: str) -> None:
    """Press a button and wait for the page that answers."""
    with person.page.expect_navigation(wait_until="domcontentloaded"):
        person.page.get_by_role("button", name=name, exact=True).click()
