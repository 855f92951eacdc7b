"""Reminders around the last day, and answers that were kept long enough."""

from __future__ import annotations

from datetime import datetime

from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.jobs.queue import job, periodic
from rightdoor.oversight.submissions import actions
from rightdoor.oversight.submissions.models import ReportingYear


@job
def remind(code: str, *, now: datetime) -> None:
    """Whoever has not answered is told. Nothing where the year is closed meanwhile."""
    year = ReportingYear.objects.filter(code=code, frozen_at__isnull=False, ended_at__isnull=True).first()
    if year is not None:
        actions.remind(system_viewer("submissions.remind"), year, now=now)


@periodic("41 3 * * *")
def let_go(*, now: datetime) -> None:
    """Every night: the answers of years that are long over."""
    actions.let_go(system_viewer("submissions.let_go"), now=now)
