"""The wall: no page answers without a whole session, unless it is open to anyone."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.actions import switch_off_account
from rightdoor.foundation.access.doors import OPEN_NAMES, OPEN_NAMESPACES
from rightdoor.foundation.accounts.models import Account, SignedInSession
from tests.signing_in import sign_in

# What else answers people who are not signed in. A new line here is a decision, not a repair.
# The sheet on the limits of confidentiality and the blank form of a release are for whoever wants to read them.
# A packet is for one person without an account: a link, spoken words, a signed notice, and a window.
# A survey without names is answered with a one-time code: who answers must not be known.
# The annual report is for everybody once it is published.
# A source of yearly figures without an account comes with a code; the calculator is a page without any data.
OPEN_ROUTES = frozenset(
    {
        *("consents:sheet_root", "consents:sheet", "consents:sheet_document", "consents:blank_form"),
        *("staffings:read", "surveys:answer"),
        *("submissions:stranger", "submissions:calculator"),
        *(f"annual_report:{name}" for name in ("newest", "year", "language", "edition", "file")),
    }
)


def addresses() -> Iterator[tuple[str, str]]:
    """Every route with an address that fits it."""

    def walk(patterns: list[Any], prefix: str, spaces: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for entry in patterns:
            here = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, here, (*spaces, entry.namespace or entry.app_name or ""))
            elif isinstance(entry, URLPattern):
                yield ":".join([*(space for space in spaces if space), entry.name or here]), sample(here)

    yield from walk(get_resolver().url_patterns, "/", ())


def sample(route: str) -> str:
    def value(found: re.Match[str]) -> str:
        converter, name = found[1] or "str", found[2]
        return "1" if converter == "int" else "en" if name in {"lang", "language"} else "K7MQ-4XPR"

    return re.sub(r"<(?:(\w+):)?(\w+)>", value, route).replace("^", "").replace("$", "").replace("\\Z", "")


WALLED = [
    (name, address)
    for name, address in addresses()
    if not OPEN_NAMESPACES & set(name.split(":")) and name not in OPEN_NAMES and name not in OPEN_ROUTES
]


def is_sent_away(answer: Any, to: str) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(to)


def test_there_are_pages_behind_the_wall() -> None:
    assert len(WALLED) > 10


@pytest.mark.req("PRIV-5")
@pytest.mark.parametrize(("name", "address"), WALLED, ids=[name for name, _ in WALLED])
def test_no_page_answers_without_a_whole_session(client: Client, coordinator: Viewer, name: str, address: str) -> None:
    assert is_sent_away(client.get(address), "/sign-in/"), "nobody"
    assert is_sent_away(client.post(address), "/sign-in/"), "nobody, posting"
    client.force_login(Account.objects.get(code=coordinator.code))
    assert is_sent_away(client.get(address), "/sign-in/"), "without a second factor"
    assert is_sent_away(client.post(address), "/sign-in/"), "without a second factor, posting"
    sign_in(client, coordinator)
    SignedInSession.objects.update(locked_at=timezone.now())
    assert is_sent_away(client.get(address), "/sign-in/locked/"), "locked"
    assert is_sent_away(client.post(address), "/sign-in/locked/"), "locked, posting"


def test_htmx_is_told_by_a_header_and_returns_to_its_page(client: Client) -> None:
    answer = client.get(
        "/people/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/referrals/K7MQ-4XPR/"},
    )
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Freferrals%2FK7MQ-4XPR%2F"
    assert not answer.content


def test_an_idle_session_is_locked_and_unlocking_returns_to_the_page(client: Client, administrator: Viewer) -> None:
    sign_in(client, administrator, at=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        answer = client.get("/people/?state=on")
        assert answer["Location"] == "/sign-in/locked/?next=%2Fpeople%2F%3Fstate%3Don"
        page = client.get(answer["Location"]).content.decode()
        assert 'name="next" value="/people/?state=on"' in page
        assert administrator.name in page
    assert SignedInSession.objects.get().locked_at is not None


def test_using_the_site_keeps_it_open(client: Client, coordinator: Viewer) -> None:
    began = timezone.now()
    sign_in(client, coordinator, at=began)
    for minutes in (20, 40, 60):
        with time_machine.travel(began + timedelta(minutes=minutes)):
            assert client.get("/sessions/").status_code == 200


def test_a_session_ends_after_its_hours_whatever_happens(client: Client, coordinator: Viewer) -> None:
    began = timezone.now()
    sign_in(client, coordinator, at=began)
    SignedInSession.objects.update(started_at=began - timedelta(hours=12), touched_at=began)
    assert is_sent_away(client.get("/sessions/"), "/sign-in/?next=")
    assert SignedInSession.objects.get().ended_at is not None


@pytest.mark.req("PRIV-5")
def test_a_switched_off_account_is_out_on_the_next_request(
    client: Client, coordinator: Viewer, administrator: Viewer
) -> None:
    sign_in(client, coordinator)
    assert client.get("/sessions/").status_code == 200
    switch_off_account(administrator, Account.objects.get(code=coordinator.code), now=timezone.now())
    assert is_sent_away(client.get("/sessions/"), "/sign-in/")


def test_nobody_switches_off_the_own_account_or_the_last_administrator(administrator: Viewer, now) -> None:
    from rightdoor.domain.errors import RuleBroken
    from rightdoor.foundation.access.viewers import system_viewer

    account = Account.objects.get(code=administrator.code)
    for viewer in (administrator, system_viewer()):
        with pytest.raises(RuleBroken):
            switch_off_account(viewer, account, now=now)
    assert Account.objects.get(code=administrator.code).is_active


def test_another_password_ends_the_session(client: Client, coordinator: Viewer) -> None:
    sign_in(client, coordinator)
    account = Account.objects.get(code=coordinator.code)
    account.set_password("changed somewhere else entirely")
    account.save()
    assert is_sent_away(client.get("/sessions/"), "/sign-in/")


def test_a_signed_in_page_costs_three_queries_at_most(
    client: Client, coordinator: Viewer, django_assert_max_num_queries: Any
) -> None:
    sign_in(client, coordinator)
    from rightdoor.foundation.access.middleware import ViewerAndNow

    seen = {}

    def inner(request: Any) -> Any:
        seen["viewer"] = request.viewer
        return HttpResponse()

    from django.test import RequestFactory

    from rightdoor.foundation.accounts.session_store import SessionStore

    request = RequestFactory().get("/")
    request.COOKIES["rd_session"] = client.cookies["rd_session"].value
    request.session = SessionStore(client.cookies["rd_session"].value)
    with django_assert_max_num_queries(3):
        ViewerAndNow(inner)(request)
    assert seen["viewer"].code == coordinator.code


def test_the_lock_in_the_menu_locks_at_once(client: Client, coordinator: Viewer) -> None:
    sign_in(client, coordinator)
    answer = client.post("/lock/", headers={"Referer": "http://testserver/cases/K7MQ-4XPR/"})
    assert answer["Location"] == "/sign-in/locked/?next=%2Fcases%2FK7MQ-4XPR%2F"
    assert is_sent_away(client.get("/sessions/"), "/sign-in/locked/")


def test_acts_that_cannot_be_taken_back_ask_again_after_five_minutes(client: Client, coordinator: Viewer) -> None:
    sign_in(client, coordinator)
    assert client.get("/factors/").status_code == 200
    SignedInSession.objects.update(second_factor_at=timezone.now() - timedelta(minutes=5))
    assert client.get("/factors/")["Location"] == "/prove/?next=%2Ffactors%2F"


def test_the_minutes_of_the_lock_come_from_the_settings(client: Client, coordinator: Viewer, settings: Any) -> None:
    settings.ENV = dataclasses.replace(settings.ENV, lock_minutes=5)
    sign_in(client, coordinator)
    SignedInSession.objects.update(touched_at=timezone.now() - timedelta(minutes=6))
    assert is_sent_away(client.get("/sessions/"), "/sign-in/locked/")
