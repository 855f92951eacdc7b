"""Rows for research are made, and destroyed where nobody fetched them. Codes only, safe to run twice."""

from __future__ import annotations

from datetime import datetime

from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.jobs.queue import job, periodic
from rightdoor.oversight.exports import actions
from rightdoor.oversight.exports.models import ResearchExtract


@job
def make_extract(code: str, *, now: datetime) -> None:
    """Makes the rows of an approved extract."""
    extract = ResearchExtract.objects.filter(code=code, state="approved").first()
    if extract is not None:
        actions.make_extract(system_viewer("exports.make_extract"), extract, now=now)


@job
def expire_extract(code: str, *, now: datetime) -> None:
    """Destroys a file that nobody fetched in time."""
    extract = ResearchExtract.objects.filter(code=code, state="made").first()
    if extract is not None:
        actions.expire_extract(system_viewer("exports.expire_extract"), extract, now=now)


@periodic("47 3 * * *")
def let_go(*, now: datetime) -> None:
    """Every night: what exports of long ago said."""
    actions.let_go(system_viewer("exports.let_go"), now=now)
