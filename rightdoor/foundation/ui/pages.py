"""How a page answers: one resource with a function per method, one fragment that a reload would show too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

from rightdoor.domain.errors import NotVisible
from rightdoor.foundation.ui.reading import read_only

View = Callable[..., HttpResponse]


def resource(**by_method: View) -> View:
    """A view with one function per method (`resource(get=show, post=create)`). GET may not write; others are 405."""
    allowed = [method.upper() for method in by_method]

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        method = "get" if request.method == "HEAD" else (request.method or "").lower()
        handler = by_method.get(method)
        if handler is None:
            return HttpResponseNotAllowed(allowed)
        if any("\0" in part for part in kwargs.values() if isinstance(part, str)):
            raise NotVisible  # no record has such a code, and the database could not even be asked
        if method == "get":
            with read_only():
                response = handler(request, *args, **kwargs)
        else:
            response = handler(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["HX-Request"])
        return response

    view.resource = by_method  # type: ignore[attr-defined]  # read by the access matrix test
    return view


def wants_fragment(request: HttpRequest) -> bool:
    """The request is htmx's and asks for a piece of the page, not for history."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def respond(
    request: HttpRequest, *, page: str, fragment: str = "", context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page, or for htmx the very fragment that the page includes."""
    template = fragment if fragment and wants_fragment(request) else page
    return render(request, template, dict(context or {}), status=status)


def done(
    request: HttpRequest, to: str, *, fragment: str = "", context: Mapping[str, Any] | None = None
) -> HttpResponse:
    """After an act: the changed fragment for htmx, a redirect otherwise. Without a fragment htmx is sent along, too."""
    if not wants_fragment(request):
        return redirect(to)
    if not fragment:
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return render(request, fragment, dict(context or {}))
