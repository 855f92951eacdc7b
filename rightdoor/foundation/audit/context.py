"""What an event takes from the request that caused it: its id and a digest of the session. Never the viewer."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestMarks:
    """Set by the middleware for one request; empty in jobs and commands."""

    request_id: str = ""
    session: str = ""


_NONE = RequestMarks()
marks: ContextVar[RequestMarks] = ContextVar("rightdoor_request_marks", default=_NONE)
