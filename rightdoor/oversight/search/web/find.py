"""The search box. What is typed goes by POST, so that no name stands in an address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from rightdoor.foundation.ui.pages import done, respond
from rightdoor.oversight.search.queries import Result, lookup


def show(request: HttpRequest) -> HttpResponse:
    """An empty box."""
    return respond(request, page="search/find.html", context={"result": Result(), "text": ""})


def create(request: HttpRequest) -> HttpResponse:
    """A code leads to its record at once; anything else to what was found."""
    text = request.POST.get("text", "")
    result = lookup(request.viewer, text, request.now)
    if result.straight_to:
        return done(request, result.straight_to)
    return respond(request, page="search/find.html", context={"result": result, "text": text[:200]})
