"""Who read what an agency holds: by code, class, ground and time. For its head. (SR-10)"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rightdoor.community.partners.queries import agency_names
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Standing, Viewer, may
from rightdoor.foundation.accounts.queries import accounts_by_code
from rightdoor.foundation.audit.queries import Reading, Readings, readings_of_holder
from rightdoor.foundation.jurisdiction.active import zone
from rightdoor.foundation.jurisdiction.templatetags.words import when

PAGE = 50
MOST_IN_A_FILE = 10_000
BASES = {
    "own": "Their own agency's record",
    "coordinator": "Coordinates the case",
    "shared": "Shared on record",
    "court": "Court order",
    "mr": "Mandated report",
    "emerg": "Emergency",
    "mdt": "Investigative team",
    "roi": "Release",
    "status": "Yes, no or a date only",
    "review": "Review of an opening",
    "": "Their work on it",
}
PURPOSES = {
    "review": "A regular look at who reads our records",
    "complaint": "A complaint or a question by a client",
    "incident": "An incident that is being looked into",
}
HEADINGS = ("When", "Who", "Agency", "Record", "Client", "Kind of record", "Ground", "Rests on", "What they did")


@dataclass(frozen=True, slots=True)
class ReaderFilters:
    """What the list is narrowed down to. Days are those of the state's zone, both included."""

    reader: str = ""
    klass: str = ""
    since: date | None = None
    until: date | None = None
    oldest_first: bool = False


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """One reading, in words."""

    at: datetime
    who: str
    who_code: str
    agency: str
    code: str
    subject: str
    classes: str
    basis: str
    ground: str
    did: str


@dataclass(frozen=True, slots=True)
class ReaderList:
    """One page. `before` asks for the next; None: this was the last."""

    rows: tuple[ReaderRow, ...]
    before: int | None


def agency_to_watch(viewer: Viewer, asked: str = "") -> str:
    """The agency whose readers the viewer may see: one's own, or for those who oversee all of them the one asked for.

    "" where such a person has not chosen yet. Raises NotVisible.
    """
    if may(viewer, "readers.read"):
        return asked if asked in agency_names({asked}) else ""
    if not viewer.agency or not may(viewer, "readers.read", Standing(owns=True)):
        raise NotVisible
    return viewer.agency


def readers_of(
    viewer: Viewer, agency: str, filters: ReaderFilters, *, before: int | None = None, limit: int = PAGE
) -> ReaderList:
    """Who read what this agency holds. The caller has asked `agency_to_watch`, and records it."""
    page = _asked(viewer, agency, filters, before, limit)
    return ReaderList(tuple(_rows(page.rows)), page.before)


def readers_file(viewer: Viewer, agency: str, filters: ReaderFilters, *, head: list[str]) -> tuple[str, int]:
    """The list as CSV, without a cell that a spreadsheet would take for a formula, and how many rows it has.

    Raises RuleBroken for more rows than a file takes.
    """
    page = _asked(viewer, agency, filters, None, MOST_IN_A_FILE)
    if page.before is not None:
        raise RuleBroken(f"A file takes {MOST_IN_A_FILE:,} rows at most. Narrow the list to fewer days.")
    out = io.StringIO()
    writer = csv.writer(out)
    for line in head:
        writer.writerow([line])
    writer.writerow(HEADINGS)
    rows = _rows(page.rows)
    for row in rows:
        cells = (when(row.at), row.who, row.agency, row.code, row.subject, row.classes, row.basis, row.ground, row.did)
        writer.writerow([harmless(cell) for cell in cells])
    return out.getvalue(), len(rows)


def harmless(text: str) -> str:
    """No spreadsheet may take a cell for a formula, whatever blanks stand before it."""
    return f"'{text}" if text.lstrip(" \u00a0\ufeff\t\r\n")[:1] in set("=+-@＝＋－＠") and text else text


def _asked(viewer: Viewer, agency: str, filters: ReaderFilters, before: int | None, limit: int) -> Readings:
    return readings_of_holder(
        viewer,
        agency,
        since=datetime.combine(filters.since, time(), tzinfo=zone()) if filters.since else None,
        until=datetime.combine(filters.until + timedelta(days=1), time(), tzinfo=zone()) if filters.until else None,
        before=before,
        limit=limit,
        reader=filters.reader,
        klass=filters.klass,
        oldest_first=filters.oldest_first,
    )


def _rows(found: tuple[Reading, ...]) -> list[ReaderRow]:
    people = accounts_by_code({row.actor for row in found})
    agencies = agency_names({row.actor_agency for row in found} - {""})
    return [
        ReaderRow(
            at=row.at,
            who=people[row.actor].name if row.actor in people else row.actor,
            who_code=row.actor,
            agency=agencies.get(row.actor_agency, ""),
            code=row.code or ("A list" if row.is_list else ""),
            subject=row.subject,
            classes=", ".join(row.classes),
            basis=BASES.get(row.basis.lower(), row.basis),
            ground=row.ground,
            did=row.sentence,
        )
        for row in found
    ]
