"""The frame around every page: base templates, refusals, switches, the way out."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client, RequestFactory

from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.ui import gallery, refusals
from rightdoor.foundation.ui.middleware import Refusals
from tests.signing_in import sign_in

TEMPLATES = sorted((Path(gallery.__file__).parents[2]).rglob("templates/**/*.html"))


@pytest.fixture
def inside(client: Client, coordinator: Viewer) -> Client:
    """A browser in which the coordinator is signed in."""
    return sign_in(client, coordinator)


def test_the_gallery_is_for_people_of_the_site(client: Client) -> None:
    assert client.get("/gallery/")["Location"].startswith("/sign-in/")


@pytest.mark.req("UX-2")
def test_the_gallery_shows_every_component(inside: Client) -> None:
    page = inside.get("/gallery/").content.decode()
    assert page.count("data-component=") >= 20
    assert "{%" not in page


def test_every_id_of_the_gallery_is_there_once(inside: Client) -> None:
    ids = re.findall(r'\sid="([^"]+)"', inside.get("/gallery/").content.decode())
    assert sorted(ids) == sorted(set(ids))


def test_a_staff_page_keeps_no_snapshot_in_the_browser(inside: Client) -> None:
    page = inside.get("/gallery/").content.decode()
    assert 'hx-history="false"' in page
    assert '"allowEval":false' in page
    assert '"includeIndicatorStyles":false' in page


@pytest.mark.req("UX-3")
def test_the_way_out_is_the_first_thing_that_the_keyboard_reaches(inside: Client) -> None:
    body = inside.get("/gallery/public/").content.decode().split("<body", 1)[1]
    first = re.search(r"<(a|button|input|select|textarea|summary)\b[^>]*>", body).group(0)
    assert "data-quick-exit" in first


@pytest.mark.req("UX-3")
def test_a_public_page_has_a_neutral_name_and_names_no_place(inside: Client) -> None:
    page = inside.get("/gallery/public/").content.decode()
    assert "<title>Community help</title>" in page
    assert "Rightdoor" not in page
    assert '<nav class="places"' not in page


def test_a_public_page_sets_no_cookie(rf: RequestFactory, coordinator: Viewer, now: datetime) -> None:
    request = rf.get("/gallery/public/")
    request.viewer, request.now = coordinator, now
    request.session = {}
    answer = gallery.show_public(request)
    assert not answer.cookies
    assert "csrf" not in answer.content.decode()


@pytest.mark.req("UX-3")
def test_leaving_goes_to_a_neutral_site_and_asks_the_browser_to_forget(client: Client) -> None:
    answer = client.get("/leave/")
    assert answer.status_code == 302
    assert not answer["Location"].startswith("/")
    assert "storage" in answer["Clear-Site-Data"]
    assert answer["Referrer-Policy"] == "no-referrer"


def test_unknown_and_invisible_are_the_same_bytes_whoever_asks(inside: Client, rf: RequestFactory) -> None:
    nobody = Client().get("/no-such-place/")
    invisible = Refusals(lambda _: nobody).process_exception(rf.get("/"), NotVisible())
    assert inside.get("/no-such-place/").content == nobody.content == invisible.content
    assert not nobody.cookies


@pytest.mark.parametrize("refusal", ["not_found", "not_permitted", "form_expired", "bad_request", "broken"])
def test_a_refusal_says_what_to_do_next(refusal: str, rf: RequestFactory) -> None:
    answer = getattr(refusals, refusal)(rf.get("/"))
    page = answer.content.decode()
    assert answer.status_code >= 400
    assert 'href="/"' in page
    assert "csrf" not in page
    assert "!" not in re.sub(r"<!doctype html>", "", page)


@pytest.mark.req("UX-3")
def test_names_can_be_hidden_on_a_shared_display_and_shown_again(inside: Client) -> None:
    inside.post("/names/", {"to": "/gallery/"})
    assert 'data-names="hidden"' in inside.get("/gallery/").content.decode()
    inside.post("/names/", {"to": "/gallery/"})
    assert 'data-names="hidden"' not in inside.get("/gallery/").content.decode()


@pytest.mark.parametrize("to", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_a_switch_never_leads_to_another_site(inside: Client, to: str) -> None:
    assert inside.post("/names/", {"to": to})["Location"] == "/"


def test_the_language_of_a_person_is_one_of_the_packs(inside: Client) -> None:
    inside.post("/language/", {"language": "es", "to": "/gallery/"})
    assert '<html lang="es"' in inside.get("/gallery/").content.decode()
    inside.post("/language/", {"language": "xx", "to": "/gallery/"})
    assert '<html lang="es"' in inside.get("/gallery/").content.decode()


FRAGMENTS = [path for path in TEMPLATES if path.name.startswith("_")]


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_swapped_fragment_is_a_root_with_its_id(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    roots = {path.read_text(encoding="utf-8").split(">", 1)[0] for path in [path, *path.parent.glob("_*.html")]}
    for target in re.findall(r'hx-target="#([\w-]+)', text):
        assert any(re.search(rf'\bid="{re.escape(target)}', root) for root in roots), f"#{target} is no fragment's root"
