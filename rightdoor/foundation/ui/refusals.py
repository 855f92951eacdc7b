"""The pages of refusal. Unknown and invisible look the same, to the byte."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rightdoor.domain.errors import NotPermitted


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing is here, or nothing that this viewer may know of."""
    return render(request, "ui/refusals/not_found.html", status=404)


def not_permitted(request: HttpRequest, problem: NotPermitted | Exception | None = None) -> HttpResponse:
    """The viewer may see this, but not do that; the sentence says who can."""
    sentence = str(problem) if isinstance(problem, NotPermitted) else ""
    return render(request, "ui/refusals/not_permitted.html", {"sentence": sentence}, status=403)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old. What was typed is kept in the draft and in the browser's form."""
    return render(request, "ui/refusals/form_expired.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request cannot be read."""
    return render(request, "ui/refusals/bad_request.html", status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """Something failed here. Says nothing about what; the record of it is in the log without any content."""
    return render(request, "ui/refusals/broken.html", status=500)
