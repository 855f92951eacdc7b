"""Every address, every method, every relationship: each answers as its row says, and forbidden looks like unknown."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest
import time_machine
from django.http import HttpResponse

from rightdoor.domain import permission
from rightdoor.domain.errors import NotPermitted
from rightdoor.foundation.ui import refusals
from tests.access.matrix import PARTS, rows
from tests.access.routes import Route, address_of, ask, every_route, outcome
from tests.access.world import ACTORS, ASKED, BEGAN, World, make_world, taken_back
from tests.bars import sabotage

UNKNOWN = "ZZZZ-2222"  # well formed, and nobody's
NOWHERE = "/nothing/here/"


def _parts(world: World, route: Route) -> dict[str, str]:
    chosen = PARTS.get(route.name, {})
    return {name: value[1:] if value.startswith("=") else world.codes[value] for name, value in chosen.items()}


def _bare(answer: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    """An answer without what differs from request to request."""
    return answer.status_code, answer.content, {k: v for k, v in answer.headers.items() if k != "X-Request-Id"}


@pytest.mark.bar("SEC-21")
@pytest.mark.req("PRIV-2")
def test_every_route_and_method_has_its_one_row() -> None:
    """Adding a page means saying who gets it."""
    served = Counter((method, route.name) for route in every_route() for method in route.methods)
    listed = Counter((method, name) for method, name, _ in rows())
    assert sorted(served - listed) == [], "these have no row in tests/access/matrix.py"
    assert sorted(listed - served) == [], "these rows are of no route"
    parted = {route.name: set(route.parts) for route in every_route() if route.parts}
    assert parted == {name: set(parts) for name, parts in PARTS.items()}, "PARTS says what stands in each address"


def test_every_route_is_a_resource_that_refuses_other_methods() -> None:
    """A view outside `resource()` would answer any method, and its methods could not be listed."""
    assert [route.name for route in every_route() if not route.methods] == []


@pytest.mark.bar("SEC-20", "SEC-25")
@pytest.mark.req("PRIV-2")
def test_every_row_is_true_and_forbidden_equals_unknown(db: None) -> None:
    """All of it in one world: who may gets the page, who may not gets the very bytes of an unknown address."""
    routes = {route.name: route for route in every_route()}
    wrong: list[str] = []
    with time_machine.travel(BEGAN, tick=False):
        world = make_world()
    with time_machine.travel(ASKED, tick=False):
        browsers = {actor: world.browser(actor) for actor in ACTORS}
        nowhere = {actor: _bare(ask(browser, "GET", NOWHERE)) for actor, browser in browsers.items()}
        for method, name, words in rows():
            if name not in routes:
                continue  # said by the test above
            there = address_of(name, _parts(world, routes[name]))
            for actor, word in words.items():
                with taken_back():
                    answer = ask(browsers[actor], method, there)
                got = outcome(method, answer)
                if got == "none" and word == "sorry":
                    continue
                if got != word:
                    wrong.append(f"{method} {name} as {actor}: {got} ({answer.status_code}), not {word}")
                if got == "none" and _bare(answer) != nowhere[actor]:
                    wrong.append(f"{method} {name} as {actor}: can be told from an unknown address")
    assert not wrong, "\n".join(wrong)


@pytest.mark.bar("SEC-25")
@pytest.mark.req("PRIV-2")
def test_an_unknown_code_is_not_found_for_those_who_may_see_such_records(db: None) -> None:
    """The region's coordinator and the administrator, at every address with a code."""
    with time_machine.travel(BEGAN, tick=False):
        world = make_world()
    wrong = []
    with time_machine.travel(ASKED, tick=False):
        browsers = {actor: world.browser(actor) for actor in ("coordinator", "administrator")}
        plain = _bare(ask(browsers["coordinator"], "GET", NOWHERE))
        for route in every_route():
            if "code" not in route.parts or route.name not in PARTS:
                continue
            there = address_of(route.name, {**_parts(world, route), "code": UNKNOWN})
            for actor, browser in browsers.items():
                for method in route.methods:
                    with taken_back():
                        answer = ask(browser, method, there)
                    if _bare(answer) != plain:
                        wrong.append(f"{method} {route.name} as {actor}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@sabotage("SEC-20", "a role is enough: how a person stands to the record is not asked")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permission, "_opens", lambda needed, standing: True)


@sabotage("SEC-21", "a page that nobody wrote a row for")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = list(rows())
    monkeypatch.setitem(globals(), "rows", lambda: iter(listed[1:]))


@sabotage("SEC-25", "forbidden says that it is forbidden")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    told = SimpleNamespace(
        not_found=lambda request: refusals.not_permitted(request, NotPermitted("This is not for you.")),
        not_permitted=refusals.not_permitted,
        form_expired=refusals.form_expired,
    )
    monkeypatch.setattr("rightdoor.foundation.ui.middleware.refusals", told)
