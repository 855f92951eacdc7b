"""What every page for anybody has: its language, its numbers, and the check of where a form comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui import refusals
from rightdoor.foundation.ui.pages import respond

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class HotlineView:
    """A number to call, in the reader's language."""

    kind: str
    name: str
    phone: str
    dial: str
    text_to: str
    hours: str

    @property
    def parts(self) -> list[str]:
        """The number in pieces that a line must not break."""
        return self.phone.split()


def public_page(view: View) -> View:
    """A page for anybody: in the language of its address, from our own site only, leaving nothing behind."""

    @wraps(view)
    def page(request: HttpRequest, language: str, **kwargs: Any) -> HttpResponse:
        if language not in active_pack().languages:
            raise Http404
        if request.method == "POST" and not _comes_from_here(request):
            return refusals.form_expired(request, reason="another site")
        with translation.override(language):
            request.LANGUAGE_CODE = language
            try:
                response = view(request, language, **kwargs)
            except RequestDataTooBig:
                response = respond(request, page="intake/start/too_much.html", context=frame(language), status=413)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    page.without_second_factor = True  # type: ignore[attr-defined]  # open to everybody
    return page


def frame(language: str) -> dict[str, Any]:
    """Context of every public page: the numbers to call, in the reader's language."""
    pack = active_pack()
    hotlines = [
        HotlineView(
            kind=line.kind,
            name=pack.word(line.key, language),
            phone=line.phone,
            dial=line.dial,
            text_to=line.text_to,
            hours=line.hours.text(language),
        )
        for line in pack.public.hotlines
    ]
    return {
        "language": language,
        "hotlines": hotlines,
        "danger": pack.public.danger.text(language),
        "state_hotline": next((line for line in hotlines if line.kind == "state"), None),
        "follow_up_days": pack.reporting_line.mandated_report.written_follow_up_within_days,
    }


def tongues(language: str) -> list[dict[str, Any]]:
    """The pack's languages, each by its own name, with the address of the first page in it."""
    known = []
    for code in active_pack().languages:
        name = translation.get_language_info(code)["name_local"]
        address = reverse("public:start", args=[code])
        known.append({"code": code, "name": name[0].upper() + name[1:], "url": address, "is_here": code == language})
    return known


def _comes_from_here(request: HttpRequest) -> bool:
    """Sent by our own page. Browsers that say nothing are believed: such a form can do no more than a new visitor."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.get_host()
