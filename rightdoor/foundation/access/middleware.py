"""Puts `viewer` and `now` on each request; keeps people without a whole session out of everything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from rightdoor.foundation.access.doors import FreshProofNeeded, is_open
from rightdoor.foundation.access.viewers import NOBODY, viewer_of
from rightdoor.foundation.accounts.actions import expire_session, lock_session, touch_session
from rightdoor.foundation.accounts.queries import session_by_digest, state_of
from rightdoor.foundation.accounts.session_store import stored_key
from rightdoor.foundation.fence import acting_as, to_the_end

Handler = Callable[[HttpRequest], HttpResponse]


class ViewerAndNow:
    """`request.now` once for the whole request; `request.viewer` only for a whole session, else nobody.

    `request.signed_in` is the session's row and `request.session_state` one of "none", "half" (signed in
    without a second factor), "ended", "locked", "whole". A signed-in page costs three queries: cookie, session with
    its account, grants.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()
        request.viewer, request.signed_in, request.session_state = NOBODY, None, "none"
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            self._look_at_session(request)
        else:
            request.user = AnonymousUser()
        with acting_as(request.viewer, request.now):
            response = self.get_response(request)
        if response.streaming:  # made piece by piece, after this
            response.streaming_content = to_the_end(response.streaming_content, request.viewer, request.now)
        return response

    def _look_at_session(self, request: HttpRequest) -> None:
        session = session_by_digest(stored_key(request.session.session_key))
        if session is None:  # signed in by some other way than ours: there was no second factor
            request.session_state = "half"
            return
        state = state_of(session, request.now)
        if state != "ended" and not _password_is_the_same(request, session.account):
            state = "ended"
        request.signed_in, request.session_state = session, state
        request.user = session.account if state in {"locked", "whole"} else AnonymousUser()
        if state == "whole":
            request.viewer = viewer_of(session.account, request.now)
            touch_session(session, request.now)
        elif state == "locked" and session.locked_at is None:
            lock_session(viewer_of(session.account, request.now), session, why="idle", now=request.now)
        elif state == "ended" and session.ended_at is None:
            expire_session(viewer_of(session.account, request.now), session, now=request.now)


class SecondFactorWall:
    """Without a whole session only the pages that lead to one answer, and those that are open to anyone."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.session_state == "whole" or is_open(request.resolver_match, view):
            return None
        return _send(request, "sign_in:locked" if request.session_state == "locked" else "sign_in:password")

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        return _send(request, "doorway:proof") if isinstance(problem, FreshProofNeeded) else None


def _send(request: HttpRequest, name: str) -> HttpResponse:
    """Off to a page of the doorway, with the way back; htmx is told by a header, never given that page in a panel."""
    to, back = reverse(name), page_of(request)
    if back not in {"", "/"}:
        to = f"{to}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": to, "Cache-Control": "no-store"})
    return redirect(to)


def page_of(request: HttpRequest) -> str:
    """The page the person was on: never a fragment's address, and for a form that was sent the page it stood on."""
    shown = request.headers.get("HX-Current-URL", "") if request.headers.get("HX-Request") else ""
    if not shown and request.method not in {"GET", "HEAD"}:
        shown = request.headers.get("Referer", "")
    if not shown:
        return request.get_full_path()
    parts = urlsplit(shown)
    if parts.netloc and parts.netloc != request.get_host():
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _password_is_the_same(request: HttpRequest, account: Any) -> bool:
    kept = request.session.get(HASH_SESSION_KEY, "")
    return constant_time_compare(kept, account.get_session_auth_hash())
