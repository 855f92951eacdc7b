"""What privacy officers have before them in the demonstration: a hold, a disposal to approve, last month's list."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.cases.models import Case
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.access.viewers import system_viewer, viewer_of
from rightdoor.oversight.privacy.actions.keeping import ask_before_time, place_hold
from rightdoor.oversight.privacy.actions.unusual import list_unusual
from rightdoor.oversight.privacy.queries.keeping import holds_on
from rightdoor.oversight.privacy.queries.unusual import month_before


def keep_records(now: datetime) -> None:
    """Through acts alone: one invented hold, one invented order of expungement, the list of the month that ended."""
    list_unusual(system_viewer("demonstration"), month_before(now), now=now)
    grant = Grant.objects.filter(role="privacy_officer").select_related("account").order_by("pk").first()
    if grant is None:
        return
    officer = viewer_of(grant.account, now)
    cases = list(Case.objects.select_related("client").order_by("opened_at", "pk")[:20])
    if not cases:
        return
    place_hold(
        officer, cases[0], reason="litigation", told="Invented: a lawsuit is expected, folder 12 of counsel.", now=now
    )
    for case in cases[1:]:
        if not holds_on(officer, [case.client.code]):
            ask_before_time(officer, case, reason="court_expungement", authority="Invented 26-1234", now=now)
            return
