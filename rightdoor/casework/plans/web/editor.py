"""Writing a version of the plan: from a template, or from the version before. Kept while one types."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for, names_of_accounts, standing_of
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.clients.disclosure import check_may_begin
from rightdoor.casework.consents.choices import ALTERNATIVES, CONSENT_BASES
from rightdoor.casework.consents.queries import coordination_of
from rightdoor.casework.plans import actions, queries
from rightdoor.casework.plans.actions import Conflict
from rightdoor.casework.plans.comparing import side_by_side
from rightdoor.casework.plans.models import ServicePlan
from rightdoor.casework.plans.web.forms import PlanSheet
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import respond
from rightdoor.foundation.ui.typed import as_sent, kept, kept_words, typed_in

DRAFT = "plans.version"
PAGE = "plans/editor.html"


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What was typed and not sent yet; else the version before; else a template."""
    case = _case(request, code)
    draft = find_draft(request.viewer, DRAFT, case.code)
    people = queries.people_who_read(request.viewer, case, request.now)
    owners = queries.people_for_services(case, people)
    if draft is not None:
        typed, kept_at = as_sent(draft[0]), draft[1]
        sheet = PlanSheet(typed.get("template") or "", people, owners).retype(typed)
        return _page(request, case, sheet, kept_at=kept_at)
    newest = queries.newest_plan(request.viewer, case, request.now)
    before = queries.open_plan(request.viewer, newest, request.now) if newest else None
    template = request.GET.get("template") or (before.template if before else "")
    sheet = PlanSheet(template or "ongoing", people, owners).show(before, _head(request, case, newest))
    return _page(request, case, sheet, kept_at=None)


def keep(request: HttpRequest, code: str) -> HttpResponse:
    """The draft, kept while the person types."""
    case = _case(request, code)
    keep_draft(request.viewer, DRAFT, case.code, typed_in(request), now=request.now)
    return kept(request.now)


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Rows added, kept, thrown away, or a version written. What cannot be written yet is kept too."""
    case = _case(request, code)
    people = queries.people_who_read(request.viewer, case, request.now)
    owners = queries.people_for_services(case, people)
    here = f"/cases/{case.code}/plan/new/"
    if request.POST.get("go") == "drop":
        drop_draft(request.viewer, DRAFT, case.code)
        return redirect(here)
    keep_draft(request.viewer, DRAFT, case.code, typed_in(request), now=request.now)
    sheet = PlanSheet(request.POST.get("template", ""), people, owners)
    more = request.POST.get("more", "")
    if more:
        return _page(request, case, sheet.retype(request.POST, more), kept_at=request.now, more=more)
    if request.POST.get("go") == "keep":
        messages.success(request, kept_words(request.now))
        return redirect(here)
    sheet.bind(request.POST)
    theirs = None
    if sheet.is_valid():
        said = sheet.head.cleaned_data
        try:
            written = actions.revise_plan(
                request.viewer,
                case,
                wishes=said["wishes"],
                strengths=said["strengths"],
                services=[row.as_service() for row in sheet.services.filled()],
                rest=sheet.rest(),
                based_on=said["based_on"],
                code=said["code"],
                now=request.now,
            )
        except RuleBroken as refusal:
            sheet.head.add_error(None, str(refusal))
        else:
            if not isinstance(written, Conflict):
                drop_draft(request.viewer, DRAFT, case.code)
                messages.success(request, f"Version {written.number} is written. Adopt it once it is agreed.")
                return redirect(f"/plans/{written.code}/")
            theirs = written.theirs
    return _page(request, case, sheet, kept_at=request.now, theirs=theirs, status=422)


def _case(request: HttpRequest, code: str) -> Case:
    case = case_for(request.viewer, code, request.now)
    tie = standing_of(request.viewer, case, request.now)
    if not queries.may_read_plan(request.viewer, case, request.now, tie):
        raise NotVisible
    check_may(request.viewer, "plan.write", tie)
    check_may_begin(request.viewer, case.client, "PLAN", request.now, holder=case.holder, standing=tie)
    return case


def _head(request: HttpRequest, case: Case, newest: ServicePlan | None) -> dict[str, Any]:
    basis = coordination_of(case.client, request.now).basis
    words = {**ALTERNATIVES, **CONSENT_BASES}.get(basis.basis, "") if basis else "Nobody has consented yet"
    return {"based_on": newest.number if newest else 0, "code": new_code(), "consent": words}


def _page(
    request: HttpRequest,
    case: Case,
    sheet: PlanSheet,
    *,
    kept_at: Any,
    more: str = "",
    theirs: ServicePlan | None = None,
    status: int = 200,
) -> HttpResponse:
    said = str(sheet.head["based_on"].value() or "0")
    based_on = int(said) if said.isdecimal() and len(said) < 5 else 0
    context = case_frame(request, case, "plan") | {
        "page_title": f"Write version {based_on + 1} of the {active_pack().word('service_plan')}",
        "page_back": f"/cases/{case.code}/plan/",
        "page_back_label": "The plan",
        "sheet": sheet,
        "templates": active_pack().plans.templates,
        "is_first": based_on == 0,
        "kept_at": kept_at,
        "more": more,
        "based_on": based_on,
    }
    if theirs is not None:
        context |= _conflict(request, case, theirs, based_on)
    return respond(request, page=PAGE, context=context, status=status)


def _conflict(request: HttpRequest, case: Case, theirs: ServicePlan, based_on: int) -> dict[str, Any]:
    """Theirs stands as a version; what it changed is shown, and yours becomes the next one when it is sent again."""
    shown = queries.open_plan(request.viewer, theirs, request.now)
    parts = []
    if 0 < based_on < theirs.number:
        before = queries.version_of(request.viewer, case, str(based_on), request.now)
        parts = side_by_side(queries.open_plan(request.viewer, before, request.now), shown)
    return {
        "theirs": shown,
        "theirs_by": names_of_accounts({theirs.written_by}).get(theirs.written_by, "Somebody else"),
        "their_changes": [
            {"title": part.title, "lines": [line for line in part.lines if line.kind != "same"]}
            for part in parts
            if part.changed
        ],
        "based_on": theirs.number,
        "page_title": f"Write version {theirs.number + 1} of the {active_pack().word('service_plan')}",
    }
