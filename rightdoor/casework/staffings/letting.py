"""Whom a staffing lets in for the time around its meeting, and the reminder before it.

Called inside the acts that schedule, move and invite; they check and record.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from rightdoor.casework.clients.actions import give_standings
from rightdoor.casework.consents.queries import check_nobody_barred, names_of
from rightdoor.casework.staffings.guests.queries import AWAITS, signed_by
from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.queries import access_window
from rightdoor.community.meetings.actions import Invitee
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jobs.queue import call_off, defer

REMIND_BEFORE = timedelta(hours=2)


def let_in(viewer: Viewer, staffing: Staffing, people: Sequence[Invitee], now: datetime) -> None:
    """Standing within the window around the meeting, both ends inside, for everybody but the coordinator.

    A guest's waits until the guest has signed the notice. (SR-05)
    """
    opens, closes = access_window(staffing.meeting)
    others = [one for one in people if one.account_code != viewer.code]
    guests = [one.account_code for one in others if one.kind == "guest"]
    if guests:
        check_nobody_barred(staffing.case.client, names_of(guests).values())
    waiting = set(guests) - signed_by(staffing, guests) if guests else set()
    for kind, let_in in (
        ("invited", {one.account_code: one.discipline for one in others if one.account_code not in waiting}),
        (AWAITS, {one.account_code: one.discipline for one in others if one.account_code in waiting}),
    ):
        if let_in:
            give_standings(
                viewer,
                staffing.case.client,
                people=let_in,
                kind=kind,
                about=staffing.code,
                starts_at=opens,
                ends_at=closes + timedelta(microseconds=1),  # a standing ends before its end; the window includes it
                now=now,
                need="staffing",
            )


def remind_before(staffing: Staffing, now: datetime) -> None:
    """The job that reminds everybody; of a staffing that was moved, at the new time."""
    key = before_key(staffing)
    call_off(key)
    at = staffing.starts_at - REMIND_BEFORE
    if at > now:
        defer("staffings.remind_of_staffing", staffing.code, at=at, once_key=key)


def before_key(staffing: Staffing) -> str:
    """Under which the reminder waits."""
    return f"staffing:{staffing.code}"
