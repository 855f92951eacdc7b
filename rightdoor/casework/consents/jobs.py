"""What the queue calls: the clocks of releases and consents, once an hour."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.consents.actions.clocks import settle_by_time
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.jobs.queue import periodic


@periodic("7 * * * *")
def settle_consents(*, now: datetime) -> None:
    """Ends what expired, and what a guardian signed for a client who has come of age. Safe to run twice. (SR-44)"""
    settle_by_time(system_viewer("consents"), now)
