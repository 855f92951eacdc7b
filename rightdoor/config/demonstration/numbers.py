"""What is closed is counted for the state's leaders, as its analyst would have it done."""

from __future__ import annotations

from datetime import datetime
from time import perf_counter

from rightdoor.foundation.access.viewers import viewers_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import demonstration_clock
from rightdoor.oversight.statistics import actions
from rightdoor.oversight.statistics.queries import standing_of_the_state, to_count

SECONDS = 1.0  # for one span: nobody waits long for a demonstration


def show(now: datetime) -> None:
    """Every closed quarter and year. Nothing where nobody reads the whole state's figures."""
    people = viewers_of(Account.objects.filter(is_demonstration=True, is_active=True), now).values()
    analyst = next((one for one in sorted(people, key=lambda one: one.code) if standing_of_the_state(one).region), None)
    if analyst is None:
        return
    with demonstration_clock(now):
        for year, quarter in to_count(now):
            actions.count(analyst, year=year, quarter=quarter, now=now, timer=perf_counter, seconds=SECONDS)
