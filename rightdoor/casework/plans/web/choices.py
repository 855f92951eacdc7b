"""Shared decisions: the options laid open, what the client wants, and what came of it."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for, standing_of
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.clients.disclosure import check_may_begin
from rightdoor.casework.plans import queries
from rightdoor.casework.plans.choices import DECIDERS, DECISION_OUTCOMES
from rightdoor.casework.plans.decisions import actions
from rightdoor.casework.plans.decisions.queries import decision_for, open_decisions
from rightdoor.casework.plans.models import SharedDecision
from rightdoor.casework.plans.web.forms import ChoiceForm, LookBackForm, OptionForm, Rows, typed_before
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import acts_open_to, check_may
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.ui.pages import respond
from rightdoor.foundation.ui.typed import as_sent, is_draft, kept, typed_in

BLANK = 3
DRAFT = "plans.choice"


def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Empty rows for options; nothing is chosen beforehand."""
    case = _case(request, code)
    rows = Rows(OptionForm, "options", people=())
    draft = find_draft(request.viewer, DRAFT, case.code)
    if draft is not None:
        typed, kept_at = as_sent(draft[0]), draft[1]
        rows.retype(typed)
        form = ChoiceForm(options=rows.count, initial=typed_before(ChoiceForm, typed))
        return _page(request, case, form, rows, kept_at=kept_at)
    rows.fill([], BLANK)
    return _page(request, case, ChoiceForm(options=rows.count, initial={"code": new_code()}), rows)


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Records the decision; or, for "Add options", the same page with more rows and everything typed kept."""
    case = _case(request, code)
    if request.POST.get("go") == "drop":
        drop_draft(request.viewer, DRAFT, case.code)
        return redirect(f"/cases/{case.code}/choices/new/")
    keep_draft(request.viewer, DRAFT, case.code, typed_in(request), now=request.now)
    if is_draft(request):
        return kept(request.now)
    rows = Rows(OptionForm, "options", people=())
    if "more" in request.POST:
        rows.retype(request.POST, 2)
        form = ChoiceForm(options=rows.count, initial=typed_before(ChoiceForm, request.POST))
        return _page(request, case, form, rows, kept_at=request.now)
    rows.bind(request.POST)
    form = ChoiceForm(request.POST, options=rows.count)
    is_sound = [form.is_valid(), rows.is_valid()]
    if all(is_sound):
        filled = [(at, row) for at, row in enumerate(rows.rows) if row.is_filled()]
        try:
            row = actions.record_shared_decision(
                request.viewer,
                case,
                choice=form.as_choice(filled),  # type: ignore[arg-type]
                code=form.cleaned_data["code"],
                now=request.now,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, DRAFT, case.code)
            messages.success(request, "The decision is recorded.")
            return redirect(f"/choices/{row.code}/")
    return _page(request, case, form, rows, kept_at=request.now, status=422)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One decision with its options."""
    row = decision_for(request.viewer, code, request.now)
    return _one(request, row, LookBackForm())


def look_back(request: HttpRequest, code: str) -> HttpResponse:
    """What came of it."""
    row = decision_for(request.viewer, code, request.now)
    check_may(request.viewer, "shared_decision.record", standing_of(request.viewer, row.case, request.now))
    form = LookBackForm(request.POST)
    if form.is_valid():
        try:
            actions.look_back(request.viewer, row, now=request.now, **form.cleaned_data)
            messages.success(request, "What came of it is recorded.")
            return redirect(f"/choices/{row.code}/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return _one(request, row, form, status=422)


def _case(request: HttpRequest, code: str) -> Case:
    case = case_for(request.viewer, code, request.now)
    tie = standing_of(request.viewer, case, request.now)
    if not queries.may_read_plan(request.viewer, case, request.now, tie):
        raise NotVisible
    check_may(request.viewer, "shared_decision.record", tie)
    check_may_begin(request.viewer, case.client, "PLAN", request.now, holder=case.holder, standing=tie)
    return case


def _page(
    request: HttpRequest,
    case: Case,
    form: ChoiceForm,
    rows: Rows,
    *,
    kept_at: datetime | None = None,
    status: int = 200,
) -> HttpResponse:
    context = case_frame(request, case, "plan") | {
        "page_title": "Options and choice",
        "page_back": f"/cases/{case.code}/plan/",
        "page_back_label": "The plan",
        "form": form,
        "rows": rows,
        "kept_at": kept_at,
    }
    return respond(request, page="plans/choice_new.html", context=context, status=status)


def _one(request: HttpRequest, row: SharedDecision, form: LookBackForm, status: int = 200) -> HttpResponse:
    (shown,) = open_decisions(request.viewer, row.case, request.now, only=row)
    tie = standing_of(request.viewer, row.case, request.now)
    context = case_frame(request, row.case, "plan") | {
        "page_title": "Options and choice",
        "page_back": f"/cases/{row.case.code}/plan/",
        "page_back_label": "The plan",
        "shown_choice": shown,
        "decided_by": DECIDERS.get(shown.decided_by, ""),
        "outcome": DECISION_OUTCOMES.get(shown.outcome, ""),
        "form": form,
        "may_look_back": "shared_decision.record" in acts_open_to(request.viewer, tie) and row.revisited_at is None,
    }
    return respond(request, page="plans/choice.html", context=context, status=status)
