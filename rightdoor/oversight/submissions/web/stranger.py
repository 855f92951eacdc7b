"""Where a source without an account answers, with the code that it was given. For this page nobody is signed in.

One address for every source; the code travels in the form. No cookie, nothing for the next site, and the same answer
for a code that was never made, is replaced, or has ended.
"""

from __future__ import annotations

from functools import wraps
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from rightdoor.foundation.access.viewers import NOBODY
from rightdoor.foundation.fence import acting_as
from rightdoor.foundation.imports.reading import LARGEST
from rightdoor.foundation.ui import refusals
from rightdoor.foundation.ui.pages import View, respond
from rightdoor.oversight.submissions.queries import entry_at
from rightdoor.oversight.submissions.web.answering import Door, answering

LONGEST = 60
NOTHING = "This code opens nothing now. Check each letter, or ask whoever gave it to you for a new one."


def public(view: View) -> View:
    """For anybody, from our own page only, whoever is signed in beside it."""

    @wraps(view)
    def page(request: HttpRequest) -> HttpResponse:
        request.viewer = NOBODY  # the line of the log is written from it
        request.takes_from_strangers = LARGEST  # type: ignore[attr-defined]  # the file of a source without an account
        if request.method == "POST" and not _comes_from_here(request):
            return refusals.form_expired(request, reason="another site")
        with acting_as(NOBODY, request.now), translation.override("en"):
            request.LANGUAGE_CODE = "en"
            response = view(request)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    return page


@public
def ask(request: HttpRequest) -> HttpResponse:
    """The code, please: the same page for every source there could be."""
    return _code(request)


@public
def answer(request: HttpRequest) -> HttpResponse:
    """The code was typed, or something was sent with it."""
    code = request.POST.get("code", "").replace("\0", "")[:LONGEST]
    listed = entry_at(code, request.now)
    if listed is None:
        return _code(request, code, NOTHING if code.strip() else "Type the code.")
    door = Door(viewer=NOBODY, here=reverse("submissions:stranger"), base="ui/public.html", code=code)
    return answering(request, listed, door)


def _code(request: HttpRequest, typed: str = "", refusal: str = "") -> HttpResponse:
    context = {"here": reverse("submissions:stranger"), "typed": typed, "refusal": refusal}
    return respond(request, page="submissions/answer/code.html", context=context, status=422 if refusal else 200)


def _comes_from_here(request: HttpRequest) -> bool:
    """Sent by our own page. Browsers that say nothing are believed: such a form can do no more than a new visitor."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.get_host()
