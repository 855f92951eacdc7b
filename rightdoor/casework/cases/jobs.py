"""Long sheets of open cases. Codes only, safe to run twice."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.cases.imports.kinds import CASES
from rightdoor.casework.referrals.imports.work import take_in_the_background
from rightdoor.foundation.jobs.queue import job


@job
def take_sheet(code: str, *, now: datetime) -> None:
    """Take the rows of a long case list, for whoever sent it."""
    take_in_the_background(code, CASES, now)
