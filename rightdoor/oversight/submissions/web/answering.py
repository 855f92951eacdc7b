"""How a source answers, step by step, whichever door it came by. Nothing is kept before the last step.

    home    what is asked and what was answered; the ways to answer
    about   what it says of itself; then the tables, empty, as answered before, or out of a file
    tables  the tables, sent; what does not add up is said beside them, and what jumped is asked about
    lines   lines out of a file, looked through and sent
    prosecuted  the dispositions of an office that prosecutes, sent
    nil     nobody was served;  decline  it does not answer;  template  an empty template

What was said in an earlier step travels sealed in the form, for two hours, and opens in no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.domain.submission import prosecution
from rightdoor.domain.submission.jumps import WHY, Jump
from rightdoor.domain.submission.rows import PersonRow
from rightdoor.domain.submission.totals import Codes, Totals, faults_of
from rightdoor.domain.submission.year import STATES
from rightdoor.foundation.files.kinds import FileRefused
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.printing.sheets import MEDIA_TYPES
from rightdoor.foundation.sealing.cipher import SealBroken
from rightdoor.foundation.sealing.seals import open_state, sealed_state
from rightdoor.foundation.ui.pages import respond
from rightdoor.oversight.submissions import actions, queries, sheets
from rightdoor.oversight.submissions.actions import About
from rightdoor.oversight.submissions.models import Listed
from rightdoor.oversight.submissions.web.forms import (
    FULL,
    AboutForm,
    DeclineForm,
    NilForm,
    grids_of,
    totals_typed,
    typed_of,
)

PURPOSE, MINUTES = "yearly figures", 120
PROSECUTOR = "prosecutor"
MORE_LINES = 8  # empty ones below those that are filled
SHOWN = 40  # faults named on the page; mending those often mends the rest
TOO_OLD = "More than two hours have passed. Begin again; nothing was sent."


@dataclass(frozen=True, slots=True)
class Door:
    """By which way somebody answers: as whom, at which address, in which frame, and with the code where it is one."""

    viewer: Viewer
    here: str
    base: str = "ui/page.html"
    code: str = ""


@dataclass(slots=True)
class Said:
    """What a page of tables shows beside them."""

    refusals: tuple[str, ...] = ()
    faults: tuple[sheets.Fault, ...] = ()
    jumps: tuple[Jump, ...] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)


def answering(request: HttpRequest, listed: Listed, door: Door) -> HttpResponse:
    """One step. What no step is shows the beginning."""
    steps: dict[str, Callable[[HttpRequest, Listed, Door], HttpResponse]] = {
        "about": _about,
        "tables": _tables,
        "lines": _lines,
        "prosecuted": _prosecuted,
        "nil": _nil,
        "decline": _decline,
        "template": _template,
    }
    return steps.get(request.POST.get("step", ""), show_home)(request, listed, door)


def show_home(request: HttpRequest, listed: Listed, door: Door, refusal: str = "") -> HttpResponse:
    """What is asked, what was answered, and the ways to answer."""
    return _home(request, listed, door, refusals=(refusal,) if refusal else ())


def _home(
    request: HttpRequest,
    listed: Listed,
    door: Door,
    *,
    about: AboutForm | None = None,
    nil: NilForm | None = None,
    decline: DeclineForm | None = None,
    refusals: tuple[str, ...] = (),
) -> HttpResponse:
    last = queries.standing_answer(listed, request.now)
    known = {} if last is None else {"funding": last.funding, "role": last.role}
    context = {
        **_frame(listed, door),
        "about": about or AboutForm(kind=listed.kind, pack=active_pack(), initial=known, auto_id="about-%s"),
        "nil": nil or NilForm(auto_id="nil-%s"),
        "decline": decline or DeclineForm(auto_id="decline-%s"),
        "refusals": refusals,
        "last": last,
        "state": STATES[listed.state],
        "is_full": listed.kind in FULL,
        "is_open": listed.year.ended_at is None and listed.source != "platform",
    }
    is_refused = bool(refusals) or any(one is not None for one in (about, nil, decline))
    return respond(request, page="submissions/answer/home.html", context=context, status=422 if is_refused else 200)


def _about(request: HttpRequest, listed: Listed, door: Door) -> HttpResponse:
    form = AboutForm(request.POST, request.FILES, kind=listed.kind, pack=active_pack(), auto_id="about-%s")
    if not form.is_valid():
        return _home(request, listed, door, about=form)
    about, file = form.about(), form.cleaned_data.get("sheet")
    year_form = queries.form_of_year(listed.year)
    if listed.kind in FULL and not about.funding:
        form.add_error("funding", "Say how your work is paid. What you may send depends on it.")
        return _home(request, listed, door, about=form)
    if listed.kind == PROSECUTOR:
        return _begin_prosecuted(request, listed, door, form, about, file)
    if not file:
        body = queries.body_for_source(door.viewer, listed, request.now)
        typed = typed_of(year_form, listed.kind, body.totals if body else {})
        return _show_tables(request, listed, door, about, typed)
    name, content = file.name or "", file.read()
    try:
        if request.POST.get("as") == "lines":
            if "lines" not in queries.modes_of(listed, about.funding):
                raise RuleBroken("Only totals are taken from you. The calculator turns your lines into totals.")
            lines = sheets.read_lines(year_form, listed.year.year, content, name)
            if not lines.refusals:
                return _show_lines(request, listed, door, about, lines.rows, Said(faults=lines.faults))
            refusals = lines.refusals
        else:
            told = sheets.read_totals(year_form, listed.kind, listed.year.year, content, name)
            if not told.refusals:
                typed = typed_of(year_form, listed.kind, told.totals)
                return _show_tables(request, listed, door, about, typed, Said(faults=told.faults), is_look=True)
            refusals = told.refusals
    except (FileRefused, RuleBroken) as refusal:
        form.add_error("sheet", str(refusal))
        return _home(request, listed, door, about=form)
    actions.note_refused(door.viewer, listed, reasons=len(refusals), now=request.now)
    return _home(request, listed, door, refusals=refusals)


def _tables(request: HttpRequest, listed: Listed, door: Door) -> HttpResponse:
    state = _state(request, listed)
    if state is None:
        return show_home(request, listed, door, TOO_OLD)
    about = _about_of(state)
    typed = {name: text for name, text in request.POST.items() if name.startswith("n.")}
    form = queries.form_of_year(listed.year)
    totals, wrong = totals_typed(form, listed.kind, typed)
    offers = about.offers if listed.kind in FULL else None
    if wrong or faults_of(form, listed.kind, totals, offers=offers):
        return _show_tables(request, listed, door, about, typed, is_sent=True)
    jumps = queries.jumps_of(listed, totals, request.now)
    chosen = {name: text for name, text in request.POST.items() if name.startswith("why.")}
    try:
        actions.send_totals(door.viewer, listed, about=about, totals=totals, why=_why(jumps, chosen), now=request.now)
    except RuleBroken as refusal:
        said = Said(refusals=(str(refusal),), jumps=jumps, chosen=chosen)
        return _show_tables(request, listed, door, about, typed, said, is_sent=True)
    return _thanks(request, listed, door)


def _begin_prosecuted(
    request: HttpRequest, listed: Listed, door: Door, form: AboutForm, about: About, file: Any
) -> HttpResponse:
    if not file:
        body = queries.body_for_source(door.viewer, listed, request.now)
        held = [sheets.cells_of_prosecuted(one) for one in body.prosecuted] if body else []
        return _show_prosecuted(request, listed, door, about, held)
    year_form = queries.form_of_year(listed.year)
    try:
        told = sheets.read_dispositions(year_form, listed.year.year, file.read(), file.name or "")
    except FileRefused as refusal:
        form.add_error("sheet", str(refusal))
        return _home(request, listed, door, about=form)
    if told.refusals:
        actions.note_refused(door.viewer, listed, reasons=len(told.refusals), now=request.now)
        return _home(request, listed, door, refusals=told.refusals)
    return _show_prosecuted(request, listed, door, about, told.lines)


def _prosecuted(request: HttpRequest, listed: Listed, door: Door) -> HttpResponse:
    state = _state(request, listed)
    if state is None or listed.kind != PROSECUTOR:
        return show_home(request, listed, door, TOO_OLD)
    form, year = queries.form_of_year(listed.year), listed.year.year
    columns = sheets.prosecuted_columns(form)
    cells: list[dict[str, str]] = []
    for at in range(prosecution.MOST_LINES):
        line = {one.key: "; ".join(request.POST.getlist(f"p.{at}.{one.key}")) for one in columns}
        if any(text.strip() for text in line.values()):
            cells.append(line)
    read = [sheets.prosecuted_of(form, year, at, line) for at, line in enumerate(cells)]
    faults = [one for _, wrong in read for one in wrong]
    about = _about_of(state)
    if faults:
        return _show_prosecuted(request, listed, door, about, cells, status=422)
    try:
        actions.send_prosecuted(door.viewer, listed, about=about, lines=[line for line, _ in read], now=request.now)
    except RuleBroken as refusal:
        return _show_prosecuted(request, listed, door, about, cells, refusal=str(refusal), status=422)
    return _thanks(request, listed, door)


def _show_prosecuted(
    request: HttpRequest,
    listed: Listed,
    door: Door,
    about: About,
    cells: Sequence[Mapping[str, str]],
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    form, year = queries.form_of_year(listed.year), listed.year.year
    columns = sheets.prosecuted_columns(form)
    lines = []
    for at in range(min(len(cells) + MORE_LINES, prosecution.MOST_LINES)):
        told = cells[at] if at < len(cells) else {}
        wrong = sheets.prosecuted_of(form, year, at, told)[1] if told else ()
        by_field = {one.field: f"{one.what} {one.mend}" for one in wrong}
        lines.append([
            {
                "name": f"p.{at}.{one.key}",
                "column": one,
                "choices": list(one.choices.items()),
                "chosen": _codes_in(one, told.get(one.key, "")),
                "text": told.get(one.key, ""),
                "wrong": by_field.get(one.key, ""),
            }
            for one in columns
        ])  # fmt: skip
    context = {
        **_frame(listed, door),
        "columns": columns,
        "lines": lines,
        "state": _sealed(request, listed, about),
        "refusals": (refusal,) if refusal else (),
    }
    return respond(request, page="submissions/answer/prosecuted.html", context=context, status=status)


def _codes_in(column: sheets.ProsecutedColumn, text: str) -> list[str]:
    by_word = {sheets.folded(word): key for key, label in column.choices.items() for word in (key, label)}
    return [by_word.get(sheets.folded(part), "") for part in text.split(";") if part.strip()]


def _lines(request: HttpRequest, listed: Listed, door: Door) -> HttpResponse:
    state = _state(request, listed)
    if state is None or "lines" not in state:
        return show_home(request, listed, door, TOO_OLD)
    about = _about_of(state)
    rows = [PersonRow({key: tuple(codes) for key, codes in line.items()}) for line in state["lines"]]
    jumps = queries.jumps_of(listed, _totals(listed, rows), request.now)
    chosen = {name: text for name, text in request.POST.items() if name.startswith("why.")}
    try:
        actions.send_lines(door.viewer, listed, about=about, rows=rows, why=_why(jumps, chosen), now=request.now)
    except RuleBroken as refusal:
        said = Said(refusals=(str(refusal),), jumps=jumps, chosen=chosen)
        return _show_lines(request, listed, door, about, tuple(rows), said, status=422)
    return _thanks(request, listed, door)


def _nil(request: HttpRequest, listed: Listed, door: Door) -> HttpResponse:
    form = NilForm(request.POST, auto_id="nil-%s")
    if form.is_valid():
        try:
            actions.say_nobody(door.viewer, listed, role=form.cleaned_data["role"], now=request.now)
            return _thanks(request, listed, door)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return _home(request, listed, door, nil=form)


def _decline(request: HttpRequest, listed: Listed, door: Door) -> HttpResponse:
    form = DeclineForm(request.POST, auto_id="decline-%s")
    if form.is_valid():
        try:
            actions.decline(door.viewer, listed, reason=form.cleaned_data["reason"], now=request.now)
            return _thanks(request, listed, door)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return _home(request, listed, door, decline=form)


def _template(request: HttpRequest, listed: Listed, door: Door) -> HttpResponse:
    form, year = queries.form_of_year(listed.year), listed.year.year
    if listed.kind == PROSECUTOR:
        content, name = sheets.dispositions_template(form, year), f"dispositions-{year}.xlsx"
    elif request.POST.get("as") == "lines":
        content, name = sheets.lines_template(form, year), f"lines-{year}.xlsx"
    else:
        content, name = sheets.totals_template(form, listed.kind, year), f"totals-{year}.xlsx"
    response = HttpResponse(content, content_type=MEDIA_TYPES["xlsx"])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# ------------------------------------------------------------------------------------------------------------- pages


def _show_tables(
    request: HttpRequest,
    listed: Listed,
    door: Door,
    about: About,
    typed: Mapping[str, str],
    said: Said | None = None,
    *,
    is_sent: bool = False,
    is_look: bool = False,
) -> HttpResponse:
    said = said or Said()
    form = queries.form_of_year(listed.year)
    faults: list[Any] = []
    if is_sent or is_look:
        totals, wrong = totals_typed(form, listed.kind, typed)
        offers = about.offers if listed.kind in FULL else None
        faults = [*wrong, *faults_of(form, listed.kind, totals, offers=offers)]
    grids = grids_of(form, listed.kind, typed, faults)
    context = {
        **_frame(listed, door),
        "grids": grids,
        "wrong": [one for one in grids if one.faults],
        "state": _sealed(request, listed, about),
        **_beside(said),
    }
    status = 422 if is_sent else 200
    return respond(request, page="submissions/answer/tables.html", context=context, status=status)


def _show_lines(
    request: HttpRequest,
    listed: Listed,
    door: Door,
    about: About,
    rows: tuple[PersonRow, ...],
    said: Said,
    *,
    status: int = 200,
) -> HttpResponse:
    form = queries.form_of_year(listed.year)
    totals = _totals(listed, rows)
    if not said.jumps and not said.faults:
        said.jumps = queries.jumps_of(listed, totals, request.now)
    offers = about.offers if listed.kind in FULL else None
    told = [f"{one.what} {one.mend}" for one in faults_of(form, listed.kind, totals, offers=offers)]
    context = {
        **_frame(listed, door),
        "rows": len(rows),
        "may_send": bool(rows) and not said.faults and not told,
        "told": told[:SHOWN],
        "state": _sealed(request, listed, about, rows),
        **_beside(said),
    }
    return respond(request, page="submissions/answer/lines.html", context=context, status=status)


def _beside(said: Said) -> dict[str, Any]:
    return {
        "refusals": said.refusals,
        "faults": said.faults[:SHOWN],
        "further": max(0, len(said.faults) - SHOWN),
        "jumps": [(f"why.{at}", one, said.chosen.get(f"why.{at}", "")) for at, one in enumerate(said.jumps)],
        "reasons": list(WHY.items()),
    }


def _thanks(request: HttpRequest, listed: Listed, door: Door) -> HttpResponse:
    fresh = queries.as_it_is_now(listed)
    context = {**_frame(fresh, door), "state": STATES[fresh.state], "last": queries.standing_answer(fresh, request.now)}
    return respond(request, page="submissions/answer/thanks.html", context=context)


def _frame(listed: Listed, door: Door) -> dict[str, Any]:
    name = queries.name_of(listed)
    return {
        "base": door.base,
        "here": door.here,
        "code": door.code,
        "listed": listed,
        "year": listed.year,
        "name": name,
    }


def _totals(listed: Listed, rows: Any) -> Totals:
    return queries.totals_of_lines(listed, rows)


def _why(jumps: tuple[Jump, ...], chosen: Mapping[str, str]) -> dict[tuple[str, Codes], str]:
    said = {(one.table, one.codes): chosen.get(f"why.{at}", "") for at, one in enumerate(jumps)}
    return {key: why for key, why in said.items() if why}


def _sealed(request: HttpRequest, listed: Listed, about: About, rows: tuple[PersonRow, ...] = ()) -> str:
    told: dict[str, Any] = {
        "entry": listed.code,
        "about": [sorted(about.funding), about.role, sorted(about.offers), sorted(about.serves)],
    }
    if rows:
        told["lines"] = [{key: list(codes) for key, codes in row.told.items()} for row in rows]
    return sealed_state(told, MINUTES, now=request.now, purpose=PURPOSE)


def _state(request: HttpRequest, listed: Listed) -> dict[str, Any] | None:
    """What the step before said of this very entry; None where it is too old, changed, or of another."""
    try:
        told = open_state(request.POST.get("state", ""), now=request.now, purpose=PURPOSE)
    except (SealBroken, UnicodeError):
        return None
    return told if told.get("entry") == listed.code else None


def _about_of(state: Mapping[str, Any]) -> About:
    funding, role, offers, serves = state["about"]
    return About(funding, role, offers, serves)
