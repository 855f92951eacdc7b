"""An import from the moment its sheet arrives: sealed for whoever sent it, looked through, let go.

The file itself is never kept: its cells are, under the sender's own key, until they are taken, dropped, or a day old.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code, normalise
from rightdoor.foundation.imports.models import Import, Made, Remembered
from rightdoor.foundation.imports.reading import Row, Table
from rightdoor.foundation.sealing.seals import open_for_account, seal_for_account

KEPT = timedelta(hours=24)
UNDONE_WITHIN = timedelta(days=7)
OPEN = frozenset({"sent", "looked", "failed"})
GONE = "The rows of this sheet are gone. Send the file again."


@action("import.sent")
def send_sheet(viewer: Viewer, *, kind: str, name: str, table: Table, now: datetime) -> Import:
    """Keeps the rows of a sheet, sealed for whoever sent it. Nothing is taken yet. (UX-6)

    Raises NotPermitted.
    """
    check_may(viewer, "import.take")
    sheet = Import(code=new_code(), kind=kind, author=viewer.code, rows=len(table.rows), sent_at=now)
    told = {"headings": table.headings, "rows": [[row.number, row.cells] for row in table.rows]}
    sheet.table_sealed = _sealed(viewer, told, sheet, "table_sealed")
    sheet.plan_sealed = _sealed(viewer, {"name": name}, sheet, "plan_sealed")
    sheet.save(force_insert=True)
    record(viewer, "import.sent", sheet, what=kind, rows=sheet.rows)
    return sheet


@action("import.looked_through")
def keep_look(
    viewer: Viewer, sheet: Import, *, plan: Mapping[str, Any], remember: Mapping[str, str], now: datetime
) -> None:
    """Keeps which column tells what, and what was found in the rows; the columns also for the next sheet.

    Raises NotPermitted, RuleBroken when the sheet is past that.
    """
    check_may(viewer, "import.take")
    held = held_import(viewer, sheet)
    check_open(held, now)
    held.plan_sealed = _sealed(viewer, dict(plan), held, "plan_sealed")
    held.state = "looked"
    held.save(update_fields=["plan_sealed", "state"])
    Remembered.objects.update_or_create(
        account=viewer.code,
        kind=held.kind,
        defaults={
            "columns_sealed": seal_for_account(viewer.code, json.dumps(dict(remember)), **_memory(viewer, held.kind))
        },
    )
    record(viewer, "import.looked_through", held, what=held.kind, rows=held.rows)


@action("import.dropped")
def drop_sheet(viewer: Viewer, sheet: Import, *, now: datetime) -> None:
    """Lets the rows go without taking them. Raises RuleBroken for a sheet that was taken."""
    held = held_import(viewer, sheet)
    if held.state not in OPEN:
        raise RuleBroken("These rows were taken already, or are gone.")
    held.state, held.table_sealed, held.plan_sealed = "dropped", None, None
    held.save(update_fields=["state", "table_sealed", "plan_sealed"])
    record(viewer, "import.dropped", held, what=held.kind, rows=held.rows)


@action("import.let_go")
def let_go(viewer: Viewer, *, now: datetime) -> int:
    """Deletes the rows of every sheet that is a day old. For the installation. Returns how many there were."""
    check_may(viewer, "import.let_go")
    old = Import.objects.filter(sent_at__lte=now - KEPT).filter(
        Q(table_sealed__isnull=False) | Q(plan_sealed__isnull=False)
    )
    gone = old.exclude(state__in=["taken", "undone"]).update(state="dropped", table_sealed=None, plan_sealed=None)
    gone += old.update(table_sealed=None, plan_sealed=None)
    record(viewer, "import.let_go", kind="import", sheets=gone)
    return gone


def import_for(viewer: Viewer, code: str, kind: str) -> Import:
    """The viewer's own import. Raises NotVisible for everybody else's."""
    found = Import.objects.filter(code=normalise(code), kind=kind, author=viewer.code).first() if viewer.code else None
    if found is None:
        raise NotVisible
    return found


def imports_of(viewer: Viewer, kind: str, *, at_most: int = 10) -> list[Import]:
    """The viewer's newest imports of this kind."""
    return list(Import.objects.filter(author=viewer.code, kind=kind).order_by("-sent_at", "-id")[:at_most])


def held_import(viewer: Viewer, sheet: Import) -> Import:
    """The row under lock. Raises NotVisible unless it is the viewer's own."""
    held = Import.objects.select_for_update().filter(pk=sheet.pk, author=viewer.code).first()
    if held is None:
        raise NotVisible
    return held


def check_open(sheet: Import, now: datetime) -> None:
    """Raises RuleBroken when there is nothing left to take."""
    if sheet.state not in OPEN or sheet.table_sealed is None or now >= sheet.sent_at + KEPT:
        raise RuleBroken(GONE)


def check_may_undo(sheet: Import, now: datetime) -> None:
    """Raises RuleBroken for a sheet that was not taken, was undone, or was taken more than seven days ago."""
    if sheet.state != "taken" or sheet.taken_at is None:
        raise RuleBroken("There is nothing to undo here.")
    if now > sheet.taken_at + UNDONE_WITHIN:
        raise RuleBroken("The seven days in which this could be undone are over.")


def asked_import(code: str, kind: str) -> Import | None:
    """A sheet that waits for its job. For the job alone; None once it is taken."""
    return Import.objects.filter(code=code, kind=kind, state="asked").first()


def made_by(viewer: Viewer, sheet: Import, *, at_most: int) -> tuple[list[Made], int]:
    """The first records that the viewer's own sheet made, and how many there are."""
    made = Made.objects.filter(of=sheet, of__author=viewer.code).order_by("row")
    return list(made[:at_most]), made.count()


def table_of(viewer: Viewer, sheet: Import) -> Table:
    """The rows, opened for whoever sent them. Raises RuleBroken when they are gone."""
    if sheet.table_sealed is None:
        raise RuleBroken(GONE)
    told = _opened(viewer, sheet.table_sealed, sheet, "table_sealed")
    rows = tuple(Row(int(number), tuple(cells)) for number, cells in told["rows"])
    return Table(tuple(told["headings"]), rows)


def plan_of(viewer: Viewer, sheet: Import) -> dict[str, Any]:
    """The file's name, the columns chosen, what was found; empty once it is gone."""
    return {} if sheet.plan_sealed is None else _opened(viewer, sheet.plan_sealed, sheet, "plan_sealed")


def with_plan(viewer: Viewer, sheet: Import, plan: Mapping[str, Any]) -> bytes:
    """A plan as it is kept."""
    return _sealed(viewer, dict(plan), sheet, "plan_sealed")


def remembered(viewer: Viewer, kind: str) -> dict[str, str]:
    """Folded heading -> what it told last time."""
    row = Remembered.objects.filter(account=viewer.code, kind=kind).first()
    if row is None:
        return {}
    told: dict[str, str] = json.loads(open_for_account(viewer.code, bytes(row.columns_sealed), **_memory(viewer, kind)))
    return told


def forget_made(codes: Iterable[str]) -> int:
    """Forgets which rows made these records. For the shred of a client. Returns how many."""
    chosen = set(codes)
    return Made.objects.filter(Q(code__in=chosen) | Q(about__in=chosen)).delete()[0]


def _sealed(viewer: Viewer, told: Mapping[str, Any], sheet: Import, column: str) -> bytes:
    return seal_for_account(
        viewer.code, json.dumps(told, ensure_ascii=False), table="imports_import", column=column, row=sheet.code
    )


def _opened(viewer: Viewer, blob: bytes, sheet: Import, column: str) -> dict[str, Any]:
    text = open_for_account(viewer.code, bytes(blob), table="imports_import", column=column, row=sheet.code)
    told: dict[str, Any] = json.loads(text)
    return told


def _memory(viewer: Viewer, kind: str) -> dict[str, str]:
    return {"table": "imports_remembered", "column": "columns_sealed", "row": f"{viewer.code}:{kind}"}
