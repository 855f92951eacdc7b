"""Gives every request an id and passes it, with a digest of the session, to the events that the request causes."""

import hashlib
import hmac
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from rightdoor.foundation.audit.context import RequestMarks, marks
from rightdoor.foundation.audit.events import AuditUnavailable


class RequestContext:
    """Request id and session digest for the audit trail and the log, for the time of one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = secrets.token_hex(8)
        request.request_id = request_id  # type: ignore[attr-defined]
        token = marks.set(RequestMarks(request_id, session_digest(request)))
        try:
            response = self.get_response(request)
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


def session_digest(request: HttpRequest) -> str:
    """A keyed digest of the session cookie: tells sessions apart, and cannot be used to take one over."""
    secret = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not secret:
        return ""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"audit session" + secret.encode(), hashlib.sha256).hexdigest()[:32]
