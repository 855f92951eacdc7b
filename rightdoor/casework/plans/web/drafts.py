"""Long forms of this slice keep what is typed, sealed for their author, until they are sent or thrown away."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict

from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.jurisdiction.templatetags.words import clock_time

NOT_KEPT = frozenset({"csrfmiddlewaretoken", "more", "go"})
PLAIN = "text/plain; charset=utf-8"


def typed_so_far(request: HttpRequest, form: str, about: str) -> tuple[MultiValueDict[str, str], datetime] | None:
    """What the viewer has typed and not sent, and when it was kept; None where there is nothing."""
    kept = find_draft(request.viewer, form, about)
    if kept is None:
        return None
    return MultiValueDict({str(name): _texts(values) for name, values in kept[0].items()}), kept[1]


def keep_typed(request: HttpRequest, form: str, about: str) -> HttpResponse:
    """Keeps what was typed, and says so in a word."""
    typed: dict[str, object] = {name: values for name, values in request.POST.lists() if name not in NOT_KEPT}
    keep_draft(request.viewer, form, about, typed, now=request.now)
    return HttpResponse(f"Kept {clock_time(request.now)}", content_type=PLAIN)


def is_draft(request: HttpRequest) -> bool:
    """The page keeps what is typed by itself; nobody has pressed a button."""
    return request.headers.get("X-Draft") == "1"


def forget_typed(request: HttpRequest, form: str, about: str) -> None:
    """The form was sent, or thrown away."""
    drop_draft(request.viewer, form, about)


def _texts(values: object) -> list[str]:
    return [str(one) for one in values] if isinstance(values, list) else [str(values)]
