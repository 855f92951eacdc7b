"""The pages of a sheet, the same for every kind: send it, say what its columns tell, look, take, undo."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from rightdoor.casework.referrals.imports import actions
from rightdoor.casework.referrals.imports.looking import NAMED_AT_MOST, look_through
from rightdoor.casework.referrals.imports.sheets import SheetKind
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import may
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.files.kinds import FileRefused
from rightdoor.foundation.imports import keeping
from rightdoor.foundation.imports.columns import Column, guess, to_remember
from rightdoor.foundation.imports.forms import ColumnsForm, FileForm
from rightdoor.foundation.imports.models import Import
from rightdoor.foundation.imports.reading import COLUMNS, ROWS, TOO_LARGE, Table, letter, read_table
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, resource, respond

SHOWN_ROWS = 5
LOOKS_AGAIN = 4  # seconds, while a job is at work
STATES = {
    "sent": "Columns not chosen yet",
    "looked": "Looked through, not taken",
    "asked": "Being taken",
    "taken": "Taken",
    "failed": "Not taken",
    "undone": "Undone",
    "dropped": "Let go",
}
MARKS = ("=", "+", "-", "@", "\t", "\r")


class MeaningForm(ColumnsForm):
    """What each column of the sheet tells, and what holds for rows that do not say it."""

    def __init__(
        self,
        *args: Any,
        table: Table,
        columns: list[Column],
        kind: SheetKind,
        served: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, table=table, columns=columns, **kwargs)
        words = active_pack().trafficking
        usual = {
            "region": (active_pack().word("region").capitalize(), served),
            "source": ("From whom it came", words.sources.pairs()),
            "channel": ("Channel", words.channels.pairs()),
        }
        for key in kind.usual:
            label, pairs = usual[key]
            self.fields[f"usual_{key}"] = forms.ChoiceField(
                label=label, choices=[("", "Every row says it"), *pairs], required=False
            )

    def clean(self) -> dict[str, Any]:
        """At least one column tells something."""
        data = super().clean()
        if not any(data.get(f"column_{at}") for at in range(len(self.table.headings))):
            raise forms.ValidationError("Say of at least one column what it tells.")
        return data

    def usual(self) -> dict[str, str]:
        """What holds where a cell says nothing."""
        return {
            name.removeprefix("usual_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("usual_") and value
        }


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """A column of the sheet on the page: its field, and what stands in its first rows."""

    field: Any
    samples: list[str]


def sheet_paths(kind: SheetKind) -> list[URLPattern]:
    """The addresses of one kind of sheet, below its list."""
    base = kind.path.lstrip("/")

    def bound(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        return partial(_with_kind, view, kind)

    return [
        path(f"{base}import/", resource(get=bound(index), post=bound(send)), name="import"),
        path(f"{base}import/empty-sheet/", resource(get=bound(template)), name="empty_sheet"),
        path(f"{base}imports/<str:code>/", resource(get=bound(show), post=bound(settle)), name="sheet"),
        path(f"{base}imports/<str:code>/columns/", resource(get=bound(columns), post=bound(choose)), name="columns"),
        path(f"{base}imports/<str:code>/faults/", resource(get=bound(faults)), name="faults"),
    ]


def _with_kind(view: Callable[..., HttpResponse], kind: SheetKind, request: HttpRequest, **parts: str) -> HttpResponse:
    if not may(request.viewer, "import.take"):
        raise NotVisible
    return view(request, kind, **parts)


def index(request: HttpRequest, kind: SheetKind) -> HttpResponse:
    """The form for a sheet, and the sheets sent before."""
    return _index(request, kind, FileForm())


def send(request: HttpRequest, kind: SheetKind) -> HttpResponse:
    """Reads the file and keeps its rows."""
    form = FileForm(request.POST, request.FILES)
    arrived = request.FILES.get("sheet")
    if arrived is not None and getattr(arrived, "is_too_large", False):
        form.add_error("sheet", TOO_LARGE)
    elif form.is_valid():
        file = form.cleaned_data["sheet"]
        try:
            table = read_table(file.read(), file.name)
        except FileRefused as refusal:
            form.add_error("sheet", str(refusal))
        else:
            sheet = keeping.send_sheet(
                request.viewer, kind=kind.key, name=file.name[:160], table=table, now=request.now
            )
            return done(request, _way(kind, sheet, "columns/"))
    return _index(request, kind, form, status=422)


def template(request: HttpRequest, kind: SheetKind) -> HttpResponse:
    """An empty sheet with the headings that are understood."""
    headings = [column.label for column in kind.columns(request.viewer, request.now) if column.key != "name"]
    return _csv([headings], f"{kind.key.replace('_', '-')}.csv")


def columns(request: HttpRequest, kind: SheetKind, code: str) -> HttpResponse:
    """What each column tells, as guessed or as chosen before."""
    sheet = keeping.import_for(request.viewer, code, kind.key)
    try:
        keeping.check_open(sheet, request.now)
        table = keeping.table_of(request.viewer, sheet)
    except RuleBroken:
        return done(request, _way(kind, sheet))
    form = _columns_form(request, kind, table)
    plan = keeping.plan_of(request.viewer, sheet)
    chosen = plan.get("chosen")
    if chosen is None:
        known = keeping.remembered(request.viewer, kind.key)
        chosen = guess(table.headings, form.columns, known)
    form.initial = {f"column_{at}": key for key, at in chosen.items()}
    form.initial |= {f"usual_{key}": value for key, value in (plan.get("usual") or _usual(request)).items()}
    return _columns(request, kind, sheet, form)


def choose(request: HttpRequest, kind: SheetKind, code: str) -> HttpResponse:
    """Looks through all rows under this choice."""
    sheet = keeping.import_for(request.viewer, code, kind.key)
    try:
        keeping.check_open(sheet, request.now)
        table = keeping.table_of(request.viewer, sheet)
    except RuleBroken as gone:
        messages.error(request, str(gone))
        return done(request, _way(kind, sheet))
    form = _columns_form(request, kind, table, request.POST)
    if not form.is_valid():
        return _columns(request, kind, sheet, form, status=422)
    chosen, usual = form.chosen(), form.usual()
    look = look_through(request.viewer, kind, table, chosen, usual, request.now)
    plan = {
        "name": keeping.plan_of(request.viewer, sheet).get("name", ""),
        "chosen": chosen,
        "usual": usual,
        "look": look.as_told(),
    }
    remember = to_remember(table.headings, chosen)
    keeping.keep_look(request.viewer, sheet, plan=plan, remember=remember, now=request.now)
    return done(request, _way(kind, sheet))


def show(request: HttpRequest, kind: SheetKind, code: str) -> HttpResponse:
    """Where the sheet stands: what it would become, that it is being taken, what it became."""
    return _sheet(request, kind, keeping.import_for(request.viewer, code, kind.key))


def settle(request: HttpRequest, kind: SheetKind, code: str) -> HttpResponse:
    """Takes the rows, lets them go, or undoes what they became."""
    sheet = keeping.import_for(request.viewer, code, kind.key)
    go = request.POST.get("go", "")
    try:
        if go == "take" and sheet.rows > actions.AT_ONCE:
            actions.ask_to_take(request.viewer, sheet, kind, now=request.now)
        elif go == "take":
            count = actions.take_sheet(request.viewer, sheet, kind, now=request.now)
            messages.success(request, f"Taken: {count} {kind.records}.")
        elif go == "drop":
            keeping.drop_sheet(request.viewer, sheet, now=request.now)
            messages.success(request, "The rows are gone. Nothing was taken.")
        elif go == "undo":
            count = actions.undo_sheet(request.viewer, sheet, kind, now=request.now)
            messages.success(request, f"Undone: {count} {kind.records} are gone.")
        else:
            raise RuleBroken("Choose what to do with these rows.")
    except RuleBroken as refusal:
        sheet.refresh_from_db()
        return _sheet(request, kind, sheet, refusal=str(refusal), status=422)
    return done(request, _way(kind, sheet))


def faults(request: HttpRequest, kind: SheetKind, code: str) -> HttpResponse:
    """All that is wrong, as a file: rows, columns and sentences; nothing out of a cell."""
    sheet = keeping.import_for(request.viewer, code, kind.key)
    found = keeping.plan_of(request.viewer, sheet).get("look", {}).get("faults", [])
    keys = ("row", "column", "heading", "what", "mend")
    lines = [
        ["Row", "Column", "Meant as", "What is wrong", "What to do"],
        *[[one[key] for key in keys] for one in found],
    ]
    return _csv(lines, f"import-{sheet.code}.csv")


def _index(request: HttpRequest, kind: SheetKind, form: FileForm, status: int = 200) -> HttpResponse:
    context = {
        "kind": kind,
        "form": form,
        "sent": [(one, STATES[one.state]) for one in keeping.imports_of(request.viewer, kind.key)],
        "most_rows": ROWS,
        "most_columns": COLUMNS,
    }
    return respond(request, page="referrals/imports/send.html", context=context, status=status)


def _columns_form(request: HttpRequest, kind: SheetKind, table: Table, *sent: Any) -> MeaningForm:
    served = [
        (one.key, one.name) for one in active_pack().regions if request.viewer.covers_as("care_coordinator", one.key)
    ]
    told = list(kind.columns(request.viewer, request.now))
    return MeaningForm(*sent, table=table, columns=told, kind=kind, served=served)


def _usual(request: HttpRequest) -> dict[str, str]:
    served = [one.key for one in active_pack().regions if request.viewer.covers_as("care_coordinator", one.key)]
    return {"region": served[0]} if len(served) == 1 else {}


def _columns(
    request: HttpRequest, kind: SheetKind, sheet: Import, form: MeaningForm, status: int = 200
) -> HttpResponse:
    record_read(request.viewer, "import.read", sheet, what=kind.key)
    first = form.table.rows[:3]
    lines = [
        ColumnLine(form[f"column_{at}"], [row.cells[at][:60] for row in first if row.cells[at]])
        for at in range(len(form.table.headings))
    ]
    context = {
        "kind": kind,
        "sheet": sheet,
        "form": form,
        "lines": lines,
        "usual": [form[f"usual_{key}"] for key in kind.usual],
        "told": [column for column in form.columns if column.hint],
    }
    return respond(request, page="referrals/imports/columns.html", context=context, status=status)


def _sheet(
    request: HttpRequest, kind: SheetKind, sheet: Import, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    plan = keeping.plan_of(request.viewer, sheet)
    look: dict[str, Any] = plan.get("look", {})
    found = look.get("faults", [])
    context: dict[str, Any] = {
        "kind": kind,
        "sheet": sheet,
        "state": STATES[sheet.state],
        "name": plan.get("name", ""),
        "look": look,
        "faults": found[:NAMED_AT_MOST],
        "more_faults": max(0, len(found) - NAMED_AT_MOST),
        "refusal": refusal or plan.get("why", ""),
        "may_take": sheet.state in {"looked", "failed"} and bool(look) and not found and look.get("ready", 0) > 0,
        "is_open": _is_open(sheet, request.now),
        "may_undo": _may_undo(sheet, request.now),
        "at_once": sheet.rows <= actions.AT_ONCE,
    }
    if context["is_open"] and look:
        context |= _first_rows(request, kind, sheet, plan)
    if sheet.state == "taken":
        context["made"], context["made_count"] = keeping.made_by(request.viewer, sheet, at_most=SHOWN_ROWS)
    answer = respond(request, page="referrals/imports/sheet.html", context=context, status=status)
    if sheet.state == "asked":
        answer["Refresh"] = str(LOOKS_AGAIN)
    return answer


def _first_rows(request: HttpRequest, kind: SheetKind, sheet: Import, plan: dict[str, Any]) -> dict[str, Any]:
    """The first rows as they are understood: the person's own sheet, and still names. It stands on record."""
    record_read(request.viewer, "import.read", sheet, what=kind.key)
    table = keeping.table_of(request.viewer, sheet)
    labels = {column.key: column.label for column in kind.columns(request.viewer, request.now)}
    chosen: dict[str, int] = plan["chosen"]
    ordered = sorted(chosen.items(), key=lambda pair: pair[1])
    return {
        "heads": [(labels.get(key, key), letter(at)) for key, at in ordered],
        "first": [(row.number, [row.cells[at][:80] for _, at in ordered]) for row in table.rows[:SHOWN_ROWS]],
    }


def _is_open(sheet: Import, now: datetime) -> bool:
    try:
        keeping.check_open(sheet, now)
    except RuleBroken:
        return False
    return True


def _may_undo(sheet: Import, now: datetime) -> bool:
    try:
        keeping.check_may_undo(sheet, now)
    except RuleBroken:
        return False
    return True


def _csv(lines: list[list[Any]], name: str) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    for line in lines:
        writer.writerow([f"'{cell}" if str(cell).startswith(MARKS) else cell for cell in line])
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _way(kind: SheetKind, sheet: Import, rest: str = "") -> str:
    return f"{kind.path}imports/{sheet.code}/{rest}"
