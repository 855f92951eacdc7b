"""Sheets of the tests, sent and looked through as a person does. All people are invented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from rightdoor.casework.referrals.imports.looking import look_through
from rightdoor.casework.referrals.imports.sheets import SheetKind
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.imports import keeping
from rightdoor.foundation.imports.columns import guess
from rightdoor.foundation.imports.models import Import
from rightdoor.foundation.imports.reading import Row, Table
from tests.signing_in import sign_in

USUAL = {"region": "capital", "source": "school", "channel": "standard"}
LOG = (
    *("First name", "Last name", "DOB", "Date received", "Victim status", "Investigation", "Safety concern", "Safe"),
    *("May it be trafficking", "Can be verified", "Enough information", "Eligible", "Staffing date"),
    *("Mandated report made", "Mandated report: when", "Mandated report: by whom", "Mandated report: number", "Notes"),
)
HELD = (
    *("Nora", "Nowhere", "03/04/2011", "01/05/2026 9:00 a.m.", "confirmed", "yes", "no", "yes"),
    *("yes", "yes", "yes", "yes", "01/06/2026 3:00 p.m.", "yes", "01/05/2026", "Cora", "N-1", "=invented words"),
)
AWAITS = ("Ned", "Nobody", "", "03/09/2026", *[""] * 14)


def table_of(headings: tuple[str, ...], *rows: tuple[str, ...]) -> Table:
    """As a file would be read."""
    return Table(headings, tuple(Row(number, cells) for number, cells in enumerate(rows, 2)))


@pytest.fixture
def send(now: datetime) -> Callable[..., Import]:
    """Sends a sheet and chooses the columns as they are guessed."""

    def sent(viewer: Viewer, kind: SheetKind, table: Table, usual: dict[str, str] | None = None) -> Import:
        usual = USUAL if usual is None else usual
        sheet = keeping.send_sheet(viewer, kind=kind.key, name="invented.csv", table=table, now=now)
        chosen = guess(table.headings, list(kind.columns(viewer, now)), {})
        look = look_through(viewer, kind, table, chosen, usual, now)
        plan = {"name": "invented.csv", "chosen": chosen, "usual": usual, "look": look.as_told()}
        keeping.keep_look(viewer, sheet, plan=plan, remember={}, now=now)
        sheet.refresh_from_db()
        return sheet

    return sent


@pytest.fixture
def faults(now: datetime) -> Callable[..., list[tuple[int, str]]]:
    """What is wrong with a sheet, as (row, key of the column's heading)."""

    def found(viewer: Viewer, kind: SheetKind, table: Table, usual: dict[str, str] | None = None) -> list[Any]:
        chosen = guess(table.headings, list(kind.columns(viewer, now)), {})
        look = look_through(viewer, kind, table, chosen, USUAL if usual is None else usual, now)
        return [(fault.row, fault.column) for fault in look.faults]

    return found


@pytest.fixture
def enter(now: datetime) -> Iterator[Callable[[Viewer], Browser]]:
    """Signs a person in at the moment of the tests."""
    with time_machine.travel(now, tick=False):
        yield lambda viewer: sign_in(Browser(), viewer, at=now)
