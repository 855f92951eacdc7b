"""The desk's one act: what was new has been seen."""

from __future__ import annotations

from datetime import datetime

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.notices.actions import mark_all_read


@action("desk.viewed")
def mark_desk_seen(viewer: Viewer, *, now: datetime) -> None:
    """Marks the viewer's notices as read. (UX-1)"""
    mark_all_read(viewer, now)
    record(viewer, "desk.viewed", kind="desk")
