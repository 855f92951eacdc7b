"""Passkeys in a real browser, with its own virtual authenticator."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from rightdoor.foundation.accounts.models import Account, SignedInSession
from tests.foundation.doorway.people import PASSWORD, invite

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True, databases=["default", "keyring"]),
    pytest.mark.usefixtures("as_owner"),
]


@pytest.fixture
def site(transactional_db: None) -> Iterator[str]:
    """The site under a name: a passkey belongs to one. Started here, after the settings of the tests are in force."""
    from pytest_django.live_server_helper import LiveServer

    server = LiveServer("localhost")
    server._live_server_modified_settings.enable()
    yield server.url
    server._live_server_modified_settings.disable()
    server.stop()


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    monkeypatch.setenv(
        "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
    )  # playwright's loop runs in this thread; the site in another
    path = os.environ.get("RIGHTDOOR_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.fail("this test needs chromium; ./door test brings it")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()


def with_authenticator(browser: Any, *, verifies: bool = True) -> tuple[Any, Any, str]:
    """A page whose device has a passkey store; it checks who is there, or not."""
    page = browser.new_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    added = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page, device, added["authenticatorId"]


def join_with_passkey(page: Any, site: str) -> None:
    page.goto(f"{site}/sign-in/invitation/{invite('Nina Newcomer', 'nina@example.invalid')}/")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.click("text=Set this password")
    page.click("text=Make a passkey")
    page.wait_for_url("**/codes/")
    page.click("text=I have kept them")
    page.wait_for_url(f"{site}/")


@pytest.mark.req("PRIV-5")
def test_a_passkey_alone_opens_the_door_and_the_lock(site: str, browser: Any) -> None:
    page, _, _ = with_authenticator(browser)
    join_with_passkey(page, site)
    page.click("summary.menu__button")
    page.click("text=Sign out")
    page.goto(f"{site}/sessions/")
    page.click("text=Sign in with a passkey")
    page.wait_for_url(f"{site}/sessions/")
    page.click("summary.menu__button")
    page.click("text=Lock the screen")
    page.wait_for_url("**/sign-in/locked/**")
    page.click("text=Use my passkey")
    page.wait_for_url(f"{site}/sessions/")
    assert SignedInSession.objects.filter(ended_at=None).count() == 1


@pytest.mark.req("PRIV-5")
def test_a_passkey_that_does_not_ask_who_is_there_opens_nothing(site: str, browser: Any) -> None:
    page, device, authenticator = with_authenticator(browser)
    join_with_passkey(page, site)
    page.click("summary.menu__button")
    page.click("text=Sign out")
    device.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.goto(f"{site}/sign-in/")
    page.click("text=Sign in with a passkey")
    page.wait_for_selector("[data-problem]:not([hidden])")
    assert not SignedInSession.objects.filter(ended_at=None).exists()


@pytest.mark.req("PRIV-5")
def test_an_answer_is_good_for_one_challenge_and_its_own_account(site: str, browser: Any) -> None:
    page, _, _ = with_authenticator(browser)
    join_with_passkey(page, site)
    page.click("summary.menu__button")
    page.click("text=Sign out")
    page.goto(f"{site}/sign-in/")
    sent: list[str] = []
    page.on("request", lambda it: sent.append(it.post_data) if it.url.endswith("/sign-in/passkey/") else None)
    page.click("text=Sign in with a passkey")
    page.wait_for_url(f"{site}/")
    from urllib.parse import parse_qs

    answer = parse_qs(sent[0])["answer"][0]
    thief = Client()
    thief.post("/sign-in/passkey/offer/")
    assert thief.post("/sign-in/passkey/", {"answer": answer}).status_code == 422


@pytest.mark.req("PRIV-5")
def test_a_switched_off_person_is_not_let_in_by_the_passkey(site: str, browser: Any) -> None:
    from django.utils import timezone

    page, _, _ = with_authenticator(browser)
    join_with_passkey(page, site)
    Account.objects.update(is_active=False, switched_off_at=timezone.now())
    page.goto(f"{site}/sign-in/")
    page.click("text=Sign in with a passkey")
    page.wait_for_selector(".error-summary")
    assert "does not open an account" in page.content()
