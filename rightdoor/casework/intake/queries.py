"""Reports that a viewer may see, what their desk owes, the picture of the flow, and what a referral is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from rightdoor.casework.clients.models import kept_apart, regions_q
from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.intake import flow, receipts
from rightdoor.casework.intake.disclosure import OpenedReport, open_report
from rightdoor.casework.intake.models import Hop, Move, Report
from rightdoor.casework.intake.picture import (
    CHANNELS,
    STATES,
    HopView,
    MoveView,
    ReportRow,
    area_name,
    clock_of,
    facts_in_words,
    hop_view,
    move_sentence,
    story_of,
    what_of,
)
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Standing, Viewer, check_may, may
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.fence import with_receipt
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import when

COORDINATOR = "care_coordinator"
DESKS = frozenset({"child_welfare_desk", "state_police_desk", "alliance_reviewer", "advocacy_desk"})


@dataclass(frozen=True, slots=True)
class ReportView:
    """The page of a report, already decided for its viewer."""

    report: Report
    stages: list[list[HopView]]
    moves: list[MoveView]
    notes: list[tuple[str, str]]
    opened: OpenedReport
    facts: list[tuple[str, str]]
    area: str
    mine: list[HopView]
    may_route: bool
    may_move: bool
    may_take: bool

    @property
    def state_label(self) -> str:
        return STATES[self.report.state]

    @property
    def marks(self) -> list[tuple[str, str]]:
        """What the header says beside the code."""
        pack, report = active_pack(), self.report
        place = pack.region(report.region).name if report.region else "not chosen yet"
        return [
            ("Reported", when(report.reported_at)),
            ("By", CHANNELS[report.channel]),
            (pack.word("region").capitalize(), place),
        ]


@dataclass(frozen=True, slots=True)
class Prefill:
    """What a referral is begun with: everything that the report already says."""

    code: str
    who: Who
    whereabouts: Whereabouts
    facts: Mapping[str, Any]
    story: str
    source: str
    region: str
    area: str
    reported_at: datetime
    released_at: datetime | None
    reporter_type: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)


def visible_reports(viewer: Viewer) -> QuerySet[Report]:
    """Reports that this viewer may know of: those that reached the viewer's desk, or that the viewer took.

    A desk sees a report once a hop of its own is due, or once one was completed towards it; a report without a region
    is every such desk's, so that none lies unseen. A coordinator sees what was released to a region of theirs.
    """
    if not viewer.code:
        return Report.objects.none()
    reached = Hop.objects.filter(report=OuterRef("pk"))
    mine = Q(taken_by=viewer.code)
    for desk in sorted(viewer.roles & DESKS):
        at_desk = Q(owner_role=desk, state__in=["due", "done"]) | Q(receiver_role=desk, state="done")
        mine |= Q(Exists(reached.filter(at_desk))) & (regions_q(viewer, roles=(desk,)) | Q(region=""))
    if viewer.has(COORDINATOR):
        at_team = Q(owner_role=COORDINATOR, state__in=["due", "done"])
        mine |= Q(Exists(reached.filter(at_team))) & ~Q(region="") & regions_q(viewer)
    return Report.objects.filter(mine).exclude(client__in=kept_apart(viewer).values("client"))


def report_for(viewer: Viewer, code: str, now: datetime) -> Report:
    """The report of this code with its hops and moves. Raises NotVisible, as for a code that does not exist."""
    report = (
        visible_reports(viewer)
        .prefetch_related(
            Prefetch("hops", Hop.objects.order_by("order", "id")), Prefetch("moves", Move.objects.order_by("moved_at"))
        )
        .filter(code=code)
        .first()
    )
    if report is None or not may(viewer, "report.read", standing_of(viewer, report)):
        raise NotVisible
    return report


def standing_of(viewer: Viewer, report: Report) -> Standing:
    """How the viewer stands to the report: its own when the viewer took it or it lies on the viewer's desk."""
    reached = any(
        (hop.owner_role in viewer.roles and hop.state in {"due", "done"})
        or (hop.receiver_role in viewer.roles and hop.state == "done")
        for hop in report.hops.all()
    )
    return Standing(
        owns=report.taken_by == viewer.code != "" or (reached and bool(viewer.roles & DESKS)),
        region=viewer.covers_as(COORDINATOR, report.region) and (reached or report.taken_by == viewer.code),
    )


def is_own_hop(viewer: Viewer, report: Report, hop: Hop) -> bool:
    """Is this hop the viewer's to do now? A report without a region is every desk's."""
    covered = viewer.covers_as(hop.owner_role, report.region) or (not report.region and hop.owner_role in DESKS)
    return hop.state == "due" and hop.owner_role in viewer.roles and covered


def hop_for(viewer: Viewer, code: str, key: str, now: datetime) -> Hop:
    """A hop that is the viewer's to do. Raises NotVisible when it is not theirs, or not due, or unknown."""
    report = report_for(viewer, code, now)
    for hop in report.hops.all():
        if hop.key == key and is_own_hop(viewer, report, hop):
            return hop
    raise NotVisible


def owed_reports(viewer: Viewer) -> QuerySet[Report]:
    """Reports on which a hop is the viewer's to do, the soonest due first; those without a due time by their age."""
    roles = sorted(viewer.roles & (DESKS | {COORDINATOR}))
    own = Hop.objects.filter(report=OuterRef("pk"), owner_role__in=roles, state="due")
    first_due = Subquery(own.order_by(F("due_at").asc(nulls_last=True)).values("due_at")[:1])
    theirs = Q(pk__in=[])
    for role in roles:
        theirs |= Q(Exists(own.filter(owner_role=role))) & (regions_q(viewer, roles=(role,)) | Q(region=""))
    served = visible_reports(viewer).filter(theirs)
    return served.annotate(first_due_at=first_due).order_by(F("first_due_at").asc(nulls_last=True), "reported_at")


def reports_owed(viewer: Viewer, now: datetime, *, start: int = 0, limit: int = 200) -> list[ReportRow]:
    """Reports on which the viewer's desk owes a hop, the soonest due first. Codes only."""
    return [row for row in _rows(viewer, owed_reports(viewer)[start : start + limit]) if row.owes]


def count_owed(viewer: Viewer) -> int:
    """On how many reports the viewer's desk owes a hop."""
    return owed_reports(viewer).count()


def reports_passed(viewer: Viewer, now: datetime, *, limit: int = 40) -> list[ReportRow]:
    """Reports that the viewer's desk has dealt with, or that the viewer took; the newest first. Codes only."""
    roles = sorted(viewer.roles & (DESKS | {COORDINATOR}))
    own = Hop.objects.filter(report=OuterRef("pk"), owner_role__in=roles, state="due")
    return _rows(viewer, visible_reports(viewer).exclude(Exists(own)).order_by("-reported_at")[:limit])


def view_of(viewer: Viewer, report: Report, now: datetime) -> ReportView:
    """The report as its page shows it. The opening of what was told is recorded before this returns."""
    opened = open_report(viewer, report, now)
    pack, hops = active_pack(), list(report.hops.all())
    acted = {hop.done_by for hop in hops} | {move.moved_by for move in report.moves.all()}
    names = dict(Account.objects.filter(code__in=acted - {""}).values_list("code", "name"))
    views = {
        hop.key: hop_view(hop, is_mine=is_own_hop(viewer, report, hop), names=names)
        for hop in hops
        if hop.state != "moved"
    }
    ordered = flow.stages(pack.reporting_line)
    drawn = [[views[key] for key in column if key in views] for column in ordered]
    known = {key for column in ordered for key in column}
    drawn.append([view for key, view in views.items() if key not in known])  # hops of an earlier version of the pack
    mine = [view for view in views.values() if view.is_mine]
    standing = standing_of(viewer, report)
    return ReportView(
        report=report,
        stages=[column for column in drawn if column],
        moves=[
            MoveView(
                move.moved_at, move_sentence(move), names.get(move.moved_by, ""), opened.reasons.get(move.code, "")
            )
            for move in sorted(report.moves.all(), key=lambda move: move.moved_at, reverse=True)
        ],
        notes=[(views[key].what, text) for key, text in opened.references.items() if key in views],
        opened=opened,
        facts=facts_in_words(opened.told),
        area=area_name(opened.whereabouts.area),
        mine=mine,
        may_route=may(viewer, "report.route", standing),
        may_move=may(viewer, "report.route", standing) and report.client_id is None,
        may_take=may_take(viewer, report),
    )


def report_for_referral(viewer: Viewer, code: str, now: datetime) -> Prefill:
    """What the report already says, for the coordinator who takes it as a referral; the opening is recorded.

    Raises NotVisible for a report that was not released to a region of the viewer's, or that is taken already.
    """
    report = report_for(viewer, code, now)
    if not may_take(viewer, report):
        raise NotVisible
    check_may(viewer, "referral.receive", standing_of(viewer, report))
    opened = open_report(viewer, report, now)
    told, area = opened.told, opened.whereabouts.area
    return Prefill(
        code=report.code,
        who=opened.who,
        whereabouts=opened.whereabouts,
        facts={
            "kind": flow.alleged_kind(told),
            "relationship": flow.alleged_relationship(told),
            "setting": flow.alleged_setting(told),
            "victim_status": str(told.get("victim_status") or ""),
            "open_investigation": told.get("open_investigation"),
            "immediate_safety_concern": told.get("danger_now"),
            "safe_and_stable": False if told.get("danger_now") is True else None,
            "caretaker_alleged": told.get("caretaker_alleged"),
            "other_abuse": told.get("other_abuse"),
        },
        story=story_of(told),
        source=str(told.get("source") or ""),
        region=report.region,
        area=area,
        reported_at=report.reported_at,
        released_at=report.released_at,
        reporter_type=report.reporter_type,
        told=told,
    )


def receipt_answer(typed: str) -> str:
    """ "received" or "acted_on" for a receipt, "" for one that nobody was given. Says nothing else to anybody."""
    digest = receipts.digest_of(typed)
    with with_receipt(digest):
        report = Report.objects.filter(receipt_digest=digest).only("id", "state").first() if digest else None
    if report is None:
        return ""
    return "received" if report.state == "received" else "acted_on"


def _rows(viewer: Viewer, reports: QuerySet[Report]) -> list[ReportRow]:
    prefetched = reports.prefetch_related(Prefetch("hops", Hop.objects.order_by("order", "id")))
    return [_row(viewer, report) for report in prefetched]


def _row(viewer: Viewer, report: Report) -> ReportRow:
    mine = [hop for hop in report.hops.all() if is_own_hop(viewer, report, hop)]
    clocks = sorted((clock for hop in mine if (clock := clock_of(hop))), key=lambda clock: clock.due_at)
    return ReportRow(
        code=report.code,
        channel=report.channel,
        state=report.state,
        region=report.region,
        reported_at=report.reported_at,
        owes=tuple(what_of(hop) for hop in mine),
        clock=clocks[0] if clocks else None,
        is_new_for_team=may_take(viewer, report),
    )


def may_take(viewer: Viewer, report: Report) -> bool:
    """The report was released to a team of the viewer's, and nobody made a referral of it yet."""
    return viewer.covers_as(COORDINATOR, report.region) and report.released_at is not None and report.client_id is None
