"""The exact headers of every answer, whatever its status; and what a page asks of the browser: nothing of others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser

from rightdoor.foundation.audit.events import AuditUnavailable
from rightdoor.foundation.ui.middleware import HardeningHeaders
from rightdoor.oversight.desk import queries as desk_queries
from tests.access.routes import every_route
from tests.access.world import ASKED, BEGAN, World, make_people, make_referral, make_world
from tests.bars import sabotage
from tests.safety.pages import every_page, read

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
ALWAYS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
DYNAMIC = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
OWN = {"Referrer-Policy": "same-origin"}
PUBLIC = {"Referrer-Policy": "no-referrer"}
# What says nothing about safety, and differs from answer to answer.
FREE = {
    "Content-Type",
    "Content-Length",
    "Content-Disposition",
    "Vary",
    "Location",
    "Allow",
    "Retry-After",
    "ETag",
    "Last-Modified",
    "X-Request-Id",
}


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """People and one referral, at a fixed moment."""
    with time_machine.travel(BEGAN, tick=False):
        people = World(make_people())
        make_referral(people.people["coordinator"], story="Invented words.")  # without a row there is no file
    with time_machine.travel(ASKED, tick=False):
        yield people


def safety_of(answer: HttpResponse) -> dict[str, str]:
    """The headers that matter, with the two policies taken out and checked."""
    found = {name: value for name, value in answer.headers.items() if name not in FREE}
    directives = [part.strip().split(" ", 1) for part in found.pop("Content-Security-Policy").split(";")]
    assert dict(directives) == POLICY
    features = [part.strip() for part in found.pop("Permissions-Policy").split(",")]
    assert len(features) >= 10
    assert all(feature.endswith("=()") for feature in features), features
    assert answer.headers["Content-Type"].split(";")[0] in {"text/html", "text/plain", "text/css", "text/csv"}
    return found


def _broken(*_: Any, **__: Any) -> None:
    raise ZeroDivisionError("Nora Nowhere")


def _without_audit(*_: Any, **__: Any) -> None:
    raise AuditUnavailable("Nora Nowhere")


@pytest.mark.bar("SEC-49")
def test_every_status_carries_exactly_the_same_safety_headers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page, redirects, a file, and each kind of refusal."""
    anonymous = Browser(raise_request_exception=False)
    careful = Browser(raise_request_exception=False, enforce_csrf_checks=True)
    coordinator, analyst = world.browser("coordinator"), world.browser("analyst")
    answers = {
        "200": coordinator.get("/"),
        "200 file": coordinator.post("/referrals/export/", {"purpose": "quality", "basis": "own_records"}),
        "301": anonymous.get("/sign-in"),
        "302": anonymous.get("/referrals/"),
        "400": anonymous.get("/sign-in/", headers={"host": "another.example"}),
        "403": analyst.get("/referrals/new/"),
        "403 token": careful.post("/sign-in/"),
        "403 site": coordinator.post("/find/", headers={"sec-fetch-site": "cross-site"}),
        "404": coordinator.get("/referrals/ZZZZ-2222/"),
        "404 nothing": anonymous.get("/nothing/at/all/"),
        "405": coordinator.put("/find/"),
        "405 delete": anonymous.delete("/sign-in/"),
        "422": coordinator.post("/referrals/new/"),
    }
    monkeypatch.setattr(desk_queries, "desk_of", _broken)
    answers["500"] = coordinator.get("/")
    monkeypatch.setattr(desk_queries, "desk_of", _without_audit)
    answers["503"] = coordinator.get("/")
    assert {name: answer.status_code for name, answer in answers.items()} == {name: int(name[:3]) for name in answers}
    assert {name: safety_of(answer) for name, answer in answers.items()} == dict.fromkeys(
        answers, {**ALWAYS, **DYNAMIC, **OWN}
    )
    assert b"Nora" not in answers["500"].content + answers["503"].content


@pytest.mark.bar("SEC-49")
def test_a_style_sheet_carries_them_too_and_may_be_kept(world: World) -> None:
    """Static files: the same policies, no identity, no other site may read them; only they may be cached."""
    answer = Browser().get("/static/rightdoor/rightdoor.css")
    assert answer.status_code == 200
    found = safety_of(answer)
    assert found.pop("Cache-Control").endswith("public")
    assert found == {**ALWAYS, **OWN}


@pytest.mark.bar("SEC-52")
@pytest.mark.req("INT-1")
def test_public_pages_send_no_referrer_and_set_no_cookie(world: World) -> None:
    """Before, during and after a report; also when something is wrong."""
    browser = Browser(raise_request_exception=False, enforce_csrf_checks=True)
    answers = {
        "danger": browser.get("/start/en/"),
        "begin": browser.post("/start/en/", {"step": "purpose"}),
        "back": browser.get("/start/en/back/"),
        "receipt": browser.post("/start/en/back/", {"receipt": "nothing"}),
        "language": browser.get("/start/vi/"),
        "exit": browser.get("/leave/"),
        "wrong": browser.post("/start/en/", {"step": "worry", "go": "next"}),
        "foreign": browser.post("/start/en/", {"step": "purpose"}, headers={"sec-fetch-site": "cross-site"}),
        "unknown": browser.get("/start/xx/"),
    }
    assert {name: answer.cookies.output() for name, answer in answers.items()} == dict.fromkeys(answers, "")
    assert dict(browser.cookies) == {}
    for name in ("danger", "begin", "back", "receipt", "language", "wrong"):
        assert safety_of(answers[name]) == {**ALWAYS, **DYNAMIC, **PUBLIC}, name
    assert answers["exit"].headers["Clear-Site-Data"] == '"storage", "cookies"'
    assert answers["exit"].headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.req("SEC-42")
def test_cookies_of_staff_are_kept_from_scripts_and_from_other_sites(world: World) -> None:
    """Signing in and the form's token: HttpOnly, SameSite=Strict, for this host alone."""
    browser = Browser()
    browser.get("/sign-in/")
    browser.post(f"/demo/{world.people['coordinator'].code}/")
    assert set(browser.cookies) == {"rd_session", "rd_form"}
    for cookie in browser.cookies.values():
        assert (bool(cookie["httponly"]), cookie["samesite"], cookie["domain"]) == (True, "Strict", "")


@pytest.mark.bar("SEC-50", "SEC-51")
def test_no_page_loads_runs_or_sends_anything_of_another_host(db: None) -> None:
    """Every page of every kind of person: no foreign address, no inline script or style."""
    with time_machine.travel(BEGAN, tick=False):
        world = make_world()
    wrong, read_pages = [], set()
    with time_machine.travel(ASKED, tick=False):
        for actor, name, _address, answer in every_page(world, "coordinator", "member", "administrator", "anonymous"):
            if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
                continue
            read_pages.add(name)
            reading = read(answer.content.decode())
            wrong += [
                f"{name} as {actor}: {tag} {attribute}={value}"
                for tag, attribute, value in reading.addresses
                if _is_foreign(value)
            ]
            wrong += [f"{name} as {actor}: inline {what}" for what in reading.inline]
    assert not wrong, "\n".join(sorted(set(wrong)))
    assert len(read_pages) > len(every_route()) / 3, "most pages were not read"


def _is_foreign(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme not in {"", "tel", "sms", "mailto"}


@sabotage("SEC-49", "a feature of the browser is left on")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rightdoor.foundation.ui.middleware.POLICIES", "geolocation=(self)")


@sabotage("SEC-52", "a cookie for everybody who looks at a page")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    before = HardeningHeaders.__call__

    def marked(self: HardeningHeaders, request: HttpRequest) -> HttpResponse:
        answer = before(self, request)
        answer.set_cookie("seen", "1")
        return answer

    monkeypatch.setattr(HardeningHeaders, "__call__", marked)


@sabotage("SEC-50", "a script written into each page")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    _with_each_page(monkeypatch, b"<script>alert(1)</script>")


@sabotage("SEC-51", "a picture from another host on each page")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    _with_each_page(monkeypatch, b'<img src="https://elsewhere.example/x.png" alt="">')


def _with_each_page(monkeypatch: pytest.MonkeyPatch, more: bytes) -> None:
    before = HardeningHeaders.__call__

    def adding(self: HardeningHeaders, request: HttpRequest) -> HttpResponse:
        answer = before(self, request)
        if not answer.streaming and b"</body>" in answer.content:
            answer.content = answer.content.replace(b"</body>", more + b"</body>")
        return answer

    monkeypatch.setattr(HardeningHeaders, "__call__", adding)
