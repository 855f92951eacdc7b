"""Openings that nobody looked at in time."""

from __future__ import annotations

from datetime import datetime

from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.jobs.queue import job, periodic
from rightdoor.oversight.emergency.actions import rest_the_role
from rightdoor.oversight.emergency.queries import unreviewed_and_late


@periodic("*/10 * * * *")
@job
def let_roles_rest(*, now: datetime) -> None:
    """Note that a review was missed, and tell everybody whom it concerns."""
    for opening in unreviewed_and_late(now):
        rest_the_role(system_viewer("let_roles_rest"), opening, now=now)
