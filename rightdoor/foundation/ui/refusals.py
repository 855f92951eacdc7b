"""The pages of refusal. Unknown and invisible look the same, to the byte.

They are rendered without the request: the same bytes whoever asks, no cookie, no query that could fail again.
"""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import get_language

from rightdoor.domain.errors import NotPermitted
from rightdoor.foundation.sealing.roots import KeyAway


def _refusal(name: str, status: int, **context: str) -> HttpResponse:
    page = render_to_string(f"ui/refusals/{name}.html", context) if any(context.values()) else _without_words(name)
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})


def _without_words(name: str) -> str:
    # Most of what is asked for in vain gets one of these. Their bytes follow from the language and the style sheet.
    return _made(name, get_language() or "", static("rightdoor/rightdoor.css"))


@cache
def _made(name: str, language: str, styles: str) -> str:
    return render_to_string(f"ui/refusals/{name}.html", {})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing is here, or nothing that this viewer may know of."""
    return _refusal("not_found", 404)


def not_permitted(request: HttpRequest, problem: NotPermitted | Exception | None = None) -> HttpResponse:
    """The viewer may see this, but not do that; the sentence says who can."""
    return _refusal("not_permitted", 403, sentence=str(problem) if isinstance(problem, NotPermitted) else "")


def key_away(request: HttpRequest, problem: Exception) -> HttpResponse:
    """What was asked for is sealed, and the key is not here now: an agency keeps its own, or the key server is away.

    Only the sentence about an agency's own key is shown; the others name files and hosts, for the operator.
    """
    response = _refusal("key_away", 503, sentence=str(problem) if isinstance(problem, KeyAway) else "")
    response.headers["Retry-After"] = "60"
    return response


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old. What was typed is kept in the draft and in the browser's form."""
    return _refusal("form_expired", 403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request cannot be read."""
    return _refusal("bad_request", 400)


def broken(request: HttpRequest) -> HttpResponse:
    """Something failed here. Says nothing about what; the record of it is in the log without any content."""
    return _refusal("broken", 500)
