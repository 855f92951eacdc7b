"""The safety plan of a case: the version in force, writing on it, adopting it, looking at it again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for, standing_of
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.clients.disclosure import check_may_begin, may_read
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.safety import actions, queries
from rightdoor.casework.safety.choices import PART_GROUPS, PART_WORDS, PLACES, STATE_WORDS, TRIGGER_WORDS
from rightdoor.casework.safety.models import SafetyPlan
from rightdoor.casework.safety.queries import ShownPlan
from rightdoor.casework.safety.web.forms import ReviewForm, SafetyForm, TriggerForm
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may, may
from rightdoor.domain.safety_plan import PARTS
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import as_initial, kept, typed_in

DRAFT = "safety.plan"


def index(request: HttpRequest, code: str) -> HttpResponse:
    """The version in force, what calls for a look at it, and the versions before it."""
    case, tie = _case(request, code)
    return _index_page(request, case, tie)


def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Something has changed: the plan is looked at again."""
    case, tie = _case(request, code, "safety_plan.write")
    form = TriggerForm(request.POST)
    if form.is_valid():
        try:
            actions.ask_for_review(request.viewer, case, now=request.now, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is recorded. The plan is due to be looked at.")
            return done(request, f"/cases/{case.code}/safety/")
    return _index_page(request, case, tie, trigger_form=form, status=422)


def show_writing(request: HttpRequest, code: str) -> HttpResponse:
    """The form: what was typed and not saved yet, else the draft, else the version in force as a beginning."""
    case, tie = _case(request, code, "safety_plan.write")
    draft = find_draft(request.viewer, DRAFT, case.code)
    form = SafetyForm(initial=_initial(request, case, tie), with_places=_writes_places(request, case, tie))
    form.initial |= as_initial(form, draft[0]) if draft else {}
    return _writing_page(request, case, tie, form, kept_at=draft[1] if draft else None)


def keep(request: HttpRequest, code: str) -> HttpResponse:
    """What is typed, kept while the person types: sealed for them alone."""
    case, _ = _case(request, code, "safety_plan.write")
    keep_draft(request.viewer, DRAFT, case.code, typed_in(request), now=request.now)
    return kept(request.now)


def write(request: HttpRequest, code: str) -> HttpResponse:
    """Saves the draft. What was typed is kept when it is refused."""
    case, tie = _case(request, code, "safety_plan.write")
    form = SafetyForm(request.POST, with_places=_writes_places(request, case, tie))
    if form.is_valid():
        told = form.cleaned_data
        try:
            plan = actions.write_safety_plan(
                request.viewer,
                case,
                parts={name: told[name] for name in PARTS},
                places=told.get("places"),
                own_review_on=told["own_review_on"],
                version=told["version"] or 0,
                code=told["code"],
                now=request.now,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, DRAFT, case.code)
            messages.success(request, "The draft is saved. Go through it together, then adopt it.")
            return done(request, f"/safety-plans/{plan.code}/")
    keep_draft(request.viewer, DRAFT, case.code, typed_in(request), now=request.now)
    return _writing_page(request, case, tie, form, kept_at=request.now, status=422)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One version of the plan."""
    return _plan_page(request, queries.safety_plan_for(request.viewer, code, request.now))


def adopt(request: HttpRequest, code: str) -> HttpResponse:
    """This draft holds from now on."""
    plan = _plan(request, code)
    try:
        actions.adopt_safety_plan(request.viewer, plan, now=request.now)
    except RuleBroken as refusal:
        return _plan_page(request, plan, refusal=str(refusal), status=422)
    messages.success(request, "This version is in force.")
    return done(request, f"/cases/{plan.case.code}/safety/")


def review(request: HttpRequest, code: str) -> HttpResponse:
    """Looked at together, and nothing to change."""
    plan = _plan(request, code)
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            actions.review_safety_plan(request.viewer, plan, now=request.now, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The look is recorded.")
            return done(request, f"/cases/{plan.case.code}/safety/")
    return _plan_page(request, plan, review_form=form, status=422)


# ------------------------------------------------------------------------------------------------------------ inside


def groups_of(shown: ShownPlan) -> list[dict[str, Any]]:
    """The parts that are written, under their headings; the places only where they are open."""
    groups = []
    for title, names in PART_GROUPS:
        parts = [
            (PLACES[0], shown.places) if name == "places" else (PART_WORDS[name][0], shown.parts[name])
            for name in names
            if (shown.places if name == "places" else shown.parts[name])
        ]
        groups.append({"title": title, "parts": parts})
    return groups


def _case(request: HttpRequest, code: str, act: str = "") -> tuple[Case, Tie]:
    """The case, for whom its safety plan is open, and who may do `act` there. Raises NotVisible."""
    case = case_for(request.viewer, code, request.now)
    tie = standing_of(request.viewer, case, request.now)
    if not queries.may_read_safety(request.viewer, case, tie, request.now):
        raise NotVisible
    if act:
        check_may(request.viewer, act, tie)
        check_may_begin(request.viewer, case.client, "SAFE", request.now, holder=case.holder, standing=tie)
    return case, tie


def _plan(request: HttpRequest, code: str) -> SafetyPlan:
    plan = queries.safety_plan_for(request.viewer, code, request.now)
    check_may(request.viewer, "safety_plan.write", standing_of(request.viewer, plan.case, request.now))
    return plan


def _writes_places(request: HttpRequest, case: Case, tie: Tie) -> bool:
    """Whoever may only read the places sees them on the plan's page; a field of the form is there to be written in."""
    return may_read(request.viewer, case.client, tie, "LOC", request.now, holder=case.holder, action="write").allowed


def _initial(request: HttpRequest, case: Case, tie: Tie) -> dict[str, Any]:
    plans = queries.safety_plans_of(request.viewer, case, tie, request.now)
    draft = next((plan for plan in plans if plan.state == "draft"), None)
    begin = draft or next((plan for plan in plans if plan.state == "adopted"), None)
    if begin is None:
        return {"code": new_code(), "version": 0}
    begin.case = case
    shown = queries.open_safety_plan(request.viewer, begin, request.now, tie=tie)
    return {
        **shown.parts,
        "places": shown.places or "",
        "own_review_on": shown.own_review_on if draft else None,
        "code": draft.code if draft else new_code(),
        "version": draft.version if draft else 0,
    }


def _writing_page(
    request: HttpRequest, case: Case, tie: Tie, form: SafetyForm, *, kept_at: Any, status: int = 200
) -> HttpResponse:
    context = {
        **case_frame(request, case, "safety", tie=tie),
        "page_title": "Write the safety plan",
        "page_back": f"/cases/{case.code}/safety/",
        "page_back_label": "Safety",
        "form": form,
        "kept_at": kept_at,
        "has_places": "places" in form.fields,
    }
    return respond(request, page="safety/writing.html", context=context, status=status)


def _index_page(
    request: HttpRequest, case: Case, tie: Tie, *, trigger_form: TriggerForm | None = None, status: int = 200
) -> HttpResponse:
    viewer, now = request.viewer, request.now
    plans = queries.safety_plans_of(viewer, case, tie, now)
    for plan in plans:
        plan.case = case
    current = next((plan for plan in plans if plan.state == "adopted"), None)
    shown = queries.open_safety_plan(viewer, current, now, tie=tie) if current else None
    frame = case_frame(request, case, "safety", tie=tie)
    context = {
        **frame,
        "page_title": "Safety plan",
        "plan": shown,
        "groups": groups_of(shown) if shown else [],
        "is_late": bool(current and current.review_due_at and current.review_due_at < now),
        "draft": next((plan for plan in plans if plan.state == "draft"), None),
        "versions": [{"one": plan, "state": STATE_WORDS[plan.state]} for plan in plans],
        "triggers": [
            {"one": one, "what": TRIGGER_WORDS.get(one.trigger, one.trigger), "is_late": one.due_at < now}
            for one in queries.triggers_of(viewer, case, tie, now)
        ],
        "last_answer": queries.last_holding_answer(viewer, current, tie, now) if current else None,
        "trigger_form": trigger_form or TriggerForm(initial={"code": new_code()}),
        "review_form": ReviewForm(),
        "may_write": case.state == "open" and "safety_plan_write" in frame["may"],
        "may_hand_over": case.state == "open" and may(viewer, "safety_plan.write", tie),
    }
    return respond(request, page="safety/plans.html", context=context, status=status)


def _plan_page(
    request: HttpRequest,
    plan: SafetyPlan,
    *,
    refusal: str = "",
    review_form: ReviewForm | None = None,
    status: int = 200,
) -> HttpResponse:
    viewer, now, case = request.viewer, request.now, plan.case
    tie = standing_of(viewer, case, now)
    plan.refresh_from_db(fields=["state", "adopted_at", "review_due_at"])
    shown = queries.open_safety_plan(viewer, plan, now, tie=tie)
    frame = case_frame(request, case, "safety", tie=tie)
    context = {
        **frame,
        "page_title": "Safety plan",
        "page_back": f"/cases/{case.code}/safety/",
        "page_back_label": "Safety",
        "plan": shown,
        "plan_state": STATE_WORDS[shown.state],
        "groups": groups_of(shown),
        "refusal": refusal,
        "review_form": review_form or ReviewForm(),
        "may_write": case.state == "open" and "safety_plan_write" in frame["may"],
    }
    return respond(request, page="safety/plan.html", context=context, status=status)
