"""Leaving a public page at once, with nothing left to see."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bars import sabotage
from tests.journeys.window import Window

ELSEWHERE = "<!doctype html><title>Weather</title><h1>Weather</h1>"
pytestmark = [pytest.mark.req("UX-3"), pytest.mark.bar("SEC-53")]


def _reporter(window: Callable[..., Window], *, scripts: bool = True) -> Window:
    """In the middle of a report; other sites are answered here, for nothing may leave this machine."""
    reporter = window(scripts=scripts)
    reporter.context.route(
        lambda url: not url.startswith(reporter.site),
        lambda route: route.fulfill(status=200, content_type="text/html", body=ELSEWHERE),
    )
    reporter.go("/start/en/")
    reporter.page.get_by_role("button", name="Go on").click()
    reporter.page.get_by_role("button", name="Begin").click()
    reporter.page.get_by_label("What worries you?").fill("Something that nobody else may read.")
    reporter.page.wait_for_load_state("domcontentloaded")  # until the scripts have run it is a plain link
    return reporter


def _is_elsewhere(reporter: Window) -> bool:
    reporter.page.wait_for_url(lambda url: not url.startswith(reporter.site))
    left = [fault for fault in reporter.faults if fault.startswith("asked another site")]
    reporter.faults = [fault for fault in reporter.faults if fault not in left]
    return bool(left)


def test_the_page_is_covered_in_the_same_instant(window: Callable[..., Window]) -> None:
    reporter = _reporter(window)
    covered = reporter.page.evaluate(
        """() => { document.querySelector('[data-quick-exit]').click();
        const look = getComputedStyle(document.body);
        const hidden = look.visibility === 'hidden' || look.display === 'none' || look.opacity === '0';
        return [document.title.trim(), hidden]; }"""
    )
    assert covered == ["", True], "before the other site answers"
    assert _is_elsewhere(reporter)


def test_the_way_back_does_not_lead_to_what_was_typed(window: Callable[..., Window]) -> None:
    reporter = _reporter(window)
    for _ in range(3):
        reporter.page.keyboard.press("Shift")
    assert _is_elsewhere(reporter)
    reporter.page.go_back()
    assert "nobody else may read" not in reporter.page.content()
    assert "What worries you" not in reporter.page.content()


def test_without_scripts_a_plain_link_leaves(window: Callable[..., Window]) -> None:
    reporter = _reporter(window, scripts=False)
    reporter.page.get_by_role("link", name="Leave this page").click()
    assert _is_elsewhere(reporter)


@sabotage("SEC-53", "the scripts of the page do not arrive, and the link without them stays where it is")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Window.go

    def crippled(self: Window, path: str, *more: object, **named: object) -> object:
        self.context.route("**/static/**/*.js", lambda route: route.abort())
        return before(self, path, *more, **named)

    monkeypatch.setattr(Window, "go", crippled)
