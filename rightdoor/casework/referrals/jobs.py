"""Reminders of the response clock, and long sheets. Codes only, safe to run twice."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.referrals.actions import remind
from rightdoor.casework.referrals.imports.kinds import LOG
from rightdoor.casework.referrals.imports.work import take_in_the_background
from rightdoor.casework.referrals.queries import stage_to_remind_of
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.jobs.queue import job


@job
def remind_of_response_clock(code: str, *, now: datetime) -> None:
    """Tell the region's coordinators where the clock of this referral stands, once for each stage."""
    if stage_to_remind_of(code, now):
        remind(system_viewer("referrals.remind_of_response_clock"), code, now=now)


@job
def take_sheet(code: str, *, now: datetime) -> None:
    """Take the rows of a long referral log, for whoever sent it."""
    take_in_the_background(code, LOG, now)
