"""The one act of leaving."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.staffings.leaving.actions import hand_over
from rightdoor.casework.staffings.leaving.queries import OpenWork
from rightdoor.community.meetings.models import CalendarFeed
from rightdoor.community.teams.models import RosterEntry, Seat
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.access.actions import switch_off_account
from rightdoor.foundation.access.queries import standing_to
from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.notices.actions import notify
from rightdoor.oversight.leaving.queries import colleagues_of


@action("account.offboarded")
def offboard(viewer: Viewer, account: Account, *, to: str = "", now: datetime) -> OpenWork:
    """End everything that lets a person in, at once, and hand what they had open to a colleague. (TEAM-6, SR-04)

    Ended: sessions, links, roles, standings to clients, seats, places on rosters, the calendar's address. `to` is the
    code of the colleague; without one the work stays where its coordinators see it, because nobody must wait with
    closing a door until somebody is found. Returns what was handed over.

    Raises NotPermitted unless the account is the viewer's to look after, and RuleBroken for one's own account, the last
    administrator's, one that is off, and a colleague who cannot take it.
    """
    if not viewer.is_system:
        check_may(viewer, "account.change", standing_to(viewer, account.agency_code))
    if account.code == viewer.code:
        raise RuleBroken("Somebody else closes your account when you leave.")
    colleague = next((one for one in colleagues_of(account, now) if one.code == to), None)
    if to and colleague is None:
        raise RuleBroken("Choose a colleague from the list.")
    leaving = viewer_of(account, now)
    work = hand_over(viewer, leaving, viewer_of(colleague, now) if colleague else None, now)
    Seat.objects.filter(account=account, unseated_at__isnull=True).update(unseated_at=now)
    RosterEntry.objects.filter(account=account, until__isnull=True).update(until=now)
    CalendarFeed.objects.filter(account=account).delete()
    switch_off_account(viewer, account, now=now)
    if colleague is not None and work.count:
        notify([colleague.code], "work.handed_over", account.code, now)
    record(
        viewer,
        "account.offboarded",
        account,
        kind="account",
        to=to or None,
        cases=len(work.cases) + len(work.assignments),
        referrals=len(work.referrals),
        staffings=len(work.staffings),
        action_items=len(work.action_items),
    )
    return work
