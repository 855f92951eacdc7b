"""Forgetting what is kept for a short while only."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.documents.actions import give_up_version
from rightdoor.casework.documents.queries import waiting_since
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.oversight.privacy.queries.minimising import QUARANTINE, SHORT


@action("retention.minimised")
def forget_what_is_over(viewer: Viewer, *, now: datetime) -> dict[str, int]:
    """Deletes each row whose time is over, at `now`; a file that waited in quarantine for too long is given up.

    Returns how many of each kind went. By a job; safe to run again.
    """
    check_may(viewer, "privacy.keep_house")
    gone = {}
    for name, short in SHORT.items():
        gone[name] = short.over(now - short.kept).delete()[0]
    stale = waiting_since(viewer, now - QUARANTINE)
    for version in stale:
        give_up_version(viewer, version, now=now)
    gone["quarantine"] = len(stale)
    record(viewer, "retention.minimised", kind="installation", **gone)
    return gone
