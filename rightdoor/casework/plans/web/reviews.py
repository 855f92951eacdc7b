"""The monthly work on a plan: the review with its outcomes, and asking the partners."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for, people_on, standing_of
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.clients.disclosure import check_may_begin
from rightdoor.casework.plans import queries
from rightdoor.casework.plans.choices import ENDS, NOT_ESTABLISHED, OUTCOME_LEVELS, OUTCOMES, PROGRESS
from rightdoor.casework.plans.models import ServicePlan
from rightdoor.casework.plans.reviews import actions
from rightdoor.casework.plans.reviews.queries import check_ins_of, last_asked, open_reviews, review_for
from rightdoor.casework.plans.web.forms import CheckInForm, ProgressForm, ReviewForm, typed_before
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.ui.pages import respond
from rightdoor.foundation.ui.typed import as_sent, is_draft, kept, typed_in

DRAFT = "plans.review"


def ask(request: HttpRequest, code: str) -> HttpResponse:
    """How each goal stands, how the client fares, when next."""
    plan = _plan(request, code)
    draft = find_draft(request.viewer, DRAFT, plan.code)
    if draft is not None:
        typed, kept_at = as_sent(draft[0]), draft[1]
        form = ReviewForm(initial={name: typed.get(name, "") for name in ReviewForm.names()})
        lines = plan.goals.values_list("line", flat=True)
        before = {line: typed_before(ProgressForm, typed, f"goal-{line}") for line in lines}
        goals = {line: ProgressForm(initial=said, prefix=f"goal-{line}") for line, said in before.items()}
        return _page(request, plan, form, goals, kept_at=kept_at)
    every = active_pack().cadence("service_plan_review").every_days or 30
    next_on = local(request.now).date() + timedelta(days=every)
    form = ReviewForm(initial={"next_on": next_on, "code": new_code()})
    return _page(request, plan, form, {})


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Records the review; "to be revised" leads to the next version at once."""
    plan = _plan(request, code)
    if request.POST.get("go") == "drop":
        drop_draft(request.viewer, DRAFT, plan.code)
        return redirect(f"/plans/{plan.code}/review/")
    keep_draft(request.viewer, DRAFT, plan.code, typed_in(request), now=request.now)
    if is_draft(request):
        return kept(request.now)
    form = ReviewForm(request.POST)
    shown = queries.open_plan(request.viewer, plan, request.now)
    goals = {
        one.line: ProgressForm(request.POST, prefix=f"goal-{one.line}") for one in shown.goals if one.state == "open"
    }
    unsound = [one for one in (form, *goals.values()) if not one.is_valid()]
    if not unsound:
        said = form.cleaned_data
        try:
            review = actions.review_plan(
                request.viewer,
                plan,
                goals={line: one.reviewed() for line, one in goals.items()},
                outcomes=form.outcomes(),
                outcome_words=said["outcome_words"],
                changes=said["changes"],
                ends=said["ends"],
                next_on=said["next_on"],
                code=said["code"],
                now=request.now,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, DRAFT, plan.code)
            messages.success(request, "The review is recorded.")
            if review.ends == "revise":
                return redirect(f"/cases/{plan.case.code}/plan/new/")
            return redirect(f"/plan-reviews/{review.code}/")
    return _page(request, plan, form, goals, kept_at=request.now, status=422)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One review, as it was made."""
    review = review_for(request.viewer, code, request.now)
    (shown,) = open_reviews(request.viewer, review.case, request.now, only=review)
    kinds = dict(active_pack().service_choices().pairs())
    context = case_frame(request, review.case, "plan") | {
        "page_title": "Review of the plan",
        "page_back": f"/cases/{review.case.code}/plan/",
        "page_back_label": "The plan",
        "review": shown,
        "ends": ENDS[shown.ends],
        "goals": [{"one": one, "progress": PROGRESS[one.progress]} for one in shown.goals],
        "outcomes": [
            (label, OUTCOME_LEVELS[key].get(shown.outcomes.get(key, ""), NOT_ESTABLISHED))
            for key, label in OUTCOMES.items()
        ],
        "services": [(kinds.get(key, key), many) for key, many in shown.services.items()],
    }
    return respond(request, page="plans/review.html", context=context)


def check_ins(request: HttpRequest, code: str) -> HttpResponse:
    """Who was asked and what they said, and the form."""
    case = _case(request, code)
    form = CheckInForm(
        people=_partners(request, case), initial={"asked_on": local(request.now).date(), "code": new_code()}
    )
    return _check_ins(request, case, form)


def check_in(request: HttpRequest, code: str) -> HttpResponse:
    """Records one; the clock begins anew."""
    case = _case(request, code)
    check_may(request.viewer, "plan.check_in", standing_of(request.viewer, case, request.now))
    form = CheckInForm(request.POST, people=_partners(request, case))
    if form.is_valid():
        try:
            actions.record_check_in(request.viewer, case, now=request.now, **form.cleaned_data)
            messages.success(request, "The check-in is recorded.")
            return redirect(f"/cases/{case.code}/check-ins/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return _check_ins(request, case, form, status=422)


def _plan(request: HttpRequest, code: str) -> ServicePlan:
    plan = queries.plan_for(request.viewer, code, request.now)
    tie = standing_of(request.viewer, plan.case, request.now)
    check_may(request.viewer, "plan.review", tie)
    check_may_begin(request.viewer, plan.case.client, "PLAN", request.now, holder=plan.case.holder, standing=tie)
    return plan


def _case(request: HttpRequest, code: str) -> Case:
    case = case_for(request.viewer, code, request.now)
    if not queries.may_read_plan(request.viewer, case, request.now):
        raise NotVisible
    return case


def _partners(request: HttpRequest, case: Case) -> list[tuple[str, str]]:
    label = active_pack().teams.all().label
    return [
        (one.code, f"{one.name}, {label(one.discipline)}" if one.discipline else one.name)
        for one in people_on(case, request.now)
        if one.code != request.viewer.code
    ]


def _page(
    request: HttpRequest,
    plan: ServicePlan,
    form: ReviewForm,
    goals: dict[str, ProgressForm],
    *,
    kept_at: datetime | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = queries.open_plan(request.viewer, plan, request.now)
    context = case_frame(request, plan.case, "plan") | {
        "page_title": "Review the plan",
        "page_back": f"/plans/{plan.code}/",
        "page_back_label": "The plan",
        "plan": shown,
        "form": form,
        "goals": [
            {"one": one, "form": goals.get(one.line) or ProgressForm(prefix=f"goal-{one.line}")}
            for one in shown.goals
            if one.state == "open"
        ],
        "drafts": [one for one in shown.goals if one.state == "draft"],
        "is_late": bool(plan.review_due_at and plan.review_due_at < request.now),
        "kept_at": kept_at,
    }
    return respond(request, page="plans/review_new.html", context=context, status=status)


def _check_ins(request: HttpRequest, case: Case, form: CheckInForm, status: int = 200) -> HttpResponse:
    held = queries.plan_in_force(request.viewer, case, request.now)
    asked: dict[str, Any] = dict(last_asked(request.viewer, case, request.now))
    context = case_frame(request, case, "plan") | {
        "page_title": "Check-ins with partners",
        "page_back": f"/cases/{case.code}/plan/",
        "page_back_label": "The plan",
        "form": form,
        "rows": check_ins_of(request.viewer, case, request.now),
        "partners": [{"name": name, "asked_on": asked.get(code)} for code, name in _partners(request, case)],
        "due_at": held.check_in_due_at if held else None,
        "is_late": bool(held and held.check_in_due_at and held.check_in_due_at < request.now),
        "has_plan": held is not None,
    }
    return respond(request, page="plans/check_ins.html", context=context, status=status)
