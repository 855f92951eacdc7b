"""Puts `viewer` and `now` on each request; keeps people without a second factor out."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from rightdoor.foundation.access.viewers import NOBODY, viewer_of

Handler = Callable[[HttpRequest], HttpResponse]
SECOND_FACTOR_SESSION_KEY = "second_factor_at"


class ViewerAndNow:
    """`request.now` once for the whole request; `request.viewer` built from the signed-in account."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()
        request.viewer = NOBODY
        if _carries_a_session(request) and request.user.is_authenticated:
            request.viewer = viewer_of(request.user, request.now)
        return self.get_response(request)


class SecondFactorWall:
    """Without a completed second factor only the pages that lead to one answer; a locked session only its unlock page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        if request.viewer is NOBODY or getattr(view, "without_second_factor", False):
            return None
        if request.resolver_match.app_name in {"sign_in"} or request.resolver_match.url_name in ALWAYS_OPEN:
            return None
        from rightdoor.foundation.accounts import sessions

        where = sessions.where_to(request)  # "" when the session is whole and unlocked
        if not where:
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": where})
        return redirect(where)


ALWAYS_OPEN = {"healthy", "quick_exit"}


def _carries_a_session(request: HttpRequest) -> bool:
    from django.conf import settings

    return settings.SESSION_COOKIE_NAME in request.COOKIES
