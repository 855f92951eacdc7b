"""Telling those who have not answered: on the day a round opens, and two days before it ends."""

from __future__ import annotations

from datetime import datetime

from rightdoor.community.surveys.actions import remind as remind_of
from rightdoor.community.surveys.models import SurveyRound
from rightdoor.community.surveys.queries import is_open
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.jobs.queue import job


@job
def remind(code: str, *, now: datetime) -> None:
    """Something awaits them. Nothing where the round is over meanwhile."""
    row = SurveyRound.objects.filter(code=code).first()
    if row is not None and is_open(row, now):
        remind_of(system_viewer("surveys.remind"), row, now=now)
