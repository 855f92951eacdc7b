"""What each slice adds to a case: its tab, lines on the timeline, flags of the header, what is due, what stands open.

A slice above this one says so in a module `parts.py` of its own, in one constant `PARTS`. It is found by its place, as
templates are: nothing down here knows the slices by name, and a slice that is taken away takes its parts along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.disclosure import decision_on
from rightdoor.casework.clients.facts import Tie, as_coordinator
from rightdoor.domain.confidentiality import Item
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.events import record_read

CODES_IN_ONE_EVENT = 1000

# What a slice may tell the others of: the child is back, a day in court was set.
CHANGES = frozenset({"after_missing", "court_date"})


# Of what is due, the classes that may stand on a paper which lies before several people: a face sheet, an agenda. What
# only its own agency reads (immigration, health, advocacy) stays on the reader's screen.
ON_A_TABLE = frozenset({"CORE", "PLAN", "SAFE", "LE", "PROS"})


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at which case, how they stand to it, and when."""

    viewer: Viewer
    case: Case
    tie: Tie
    now: datetime


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the case. It is not there for whom `is_open` says no."""

    key: str
    label: str | Callable[[], str]  # a callable where the words are the pack's
    path: str  # below /cases/<code>/, with its slash; "" is the case itself
    order: int
    is_open: Callable[[Look], bool]


@dataclass(frozen=True, slots=True)
class Happenings:
    """Lines of the timeline, as rows that the database unites, sorts and pages in one query.

    `rows(case)` is a query set of dictionaries with exactly these keys, in this order: at (moment), kind (a key of
    `words`), about (code of the record), klass (its data class), holder (agency code), by (account code or ""). Make
    it with `lines`, which minds that names do not clash with the table's own. No words of a record: what a line says
    is in `words`. `group`: under which heading the timeline can be narrowed to these lines.
    """

    rows: Callable[[Case], QuerySet[Any, dict[str, Any]]]
    words: Mapping[
        str, str | Callable[[], str]
    ]  # kind -> what the line says; a callable where the words are the pack's
    url: Callable[[str, str], str]  # (kind, about) -> where it leads, or ""
    group: str = "Case"
    act: str = ""  # an act of domain.permission: nothing of this for whom it is not open, whatever the class


def lines(
    rows: QuerySet[Any],
    *,
    at: str,
    kind: str | Combinable,
    klass: str | Combinable,
    holder: str | Combinable,
    about: str = "code",
    by: str = "",
) -> QuerySet[Any, dict[str, Any]]:
    """These rows as lines of the timeline. `at`, `about`, `by` name columns; the others are words, or `F("column")`.

    Rows whose moment is empty are left out.
    """
    said = {name: Value(one) if isinstance(one, str) else one for name, one in _named(kind, klass, holder)}
    who = F(by) if by else Value("")
    return (
        rows.filter(**{f"{at}__isnull": False})
        .order_by()
        .annotate(
            line_at=F(at),
            line_kind=Cast(said["kind"], CharField()),
            line_about=Cast(F(about), CharField()),
            line_klass=Cast(said["klass"], CharField()),
            line_holder=Cast(said["holder"], CharField()),
            line_by=Cast(who, CharField()),
        )
        .values("line_at", "line_kind", "line_about", "line_klass", "line_holder", "line_by")
    )


def _named(kind: str | Combinable, klass: str | Combinable, holder: str | Combinable) -> list[tuple[str, Any]]:
    return [("kind", kind), ("klass", klass), ("holder", holder)]


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is owed on a case: for the desk, the header, the agenda of the next staffing."""

    case_id: int
    kind: str  # e.g. "missing.report", "plan.review", "court"
    what: str  # in words without a name
    due_at: datetime | None
    url: str
    about: str = ""  # code of the record
    owner: str = ""  # account code
    klass: str = "CORE"  # data class of the record; the slice has asked whether the viewer may see it
    topic: str = ""  # key of the agenda's topic under which it is raised, where there is one


@dataclass(frozen=True, slots=True)
class Flag:
    """A mark in the header of a case."""

    label: str
    tone: str = "info"  # info, warning, late
    until: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """Something that is not finished when a case is about to close."""

    what: str
    url: str
    stops: bool = False  # True: the case may not close before it is settled; False: it needs a word why


@dataclass(frozen=True, slots=True)
class Parts:
    """What one slice adds to a case."""

    tabs: Sequence[Tab] = ()
    happenings: Sequence[Happenings] = ()
    dues: Sequence[Callable[[Viewer, Sequence[Case], Mapping[int, Tie], datetime], list[Due]]] = ()
    flags: Sequence[Callable[[Look], list[Flag]]] = ()
    open_ends: Sequence[Callable[[Look], list[OpenEnd]]] = field(default=())
    # Acts that follow when another slice tells of a change, by a key of CHANGES; called inside that slice's act.
    follows: Sequence[Callable[[Viewer, Case, str, datetime], None]] = ()


@cache
def all_parts() -> tuple[Parts, ...]:
    """What every installed slice adds, in the order of the settings; first what this slice adds itself."""
    from rightdoor.casework.cases.own import OWN  # it is made of the pieces above

    found = [OWN]
    for app in apps.get_app_configs():
        if app.name.startswith("rightdoor.casework.") and find_spec(f"{app.name}.parts") is not None:
            parts = getattr(import_module(f"{app.name}.parts"), "PARTS", None)
            if isinstance(parts, Parts):
                found.append(parts)
    return tuple(found)


def dues_of(
    viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime, *, until: datetime | None = None
) -> list[Due]:
    """What is owed on these cases, soonest first, undated last; until a moment, where one is given.

    `ties` by client's primary key, as `facts.ties_of` answers. A fixed number of queries for each slice, however many
    cases. On a closed case nothing is owed any more, but what a review of it recommends.
    """
    found = [due for parts in all_parts() for ask in parts.dues for due in ask(viewer, cases, ties, now)]
    at_rest = {case.pk for case in cases if case.state == "closed"}
    found = [due for due in found if due.case_id not in at_rest or due.kind.startswith("review.")]
    if until is not None:
        found = [due for due in found if due.due_at is not None and due.due_at <= until]
    return sorted(found, key=lambda due: (due.due_at is None, due.due_at or now, due.what))


def note_listed(
    viewer: Viewer, verb: str, klass: str, cases: Iterable[Case], ties: Mapping[int, Tie], now: datetime, purpose: str
) -> None:
    """That something of this class is owed on these cases, or marks them, is shown now, and no word of it. One event
    for each holder and kind of ground, with the codes of the cases; none where nothing is shown.

    A mark and a line of the desk say that there is such a record: that is a showing, so it stands in the trail
    (docs/how-to/audit.md). `ties` by client's primary key.
    """
    together: dict[tuple[str, str], set[str]] = {}
    for case in cases:
        tie = as_coordinator(viewer, ties[case.client_id], case.region)
        ground = decision_on(viewer, case.client, Item(klass, case.holder), now, tie=tie)
        together.setdefault((case.holder, ground.basis), set()).add(case.code)
    for (holder, basis), codes in sorted(together.items()):
        listed = sorted(codes)
        for start in range(0, len(listed), CODES_IN_ONE_EVENT):
            record_read(
                viewer,
                verb,
                kind="case",
                codes=listed[start : start + CODES_IN_ONE_EVENT],
                classes=[klass],
                holder=holder,
                basis=basis.lower(),
                purpose=purpose,
            )


def flags_of(look: Look) -> list[Flag]:
    """The marks of the header."""
    return [flag for parts in all_parts() for ask in parts.flags for flag in ask(look)]


def open_ends_of(look: Look) -> list[OpenEnd]:
    """What is not finished on this case, that which stops its closure first."""
    found = [end for parts in all_parts() for ask in parts.open_ends for end in ask(look)]
    return sorted(found, key=lambda end: not end.stops)


def tell_change(viewer: Viewer, case: Case, what: str, now: datetime) -> None:
    """Inside an act: something happened for which other parts of the case may have to act. `what`: a key of CHANGES."""
    assert what in CHANGES, what
    for parts in all_parts():
        for follow in parts.follows:
            follow(viewer, case, what, now)


def tabs_of(look: Look) -> list[Tab]:
    """The tabs that are there for this viewer, in their order."""
    tabs = [tab for parts in all_parts() for tab in parts.tabs]
    return sorted((tab for tab in tabs if tab.is_open(look)), key=lambda tab: tab.order)
