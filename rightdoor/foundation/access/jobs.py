"""The doorway's nightly sweep."""

from __future__ import annotations

from datetime import datetime

from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.accounts.actions import expire_session, forget_what_is_over
from rightdoor.foundation.accounts.queries import sessions_over
from rightdoor.foundation.jobs.queue import job, periodic


@periodic("17 3 * * *")
@job
def end_old_sessions(*, now: datetime) -> None:
    """End sessions whose hours are over and that nobody came back to; forget what stands for nothing any more."""
    for session in sessions_over(now):
        expire_session(system_viewer("end_old_sessions"), session, now=now)
    forget_what_is_over(now)
