"""What is due on cases, for their agenda, their head and the desk: codes, days and plain words, nothing sealed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Due, dues_of
from rightdoor.casework.clients.disclosure import may_read
from rightdoor.casework.clients.facts import Tie, as_coordinator
from rightdoor.casework.consents.models import Release
from rightdoor.casework.staffings.cadence.queries import cadence_label, next_days
from rightdoor.casework.staffings.models import ActionItem, Staffing
from rightdoor.domain.permission import Viewer, may
from rightdoor.foundation.jurisdiction.active import zone

AHEAD = timedelta(days=45)  # what falls due later is not raised at this meeting
RUNS_OUT = timedelta(days=30)


def due_at(staffing: Staffing, viewer: Viewer, tie: Tie, now: datetime) -> list[Due]:
    """What is owed on the case of this staffing, soonest first, as far as the viewer may see each."""
    case = staffing.case
    found = dues_of(viewer, [case], {case.client_id: tie}, now)
    return [one for one in found if one.due_at is None or one.due_at <= max(now, staffing.starts_at) + AHEAD]


def under_topics(dues: Iterable[Due], topics: Iterable[str]) -> tuple[dict[str, list[Due]], list[Due]]:
    """By topic of this agenda, and the rest, which has no topic here."""
    known = {key: [] for key in topics}  # type: dict[str, list[Due]]
    rest: list[Due] = []
    for one in dues:
        known.get(one.topic, rest).append(one)
    return known, rest


def core_ties(viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime) -> dict[int, Tie]:
    """By the case's primary key, of those whose core is open to the viewer: how the viewer stands to the case."""
    found = {}
    for case in cases:
        tie = ties.get(case.client_id)
        if tie is None:
            continue
        tie = as_coordinator(viewer, tie, case.region)
        core = may_read(viewer, case.client, tie, "CORE", now, holder=case.holder)
        if core.allowed and not core.status_only:
            found[case.pk] = tie
    return found


def items_due(viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime) -> list[Due]:
    """Tasks of staffings that are not done. They come back until they are. (MTG-6) One query."""
    known = core_ties(viewer, cases, ties, now)
    items = ActionItem.objects.filter(staffing__case__in=known, done_at__isnull=True).order_by("due_on", "id")
    return [
        Due(
            case_id,
            "action_item",
            "Task of a staffing",
            datetime.combine(due_on, time(23, 59, 59), zone()),
            f"/action-items/{code}/",
            code,
            owner,
            "CORE",
            topic,
        )
        for case_id, due_on, code, owner, topic in items.values_list(
            "staffing__case_id", "due_on", "code", "owner", "topic"
        )
    ]


def staffings_due(viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime) -> list[Due]:
    """The next staffing of open cases for which none is called. (CASE-11) One query."""
    known = core_ties(viewer, cases, ties, now)
    chosen = [case for case in cases if case.pk in known and case.state == "open"]
    found = []
    days = next_days(chosen, now) if chosen else {}
    for case in chosen:
        next_one, _, _ = days[case.pk]
        if next_one.state in {"scheduled", "on_request"} or next_one.on is None:
            continue
        label = cadence_label(case.cadence)
        what = f"Staffing ({label.lower()})" if label else "Staffing; how often is not set"
        at = datetime.combine(next_one.on, time(23, 59, 59), zone())
        url = f"/cases/{case.code}/staffings/"
        found.append(Due(case.pk, "cadence", what, at, url, case.code, case.coordinator, "CORE"))
    return found


def summaries_due(viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime) -> list[Due]:
    """Summaries of staffings that were held and are not shared yet, for who shares them. One query."""
    known = {pk: tie for pk, tie in core_ties(viewer, cases, ties, now).items() if may(viewer, "summary.share", tie)}
    rows = Staffing.objects.filter(case__in=known, state="held", summary_shared_at__isnull=True)
    return [
        Due(case_id, "summary", "Summary to share", at, f"/staffings/{code}/summary/", code, by, "CORE")
        for case_id, at, code, by in rows.values_list("case_id", "summary_due_at", "code", "meeting__convened_by")
    ]


def releases_running_out(viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime) -> list[Due]:
    """Releases that run out within a month, for who looks after consents: to renew in time. One query."""
    known = {
        case.client_id: case
        for case in cases
        if (tie := ties.get(case.client_id)) is not None
        and may(viewer, "consent.read", as_coordinator(viewer, tie, case.region))
    }
    rows = Release.objects.filter(
        client__in=known, ended_at__isnull=True, expires_at__gt=now, expires_at__lte=now + RUNS_OUT
    ).order_by("expires_at", "id")
    return [
        Due(known[client].pk, "release", "Release runs out", at, f"/releases/{code}/", code, "", "CORE", "consent")
        for client, at, code in rows.values_list("client_id", "expires_at", "code")
    ]


def open_items_on(case: Case) -> int:
    """How many tasks of its staffings are not done."""
    return ActionItem.objects.filter(staffing__case=case, done_at__isnull=True).count()


def not_finished(case: Case) -> tuple[list[str], list[str]]:
    """Codes of staffings that are still to be held, and of those whose summary is owed."""
    rows = Staffing.objects.filter(case=case).filter(summary_shared_at__isnull=True).order_by("starts_at", "id")
    found = list(rows.values_list("code", "state"))
    return [code for code, state in found if state == "scheduled"], [code for code, state in found if state == "held"]
