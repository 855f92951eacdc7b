"""Work by the clock: the monthly list, proposals, disposals that two people agreed on, and forgetting."""

from __future__ import annotations

from datetime import datetime

from rightdoor.domain.errors import RuleBroken
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.jobs.queue import job, periodic
from rightdoor.oversight.privacy.actions.keeping import carry_out_disposal, propose_disposals, stop_disposal
from rightdoor.oversight.privacy.actions.minimising import forget_what_is_over
from rightdoor.oversight.privacy.actions.unusual import list_unusual
from rightdoor.oversight.privacy.models import Disposal
from rightdoor.oversight.privacy.queries.unusual import month_before


@periodic("20 10 1 * *")
@job
def list_the_month(*, now: datetime) -> None:
    """Whose reading of last month asks for a look."""
    list_unusual(system_viewer("list_the_month"), month_before(now), now=now)


@periodic("50 9 * * *")
@job
def propose(*, now: datetime) -> None:
    """Records whose time is over by the schedule."""
    propose_disposals(system_viewer("propose"), now=now)


@job
def carry_out(code: str, *, now: datetime) -> None:
    """Destroy one record on which two people agreed; stop where it may not go any more."""
    viewer = system_viewer("carry_out")
    disposal = Disposal.objects.filter(code=code, state="approved").first()
    if disposal is None:
        return
    try:
        carry_out_disposal(viewer, disposal, now=now)
    except RuleBroken:
        stop_disposal(viewer, disposal, now=now)


@periodic("25 * * * *")
@job
def minimise(*, now: datetime) -> None:
    """Forget what is kept for a short while only."""
    forget_what_is_over(system_viewer("minimise"), now=now)
