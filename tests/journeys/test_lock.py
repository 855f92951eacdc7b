"""Locking the screen, and coming back to where one was."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.window import Window


@pytest.mark.req("UX-3")
def test_a_locked_screen_opens_again_where_it_was(window: Callable[..., Window]) -> None:
    coordinator = window()
    name = coordinator.enter("Care coordinator")
    coordinator.go("/referrals/")
    coordinator.page.locator("summary", has_text=name).click()
    coordinator.page.get_by_role("button", name="Lock the screen").first.click()
    coordinator.page.wait_for_url("**/sign-in/locked/**")
    assert coordinator.page.locator(".person__name, table").count() == 0, "nothing of the page is left to read"
    coordinator.page.go_back()
    assert coordinator.page.locator(".person__name, table").count() == 0, "nor behind the button that leads back"
    coordinator.go("/referrals/")
    assert coordinator.path == "/sign-in/locked/", "nothing opens before the session does"
    coordinator.page.get_by_role("button", name="Go on").click()
    coordinator.page.wait_for_url("**/referrals/")
    assert coordinator.page.get_by_role("heading", level=1).inner_text().startswith("Referrals")
