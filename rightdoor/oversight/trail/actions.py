"""What is done about the trail: printing a sheet, and the alarm."""

from __future__ import annotations

from datetime import datetime

from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.notices.actions import notify
from rightdoor.oversight.trail import queries


@action("audit.sheet_printed")
def note_sheet(viewer: Viewer, sheet: queries.Sheet, *, now: datetime) -> None:
    """Keep that a sheet was printed, and of which size. Raises NotPermitted."""
    check_may(viewer, "audit.read")
    record(viewer, "audit.sheet_printed", kind="audit", batches=sheet.size)


@action("audit.alarm_raised")
def raise_alarm(viewer: Viewer, cause: str, *, now: datetime) -> int:
    """Tell auditors and administrators that the trail needs them. ``cause`` is a choice. Returns how many were told."""
    told = 0
    for code in queries.those_to_alarm(now):
        told += notify([code], "audit.alarm", code, now)
    record(viewer, "audit.alarm_raised", kind="audit", cause=cause, told=told)
    return told
