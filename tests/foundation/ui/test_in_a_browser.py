"""The frame in a real browser: accessibility, keyboard, the way out, drafts. Pages are rendered first, then served
from memory, with the very headers of the site.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from rightdoor.domain.permission import Viewer
from tests.signing_in import sign_in

playwright_sync = pytest.importorskip("playwright.sync_api")
CHROMIUM = os.environ.get("RIGHTDOOR_CHROMIUM", "/usr/bin/chromium")
AXE = Path(__file__).parents[2] / "vendor" / "axe.min.js"
SITE = "http://127.0.0.1:9"  # nothing listens there: every request is answered from memory
PAGES = ("/gallery/", "/gallery/act/", "/gallery/public/", "/no-such-place/")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(databases=["default", "keyring"]),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no chromium here"),
    pytest.mark.skipif(not AXE.exists(), reason="./door has not fetched the accessibility checker"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """One browser for the module. Its driver runs an event loop in this thread, which Django would take for ours."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with playwright_sync.sync_playwright() as started:
        launched = started.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield launched
        launched.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(client: Client, coordinator: Viewer, browser: object) -> Iterator[object]:
    """Opens a page of the frame at a width and in a colour scheme; other sites are answered by an empty page."""
    inside = sign_in(client, coordinator)
    rendered = {path: inside.get(path) for path in PAGES}
    opened = []

    def answer(route: object) -> None:
        address = urlsplit(route.request.url)
        if f"{address.scheme}://{address.netloc}" != SITE:
            route.fulfill(status=200, content_type="text/html", body="<title>elsewhere</title>")
        elif address.path.startswith("/static/"):
            found = finders.find(_unhashed(address.path.removeprefix("/static/")))
            route.fulfill(path=found, content_type=TYPES[Path(found).suffix])
        elif address.path == "/draft/":
            route.fulfill(status=200, content_type="text/plain", body="Kept 10:05 a.m.")
        elif address.path in rendered:
            page = rendered[address.path]
            route.fulfill(status=page.status_code, headers=dict(page.headers), body=page.content)
        else:
            route.fulfill(status=204, body="")

    def open_at(path: str, width: int = 1280, scheme: str = "light") -> object:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        opened.append(context)
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda problem: page.problems.append(str(problem)))
        page.on("console", lambda line: page.problems.append(line.text) if line.type == "error" else None)
        page.route("**/*", answer)
        page.goto(SITE + path)
        return page

    yield open_at
    for context in opened:
        context.close()


def _unhashed(path: str) -> str:
    """The file's own name: a manifest puts twelve digits of its content before the ending."""
    parts = path.rsplit(".", 2)
    return f"{parts[0]}.{parts[2]}" if len(parts) == 3 and len(parts[1]) == 12 else path


@pytest.mark.req("UX-2")
@pytest.mark.parametrize(
    ("path", "width", "scheme"),
    [
        ("/gallery/", 390, "light"),
        ("/gallery/", 390, "dark"),
        ("/gallery/", 1280, "light"),
        ("/gallery/", 1280, "dark"),
        ("/gallery/act/", 390, "dark"),
        ("/gallery/act/", 1280, "light"),
        ("/gallery/public/", 390, "light"),
        ("/gallery/public/", 1280, "dark"),
        ("/no-such-place/", 390, "dark"),
    ],
)
def test_the_accessibility_checker_finds_nothing(open_page: object, path: str, width: int, scheme: str) -> None:
    page = open_page(path, width, scheme)
    page.problems = [problem for problem in page.problems if "404" not in problem]  # the refusal is one
    assert page.problems == [], "the content policy blocks something, or a script fails"
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, preload: false})", RULES)
    said = [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]]
    assert said == []


@pytest.mark.req("UX-2")
@pytest.mark.parametrize("path", PAGES)
def test_nothing_runs_out_of_a_narrow_screen(open_page: object, path: str) -> None:
    page = open_page(path, 320)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


@pytest.mark.req("UX-2")
@pytest.mark.parametrize("path", ["/gallery/", "/gallery/public/"])
def test_what_a_finger_touches_is_large_enough(open_page: object, path: str) -> None:
    page = open_page(path, 390)
    small = page.evaluate(
        """touched => [...document.querySelectorAll(touched)]
        .filter(one => one.offsetParent && one.getBoundingClientRect().height < 43.5)
        .map(one => one.outerHTML.slice(0, 80))""",
        "button, .usa-button, .tabbar a, summary, .pager__link, .usa-radio__label, .usa-checkbox__label",
    )
    assert small == []


def test_a_slash_leads_to_the_search_and_is_still_a_slash_in_a_field(open_page: object) -> None:
    page = open_page("/gallery/act/")
    page.keyboard.press("/")
    page.keyboard.type("a/b")
    assert page.input_value("#masthead-find") == "a/b"


@pytest.mark.req("UX-3")
def test_shift_three_times_leaves_at_once_and_nothing_leads_back(open_page: object) -> None:
    page = open_page("/gallery/public/")
    before = page.evaluate("history.length")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(lambda url: not url.startswith(SITE))
    assert page.evaluate("history.length") == before


@pytest.mark.req("UX-3")
def test_a_screen_that_is_left_alone_covers_itself_and_comes_back_where_it_was(open_page: object) -> None:
    page = open_page("/gallery/act/")
    page.fill("#fresh_story", "half a sentence")
    page.evaluate("document.dispatchEvent(new Event('rightdoor:veil'))")
    assert page.is_visible("#veil")
    assert page.evaluate("document.querySelector('main').inert")
    page.keyboard.press("Enter")
    assert not page.is_visible("#veil")
    assert page.evaluate("document.activeElement.id") == "fresh_story"
    assert page.input_value("#fresh_story") == "half a sentence"


@pytest.mark.req("UX-4")
def test_what_is_typed_is_kept_while_one_types(open_page: object) -> None:
    page = open_page("/gallery/act/")
    page.evaluate("Object.assign(document.querySelector('#triage form').dataset, {draft: '', draftUrl: '/draft/'})")
    page.fill("#fresh_story", "half a sentence")
    page.wait_for_selector("text=Kept 10:05 a.m.", timeout=8000)


def test_a_second_press_of_the_button_sends_nothing(open_page: object) -> None:
    page = open_page("/gallery/act/")
    sent = page.evaluate(
        """() => { const form = document.querySelector('#triage form'); let sent = 0;
        form.addEventListener('submit', event => { sent += 1; event.preventDefault(); });
        form.requestSubmit(); form.requestSubmit(); return sent; }"""
    )
    assert sent == 1


@pytest.mark.req("UX-2")
def test_a_refused_form_puts_the_focus_on_what_must_be_mended(open_page: object) -> None:
    page = open_page("/gallery/")
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    page.click("[data-error-summary] a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_name"


@pytest.mark.req("UX-2")
def test_one_font_serves_every_script(open_page: object) -> None:
    page = open_page("/gallery/public/")
    page.wait_for_function("document.fonts.status === 'loaded'")
    faces = page.evaluate("[...document.fonts].filter(face => face.status === 'loaded').map(face => face.family)")
    assert faces
    assert all("Source Sans Pro Web" in face or "Merriweather Web" in face for face in faces)
