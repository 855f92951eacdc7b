"""Who keeps the list: years, sources, freezing, codes, reminders, closing, and what a source answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import may
from rightdoor.domain.submission.funding import FUNDING
from rightdoor.domain.submission.jumps import WHY
from rightdoor.domain.submission.prosecution import DISPOSITIONS, NIBRS
from rightdoor.domain.submission.year import DECLINED, KINDS, SOURCES, STATES, tally
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.oversight.submissions import actions, queries
from rightdoor.oversight.submissions.models import Listed, ReportingYear
from rightdoor.oversight.submissions.web.forms import DeclineForm, SourceForm, YearForm, grids_of, typed_of


def index(request: HttpRequest) -> HttpResponse:
    """The years of whoever keeps the list; what one's own agency is asked."""
    keeps = may(request.viewer, "submission.keep", queries.standing_of_keeper(request.viewer))
    own = list(queries.own_entries(request.viewer))
    if not keeps and not request.viewer.roles & {"agency_head", "state_analyst"}:
        raise NotVisible
    context = {
        "keeps": keeps,
        "rows": queries.years_for(request.viewer) if keeps else [],
        "own": [(one, STATES[one.state], KINDS[one.kind]) for one in own],
    }
    return respond(request, page="submissions/years.html", context=context)


def show_new(request: HttpRequest) -> HttpResponse:
    """The form of a new year."""
    _check(request)
    return respond(request, page="submissions/new.html", context={"form": YearForm()})


def create(request: HttpRequest) -> HttpResponse:
    """Begins a year's list."""
    _check(request)
    form = YearForm(request.POST)
    if form.is_valid():
        try:
            row = actions.begin_year(request.viewer, **form.cleaned_data, now=request.now)
            return done(request, reverse("submissions:year", args=[row.code]))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="submissions/new.html", context={"form": form}, status=422)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One year: how it stands, and its list."""
    return _year(request, queries.year_for(request.viewer, code))


def show_add(request: HttpRequest, code: str) -> HttpResponse:
    """The form of one source more."""
    row = queries.year_for(request.viewer, code)
    return respond(
        request,
        page="submissions/add.html",
        context={"year": row, "form": SourceForm(agencies=queries.agencies_to_ask(request.viewer))},
    )


def add(request: HttpRequest, code: str) -> HttpResponse:
    """Puts a source on the list."""
    row = queries.year_for(request.viewer, code)
    form = SourceForm(request.POST, agencies=queries.agencies_to_ask(request.viewer))
    if form.is_valid():
        try:
            actions.list_source(request.viewer, row, **form.cleaned_data, now=request.now)
            messages.success(request, "It is on the list.")
            return done(request, reverse("submissions:year", args=[row.code]))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="submissions/add.html", context={"year": row, "form": form}, status=422)


def freeze(request: HttpRequest, code: str) -> HttpResponse:
    """Freezes the list and asks everybody on it."""
    return _on_year(request, code, actions.freeze_list, "The list is frozen, and everybody on it was asked.")


def remind(request: HttpRequest, code: str) -> HttpResponse:
    """Tells everybody who has not answered."""
    return _on_year(request, code, actions.remind, "Whoever has an account and has not answered was reminded.")


def close(request: HttpRequest, code: str) -> HttpResponse:
    """Closes the year."""
    return _on_year(request, code, actions.end_year, "The year is closed.")


def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Opens it again for corrections."""
    return _on_year(request, code, actions.reopen_year, "Corrections are taken again.")


def show_source(request: HttpRequest, code: str) -> HttpResponse:
    """One source: what became of it, its answers, what can be done."""
    return _source(request, _listed(request, code))


def make_code(request: HttpRequest, code: str) -> HttpResponse:
    """A code, shown on this page and kept nowhere."""
    listed = _listed(request, code)
    text = request.POST.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
    try:
        made = actions.make_code(request.viewer, listed, after=after, now=request.now)
    except RuleBroken as refusal:
        return _source(request, listed, refusal=str(refusal))
    return _source(request, queries.listed_for(request.viewer, code), made=made)


def decline(request: HttpRequest, code: str) -> HttpResponse:
    """Writes down that a source declined."""
    listed = _listed(request, code)
    form = DeclineForm(request.POST)
    if form.is_valid():
        try:
            actions.decline(request.viewer, listed, reason=form.cleaned_data["reason"], now=request.now)
            messages.success(request, "It is written down.")
            return done(request, reverse("submissions:source", args=[listed.code]))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return _source(request, listed, form=form)


def allow_lines(request: HttpRequest, code: str) -> HttpResponse:
    """Records counsel's approval of lines."""
    listed = _listed(request, code)
    actions.allow_lines(request.viewer, listed, now=request.now)
    messages.success(request, "Counsel's approval is recorded.")
    return done(request, reverse("submissions:source", args=[listed.code]))


def remove(request: HttpRequest, code: str) -> HttpResponse:
    """Takes a source off a list that is not frozen."""
    listed = _listed(request, code)
    try:
        actions.unlist_source(request.viewer, listed, now=request.now)
    except RuleBroken as refusal:
        return _source(request, listed, refusal=str(refusal))
    messages.success(request, "It is off the list.")
    return done(request, reverse("submissions:year", args=[listed.year.code]))


def show_answer(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One version of what a source answered. The look is recorded."""
    listed = _listed(request, code)
    row, body = queries.read_answer(request.viewer, listed, number)
    form = queries.form_of_version(row.form_version)
    grids = grids_of(form, listed.kind, typed_of(form, listed.kind, body.totals))
    context = {
        **_of_source(listed),
        "answer": row,
        "grids": [one for one in grids if any(cell.value for line in one.lines for cell in line.cells)],
        "why": [
            (form.labels(table, codes), WHY.get(said, said))
            for (key, codes), said in body.why.items()
            if (table := form.table(key)) is not None
        ],
        "funding": [FUNDING.get(one, one) for one in row.funding],
        "role": queries.ROLES.get(row.role, row.role),
        "lines": len(body.lines),
        "prosecuted": [
            (one, form.lists["places"].label(one.area), form.lists["charge"].label(one.statute))
            + (NIBRS.get(one.nibrs, ""), DISPOSITIONS.get(one.disposition, ""))
            for one in body.prosecuted
        ],
        "is_gone": row.body_sealed is None and row.mode != "nil",
    }
    return respond(request, page="submissions/read.html", context=context)


def _year(request: HttpRequest, row: ReportingYear, refusal: str = "") -> HttpResponse:
    sources = queries.sources_of(row)
    context = {
        "year": row,
        "tally": tally(queries.entry_of(one.listed) for one in sources),
        "sources": [(one, STATES[one.listed.state], KINDS[one.listed.kind]) for one in sources],
        "refusal": refusal,
    }
    return respond(request, page="submissions/year.html", context=context, status=422 if refusal else 200)


def _source(
    request: HttpRequest, listed: Listed, *, refusal: str = "", made: str = "", form: DeclineForm | None = None
) -> HttpResponse:
    context = {
        **_of_source(listed),
        "versions": queries.versions_of(listed),
        "form": form or DeclineForm(),
        "made": made,
        "to": request.build_absolute_uri(reverse("submissions:stranger")),
        "refusal": refusal,
    }
    status = 422 if refusal or form is not None else 200
    return respond(request, page="submissions/source.html", context=context, status=status)


def _of_source(listed: Listed) -> dict[str, Any]:
    return {
        "listed": listed,
        "year": listed.year,
        "name": queries.name_of(listed),
        "state": STATES[listed.state],
        "kind": KINDS[listed.kind],
        "source": SOURCES[listed.source],
        "reason": DECLINED.get(listed.reason, ""),
    }


def _on_year(request: HttpRequest, code: str, act: Callable[..., Any], said: str) -> HttpResponse:
    row = queries.year_for(request.viewer, code)
    try:
        act(request.viewer, row, now=request.now)
    except RuleBroken as refusal:
        return _year(request, row, str(refusal))
    messages.success(request, said)
    return done(request, reverse("submissions:year", args=[row.code]))


def _listed(request: HttpRequest, code: str) -> Listed:
    listed = queries.listed_for(request.viewer, code)
    _check(request)
    return listed


def _check(request: HttpRequest) -> None:
    if not may(request.viewer, "submission.keep", queries.standing_of_keeper(request.viewer)):
        raise NotVisible
