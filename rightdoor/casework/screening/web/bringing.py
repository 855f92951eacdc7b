"""Results from a spreadsheet: sent, its columns said, looked through, taken whole, undone. Nothing waits here."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rightdoor.casework.screening.bringing import actions, queries
from rightdoor.casework.screening.bringing.reading import Known, Looked, columns_of, look, refused_columns
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.files.kinds import FileRefused
from rightdoor.foundation.imports.columns import guess
from rightdoor.foundation.imports.forms import ColumnsForm, FileForm
from rightdoor.foundation.imports.reading import COLUMNS, ROWS, Row, Table, read_table
from rightdoor.foundation.sealing.seals import SealBroken, open_state, sealed_state
from rightdoor.foundation.ui.pages import respond
from rightdoor.foundation.ui.typed import code_in, typed_in

PURPOSE, MINUTES = "screening results", 60
SHOWN = 40  # faults named on the page; mending those often mends the rest


def show(request: HttpRequest) -> HttpResponse:
    """Send a sheet; what was brought before."""
    check_may(request.viewer, "screening.bring_results")
    return _send(request, FileForm())


def create(request: HttpRequest) -> HttpResponse:
    """The sheet sent, looked through again with other columns, or taken."""
    check_may(request.viewer, "screening.bring_results")
    known = queries.known_to(request.viewer, request.now)
    if "state" not in request.POST:
        return _sent(request, known)
    table = _table(request)
    if table is None:
        form = FileForm(request.POST)
        form.add_error(None, "More than an hour has passed. Send the sheet again; nothing was taken.")
        return _send(request, form, status=422)
    columns = columns_of(known)
    form = ColumnsForm(request.POST, table=table, columns=columns)
    if not form.is_valid():
        return _look(request, table, form, None, (), status=422)
    chosen = form.chosen()
    refused = refused_columns(table, chosen)
    found = look(table, known, chosen)
    if request.POST.get("go") != "take" or found.faults or refused:
        status = 422 if request.POST.get("go") == "take" else 200
        return _look(request, table, form, found, tuple(refused), status=status)
    try:
        brought = actions.bring_results(request.viewer, found.lines, now=request.now, code=code_in(typed_in(request)))
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return _look(request, table, form, found, (), status=422)
    messages.success(request, f"{brought.rows:,} results are counted. Within seven days you can undo it.")
    return redirect(reverse("screening:bringing"))


def undo(request: HttpRequest, code: str) -> HttpResponse:
    """A whole sheet taken back."""
    brought = queries.brought_for(request.viewer, code)
    try:
        gone = actions.undo_results(request.viewer, brought, now=request.now)
    except RuleBroken as refusal:
        form = FileForm(request.POST)
        form.add_error(None, str(refusal))
        return _send(request, form, status=422)
    messages.success(request, f"{gone:,} results are no longer counted.")
    return redirect(reverse("screening:bringing"))


def _sent(request: HttpRequest, known: Known) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["sheet"]
        try:
            table = read_table(file.read(), file.name or "")
        except FileRefused as refusal:
            form.add_error("sheet", str(refusal))
        else:
            columns = columns_of(known)
            chosen = guess(table.headings, columns, {})
            refused = refused_columns(table, chosen)
            if not refused:
                told = {f"column_{at}": key for key, at in chosen.items()}
                again = ColumnsForm(told, table=table, columns=columns)
                again.is_valid()
                return _look(request, table, again, look(table, known, chosen), ())
            for sentence in refused:
                form.add_error("sheet", sentence)
    return _send(request, form, status=422)


def _table(request: HttpRequest) -> Table | None:
    """The rows as the form brought them back; None when they are too old or not ours."""
    try:
        told = open_state(request.POST["state"], now=request.now, purpose=_purpose(request))
        return Table(tuple(told["headings"]), tuple(Row(number, tuple(cells)) for number, cells in told["rows"]))
    except (SealBroken, KeyError, UnicodeError):
        return None


def _purpose(request: HttpRequest) -> str:
    """A sheet is its sender's: nobody else's form takes it."""
    return f"{PURPOSE} {request.viewer.code}"


def _send(request: HttpRequest, form: FileForm, *, status: int = 200) -> HttpResponse:
    columns = columns_of(queries.known_to(request.viewer, request.now))
    context = {
        "form": form,
        "brought": queries.brought_by(request.viewer),
        "until": request.now - queries.UNDONE_WITHIN,
        "columns": columns,
        "most_rows": f"{ROWS:,}",
        "most_columns": COLUMNS,
    }
    return respond(request, page="screening/bringing.html", context=context, status=status)


def _look(
    request: HttpRequest,
    table: Table,
    form: ColumnsForm,
    found: Looked | None,
    refused: tuple[str, ...],
    *,
    status: int = 200,
) -> HttpResponse:
    told = {"headings": list(table.headings), "rows": [[row.number, list(row.cells)] for row in table.rows]}
    context = {
        "form": form,
        "rows": len(table.rows),
        "lines": len(found.lines) if found else 0,
        "faults": found.faults[:SHOWN] if found else (),
        "further": max(0, len(found.faults) - SHOWN) if found else 0,
        "refused": refused,
        "may_take": found is not None and not found.faults and not refused and bool(found.lines),
        "state": sealed_state(told, MINUTES, now=request.now, purpose=_purpose(request)),
        "code": code_in(typed_in(request)),
    }
    return respond(request, page="screening/looking.html", context=context, status=status)
