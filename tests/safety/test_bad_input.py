"""Whatever is sent, to whichever address: an answer in words, never a fault; and what was typed is still there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html import escape
from html.parser import HTMLParser
from urllib.parse import quote_plus

import pytest
import time_machine
from django.forms import CharField
from django.http import HttpResponse
from django.test import Client as Browser

from rightdoor.foundation.ui.middleware import SameSiteOnly
from tests.access.matrix import PARTS, rows
from tests.access.routes import address_of, ask, every_route
from tests.access.world import ASKED, BEGAN, World, make_world, taken_back
from tests.bars import sabotage

MARKED = "A marked sentence that somebody typed."
LONG = "Five megabytes of it. " * 240_000
# Names that handlers read without showing a field for them, or on pages other than their own.
HIDDEN = ("code", "go", "act", "state", "step", "key", "other", "answer", "receipt", "text", "to", "next", "language")
BAD = {
    "null": "a\0b",
    "impossible date": "02/30/2026",
    "date beyond time": "12/31/9999",
    "unknown code": "ZZZZ-2222",
    "unknown place": "atlantis",
    "negative": "-1",
    "enormous number": "9" * 400,
    "lone surrogate": "\ud83d",
    "markup": "<script>alert(1)</script>{{ 7*7 }}{% debug %}",
    "formula": "=HYPERLINK(1)'; DROP TABLE clients_client; --",
}


@dataclass
class Fields(HTMLParser):
    """The forms of a page: where each goes, and its fields by name with their kind."""

    forms: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    _open: tuple[str, dict[str, str]] | None = None

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = (named.get("action", ""), {})
            self.forms.append(self._open)
        elif self._open and tag in {"input", "textarea", "select"} and named.get("name"):
            self._open[1][named["name"]] = named.get("type", "text") if tag == "input" else tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


@dataclass(frozen=True)
class Door:
    """An address that takes a form, who may send it, and the fields of its form."""

    name: str
    address: str
    actor: str
    browser: Browser
    fields: dict[str, str]

    def typed(self, value: str) -> dict[str, str]:
        """Every field with this value."""
        return dict.fromkeys((*HIDDEN, *self.fields), value)

    def places(self) -> list[str]:
        """Fields in which people write."""
        return [name for name, kind in self.fields.items() if kind in {"textarea", "text", "search"}]


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """One child's whole way, asked weeks later."""
    with time_machine.travel(BEGAN, tick=False):
        made = make_world()
    with time_machine.travel(ASKED, tick=False):
        yield made


def doors(world: World) -> list[Door]:
    """Every address that takes a form, for the first person who may send it."""
    known = {route.name: route for route in every_route()}
    browsers = {actor: world.browser(actor) for actor in ("anonymous", "coordinator", "administrator", "member")}
    found = []
    for method, name, words in rows():
        actor = next((one for one in browsers if words[one] in {"act", "door", "sorry"} and words[one] == "act"), "")
        if method != "POST" or name not in known or not actor:
            continue
        parts = {
            key: value[1:] if value[:1] == "=" else world.codes[value] for key, value in PARTS.get(name, {}).items()
        }
        address = address_of(name, parts)
        fields: dict[str, str] = {}
        if "GET" in known[name].methods:
            with taken_back():
                page = ask(browsers[actor], "GET", address)
            if page.status_code == 200:
                reading = Fields()
                reading.feed(page.content.decode())
                for to, named in reading.forms:
                    if to.split("?")[0] in {"", address}:
                        fields |= named
        found.append(Door(name, address, actor, browsers[actor], fields))
    return found


@cache
def _quoted(value: str) -> str:
    # As bytes, because a lone surrogate has no encoding: a hostile sender does not care. Five megabytes once.
    return quote_plus(value.encode("utf-8", "surrogatepass"))


def _sent(door: Door, fields: dict[str, str]) -> HttpResponse:
    body = "&".join(f"{quote_plus(k)}={_quoted(v)}" for k, v in fields.items())
    with taken_back():
        return ask(door.browser, "POST", door.address, data=body, content_type="application/x-www-form-urlencoded")


@pytest.mark.slow
@pytest.mark.bar("SEC-55")
@pytest.mark.req("UX-4")
def test_no_form_fails_on_what_is_typed_into_it(world: World) -> None:
    """Each bad value in every field of every form: refused or taken, never a fault."""
    wrong = []
    for door in doors(world):
        for what, value in BAD.items():
            answer = _sent(door, door.typed(value))
            if answer.status_code >= 500:
                wrong.append(f"{door.name} as {door.actor}: {what}: {answer.status_code}")
            if what == "markup" and b"<script>alert(1)" in answer.content:
                wrong.append(f"{door.name} as {door.actor}: markup came back as markup")
            if what == "markup" and b"49" in answer.content and b"{{ 7*7 }}" not in answer.content and _echoes(answer):
                wrong.append(f"{door.name} as {door.actor}: a template was run")
    assert not wrong, "\n".join(wrong)


def _echoes(answer: HttpResponse) -> bool:
    return b"alert(1)" in answer.content


@pytest.mark.req("UX-4")
def test_what_was_typed_is_in_the_form_that_comes_back(world: World) -> None:
    """One impossible date or choice among the fields: every sentence is still there, and 5 MB are no fault."""
    wrong, looked_at = [], 0
    for door in doors(world):
        places = door.places()
        if not places:
            continue
        fields = door.typed("atlantis") | dict.fromkeys(places, MARKED)
        answer = _sent(
            door, {name: value for name, value in fields.items() if name not in HIDDEN or name in door.fields}
        )
        if answer.status_code == 422:
            looked_at += 1
            kept = answer.content.decode().count(escape(MARKED))
            if not kept and door.name != "staffings:read":  # spoken words are no text to give back
                wrong.append(f"{door.name}: nothing that was typed is in the answer")
        place = next((name for name in places if door.fields[name] == "textarea"), places[0])
        answer = _sent(door, door.typed("") | {place: LONG})
        if answer.status_code not in {200, 204, 302, 400, 413, 422}:
            wrong.append(f"{door.name}: five megabytes in {place}: {answer.status_code}")
        if (
            answer.status_code == 422
            and door.fields[place] == "textarea"
            and LONG[:2000] not in answer.content.decode()
        ):
            wrong.append(f"{door.name}: five megabytes in {place} were thrown away")
    assert not wrong, "\n".join(wrong)
    assert looked_at > 8, "most forms were not looked at"


@pytest.mark.bar("SEC-57")
def test_no_form_is_taken_without_its_token_from_another_site_or_by_another_method(world: World) -> None:
    """A state change comes from our own page, by the method of its route."""
    wrong = []
    for door in doors(world):
        strict = Browser(enforce_csrf_checks=True, raise_request_exception=False)
        strict.cookies = door.browser.cookies.copy()
        expected = {"no token": 403, "cross-site": 403, "same-site": 403, "PUT": 405, "DELETE": 405, "PATCH": 405}
        with taken_back():
            got = {"no token": ask(strict, "POST", door.address).status_code}
            for site in ("cross-site", "same-site"):
                headers = {"sec-fetch-site": site}
                got[site] = ask(door.browser, "POST", door.address, headers=headers).status_code
            for method in ("PUT", "DELETE", "PATCH"):
                got[method] = ask(door.browser, method, door.address).status_code
        if door.name.startswith("public:") or door.name in {
            "staffings:read",
            "surveys:answer",
            "submissions:stranger",
        }:
            expected.pop("no token")  # a token would be a cookie; where the form comes from is looked at instead
            got.pop("no token")
            foreign = ask(strict, "POST", door.address, headers={"origin": "https://another.example"})
            got["origin"], expected["origin"] = foreign.status_code, 403
        if got != expected:
            wrong.append(f"{door.name} as {door.actor}: {got}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.bar("SEC-55")
def test_no_address_fails_on_what_stands_in_it(world: World) -> None:
    """Hostile parts of paths, and hostile questions after them."""
    wrong = []
    browsers = {actor: world.browser(actor) for actor in ("coordinator", "anonymous")}
    for route in every_route():
        if not route.parts or "GET" not in route.methods:
            continue
        for value in ("\0", "a\0b", "A" * 5000, "%2e%2e", "ZZZZ-2222'--", "\u202e\ud55c", "-1"):
            try:
                address = address_of(route.name, {part: "1" if part == "number" else value for part in route.parts})
            except Exception:  # the route takes no such part, so there is no such address
                continue
            for actor, browser in browsers.items():
                with taken_back():
                    status = ask(browser, "GET", address).status_code
                if status >= 500:
                    wrong.append(f"GET {route.name} {value!r} as {actor}: {status}")
    questions = (
        "after",
        "before",
        "since",
        "until",
        "tier",
        "region",
        "state",
        "clock",
        "report",
        "agency",
        "sort",
        "next",
        "show",
        "past",
        "mode",
        "without",
    )
    for method, name, words in rows():
        if method != "GET" or words["coordinator"] != "page":
            continue
        parts = {
            key: value[1:] if value[:1] == "=" else world.codes[value] for key, value in PARTS.get(name, {}).items()
        }
        for value in ("\0", "02/30/2026", "9" * 50, "ZZZZ-2222", "//another.example/"):
            with taken_back():
                answer = ask(
                    browsers["coordinator"], "GET", address_of(name, parts), data=dict.fromkeys(questions, value)
                )
            if answer.status_code >= 500:
                wrong.append(f"GET {name} ?{value!r}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@sabotage("SEC-55", "a form that cannot take a long text")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    before = CharField.to_python

    def short_of_breath(self: CharField, value: object) -> object:
        if len(str(value)) > 5_000:
            raise ZeroDivisionError
        return before(self, value)

    monkeypatch.setattr(CharField, "to_python", short_of_breath)


@sabotage("SEC-57", "a form that another site sent is taken")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SameSiteOnly, "__call__", lambda self, request: self.get_response(request))
