"""What privacy officers have before them in the demonstration: a hold, a disposal to approve, last month's list."""

from __future__ import annotations

from datetime import datetime, timedelta

from rightdoor.casework.cases.models import Case
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.access.viewers import system_viewer, viewer_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import demonstration_clock, record_read
from rightdoor.oversight.privacy.actions.keeping import ask_before_time, place_hold
from rightdoor.oversight.privacy.actions.unusual import list_unusual
from rightdoor.oversight.privacy.queries.keeping import holds_on
from rightdoor.oversight.privacy.queries.unusual import bounds_of, month_before


def keep_records(now: datetime) -> None:
    """Through acts alone: one invented hold, one invented order of expungement, the list of the month that ended."""
    month = month_before(now)
    _read_at_night(bounds_of(month)[0] + timedelta(days=9, hours=23))
    list_unusual(system_viewer("demonstration"), month, now=now)
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


def _read_at_night(began: datetime) -> None:
    """An invented coordinator who reads her own cases at eleven in the evening: something for the monthly list."""
    mine = Case.objects.select_related("client").order_by("coordinator", "pk")
    first = mine.exclude(coordinator="").first()
    account = Account.objects.filter(code=first.coordinator).first() if first else None
    if first is None or account is None:
        return
    reader = viewer_of(account, began)
    cases = list(mine.filter(coordinator=account.code)[:4])
    for number in range(12):
        case = cases[number % len(cases)]
        with demonstration_clock(began + timedelta(minutes=3 * number)):
            record_read(reader, "case.read", case, classes=["CORE"], basis="coordinator")
