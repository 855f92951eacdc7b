"""The doorway's daily word in time."""

from __future__ import annotations

from datetime import datetime

from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.doorway.reminding import remind_of_renewals
from rightdoor.foundation.jobs.queue import job, periodic


@periodic("5 12 * * *")
@job
def remind(*, now: datetime) -> None:
    """Tell people and agencies what runs out within thirty days."""
    remind_of_renewals(system_viewer("remind"), now=now)
