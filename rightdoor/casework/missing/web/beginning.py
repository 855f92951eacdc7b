"""Missing episodes of a case: the list, reporting a child missing in one minute, the plan kept ready, all that run."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for, standing_of
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.clients.disclosure import may_read
from rightdoor.casework.missing import actions, queries
from rightdoor.casework.missing.choices import EPISODE_STATES
from rightdoor.casework.missing.models import PreparedPlan
from rightdoor.casework.missing.web import drafts
from rightdoor.casework.missing.web.forms import LINES, EpisodeForm, PlanForm
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import code_in, kept

EPISODE, PLAN = "episode", "plan"


def index(request: HttpRequest, code: str) -> HttpResponse:
    """Every episode of a case, and the plan that is kept ready."""
    case = _case(request, code)
    frame = case_frame(request, case, "missing")
    plan = queries.newest_plan(case)
    episodes = queries.episodes_of(request.viewer, case, request.now, frame["tie"])
    context = {
        **frame,
        "page_title": "Missing",
        "page_back": f"/cases/{case.code}/",
        "page_back_label": "The case",
        "rows": [{"one": one, "state": EPISODE_STATES[one.state]} for one in episodes],
        "is_running": any(one.state == "running" for one in episodes),
        "elsewhere": queries.episodes_of_client(request.viewer, case, request.now),
        "plan": queries.open_plan(request.viewer, plan, request.now, standing=frame["tie"]) if plan else None,
    }
    return respond(request, page="missing/episodes.html", context=context)


def running(request: HttpRequest) -> HttpResponse:
    """Every child who is missing now, or back with the return open, as far as they are open to the viewer."""
    lines = queries.running(request.viewer, request.now)
    names = {one.key: one.name for one in active_pack().regions}
    context = {
        "rows": [
            {"one": one, "state": EPISODE_STATES[one.state], "region": names.get(one.region, one.region)}
            for one in lines
        ],
        "several": len({one.region for one in lines}) > 1,
    }
    return respond(request, page="missing/running.html", context=context)


def show_new(request: HttpRequest, code: str) -> HttpResponse:
    """The form, with what was typed before."""
    case = _case(request, code, "missing.write")
    form = EpisodeForm(initial={"learned_at": request.now})
    kept_at, typed = drafts.fill_in(request.viewer, form, EPISODE, case.code)
    return _new(request, case, form, code=code_in(typed), kept_at=kept_at)


def keep(request: HttpRequest, code: str) -> HttpResponse:
    """The draft, kept while the person types: of the report, or of the plan for the return."""
    case = _case(request, code, "missing.write")
    drafts.keep(request, PLAN if "call" in request.POST else EPISODE, case.code)
    return kept(request.now)


def create(request: HttpRequest, code: str) -> HttpResponse:
    """The child is missing: the clocks start."""
    case = _case(request, code, "missing.write")
    if request.POST.get("go") == "drop":
        drafts.forget(request.viewer, EPISODE, case.code)
        return redirect(f"/cases/{case.code}/missing/new/")
    drafts.keep(request, EPISODE, case.code)
    form = EpisodeForm(request.POST)
    sent = code_in(request.POST)
    if form.is_valid():
        try:
            episode = actions.start_episode(
                request.viewer,
                case,
                told=form.told(),
                places=form.places(),
                code=sent,
                now=request.now,
                **form.times(),
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.forget(request.viewer, EPISODE, case.code)
            messages.success(request, "The clocks run. Call the police now, and record it here.")
            return done(request, f"/missing/{episode.code}/")
    return _new(request, case, form, code=sent, kept_at=request.now, status=422)


def show_plan(request: HttpRequest, code: str) -> HttpResponse:
    """The plan for a return: what stands, to be written anew."""
    case = _case(request, code, "missing.write")
    form = _plan_form(request, case, queries.newest_plan(case))
    _, typed = drafts.fill_in(request.viewer, form, PLAN, case.code)
    return _plan(request, case, form, code=code_in(typed))


def write_plan(request: HttpRequest, code: str) -> HttpResponse:
    """Writes the next version of it."""
    case = _case(request, code, "missing.write")
    drafts.keep(request, PLAN, case.code)
    form = _plan_form(request, case, queries.newest_plan(case), is_sent=True)
    sent = code_in(request.POST)
    if form.is_valid():
        try:
            actions.write_plan(request.viewer, case, told=form.told(), lines=form.planned(), code=sent, now=request.now)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.forget(request.viewer, PLAN, case.code)
            messages.success(request, "The plan is ready. It becomes tasks on the day of the return.")
            return done(request, f"/cases/{case.code}/missing/")
    return _plan(request, case, form, code=sent, status=422)


def _case(request: HttpRequest, code: str, act: str = "") -> Case:
    case = case_for(request.viewer, code, request.now)
    tie = standing_of(request.viewer, case, request.now)
    if queries.openness(request.viewer, case, request.now, tie) != "open":
        raise NotVisible
    if act:
        check_may(request.viewer, act, tie)
        if not queries.may_write_episodes(request.viewer, case, request.now, tie):
            raise NotVisible
    return case


def _new(
    request: HttpRequest, case: Case, form: EpisodeForm, *, code: str, kept_at: Any, status: int = 200
) -> HttpResponse:
    context = {
        **case_frame(request, case, "missing"),
        "page_title": "Report a child missing",
        "page_back": f"/cases/{case.code}/missing/",
        "page_back_label": "Missing",
        "form": form,
        "parts": form.parts(),
        "code": code,
        "kept_at": kept_at,
        "here": f"/cases/{case.code}/missing/new/",
        "draft_url": f"/cases/{case.code}/missing/draft/",
    }
    return respond(request, page="missing/new.html", context=context, status=status)


def _plan_form(request: HttpRequest, case: Case, plan: PreparedPlan | None, *, is_sent: bool = False) -> PlanForm:
    viewer, now = request.viewer, request.now
    people = queries.people_who_may_do(viewer, case, now)
    places = may_read(
        viewer, case.client, standing_of(viewer, case, now), "LOC", now, holder=case.holder, action="write"
    )
    if is_sent:
        sent = sum(1 for name in request.POST if name.startswith("what_"))
        return PlanForm(request.POST, people=people, lines=min(max(sent, LINES), 20), with_place=places.allowed)
    if plan is None:
        return PlanForm(people=people, with_place=places.allowed)
    shown = queries.open_plan(viewer, plan, now)
    initial: dict[str, Any] = {**shown.told.as_dict(), "place": shown.told.place}
    for line in shown.lines:
        initial |= {
            f"what_{line.number}": line.what,
            f"owner_{line.number}": line.owner,
            f"hours_{line.number}": line.within_hours,
        }
    lines = min(max(LINES, len(shown.lines) + 2), 20)
    return PlanForm(initial=initial, people=people, lines=lines, with_place=places.allowed)


def _plan(request: HttpRequest, case: Case, form: PlanForm, *, code: str, status: int = 200) -> HttpResponse:
    context = {
        **case_frame(request, case, "missing"),
        "page_title": "Plan for the return",
        "page_back": f"/cases/{case.code}/missing/",
        "page_back_label": "Missing",
        "form": form,
        "code": code,
        "draft_url": f"/cases/{case.code}/missing/draft/",
    }
    return respond(request, page="missing/plan.html", context=context, status=status)
