"""Gives every request an id and passes it, with a digest of the session, to the events that the request causes.

Writes the request log too: one line a request, by the name of its route. Never a path, a query, a header, an address of
a machine, or a word of what was sent.
"""

import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from rightdoor.foundation.audit.context import RequestMarks, marks
from rightdoor.foundation.audit.events import AuditUnavailable

log = logging.getLogger("rightdoor.requests")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})  # a sender may write anything there


class RequestContext:
    """Request id and session digest for the audit trail and the log, for the time of one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = secrets.token_hex(8)
        request.request_id = request_id  # type: ignore[attr-defined]
        token = marks.set(RequestMarks(request_id, session_digest(request)))
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            _write_line(request, response, (time.perf_counter() - began) * 1000)
        finally:
            marks.reset(token)
        response["X-Request-Id"] = request_id
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """No audit, no data: 503, with a sentence and nothing else."""
        if not isinstance(exception, AuditUnavailable):
            return None
        response = HttpResponse(
            "This page cannot be shown just now. Try again in a minute.",
            status=503,
            content_type="text/plain; charset=utf-8",
        )
        response["Retry-After"] = "60"
        response["Cache-Control"] = "no-store"
        return response


def _write_line(request: HttpRequest, response: HttpResponse, took: float) -> None:
    if not log.isEnabledFor(logging.INFO):
        return
    match = request.resolver_match
    line = {
        "event": "request",
        "route": match.view_name if match else "none",
        "method": request.method if request.method in _METHODS else "other",
        "status": response.status_code,
        "duration_ms": round(took, 1),
        "actor": getattr(getattr(request, "viewer", None), "code", ""),
    }
    log.info("A request was answered", extra=line)


def session_digest(request: HttpRequest) -> str:
    """A keyed digest of the session cookie: tells sessions apart, and cannot be used to take one over."""
    secret = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not secret:
        return ""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"audit session" + secret.encode(), hashlib.sha256).hexdigest()[:32]
