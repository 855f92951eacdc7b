"""How the trail stands, in figures: nothing here is about a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.audit import notes, sealer, witnesses
from rightdoor.foundation.audit.models import AuditBatch, AuditEvent, AuditWitness

SHEET_EVERY_DAYS = 7


@dataclass(frozen=True, slots=True)
class WitnessLine:
    """One witness: who, what became of the last try, how far it has followed."""

    name: str
    state: str
    problem: str
    size: int
    behind: int
    witnessed_at: datetime | None
    is_fault: bool


@dataclass(frozen=True, slots=True)
class TrailState:
    """The figures of the page. ``sheet_at``: when a sheet was last printed."""

    batches: int
    unsealed: int
    sealed_at: datetime | None
    key: str
    origin: str
    witnesses: tuple[WitnessLine, ...]
    sheet_at: datetime | None
    sheet_is_due: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed: one note of the trail."""

    origin: str
    size: int
    events: int
    sealed_at: datetime
    root_lines: tuple[str, ...]
    key: str


def trail_state(viewer: Viewer, now: datetime) -> TrailState:
    """How the trail stands. Raises NotPermitted unless the viewer may read the record of acts."""
    check_may(viewer, "audit.read")
    last = AuditBatch.objects.order_by("-number").only("number", "last_id", "sealed_at").first()
    sheet = AuditEvent.objects.filter(verb="audit.sheet_printed").order_by("-id").values_list("at", flat=True).first()
    public = sealer.public_key()
    batches = last.number if last else 0
    return TrailState(
        batches=batches,
        unsealed=AuditEvent.objects.filter(id__gt=last.last_id if last else 0).count(),
        sealed_at=last.sealed_at if last else None,
        key=public.public_bytes_raw().hex() if public else "",
        origin=notes.origin_of(public) if public else "",
        witnesses=tuple(_witness_lines(now, batches)),
        sheet_at=sheet,
        sheet_is_due=sheet is None or (now - sheet).days >= SHEET_EVERY_DAYS,
    )


def sheet_of(viewer: Viewer) -> Sheet | None:
    """The newest note for paper; None while nothing is sealed. Raises NotPermitted."""
    check_may(viewer, "audit.read")
    public = sealer.public_key()
    ledger = witnesses.ledger()
    if public is None or not len(ledger):
        return None
    return Sheet(
        origin=notes.origin_of(public),
        size=len(ledger),
        events=ledger.events(),
        sealed_at=ledger.sealed_at(),
        root_lines=tuple(witnesses.as_lines(ledger.tree.root())),
        key=public.public_bytes_raw().hex(),
    )


def those_to_alarm(now: datetime) -> list[str]:
    """The codes of everybody who reads the trail or administers the installation."""
    running = Grant.objects.filter(role__in=("auditor", "administrator"), account__is_active=True, starts_at__lte=now)
    codes = running.filter(Q(ends_at=None) | Q(ends_at__gt=now)).values_list("account__code", flat=True)
    return sorted(set(codes))


def _witness_lines(now: datetime, batches: int) -> list[WitnessLine]:
    rows = {(row.kind, row.place): row for row in witnesses.states()}
    lines = []
    for kind, place in witnesses.configured():
        name = "The folder of a witness" if kind == "folder" else f"The witness at {place}"
        row = rows.get((kind, place))
        if row is None:
            lines.append(WitnessLine(name, "not asked yet", "", 0, batches, None, is_fault=False))
            continue
        refused = row.state == AuditWitness.State.REFUSED
        silent = not refused and (row.witnessed_at is None or now - row.witnessed_at > witnesses.SILENT)
        lines.append(
            WitnessLine(
                name=name,
                state="has been silent for a day" if silent else AuditWitness.State(row.state).label,
                problem=row.problem,
                size=row.size,
                behind=max(batches - row.size, 0),
                witnessed_at=row.witnessed_at,
                is_fault=refused or silent,
            )
        )
    return lines
