"""Rows for research, one request that waits and one whose file is ready; reports to funders, one protected, one with
exact counts that was approved, and one that waits. By acts alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.viewers import system_viewer, viewers_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import demonstration_clock
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.oversight.exports import actions
from rightdoor.oversight.exports.actions import ReportAsked, Request
from rightdoor.oversight.exports.queries import standing_of

ASKED_AGO = timedelta(days=4)


def show(now: datetime) -> None:
    """Nothing where nobody could ask, or nobody could decide."""
    people = viewers_of(Account.objects.filter(is_demonstration=True, is_active=True), now).values()
    people = sorted(people, key=lambda one: one.code)
    analyst = next((one for one in people if standing_of(one).region), None)
    officer = next((one for one in people if one.has("privacy_officer") and one != analyst), None)
    if analyst is None or officer is None:
        return
    last = local(now - ASKED_AGO).year - 1  # it was over when they asked
    with demonstration_clock(now - ASKED_AGO):
        ready = actions.ask_extract(
            analyst, asked=_asked(now, last, ["quarter", "age", "kind", "outcome"]), now=now - ASKED_AGO
        )
        actions.ask_extract(analyst, asked=_asked(now, last, ["region", "source"]), now=now - ASKED_AGO)
        exact, _ = (
            actions.ask_report(
                analyst,
                asked=ReportAsked("voca", last, part, "", "Invented Funding Office", is_exact=True, ground="voca"),
                now=now - ASKED_AGO,
            )
            for part in ("q4", "q3")
        )
    with demonstration_clock(now):
        actions.approve_extract(
            officer, ready, why="Invented: the board's letter is in order; totals would not answer it.", now=now
        )
        actions.make_extract(system_viewer("exports.make_extract"), ready, now=now)
        actions.approve_report(officer, exact, why="Invented: the grant asks for this quarter.", now=now)
        _report(analyst, ReportAsked("tims", last, "h2", "", "Invented Funding Office", is_exact=False), now)


def _asked(now: datetime, year: int, columns: list[str]) -> Request:
    today = local(now).date()
    return Request(
        recipient="Dr. Invented Nobody",
        institution="Made Up University",
        purpose="Invented: at which ages children are reached late, and what became of them.",
        ethics="IRB 0000-0000",
        approval_ends_on=today + timedelta(days=360),
        ends_on=today + timedelta(days=300),
        columns=columns,
        first_year=year,
        last_year=year,
    )


def _report(analyst: Viewer, asked: ReportAsked, now: datetime) -> None:
    try:
        actions.make_report(analyst, asked=asked, now=now)
    except RuleBroken:  # so few people that nothing could be told: a small demonstration may have none
        return
