"""Every page of the site as it is read: its addresses, what it loads, what it would run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import HttpResponse

from tests.access.matrix import PARTS, rows
from tests.access.routes import address_of, ask, every_route
from tests.access.world import World, taken_back

# Attributes that a browser follows, loads or sends to.
ADDRESSES = {
    "href",
    "src",
    "srcset",
    "action",
    "formaction",
    "poster",
    "data",
    "cite",
    "ping",
    "manifest",
    "background",
}


@dataclass
class Reading(HTMLParser):
    """What stands in a page's HTML."""

    addresses: list[tuple[str, str, str]] = field(default_factory=list)  # tag, attribute, value
    inline: list[str] = field(default_factory=list)  # what a page may not run or paint by itself
    _script: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        for name, value in named.items():
            plain = name.removeprefix("xlink:")
            if plain in ADDRESSES or name.startswith("hx-") and value.startswith(("/", "http")):
                self.addresses.append((tag, name, value))
            if name.startswith("on") or name == "style" or name.startswith("hx-on"):
                self.inline.append(f"<{tag} {name}>")
            if value.strip().lower().startswith(("javascript:", "data:")):
                self.inline.append(f'<{tag} {name}="{value[:20]}">')
        if tag == "style" or (tag == "script" and not named.get("src")):
            self.inline.append(f"<{tag}>")
        if tag == "meta" and named.get("http-equiv"):
            self.inline.append(f"<meta http-equiv={named['http-equiv']}>")


def read(html: str) -> Reading:
    """The page, read."""
    reading = Reading()
    reading.feed(html)
    return reading


def body_of(answer: HttpResponse) -> bytes:
    """All of an answer."""
    return answer.whole if answer.streaming else answer.content  # type: ignore[attr-defined,no-any-return]


def every_page(world: World, *actors: str) -> Iterator[tuple[str, str, str, HttpResponse]]:
    """(actor, route, address, answer) for everything that these may read."""
    known = {route.name for route in every_route()}
    browsers = {actor: world.browser(actor) for actor in actors}
    for method, name, _words in rows():
        if method != "GET" or name not in known:
            continue
        parts = {
            part: value[1:] if value[:1] == "=" else world.codes[value] for part, value in PARTS.get(name, {}).items()
        }
        for actor, browser in browsers.items():
            address = address_of(name, parts)
            with taken_back():
                yield actor, name, address, ask(browser, "GET", address)
