"""Reads of the audit trail, for those who ask who has seen a record. The caller has checked that they may."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.audit.verbs import VERBS


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event for a page. ``sentence`` follows the actor's name."""

    at: datetime
    actor: str
    actor_agency: str
    verb: str
    sentence: str
    kind: str
    code: str
    subject: str
    holder: str
    classes: tuple[str, ...]
    basis: str
    outcome: str
    details: dict[str, Any]


def events_about(subject: str, *, limit: int = 200) -> list[EventRow]:
    """What was done with, and seen of, one client's or report's record, newest first."""
    return _rows(AuditEvent.objects.filter(subject=subject).order_by("-id")[:limit])


def events_on(code: str, *, limit: int = 200) -> list[EventRow]:
    """What happened to one record, newest first."""
    return _rows(AuditEvent.objects.filter(code=code).order_by("-id")[:limit])


def events_of(actor: str, *, limit: int = 200) -> list[EventRow]:
    """What one person did and saw, newest first."""
    return _rows(AuditEvent.objects.filter(actor=actor).order_by("-id")[:limit])


def latest_events(*, limit: int = 200) -> list[EventRow]:
    """The newest events of all."""
    return _rows(AuditEvent.objects.order_by("-id")[:limit])


def _rows(events: Iterable[AuditEvent]) -> list[EventRow]:
    return [
        EventRow(
            at=event.at,
            actor=event.actor,
            actor_agency=event.actor_agency,
            verb=event.verb,
            sentence=VERBS.get(event.verb, "did something that this version has no words for"),
            kind=event.kind,
            code=event.code,
            subject=event.subject,
            holder=event.holder,
            classes=tuple(event.classes),
            basis=event.basis,
            outcome=event.outcome,
            details=event.details,
        )
        for event in events
    ]
