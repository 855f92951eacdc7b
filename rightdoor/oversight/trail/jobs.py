"""Work by the clock: notes to the witnesses, and a nightly look at the newest batches."""

from __future__ import annotations

from datetime import datetime

from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.audit import sealer, witnesses
from rightdoor.foundation.jobs.queue import job, periodic
from rightdoor.oversight.trail.actions import raise_alarm

NIGHTLY_BATCHES = 500


@periodic("*/5 * * * *")
@job
def attest_trail(*, now: datetime) -> None:
    """Give the newest note to every witness; raise the alarm once when one of them contradicts."""
    if any(answer.is_new_alarm for answer in witnesses.attest(now)):
        raise_alarm(system_viewer("attest_trail"), "witness", now=now)


@periodic("41 2 * * *")
@job
def verify_newest(*, now: datetime) -> None:
    """Hold the newest batches against their seals and their witnesses; raise the alarm when that fails."""
    if not sealer.verify(now, newest=NIGHTLY_BATCHES).is_sound:
        raise_alarm(system_viewer("verify_newest"), "seal", now=now)
