"""On paper, or not: the question first, the youth's own copy, the page to go through together, the team's copy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.safety import actions, queries
from rightdoor.casework.safety.models import SafetyPlan
from rightdoor.casework.safety.printouts import copy_for_youth, print_team_copy, print_youth_copy
from rightdoor.casework.safety.web.forms import PaperForm
from rightdoor.casework.safety.web.plans import groups_of
from rightdoor.casework.safety.wording import wording
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.domain.safety_plan import ON_PAPER, may_print
from rightdoor.foundation.ui.pages import done, respond


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The question, and what would stand on the paper."""
    plan = _plan(request, code)
    form = PaperForm(initial={"parts": list(ON_PAPER), "language": "en", "size": "letter"})
    return _page(request, plan, form)


def take(request: HttpRequest, code: str) -> HttpResponse:
    """The answer: the paper for a plain yes, for anything else the page to go through together."""
    plan = _plan(request, code)
    form = PaperForm(request.POST)
    if not form.is_valid():
        return _page(request, plan, form, status=422)
    told = form.cleaned_data
    try:
        actions.ask_whether_safe_to_hold(request.viewer, plan, answer=told["holding"], now=request.now)
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return _page(request, plan, form, status=422)
    if not may_print(told["holding"]):
        return done(request, f"/safety-plans/{plan.code}/reading/")
    document = print_youth_copy(
        request.viewer,
        plan,
        language=told["language"],
        size=told["size"],
        chosen=tuple(told["parts"]) or ON_PAPER,
        now=request.now,
    )
    # The name of the file lies open on a phone: it says no more than the paper.
    return _pdf(document, "notes")


def reading(request: HttpRequest, code: str) -> HttpResponse:
    """The plan to go through together on the screen, without the places. Nothing can be changed or sent from here."""
    plan = _plan(request, code)
    shown = queries.open_safety_plan(request.viewer, plan, request.now)
    context = {"groups": groups_of(replace(shown, places=None)), "back": f"/cases/{plan.case.code}/safety/"}
    return respond(request, page="safety/reading.html", context=context)


def team_copy(request: HttpRequest, code: str) -> HttpResponse:
    """The team's copy, for the file."""
    plan = _plan(request, code)
    return _pdf(print_team_copy(request.viewer, plan, now=request.now), plan.code)


def _plan(request: HttpRequest, code: str) -> SafetyPlan:
    """The version in force, for who works on it. Drafts and replaced versions are on no paper."""
    plan = queries.safety_plan_for(request.viewer, code, request.now)
    check_may(request.viewer, "safety_plan.write", standing_of(request.viewer, plan.case, request.now))
    if plan.state != "adopted":
        raise NotVisible
    return plan


def _page(request: HttpRequest, plan: SafetyPlan, form: PaperForm, *, status: int = 200) -> HttpResponse:
    viewer, now, case = request.viewer, request.now, plan.case
    tie = standing_of(viewer, case, now)
    shown = queries.open_safety_plan(viewer, plan, now, tie=tie)
    copy = copy_for_youth(viewer, plan, shown, now)
    words: dict[str, Any] = wording("en")["parts"]
    context = {
        **case_frame(request, case, "safety", tie=tie),
        "page_title": "A paper for the youth",
        "page_back": f"/cases/{case.code}/safety/",
        "page_back_label": "Safety",
        "plan": shown,
        "form": form,
        "preview": [{"label": words[name], "lines": lines} for name, lines in copy.parts.items()],
        "left_out": copy.left_out,
    }
    return respond(request, page="safety/paper.html", context=context, status=status)


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
