"""Acts and their events: no change is committed, and nothing is shown, without its row in the audit trail.

``@action`` opens the transaction of an act and refuses to commit it unless the act recorded its event. ``record_read``
commits the event of a reading before the caller gets to return what was read.
"""

import functools
import inspect
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from rightdoor.foundation.audit.context import marks
from rightdoor.foundation.audit.details import (
    FreeTextRefused,
    check_actor,
    check_basis,
    check_classes,
    check_details,
    check_name,
)
from rightdoor.foundation.audit.verbs import VERBS

__all__ = [
    "ActWithoutEvent",
    "AuditUnavailable",
    "FreeTextRefused",
    "ReadInsideTransaction",
    "UnknownVerb",
    "action",
    "demonstration_clock",
    "record",
    "record_counting",
    "record_denied",
    "record_read",
]


class ActWithoutEvent(Exception):  # noqa: N818 - a mistake in the program, named for what is wrong
    """An act ended without recording its event. It was rolled back."""


class AuditUnavailable(Exception):  # noqa: N818 - a state of the installation
    """The event could not be written, so nothing may be changed or shown. Answered with 503."""


class ReadInsideTransaction(Exception):  # noqa: N818 - a mistake in the program
    """A reading was recorded in a transaction that may still be rolled back, and with it the record of it."""


class UnknownVerb(ValueError):  # noqa: N818
    """The verb is not listed in verbs.py."""


class Actor(Protocol):
    """What the trail needs of a viewer."""

    @property
    def code(self) -> str: ...
    @property
    def agency(self) -> str: ...


class Held(Protocol):
    """What the trail needs of a record that is counted."""

    @property
    def code(self) -> str: ...
    @property
    def holder_code(self) -> str: ...


P = ParamSpec("P")
R = TypeVar("R")
V = TypeVar("V", bound=Actor)

CODES_IN_ONE_EVENT = 1000  # what check_details takes of a list

# The one way in (migration 0003): the serving role may call this function and cannot insert by itself.
_WRITE = """
    SELECT audit_write(%s::timestamptz, %s, %s, %s, %s, %s, %s, %s, %s, %s::text[], %s, %s, %s, %s::jsonb)
"""


class _Act:
    """An act under way, with the events recorded in it."""

    def __init__(self, verb: str) -> None:
        self.verb = verb
        self.events: list[tuple[str, int]] = []
        self.level: tuple[str | None, ...] = ()  # the savepoints around it; known once it has begun
        self.is_recorded = False  # by an event at its own level, which is rolled back only with the act itself


_acts: ContextVar[tuple[_Act, ...]] = ContextVar("rightdoor_acts", default=())
_demonstration_time: ContextVar[datetime | None] = ContextVar("rightdoor_demonstration_time", default=None)


def action(verb: str) -> Callable[[Callable[Concatenate[V, P], R]], Callable[Concatenate[V, P], R]]:
    """Make a function an act: all of it or nothing, and never without its event.

    The function takes ``viewer`` first. It must call ``record`` with ``verb`` (or call an act that does) before it
    returns; otherwise everything is rolled back and ActWithoutEvent raised. Acts may call acts.
    """
    _check_verb(verb)

    def decorate(function: Callable[Concatenate[V, P], R]) -> Callable[Concatenate[V, P], R]:
        if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
            raise TypeError("An act is a plain function: it ends before its transaction does.")
        first = next(iter(inspect.signature(function).parameters), None)
        if first != "viewer":
            raise TypeError(f"The act {function.__name__} takes viewer first.")

        @functools.wraps(function)
        def act(viewer: V, *args: P.args, **kwargs: P.kwargs) -> R:
            around = _acts.get()
            this = _Act(verb)
            token = _acts.set((*around, this))
            try:
                with transaction.atomic():
                    this.level = tuple(connection.savepoint_ids)
                    result = function(viewer, *args, **kwargs)
                    _check_recorded(this)
            finally:
                _acts.reset(token)
            if around:  # only now: what an act rolled back is no event of the act around it
                around[-1].events.extend(this.events)
            return result

        act.audit_verb = verb  # type: ignore[attr-defined]
        return act

    return decorate


def record(
    viewer: Actor,
    verb: str,
    obj: Model | None = None,
    *,
    kind: str = "",
    code: str = "",
    subject: str = "",
    holder: str = "",
    classes: Iterable[str] = (),
    basis: str = "",
    outcome: str = "done",
    **details: Any,
) -> int:
    """Write one event; inside an act, in the act's transaction. Returns the event's id.

    ``obj`` is the record it was done to; kind, code, subject and holder are taken from it unless given. ``details``
    are codes, choices, numbers and times. Raises FreeTextRefused for anything else, UnknownVerb, AuditUnavailable.
    """
    _check_verb(verb)
    about = _about(obj)
    named = {
        "kind": kind or about["kind"],
        "code": code or about["code"],
        "subject": subject or about["subject"],
        "holder": holder or about["holder"],
        "outcome": outcome,
    }
    for name, value in named.items():
        check_name(value, name)
    stored = check_details(details)
    at = _demonstration_time.get()
    if at is not None:
        stored["clock"] = "demonstration"
    request = marks.get()
    row = [
        at or timezone.now(),
        check_actor(viewer.code),
        check_name(viewer.agency, "agency"),
        request.session,
        verb,
        named["kind"],
        named["code"],
        named["subject"],
        named["holder"],
        check_classes(classes),
        check_basis(basis),
        outcome,
        request.request_id,
        json.dumps(stored),
    ]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, row)
            event: int = cursor.fetchone()[0]
    except DatabaseError as problem:
        raise AuditUnavailable("The audit trail cannot be written.") from problem
    acts = _acts.get()
    if acts:
        acts[-1].events.append((verb, event))
        if verb == acts[-1].verb and tuple(connection.savepoint_ids) == acts[-1].level:
            acts[-1].is_recorded = True
    return event


def record_read(viewer: Actor, verb: str, obj: Model | None = None, *, codes: Iterable[str] = (), **how: Any) -> int:
    """Record that ``viewer`` is about to be shown something. Call it before the data is returned.

    Outside an act the event is committed when this returns. Inside an act it belongs to the act. In a bare transaction
    it is refused (ReadInsideTransaction), because a rollback would take back the event but not the reading. ``codes``
    lists the records shown; the rest is as for ``record``.
    """
    if not _acts.get() and _in_transaction():
        raise ReadInsideTransaction("Record a reading outside of transaction.atomic, or inside an act.")
    shown = list(codes)
    if shown:
        how["codes"] = shown
    how.setdefault("outcome", "shown")
    return record(viewer, verb, obj, **how)


def record_counting(viewer: Actor, verb: str, rows: Collection[Held], *, kind: str, classes: Iterable[str]) -> None:
    """Record that what stands sealed in ``rows`` is about to be opened to be counted. Call it before opening any.

    One event for each holder and as many codes as an event takes; of no rows, none. ``kind`` is the kind of record,
    ``classes`` are the classes that are opened. Raises as ``record_read`` does, and then nothing may be opened: there
    is no counting without its event. (PRIV-4, STAT-2)
    """
    opened = list(classes)
    for holder in sorted({row.holder_code for row in rows}):
        codes = [row.code for row in rows if row.holder_code == holder]
        for start in range(0, len(codes), CODES_IN_ONE_EVENT):
            record_read(
                viewer,
                verb,
                kind=kind,
                codes=codes[start : start + CODES_IN_ONE_EVENT],
                classes=opened,
                holder=holder,
                purpose="counting",
                outcome="counted",  # nobody is shown anything: it is no reading
            )


def record_denied(viewer: Actor, *, page: str, code: str = "", reason: str = "") -> int:
    """Record that a page was refused. ``page`` is the route's name, ``reason`` a choice."""
    details: dict[str, Any] = {"page": page, **({"reason": reason} if reason else {})}
    return record(viewer, "page.denied", code=code if code else "", outcome="denied", **details)


@contextmanager
def demonstration_clock(at: datetime) -> Iterator[None]:
    """Give the events inside another time, so that a demonstration has a past. Marked in each event.

    Raises RuntimeError on an installation that is no demonstration.
    """
    if not settings.ENV.demo:
        raise RuntimeError("Only a demonstration may set the time of its events.")
    token = _demonstration_time.set(at)
    try:
        yield
    finally:
        _demonstration_time.reset(token)


def _check_verb(verb: str) -> None:
    if verb not in VERBS:
        raise UnknownVerb(f"{verb!r} is not in rightdoor/foundation/audit/verbs.py. Add it there with its sentence.")


def _check_recorded(act: _Act) -> None:
    if act.is_recorded and not connection.needs_rollback:
        return
    ids = [event for verb, event in act.events if verb == act.verb]
    if ids:
        # An event inside a savepoint that was rolled back is gone although it was recorded: ask the table.
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM audit_auditevent WHERE id = ANY(%s)", [ids])
            if cursor.fetchone()[0]:
                return
    raise ActWithoutEvent(f"The act recorded no event {act.verb!r}.")


def _about(obj: Model | None) -> dict[str, str]:
    if obj is None:
        return {"kind": "", "code": "", "subject": "", "holder": ""}
    kind = str(obj._meta.model_name)
    code = str(getattr(obj, "code", ""))
    subject = code if kind == "client" else str(getattr(obj, "subject_code", "") or "")
    return {"kind": kind, "code": code, "subject": subject, "holder": str(getattr(obj, "holder_code", "") or "")}


def _in_transaction() -> bool:
    # A test case's own transaction does not count: it stands for the empty database that a test begins with.
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
