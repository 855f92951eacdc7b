"""Headers that every answer carries, the chosen language, and refusals turned into pages in one place."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from rightdoor.domain.errors import NotPermitted, NotVisible
from rightdoor.foundation.audit.events import AuditUnavailable, record_denied
from rightdoor.foundation.codes import is_code
from rightdoor.foundation.sealing.roots import RootKeyUnusable
from rightdoor.foundation.sealing.seals import forget_away
from rightdoor.foundation.ui import refusals

Handler = Callable[[HttpRequest], HttpResponse]

SWITCHED_OFF = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "microphone",
    "midi",
    "payment",
    "usb",
)
POLICIES = ", ".join(f"{feature}=()" for feature in SWITCHED_OFF)


class HardeningHeaders:
    """The exact header set of every answer, whatever its status."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Permissions-Policy", POLICIES)
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        headers.setdefault("X-Frame-Options", "DENY")
        if not request.path.startswith("/static/"):
            headers.setdefault("Cache-Control", "no-store")
            headers.setdefault("X-Robots-Tag", "noindex")
        return response


class SameSiteOnly:
    """A state change that another site sent is refused before anything is read. Old browsers send no such header."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        foreign = request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}
        if foreign and request.method not in {"GET", "HEAD", "OPTIONS"}:
            return refusals.form_expired(request, reason="another site")
        return self.get_response(request)


class ChosenLanguage:
    """Public pages carry their language in the address; signed-in people have theirs in the session."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = "en"
        from django.conf import settings

        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            language = request.session.get("language", "en")
        with translation.override(language):
            request.LANGUAGE_CODE = language
            return self.get_response(request)


class Refusals:
    """NotPermitted is a 403 page with its sentence; NotVisible is the very page of an unknown address.

    A key that is out of reach is a 503 page that says so.

    Of people who are signed in, each refusal is recorded: who tries one door after the other can be found.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forget_away()
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if isinstance(problem, RootKeyUnusable):
            return refusals.key_away(request, problem)
        if isinstance(problem, NotVisible):
            _note_refused(request, "not_visible")
            return refusals.not_found(request)
        if isinstance(problem, NotPermitted):
            _note_refused(request, "not_permitted")
            return refusals.not_permitted(request, problem)
        return None


def _note_refused(request: HttpRequest, reason: str) -> None:
    viewer = getattr(request, "viewer", None)
    if viewer is None or not viewer.code or request.resolver_match is None:
        return
    code = str(request.resolver_match.kwargs.get("code", ""))
    with suppress(AuditUnavailable):  # nothing is shown, so the refusal stands either way
        record_denied(
            viewer,
            page=request.resolver_match.view_name,
            code=code if is_code(code) else "",
            reason=reason,
        )
