"""Pages of legal relief: what runs on a case with its alerts, a new item, one item."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for, standing_of
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.justice import actions, choices, queries
from rightdoor.casework.justice.models import Relief
from rightdoor.casework.justice.shapes import relief_shape
from rightdoor.casework.justice.web.forms import EntryForm, facts_of, form_of, initial_of
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may, may
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.packs.legal_relief import ReliefKind

TONES = {"establish": "at_risk", "ready": "plain", "soon": "at_risk", "last_days": "late", "over": "late"}


def index(request: HttpRequest, code: str) -> HttpResponse:
    """What is tracked on a case, as far as it is open to this viewer, and what may be added."""
    viewer, now = request.viewer, request.now
    case = case_for(viewer, code, now)
    tie = standing_of(viewer, case, now)
    if not may(viewer, "relief.read", tie):
        raise NotVisible
    rows = queries.relief_of(viewer, case, now, tie)
    context = {
        **case_frame(request, case, "relief", tie=tie),
        "page_title": "Legal relief",
        "rows": [{"item": one, "alerts": _alerts(one), "last": one.steps[-1] if one.steps else None} for one in rows],
        "kinds": [(kind.key, str(kind.label)) for kind in active_pack().legal_relief],
        "may_record": may(viewer, "relief.record", tie) and bool(viewer.agency),
    }
    return respond(request, page="justice/relief.html", context=context)


def new(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The form for a new item of this kind."""
    case, found, tie = _place(request, code, kind)
    form = form_of(relief_shape(found), initial={"code": new_code()}, without=("outcome", "outcome_on"))
    return respond(request, page="justice/relief_form.html", context=_form_page(request, case, found, form, tie))


def create(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Records it."""
    case, found, tie = _place(request, code, kind)
    form = form_of(relief_shape(found), request.POST, without=("outcome", "outcome_on"))
    if form.is_valid():
        try:
            told, sent = form.told(), form.cleaned_data["code"]
            row = actions.record_relief(request.viewer, case, kind=kind, told=told, now=request.now, code=sent)
            messages.success(request, f"{found.label}: recorded.")
            return done(request, f"/relief/{row.code}/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = _form_page(request, case, found, form, tie)
    return respond(request, page="justice/relief_form.html", context=context, status=422)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One item: its steps, what must be looked at, and the form for the people of its holder."""
    row, tie = queries.row_for(request.viewer, "relief", code, request.now)
    return respond(request, page="justice/relief_item.html", context=_item(request, row, tie, None))


def change(request: HttpRequest, code: str) -> HttpResponse:
    """Changes its days and what came of it."""
    row, tie = queries.row_for(request.viewer, "relief", code, request.now)
    check_may(request.viewer, "relief.record", tie)
    opened = queries.open_relief(request.viewer, row, request.now, tie)
    form = form_of(relief_shape(opened.kind), request.POST)
    if form.is_valid():
        try:
            told, version = form.told(), form.cleaned_data.get("version") or 0
            actions.change_relief(request.viewer, row, told=told, version=version, now=request.now)
            messages.success(request, f"{opened.label}: changed.")
            return done(request, f"/relief/{row.code}/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = _item(request, row, tie, form)
    return respond(request, page="justice/relief_item.html", context=context, status=422)


def _place(request: HttpRequest, code: str, kind: str) -> tuple[Case, ReliefKind, Tie]:
    case = case_for(request.viewer, code, request.now)
    found = active_pack().relief(kind)
    if found is None:
        raise NotVisible
    tie = standing_of(request.viewer, case, request.now)
    check_may(request.viewer, "relief.record", tie)
    return case, found, tie


def _form_page(request: HttpRequest, case: Case, kind: ReliefKind, form: EntryForm, tie: Tie) -> dict[str, Any]:
    return {
        **case_frame(request, case, "relief", tie=tie),
        "page_title": f"{kind.label}: new",
        "page_back": f"/cases/{case.code}/relief/",
        "page_back_label": "Legal relief",
        "kind": kind,
        "form": form,
        "action": f"/cases/{case.code}/relief/{kind.key}/",
    }


def _item(request: HttpRequest, row: Relief, tie: Tie, form: EntryForm | None) -> dict[str, Any]:
    opened = queries.open_relief(request.viewer, row, request.now, tie)
    shape = relief_shape(opened.kind)
    changes = opened.shown.is_own and may(request.viewer, "relief.record", tie)
    if changes and form is None:
        form = form_of(shape, initial=initial_of(shape, opened.shown.told, row))
    return {
        **case_frame(request, row.case, "relief", tie=tie),
        "page_title": opened.label,
        "page_back": f"/cases/{row.case.code}/relief/",
        "page_back_label": "Legal relief",
        "row": row,
        "item": opened,
        "kind": opened.kind,
        "alerts": _alerts(opened),
        "facts": facts_of(shape, opened.shown.told, row),
        "recorded_by": queries.recorders([opened.shown]).get(row.recorded_by, ""),
        "form": form if changes else None,
    }


def _alerts(one: queries.ShownRelief) -> list[dict[str, Any]]:
    """The alerts in words, what is over first. No day where it would tell a birth date."""
    found = [
        {
            "state": choices.ALERT_STATES[shown.alert.state],
            "tone": TONES[shown.alert.state],
            "what": shown.what,
            "due_on": shown.alert.due_on,
            "lacks": shown.lacks,
            "order": list(choices.ALERT_STATES).index(shown.alert.state),
        }
        for shown in one.alerts
    ]
    return sorted(found, key=lambda alert: -alert["order"])
