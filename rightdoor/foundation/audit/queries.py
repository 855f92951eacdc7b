"""Reads of the audit trail, for those who ask who has seen a record. The caller has checked that they may."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from rightdoor.foundation.audit.events import Actor
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


@dataclass(frozen=True, slots=True)
class Reading:
    """One time that something was shown to somebody.

    ``ground`` is the code of the record that the ground stands on, "" for one's own; ``is_list`` says that it was one
    line of a list; ``sentence`` follows the actor's name. An empty ``subject`` of a list stands for its many.
    """

    id: int
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
    ground: str
    purpose: str
    is_list: bool


@dataclass(frozen=True, slots=True)
class Readings:
    """One page of readings, newest first. ``before`` asks for the next page; None: this was the last."""

    rows: tuple[Reading, ...]
    before: int | None


def readings_of(
    viewer: Actor,
    subject: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Readings:
    """Everything that was shown of one subject's record (a client, a report), to whom and on what ground.

    Holds single records and lists in which the subject stood. It is the caller's duty to check that ``viewer`` may
    know, and to record ``audit.viewed``.
    """
    return _readings("subject = %s", "codes", subject, since, until, before, limit)


def readings_of_holder(
    viewer: Actor,
    agency: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
    reader: str = "",
    klass: str = "",
    oldest_first: bool = False,
) -> Readings:
    """Everything that was shown of what one agency holds, to whom and on what ground.

    A list of several holders' records counts for each of them when its event says ``holders=[...]``. ``reader`` and
    ``klass`` narrow it down to one person or one data class; ``before`` is the last row of the page before, whatever
    the order. The caller checks that ``viewer`` may know (its own agency's readers), and records ``readers.viewed``.
    """
    return _readings("holder = %s", "holders", agency, since, until, before, limit, reader, klass, oldest_first)


def taken_out_of(viewer: Actor, subject: str) -> tuple[Reading, ...]:
    """Every time that something of one subject was printed or left as a file, newest first.

    These are acts, so they are no readings of their own. The caller checks that ``viewer`` may know.
    """
    if not subject:
        return ()
    left = Q(subject=subject) | Q(verb="list.exported", details__codes__contains=[subject])
    rows = AuditEvent.objects.filter(left, verb__in=TAKEN_OUT).exclude(outcome="shown").order_by("-at", "-id")
    return tuple(
        Reading(
            id=row.id,
            at=row.at,
            actor=row.actor,
            actor_agency=row.actor_agency,
            verb=row.verb,
            sentence=_sentence(row.verb),
            kind=row.kind,
            code=row.code,
            subject=row.subject,
            holder=row.holder,
            classes=tuple(row.classes),
            basis=row.basis,
            ground=str(row.details.get("ground", "")),
            purpose=str(row.details.get("purpose", "")),
            is_list="codes" in row.details,
        )
        for row in rows
    )


TAKEN_OUT = ("list.exported", "record.exported", "record.printed")
# Two indexes, one for records and one for lists; each branch stops at the page's length.
_READINGS = """
    SELECT e.id, e.at, e.actor, e.actor_agency, e.verb, e.kind, e.code, e.subject, e.holder, e.classes, e.basis,
           e.details ->> 'ground', e.details ->> 'purpose', e.details -> 'codes', e.details -> 'grounds'
    FROM (
        (SELECT id, at FROM audit_auditevent WHERE {column} AND outcome = 'shown' {bounds}
         ORDER BY at {way}, id {way} LIMIT %s)
        UNION
        (SELECT id, at FROM audit_auditevent
         WHERE outcome = 'shown' AND details ? '{list}' AND details -> '{list}' @> %s::jsonb {bounds}
         ORDER BY at {way}, id {way} LIMIT %s)
    ) AS found JOIN audit_auditevent e ON e.id = found.id
    ORDER BY e.at {way}, e.id {way} LIMIT %s
"""


def _readings(
    column: str,
    list_name: str,
    code: str,
    since: datetime | None,
    until: datetime | None,
    before: int | None,
    limit: int,
    reader: str = "",
    klass: str = "",
    oldest_first: bool = False,
) -> Readings:
    if not code:
        return Readings((), None)
    bounds, values = "", list[Any]()
    for text, value in ((" AND at >= %s", since), (" AND at < %s", until)):
        if value is not None:
            bounds, values = bounds + text, [*values, value]
    for text, named in ((" AND actor = %s", reader), (" AND %s = ANY (classes)", klass)):
        if named:
            bounds, values = bounds + text, [*values, named]
    if before is not None:
        last = AuditEvent.objects.values_list("at", flat=True).filter(pk=before).first()
        if last is None:
            return Readings((), None)
        bounds, values = bounds + f" AND (at, id) {'>' if oldest_first else '<'} (%s, %s)", [*values, last, before]
    way = "ASC" if oldest_first else "DESC"
    statement = _READINGS.format(column=column, list=list_name, bounds=bounds, way=way)
    with connection.cursor() as cursor:
        cursor.execute(statement, [code, *values, limit + 1, json.dumps([code]), *values, limit + 1, limit + 1])
        found = cursor.fetchall()
    rows = tuple(
        Reading(
            id=row[0],
            at=row[1],
            actor=row[2],
            actor_agency=row[3],
            verb=row[4],
            sentence=_sentence(row[4]),
            kind=row[5],
            code=row[6],
            subject=row[7],
            holder=row[8],
            classes=tuple(row[9]),
            basis=row[10],
            ground=row[11] or _ground(code, row[13], row[14]),
            purpose=row[12] or "",
            is_list=row[13] is not None,
        )
        for row in found[:limit]
    )
    return Readings(rows, rows[-1].id if len(found) > limit else None)


def _ground(code: str, codes: str | None, grounds: str | None) -> str:
    """A list names the grounds of its records in their order; that of this one, or the only one there is."""
    each = [one or "" for one in json.loads(grounds or "[]")]
    shown = json.loads(codes or "[]")
    if code in shown and len(each) == len(shown):
        return str(each[shown.index(code)])
    return each[0] if len(set(each)) == 1 else ""


def _sentence(verb: str) -> str:
    return VERBS.get(verb, "did something that this version has no words for")


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
            sentence=_sentence(event.verb),
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
