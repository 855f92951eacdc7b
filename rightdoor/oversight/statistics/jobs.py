"""Counting what is closed, in the background and for whoever asked for it."""

from __future__ import annotations

from datetime import datetime
from time import perf_counter

from rightdoor.domain.permission import NotPermitted
from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.jobs.queue import job
from rightdoor.oversight.statistics import actions
from rightdoor.oversight.statistics.queries import to_count


@job
def count(code: str, *, now: datetime) -> None:
    """Every closed span that is not counted yet, one act each. Nothing where the person may not any more."""
    account = Account.objects.filter(code=code).first()
    if account is None:
        return
    viewer = viewer_of(account, now)
    for year, quarter in to_count(now):
        try:
            actions.count(viewer, year=year, quarter=quarter, now=now, timer=perf_counter)
        except NotPermitted:
            return
