"""A sheet looked through whole before anything is taken: what is wrong where, what looks like another row or record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from rightdoor.casework.clients.disclosure import opened_who
from rightdoor.casework.clients.matching import COMPARED_AT_MOST
from rightdoor.casework.clients.queries import newest_visible
from rightdoor.casework.referrals.imports.rows import as_person
from rightdoor.casework.referrals.imports.sheets import SheetKind
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.imports.columns import Fault, read_rows
from rightdoor.foundation.imports.reading import Table

NAMED_AT_MOST = 200  # faults and likenesses on one page; the rest stands in the list that can be saved


@dataclass(frozen=True, slots=True)
class Look:
    """What a sheet would become. `ready`: (row number, what it means)."""

    ready: list[tuple[int, Any]]
    faults: list[Fault]
    twice: list[tuple[int, int]]  # a row, and the earlier one that names the same child
    known: list[int]  # rows that name a child who is known already
    clocks_open: int

    @property
    def bad_rows(self) -> int:
        """How many rows have something wrong."""
        return len({fault.row for fault in self.faults})

    def as_told(self) -> dict[str, Any]:
        """As it is kept: numbers of rows, letters of columns and sentences; nothing out of a cell."""
        return {
            "ready": len(self.ready),
            "bad": self.bad_rows,
            "faults": [asdict(fault) for fault in self.faults],
            "twice": self.twice,
            "known": self.known,
            "clocks_open": self.clocks_open,
        }


def look_through(
    viewer: Viewer, kind: SheetKind, table: Table, chosen: Mapping[str, int], usual: Mapping[str, str], now: datetime
) -> Look:
    """Reads every row under this choice of columns. Whom the viewer may see among the known is compared by name and
    birth date; the comparison stands on record as any other. Raises NotPermitted.
    """
    check_may(viewer, "import.take")
    look = understood(viewer, kind, table, chosen, usual, now)
    people = [(number, kind.person(row)) for number, row in look.ready]
    first: dict[tuple[str, str, str], int] = {}
    for number, one in people:
        if any(one[:2]):
            if one in first:
                look.twice.append((number, first[one]))
            first.setdefault(one, number)
    if first:
        newest = newest_visible(viewer, now, at_most=COMPARED_AT_MOST)
        opened = opened_who(viewer, newest, now, action="search", verb="referral.matched")
        there = {as_person(who) for who in opened.values()}
        look.known.extend(number for number, one in people if any(one[:2]) and one in there)
    return look


def understood(
    viewer: Viewer, kind: SheetKind, table: Table, chosen: Mapping[str, int], usual: Mapping[str, str], now: datetime
) -> Look:
    """What every row means and what is wrong with it, without comparing anybody."""
    columns = kind.columns(viewer, now)
    ready: list[tuple[int, Any]] = []
    faults: list[Fault] = []
    for told in read_rows(table, columns, chosen, usual):
        row = kind.understands(viewer, told, now)
        if row is None or told.faults:
            faults.extend(told.faults)
        else:
            ready.append((told.row, row))
    return Look(ready, faults, [], [], sum(1 for _, row in ready if kind.leaves_clock_open(row)))
