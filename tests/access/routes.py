"""Every address of the site, read from the URL resolver: what is asked can never fall behind what is served."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse


@dataclass(frozen=True)
class Route:
    """An address with its name, the methods that it answers, and the parts of it that vary."""

    name: str
    methods: tuple[str, ...]
    parts: tuple[str, ...]
    view: Callable[..., HttpResponse]


def every_route() -> list[Route]:
    """All of them, in the order in which they are tried."""
    return list(_routes(get_resolver(), ()))


def _routes(resolver: URLResolver, spaces: tuple[str, ...]) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _routes(pattern, space)
        elif isinstance(pattern, URLPattern):
            name = ":".join((*spaces, pattern.name or f"unnamed {pattern.pattern}"))
            methods = tuple(sorted(method.upper() for method in getattr(pattern.callback, "resource", {})))
            yield Route(name, methods, tuple(pattern.pattern.converters), pattern.callback)


def address_of(name: str, parts: dict[str, str]) -> str:
    """The address of a route with these values for its parts."""
    return reverse(name, kwargs=parts)


def ask(browser: Browser, method: str, address: str, **sent: Any) -> HttpResponse:
    """One request, with the browser's cookies as they were before: signing out must not sign out the next one."""
    cookies = browser.cookies.copy()
    try:
        answer: HttpResponse = getattr(browser, method.lower())(address, **sent)
        if answer.streaming:
            answer.whole = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        return answer
    finally:
        browser.cookies = cookies


def outcome(method: str, answer: HttpResponse) -> str:
    """What came of it, in the words of the matrix."""
    status = answer.status_code
    if status in {301, 302, 303}:
        to = answer.headers["Location"].split("?")[0]
        if to == "/sign-in/":
            return "door"
        return "proof" if to == "/prove/" else "act" if method == "POST" else "away"
    if status in {403, 404}:
        return {403: "no", 404: "none"}[status]
    if method == "POST" and status in {200, 204, 400, 409, 422}:
        return "act"
    return "page" if status == 200 else f"fault-{status}"
