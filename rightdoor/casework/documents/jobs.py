"""What waits in quarantine is tried again by itself."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.documents.actions import check_version
from rightdoor.casework.documents.queries import waiting_versions
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.jobs.queue import periodic


@periodic("*/5 * * * *")
def check_what_waits(*, now: datetime) -> None:
    """The oldest first; as long as the first still waits, the others would, too."""
    for version in waiting_versions():
        if check_version(system_viewer("documents"), version, now=now).state == "quarantine":
            return
