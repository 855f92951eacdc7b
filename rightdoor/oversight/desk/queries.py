"""What the desk shows: three bands of rows, each with a code, a clock or a date, and the one act that comes next.

Nothing here opens a sealed field: the desk is looked at with others in the room.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from rightdoor.casework.cases.parts import ON_A_TABLE, dues_of
from rightdoor.casework.cases.queries import own_open_cases
from rightdoor.casework.consents.queries import renewals_due
from rightdoor.casework.intake.queries import reports_owed
from rightdoor.casework.referrals.models import visible_referrals
from rightdoor.casework.referrals.pending.queries import tiers_waiting_for
from rightdoor.casework.referrals.queries import TierCount, clock_counts_by_tier
from rightdoor.casework.staffings.queries import (
    open_items_of,
    referrals_with_a_staffing_ahead,
    staffings_coming,
    summaries_owed,
    summaries_waiting,
)
from rightdoor.community.assessments.queries import open_steps_of
from rightdoor.community.meetings.queries import meeting_rows
from rightdoor.domain.clock import Clock
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.clearance import Checklist, checklist_of, needs_clearance, runs_out_soon
from rightdoor.foundation.accounts.queries import account_for
from rightdoor.foundation.jurisdiction.active import active_pack, local, zone
from rightdoor.foundation.notices.queries import notices_for
from rightdoor.oversight.emergency.queries import to_do_for
from rightdoor.oversight.privacy.queries.keeping import disposals_for
from rightdoor.oversight.privacy.queries.unusual import unusual_rows
from rightdoor.oversight.statistics import dashboards, words
from rightdoor.oversight.statistics.gathering import gather
from rightdoor.oversight.statistics.spans import span_of

BAND = 40  # rows of a kind that a band shows before it points to the list
OWN_CASES = 60  # the newest of one person; more than anybody carries
KEPT_QUIET = "A date of a record of your agency"  # of a class that is not called by its name on the desk
SHOWN_ELSEWHERE = ("action_item", "summary")  # kinds of dues that have rows of their own on the desk


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One row: what it is, whose (a code), its clock or moment, and the button that does the next act."""

    what: str
    code: str
    path: str
    act: str
    act_path: str
    due_at: datetime
    clock: Clock | None = None
    tier: int | None = None
    region: str = ""
    before: str = ""  # what the moment is, where it is not simply when


@dataclass(frozen=True, slots=True)
class Desk:
    """The three bands and the counts beside them."""

    now: list[DeskRow] = field(default_factory=list)
    next: list[DeskRow] = field(default_factory=list)
    since: list[object] = field(default_factory=list)
    counts: list[TierCount] | None = None


def desk_of(viewer: Viewer, now: datetime) -> Desk:
    """The viewer's desk at this moment. A fixed number of queries, whatever the size of the tables."""
    rows: list[DeskRow] = []
    counts = None
    if viewer.has("care_coordinator"):
        rows += _awaiting_triage(viewer, now)
        rows += _running_clocks(viewer, now)
        rows += _staffings(viewer, now)
        rows += _summaries_owed(viewer, now)
        rows += _consents_to_ask(viewer, now)
        counts = clock_counts_by_tier(viewer, now)
    rows += _openings(viewer, now)
    rows += _tiers_to_second(viewer, now)
    rows += _privacy(viewer, now)
    rows += _reports(viewer, now)
    rows += _meetings(viewer, now)
    rows += _action_items(viewer, now)
    if not has_cases(viewer):  # who has some finds them with what is due on the cases, once the desk stands
        rows += program_steps(viewer, now)
    rows += _summaries_waiting(viewer, now)
    rows.sort(key=lambda row: (row.due_at, row.code))
    soon, week = now + timedelta(hours=24), now + timedelta(days=7)
    return Desk(
        now=[row for row in rows if row.due_at <= soon],
        next=[row for row in rows if soon < row.due_at <= week],
        since=list(notices_for(viewer))[:20] if viewer.code else [],
        counts=counts,
    )


# What a coordinator needs at a glance: how many cases there are, and whether the two clocks of practice are kept.
AT_A_GLANCE = ("K1", "R4", "D", "K2")


@dataclass(frozen=True, slots=True)
class DeskFigure:
    """One figure of the running year, with how sure it is and where its rows are; the rows to look at at once."""

    title: str
    out_of: str
    share: str
    interval: str
    path: str
    missed: int
    missed_path: str


def figures_of(viewer: Viewer, now: datetime) -> tuple[str, list[DeskFigure]]:
    """Over what is counted, and the viewer's figures of the running year: the same as on the page of numbers.

    A fixed number of queries. The caller has asked whether the viewer coordinates.
    """
    choices = dict(dashboards.choices_of(viewer))
    whose = dashboards.EVERY if dashboards.EVERY in choices else next(iter(choices))
    span = span_of("", now)
    found = gather(viewer, dashboards.scope_of(whose), span.period, now, only=AT_A_GLANCE).figures(only=AT_A_GLANCE)
    query = {"whose": whose, "span": span.key}
    return f"{choices[whose]}, {span.label}", [
        DeskFigure(
            title=one.definition.title,
            out_of=words.out_of(one),
            share=words.share(one),
            interval=words.interval(one),
            path=f"/numbers/{name}/rows/?{urlencode(query)}",
            missed=sum(one.missed.values()) if name != "K1" else 0,  # a case that ended is no miss
            missed_path=f"/numbers/{name}/rows/?{urlencode({**query, 'kind': 'missed'})}",
        )
        for name in AT_A_GLANCE
        if (one := found.get(name)) is not None
    ]


def own_checklist(viewer: Viewer, now: datetime) -> Checklist | None:
    """What clears the viewer for client data, when something is lacking or runs out soon; else None. (TEAM-6)

    One query on all other days.
    """
    if not needs_clearance(viewer):
        return None
    is_complete = viewer.clearance is not None and viewer.clearance.is_complete
    if is_complete and not runs_out_soon(viewer, now):
        return None
    account = account_for(viewer.code)
    return checklist_of(account, now) if account else None


def _awaiting_triage(viewer: Viewer, now: datetime) -> list[DeskRow]:
    waiting = visible_referrals(viewer, now).filter(state__in=["received", "eligible"]).order_by("clock_started_at")
    return [
        DeskRow(
            what="New referral",
            code=row.code,
            path=f"/referrals/{row.code}/",
            act="Set the tier",  # before eligibility: the clock does not wait for it
            act_path=f"/referrals/{row.code}/triage/",
            due_at=row.clock_started_at,
            region=row.region,
            before="The clock runs since",
        )
        for row in waiting[:BAND]
    ]


def _running_clocks(viewer: Viewer, now: datetime) -> list[DeskRow]:
    """Triaged referrals whose staffing is not scheduled yet; scheduled ones stand with their staffing."""
    running = (
        visible_referrals(viewer, now)
        .filter(stopped_at__isnull=True, due_at__isnull=False, state="triaged")
        .exclude(pk__in=referrals_with_a_staffing_ahead())
        .order_by("due_at")
    )
    return [
        DeskRow(
            what="Emergency staffing to schedule",
            code=row.code,
            path=f"/referrals/{row.code}/",
            act="Schedule the staffing",
            act_path=f"/referrals/{row.code}/staffing/",
            due_at=row.due_at,
            clock=Clock(started_at=row.clock_started_at, due_at=row.due_at),
            tier=row.tier,
            region=row.region,
        )
        for row in running[:BAND]
    ]


def _staffings(viewer: Viewer, now: datetime) -> list[DeskRow]:
    return [
        DeskRow(
            what="Emergency staffing" if row.kind == "emergency" else "Case staffing",
            code=row.code,
            path=f"/staffings/{row.code}/",
            act="Open the minutes",
            act_path=f"/staffings/{row.code}/",
            due_at=row.starts_at,
            clock=Clock(started_at=row.case.referral.clock_started_at, due_at=row.due_at) if row.due_at else None,
            tier=row.case.referral.tier,
            region=row.region,
        )
        for row in staffings_coming(viewer, now, until=now + timedelta(days=7), limit=BAND)
    ]


def _consents_to_ask(viewer: Viewer, now: datetime) -> list[DeskRow]:
    """Clients who came of age: what a guardian signed has ended, and they are asked themselves."""
    return [
        DeskRow(
            what="Consent to ask for anew",
            code=row.case_code,
            path=f"/cases/{row.case_code}/consent/",
            act="Ask for consent",
            act_path=f"/cases/{row.case_code}/consent/coordination/",
            due_at=row.since,
            region=row.region,
            before="The client came of age",
        )
        for row in renewals_due(viewer, now)[:BAND]
    ]


def _summaries_owed(viewer: Viewer, now: datetime) -> list[DeskRow]:
    return [
        DeskRow(
            what="Case summary to share",
            code=row.code,
            path=f"/staffings/{row.code}/",
            act="Share the summary",
            act_path=f"/staffings/{row.code}/summary/",
            due_at=row.summary_due_at,
            clock=Clock(started_at=row.held_at, due_at=row.summary_due_at),
            region=row.region,
        )
        for row in summaries_owed(viewer, now, limit=BAND)
    ]


def _reports(viewer: Viewer, now: datetime) -> list[DeskRow]:
    return [
        DeskRow(
            what=row.owes[0],
            code=row.code,
            path=f"/reports/{row.code}/",
            act="Take as a referral" if row.is_new_for_team else "Open the report",
            act_path=f"/referrals/new/?report={row.code}" if row.is_new_for_team else f"/reports/{row.code}/",
            due_at=row.clock.due_at if row.clock else row.reported_at,
            clock=row.clock,
            region=row.region,
        )
        for row in reports_owed(viewer, now)[:BAND]
    ]


def owed_on_cases(viewer: Viewer, now: datetime) -> list[DeskRow]:
    """What the slices of a case say is due on the viewer's own cases this week: a missing child, reviews, court dates.

    A coordinator's are those that the coordinator coordinates; a member's are those on which something is the member's.
    A fixed number of queries for each slice, however many cases; so the desk asks for it once it stands.
    """
    cases, ties = own_open_cases(viewer, now, limit=OWN_CASES)
    codes = {case.pk: case.code for case in cases}
    mine = {case.pk for case in cases if case.coordinator == viewer.code}
    rows = [
        DeskRow(
            # The desk is looked at with others in the room.
            what=due.what if due.klass in ON_A_TABLE else KEPT_QUIET,
            code=codes[due.case_id],
            path=f"/cases/{codes[due.case_id]}/",
            act="Open",
            act_path=due.url,
            due_at=due.due_at,
            before="Was due" if due.due_at < now else "Due",
        )
        for due in dues_of(viewer, cases, ties, now, until=now + timedelta(days=7))
        if due.due_at is not None
        and not due.kind.startswith(SHOWN_ELSEWHERE)
        and (due.owner == viewer.code or (due.case_id in mine and not due.owner))
    ]
    return rows[:BAND]


def has_cases(viewer: Viewer) -> bool:
    """Does the viewer work on cases at all?"""
    return bool(viewer.roles & {"care_coordinator", "team_member"})


def _openings(viewer: Viewer, now: datetime) -> list[DeskRow]:
    """Cases opened in an emergency that nobody has looked at. (security.md 3.7)"""
    if not viewer.roles & {"privacy_officer", "agency_head"}:
        return []
    return [
        DeskRow(
            what="Opening in an emergency",
            code=row.code,
            path=f"/emergency-access/{row.code}/",
            act="Confirm or refuse" if row.may_second else "Look at it",
            act_path=f"/emergency-access/{row.code}/",
            due_at=row.review_due_at or row.asked_at,
            before="Not looked at yet, due" if row.review_due_at else "Waits for you since",
        )
        for row in to_do_for(viewer, now)
    ]


def _privacy(viewer: Viewer, now: datetime) -> list[DeskRow]:
    """Disposals that wait for somebody, and unusual reading that nobody has looked at. (PRIV-4, PRIV-6)"""
    if not viewer.roles & {"privacy_officer", "agency_head"}:
        return []
    waiting = [
        DeskRow(
            what="Disposal to approve" if row.may_answer else "Disposal that is proposed",
            code=row.case_code,
            path=f"/privacy/disposals/{row.code}/",
            act="Approve or refuse" if row.may_answer else "Look at it",
            act_path=f"/privacy/disposals/{row.code}/",
            due_at=row.since,
            before="Waits since",
        )
        for row in disposals_for(viewer, now, states=("proposed", "asked"))[:BAND]
        if (row.may_ask or row.may_answer) and not row.is_held
    ]
    unusual = [
        DeskRow(
            what=f"Unusual reading in {row.month:%m/%Y}",
            code=row.code,
            path=f"/privacy/unusual/{row.code}/",
            act="Look at it",
            act_path=f"/privacy/unusual/{row.code}/",
            due_at=row.found_at,
            before="Found",
        )
        for row in unusual_rows(viewer, open_only=True)[:BAND]
    ]
    return [*waiting, *unusual]


def _tiers_to_second(viewer: Viewer, now: datetime) -> list[DeskRow]:
    """Slower tiers that wait for the viewer to confirm them; the faster clock runs meanwhile. (INT-6)"""
    if not viewer.roles & {"care_coordinator", "alliance_reviewer"}:
        return []
    return [
        DeskRow(
            what="Slower response to confirm",
            code=row.code,
            path=f"/referrals/{row.code}/",
            act="Confirm or refuse",
            act_path=f"/referrals/{row.code}/",
            due_at=row.due_at or now,
            tier=row.tier,
            region=row.region,
            before="The faster response is due",
        )
        for row in tiers_waiting_for(viewer, now, limit=BAND)
    ]


def _meetings(viewer: Viewer, now: datetime) -> list[DeskRow]:
    if viewer.has("care_coordinator"):  # who convenes them sees them as staffings
        return []
    return [
        DeskRow(
            what="Invitation to a team meeting",
            code=row.code,
            path=f"/meetings/{row.code}/",
            act="Answer",
            act_path=f"/meetings/{row.code}/",
            due_at=row.starts_at,
            region=row.region,
        )
        for row in meeting_rows(viewer, since=now, until=now + timedelta(days=7), limit=BAND)
        if row.my_answer == "invited" and row.state == "convened"
    ]


def _action_items(viewer: Viewer, now: datetime) -> list[DeskRow]:
    return [
        DeskRow(
            what="Action item",
            code=row.code,
            path=f"/action-items/{row.code}/",
            act="Open",
            act_path=f"/action-items/{row.code}/",
            due_at=datetime.combine(row.due_on, time(23, 59), tzinfo=zone()),
        )
        for row in open_items_of(viewer, now, limit=BAND)
    ]


def program_steps(viewer: Viewer, now: datetime) -> list[DeskRow]:
    """The viewer's own steps out of self-assessments: those of this week, and what is late. One query. (PROG-3)"""
    today = local(now).date()
    return [
        DeskRow(
            what="Step of the program's plan",
            code=row.code,
            path=f"/assessments/steps/{row.code}/",
            act="Open",
            act_path=f"/assessments/steps/{row.code}/",
            due_at=datetime.combine(row.due_on, time(23, 59), tzinfo=zone()),
            region=row.assessment.region,
            before="Late since" if row.due_on < today else "Due",
        )
        for row in open_steps_of(viewer, until=today + timedelta(days=7))[:BAND]
    ]


def _summaries_waiting(viewer: Viewer, now: datetime) -> list[DeskRow]:
    shared = active_pack().word("case_summary")
    return [
        DeskRow(
            what=f"{shared[:1].upper()}{shared[1:]} shared with you",
            code=row.summary.code,
            path=f"/summaries/{row.summary.code}/",
            act="Read it",
            act_path=f"/summaries/{row.summary.code}/",
            due_at=row.shared_at,
        )
        for row in summaries_waiting(viewer, now)
        if row.account_code == viewer.code
    ]
