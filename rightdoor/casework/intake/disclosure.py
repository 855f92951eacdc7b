"""The one door to what was told in a report: every opening is recorded before anything is returned.

Who reported is opened for the child welfare and police desks only (practice.md, SR-23).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rightdoor.casework.clients.models import kept_apart
from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.intake.models import Hop, Move, Report
from rightdoor.domain.confidentiality import CaseFacts, Item, decide
from rightdoor.domain.errors import NotPermitted
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.sealing.seals import SealContext, open_many, seal_many

MAY_KNOW_THE_REPORTER = frozenset({"child_welfare_desk", "state_police_desk"})
PUBLIC = "PUBLIC"  # holder of what came by the public form until an agency takes a step


@dataclass(frozen=True, slots=True)
class OpenedReport:
    """What was told, opened for one viewer. `reporter` is None for those who may not know who reported."""

    told: Mapping[str, Any]
    who: Who
    whereabouts: Whereabouts
    reporter: Mapping[str, Any] | None
    references: Mapping[str, str] = field(default_factory=dict)  # by key of the hop
    reasons: Mapping[str, str] = field(default_factory=dict)  # by code of the move


def open_report(viewer: Viewer, report: Report, now: datetime) -> OpenedReport:
    """Everything of a report that this viewer may read. The caller has made sure that the viewer sees the report.

    Raises NotPermitted for whoever is not cleared for client data, or is kept apart from the client.
    """
    _check_may_open(viewer, report, now)
    desks = viewer.roles & MAY_KNOW_THE_REPORTER
    sees_reporter = any(not report.region or viewer.covers_as(desk, report.region) for desk in desks)
    classes = ("CORE", "ID", "REP") if sees_reporter else ("CORE", "ID")
    # Its own, or reported to those who stand on the report's way: no release is asked for that.
    basis = "own" if report.holder == viewer.agency else "mr"
    record_read(viewer, "report.read", report, classes=classes, basis=basis)
    hops = [hop for hop in report.hops.all() if hop.reference_sealed is not None]
    moves = list(report.moves.all())
    columns = [(report.told_sealed, label(report, "told")), (report.child_sealed, label(report, "child"))]
    columns += [(report.reporter_sealed, label(report, "reporter"))] if sees_reporter else []
    columns += [(hop.reference_sealed, reference_label(report, hop)) for hop in hops]
    columns += [(move.reason_sealed, reason_label(report, move)) for move in moves]
    texts = open_many(columns)
    child, head = json.loads(texts[1]), 3 if sees_reporter else 2
    return OpenedReport(
        told=json.loads(texts[0]),
        who=Who.from_dict(child),
        whereabouts=Whereabouts.from_dict(child.get("whereabouts") or {}),
        reporter=json.loads(texts[2]) if sees_reporter else None,
        references={hop.key: text for hop, text in zip(hops, texts[head:], strict=False)},
        reasons={move.code: text for move, text in zip(moves, texts[head + len(hops) :], strict=True)},
    )


def _check_may_open(viewer: Viewer, report: Report, now: datetime) -> None:
    """The sharing rule before there is a case: the desk at which a report lies keeps it for that time as its own."""
    apart = report.client_id is not None and kept_apart(viewer).filter(client=report.client_id).exists()
    mine = frozenset({viewer.code})
    facts = CaseFacts(assigned=mine, blocked=mine if apart else frozenset())
    found = decide(viewer, "read", Item("CORE", viewer.agency), facts, now)
    if not found.allowed:
        raise NotPermitted(found.reason)


def label(report: Report, column: str) -> SealContext:
    """The label under which `told`, `child` or `reporter` of a report is sealed."""
    klass = {"told": "CORE", "child": "ID", "reporter": "REP"}[column]
    return SealContext("intake_report", f"{column}_sealed", report.code, report.code, report.holder, klass)


def reference_label(report: Report, hop: Hop) -> SealContext:
    """The label of a hop's reference."""
    return SealContext(
        "intake_hop",
        "reference_sealed",
        f"{report.code}:{hop.key}:{hop.owner_role}",
        report.code,
        report.holder,
        "CORE",
    )


def reason_label(report: Report, move: Move) -> SealContext:
    """The label of the reason for a move."""
    return SealContext("intake_move", "reason_sealed", move.code, report.code, report.holder, "CORE")


def seal_report(
    report: Report, *, told: Mapping[str, Any], child: Mapping[str, Any], reporter: Mapping[str, Any]
) -> None:
    """Puts what was told on the row, sealed; the caller saves it."""
    texts = {"told": told, "child": child, "reporter": reporter}
    values = [(json.dumps(text, ensure_ascii=False), label(report, column)) for column, text in texts.items()]
    report.told_sealed, report.child_sealed, report.reporter_sealed = seal_many(values)


def told_and_child(report: Report) -> tuple[dict[str, Any], dict[str, Any]]:
    """For acts that decide on facts and show nothing to anybody."""
    told, child = open_many(
        [(report.told_sealed, label(report, "told")), (report.child_sealed, label(report, "child"))]
    )
    return json.loads(told), json.loads(child)


def hand_to(report: Report, holder: str) -> None:
    """Seals a report of the public form anew for the first agency that takes a step; the caller saves it.

    What desks without an agency have noted before goes along: its labels name the holder, too.
    """
    columns = ("told", "child", "reporter")
    sealed = [report.told_sealed, report.child_sealed, report.reporter_sealed]
    texts = open_many(list(zip(sealed, [label(report, column) for column in columns], strict=True)))
    hops = list(report.hops.filter(reference_sealed__isnull=False))
    moves = list(report.moves.all())
    noted = open_many(
        [(hop.reference_sealed, reference_label(report, hop)) for hop in hops]
        + [(move.reason_sealed, reason_label(report, move)) for move in moves]
    )
    report.holder = holder
    labels = [reference_label(report, hop) for hop in hops] + [reason_label(report, move) for move in moves]
    anew = seal_many(list(zip(noted, labels, strict=True)))
    for hop, blob in zip(hops, anew, strict=False):
        Hop.objects.filter(pk=hop.pk).update(reference_sealed=blob)
    for move, blob in zip(moves, anew[len(hops) :], strict=True):
        Move.objects.filter(pk=move.pk).update(reason_sealed=blob)
    report.told_sealed, report.child_sealed, report.reporter_sealed = seal_many(
        list(zip(texts, [label(report, column) for column in columns], strict=True))
    )
