"""Staffings for pages: agenda, minutes, decisions and action items, opened once per page and recorded before shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.casework.cases.queries import names_of_accounts, standing_of
from rightdoor.casework.clients.models import regions_q
from rightdoor.casework.staffings.models import ActionItem, CaseSummary, Staffing, SummaryShare
from rightdoor.domain.clock import Clock
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.sealing.seals import SealContext, open_json, open_many


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """A decision, opened."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An action item, opened."""

    code: str
    text: str
    owner: str
    owner_name: str
    due_on: date
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownTopic:
    """A topic of the agenda with everything said on it."""

    key: str
    label: str
    is_first: bool
    settles: str
    text: str
    version: int
    written_at: datetime | None
    written_by: str
    decisions: tuple[ShownDecision, ...]
    items: tuple[ShownItem, ...]


def staffing_for(viewer: Viewer, code: str, now: datetime) -> Staffing:
    """The staffing, if this viewer may know of its case. Raises NotVisible."""
    staffing = (
        Staffing.objects.select_related("case", "case__client", "case__referral", "meeting", "meeting__room")
        .filter(code=code, case__in=visible_cases(viewer, now))
        .first()
    )
    if staffing is None:
        raise NotVisible
    return staffing


def staffings_of(viewer: Viewer, case: Case) -> list[Staffing]:
    """The case's staffings, newest first; the case was found for this viewer."""
    return list(case.staffings.select_related("meeting").order_by("-starts_at"))


def response_clock(staffing: Staffing) -> Clock | None:
    """The response clock that this staffing is to stop."""
    referral = staffing.case.referral
    if referral.due_at is None:
        return None
    return Clock(started_at=referral.clock_started_at, due_at=referral.due_at, stopped_at=referral.stopped_at)


def summary_clock(staffing: Staffing) -> Clock | None:
    """The clock of the summary: runs from the moment the staffing was held."""
    if staffing.held_at is None or staffing.summary_due_at is None:
        return None
    return Clock(started_at=staffing.held_at, due_at=staffing.summary_due_at, stopped_at=staffing.summary_shared_at)


def topics_of(viewer: Viewer, staffing: Staffing, now: datetime) -> list[ShownTopic]:
    """The agenda in the pack's order, each topic with its minutes, decisions and action items.

    Everything sealed is opened with one key query; the reading is recorded before anything is returned.
    """
    check_may(viewer, "staffing.read", standing_of(viewer, staffing.case, now))
    minutes = {row.topic: row for row in staffing.minutes.all()}
    decisions = list(staffing.decisions.order_by("id"))
    items = list(staffing.action_items.order_by("due_on", "id"))
    record_read(
        viewer,
        "staffing.read",
        staffing,
        subject=staffing.case.client.code,
        holder=staffing.case.holder,
        classes=("CORE",),
    )
    texts = open_many(
        [(bytes(row.text_sealed), minutes_context(staffing, topic)) for topic, row in minutes.items()]
        + [(bytes(row.text_sealed), decision_context(staffing, row.topic, row.decided_at)) for row in decisions]
        + [(bytes(row.text_sealed), item_context(staffing, row.code)) for row in items]
    )
    said = dict(zip(minutes, texts, strict=False))
    decided = list(zip(decisions, texts[len(minutes) :], strict=False))
    to_do = list(zip(items, texts[len(minutes) + len(decisions) :], strict=True))
    names = names_of_accounts([row.owner for row in items] + [row.written_by for row in minutes.values()])
    shown = []
    for topic in active_pack().agenda(staffing.kind).topics:
        row = minutes.get(topic.key)
        shown.append(
            ShownTopic(
                topic.key,
                str(topic.label),
                topic.first,
                topic.settles,
                said.get(topic.key, ""),
                row.version if row else 0,
                row.written_at if row else None,
                names.get(row.written_by, "") if row else "",
                tuple(ShownDecision(text, one.decided_at) for one, text in decided if one.topic == topic.key),
                tuple(
                    ShownItem(one.code, text, one.owner, names.get(one.owner, ""), one.due_on, one.done_at)
                    for one, text in to_do
                    if one.topic == topic.key
                ),
            )
        )
    return shown


def open_items_of(viewer: Viewer, now: datetime, *, limit: int = 50) -> list[ActionItem]:
    """The viewer's own action items not yet done, soonest first, unopened (the desk shows codes and dates)."""
    return list(
        ActionItem.objects.select_related("staffing", "staffing__case")
        .filter(owner=viewer.code, done_at__isnull=True)
        .order_by("due_on", "id")[:limit]
    )


def staffings_coming(viewer: Viewer, now: datetime, *, until: datetime, limit: int) -> list[Staffing]:
    """Scheduled staffings of the coordinator's regions up to `until`, overdue ones included, soonest first. One query."""
    return list(
        Staffing.objects.select_related("case", "case__referral")
        .filter(regions_q(viewer), state="scheduled", starts_at__lte=until)
        .order_by("starts_at")[:limit]
    )


def summaries_owed(viewer: Viewer, now: datetime, *, limit: int) -> list[Staffing]:
    """Held staffings of the coordinator's regions whose summary is not out yet, most urgent first. One query."""
    return list(
        Staffing.objects.filter(
            regions_q(viewer), summary_due_at__isnull=False, summary_shared_at__isnull=True
        ).order_by("summary_due_at")[:limit]
    )


def summary_for(viewer: Viewer, code: str, now: datetime) -> CaseSummary:
    """A summary shared with the viewer, or of the viewer's own region. Raises NotVisible."""
    summary = (
        CaseSummary.objects.select_related("staffing", "staffing__case", "staffing__case__client", "staffing__meeting")
        .filter(code=code, staffing__case__in=visible_cases(viewer, now))
        .first()
    )
    if summary is None:
        raise NotVisible
    coordinates = viewer.has("care_coordinator") and viewer.covers(summary.staffing.region)
    if not coordinates and not summary.shares.filter(account_code=viewer.code).exists():
        raise NotVisible
    return summary


def summaries_waiting(viewer: Viewer, now: datetime, *, limit: int = 20) -> list[SummaryShare]:
    """Summaries shared with the viewer and not opened yet."""
    return list(
        SummaryShare.objects.select_related("summary", "summary__staffing", "summary__staffing__case")
        .filter(account_code=viewer.code, first_opened_at__isnull=True)
        .order_by("shared_at")[:limit]
    )


def shares_of(summary: CaseSummary) -> list[tuple[SummaryShare, str]]:
    """To whom the summary went, and the name of each; who opened it is in the row."""
    rows = list(summary.shares.order_by("shared_at", "id"))
    names = names_of_accounts([row.account_code for row in rows])
    return [(row, names.get(row.account_code, "")) for row in rows]


def settled_words(staffing: Staffing) -> dict[str, str]:
    """The words on consent and continued services; only for acts and pages that have recorded the reading."""
    if staffing.settled_sealed is None:
        return {}
    return open_json(bytes(staffing.settled_sealed), settled_context(staffing)) or {}


def minutes_context(staffing: Staffing, topic: str) -> SealContext:
    """The label of a topic's minutes."""
    return _context(staffing, "staffings_topicminutes", "text_sealed", f"{staffing.code}/{topic}")


def decision_context(staffing: Staffing, topic: str, at: datetime) -> SealContext:
    """The label of a decision."""
    return _context(staffing, "staffings_decision", "text_sealed", f"{staffing.code}/{topic}/{at.isoformat()}")


def item_context(staffing: Staffing, code: str) -> SealContext:
    """The label of an action item."""
    return _context(staffing, "staffings_actionitem", "text_sealed", code)


def settled_context(staffing: Staffing) -> SealContext:
    """The label of what was settled in words."""
    return _context(staffing, "staffings_staffing", "settled_sealed", staffing.code)


def summary_context(staffing: Staffing, code: str) -> SealContext:
    """The label of a filed summary."""
    return _context(staffing, "staffings_casesummary", "body_sealed", code)


def _context(staffing: Staffing, table: str, column: str, row: str) -> SealContext:
    return SealContext(table, column, row, staffing.case.client.code, staffing.case.holder, "CORE")


def open_item_text(viewer: Viewer, item: ActionItem) -> str:
    """The words of one action item, for its owner. Recorded before returned."""
    staffing = item.staffing
    record_read(
        viewer,
        "action_item.read",
        item,
        subject=staffing.case.client.code,
        holder=staffing.case.holder,
        classes=("CORE",),
    )
    return open_many([(bytes(item.text_sealed), item_context(staffing, item.code))])[0]
