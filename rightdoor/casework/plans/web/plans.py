"""The service plan of a case: where it stands, its versions; one version: read, adopt, follow, print, compare."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.plans import actions, queries
from rightdoor.casework.plans.choices import ACTION_STATES, ENDS, GOAL_PARTS, GOAL_STATES, RISKS, SERVICE_STATES, STATES
from rightdoor.casework.plans.comparing import side_by_side
from rightdoor.casework.plans.decisions.queries import open_decisions
from rightdoor.casework.plans.models import ServicePlan
from rightdoor.casework.plans.printouts import print_plan
from rightdoor.casework.plans.queries import ShownPlan
from rightdoor.casework.plans.reviews.queries import check_ins_of, open_reviews
from rightdoor.casework.plans.wording import LANGUAGES, asked_language
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.service_plan import SERVICE_TRANSITIONS
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.ui.pages import done, respond

PAGE, FRAGMENT = "plans/plan.html", "plans/_plan.html"


def index(request: HttpRequest, code: str) -> HttpResponse:
    """The plan that holds, its clocks, reviews, check-ins, choices, and every version."""
    viewer, now = request.viewer, request.now
    case = _case(request, code)
    versions = queries.plans_of(viewer, case, now)
    held = queries.plan_in_force(viewer, case, now)
    plan = queries.open_plan(viewer, held, now) if held else None
    newest = versions[0] if versions else None
    context = case_frame(request, case, "plan") | {
        "page_title": _word(),
        "page_back": f"/cases/{case.code}/",
        "page_back_label": "The case",
        "plan": plan,
        "goals": [_goal(one) for one in plan.goals] if plan else [],
        "open_steps": [one for one in plan.actions if one.state == "open"] if plan else [],
        "waits": newest if newest is not None and newest.state == "draft" else None,
        "versions": [{"one": one, "state": STATES[one.state]} for one in versions],
        "reviews": [{"one": one, "ends": ENDS[one.ends]} for one in open_reviews(viewer, case, now)],
        "check_ins": check_ins_of(viewer, case, now),
        "decisions": open_decisions(viewer, case, now),
        "templates": active_pack().plans.templates,
        "review_is_late": bool(plan and plan.review_due_at and plan.review_due_at < now),
        "check_in_is_late": bool(plan and plan.check_in_due_at and plan.check_in_due_at < now),
        "today": local(now).date(),
    }
    return respond(request, page="plans/plans.html", context=context)


def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Two versions beside each other: what was added, removed and changed, in words."""
    viewer, now = request.viewer, request.now
    case = _case(request, code)
    versions = queries.plans_of(viewer, case, now)
    if not versions:
        raise NotVisible
    newer = request.GET.get("newer") or str(versions[0].number)
    older = request.GET.get("older") or str(versions[1].number if len(versions) > 1 else versions[0].number)
    pair = [queries.open_plan(viewer, queries.version_of(viewer, case, one, now), now) for one in (older, newer)]
    pair.sort(key=lambda one: one.number)
    before, after = pair
    context = case_frame(request, case, "plan") | {
        "page_title": f"Version {before.number} and version {after.number}",
        "page_back": f"/cases/{case.code}/plan/",
        "page_back_label": "The plan",
        "before": before,
        "after": after,
        "parts": side_by_side(before, after),
        "versions": versions,
    }
    return respond(request, page="plans/comparison.html", context=context)


def show(request: HttpRequest, code: str, number: int = 0) -> HttpResponse:
    """The plan in the client's words, its services, and where each stands; also at the address of one of them."""
    plan = queries.plan_for(request.viewer, code, request.now)
    return respond(request, page=PAGE, fragment=FRAGMENT, context=_context(request, plan))


def adopt(request: HttpRequest, code: str) -> HttpResponse:
    """This version holds from now on."""
    plan = queries.plan_for(request.viewer, code, request.now)
    try:
        actions.adopt_plan(request.viewer, plan, now=request.now)
    except RuleBroken as refusal:
        return _refused(request, plan, refusal)
    return done(request, f"/plans/{plan.code}/", fragment=FRAGMENT, context=_context(request, plan))


def follow(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A service was started, completed or declined."""
    plan = queries.plan_for(request.viewer, code, request.now)
    try:
        actions.change_service(
            request.viewer, plan, number=number, state=request.POST.get("state", ""), now=request.now
        )
    except RuleBroken as refusal:
        return _refused(request, plan, refusal)
    return done(request, f"/plans/{plan.code}/", fragment=FRAGMENT, context=_context(request, plan))


def step(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """An action was done, dropped or taken up again."""
    plan = queries.plan_for(request.viewer, code, request.now)
    try:
        actions.change_action(request.viewer, plan, number=number, state=request.POST.get("state", ""), now=request.now)
    except RuleBroken as refusal:
        return _refused(request, plan, refusal)
    return done(request, f"/plans/{plan.code}/", fragment=FRAGMENT, context=_context(request, plan))


def document(request: HttpRequest, code: str) -> HttpResponse:
    """The printed plan: for the team, or for the client in plain words and a language of the client's."""
    plan = queries.plan_for(request.viewer, code, request.now)
    for_client = request.GET.get("for") == "client"
    language = asked_language(request.GET.get("language", "")) if for_client else "en"
    content = print_plan(request.viewer, plan, for_client=for_client, language=language, now=request.now)
    headers = {"Content-Disposition": f'attachment; filename="plan-{plan.code}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _case(request: HttpRequest, code: str) -> Case:
    case = case_for(request.viewer, code, request.now)
    if not queries.may_read_plan(request.viewer, case, request.now):
        raise NotVisible
    return case


def _refused(request: HttpRequest, plan: ServicePlan, refusal: RuleBroken) -> HttpResponse:
    plan.refresh_from_db(fields=["state", "adopted_at", "review_due_at", "check_in_due_at"])
    context = {**_context(request, plan), "refusal": str(refusal)}
    return respond(request, page=PAGE, fragment=FRAGMENT, context=context, status=422)


def _context(request: HttpRequest, plan: ServicePlan) -> dict[str, Any]:
    viewer, now, case = request.viewer, request.now, plan.case
    shown = queries.open_plan(viewer, plan, now)
    frame = case_frame(request, case, "plan")
    may = frame["may"]
    template = next((one.label for one in active_pack().plans.templates if one.key == shown.template), "")
    return frame | {
        "page_title": f"{_word()}, version {shown.number}",
        "page_back": f"/cases/{case.code}/plan/",
        "page_back_label": "The plan and its versions",
        "plan": shown,
        "plan_state": STATES[shown.state],
        "template_label": str(template),
        "needs": _needs(shown),
        "goals": [_goal(one) for one in shown.goals],
        "steps": [
            {
                "one": one,
                "state": ACTION_STATES[one.state],
                "is_own": one.owner == viewer.code,
                "next": [(key, words) for key, words in ACTION_STATES.items() if key != one.state],
            }
            for one in shown.actions
        ],
        "services": _services(shown),
        "may_follow": "plan_write" in may and shown.state != "replaced",
        "is_followed": shown.state != "replaced",
        "languages": [(key, words) for key, words in LANGUAGES.items()],
        "refusal": "",
    }


def _needs(plan: ShownPlan) -> list[dict[str, Any]]:
    label = active_pack().plans.domains.label
    return [{"one": one, "label": label(one.domain), "risk": RISKS.get(one.risk, one.risk)} for one in plan.needs]


def _goal(one: queries.ShownGoal) -> dict[str, Any]:
    domains = active_pack().plans.domains
    return {
        "one": one,
        "state": GOAL_STATES[one.state],
        "domain": domains.label(one.domain) if one.domain else "",
        "missing": ", ".join(GOAL_PARTS[part] for part in one.missing),
    }


def _services(plan: ShownPlan) -> list[dict[str, Any]]:
    labels = dict(active_pack().service_choices().pairs())
    return [
        {
            "one": one,
            "label": labels.get(one.category, one.category),
            "state": SERVICE_STATES[one.state],
            "steps": [(key, SERVICE_STATES[key]) for key in SERVICE_STATES if key in SERVICE_TRANSITIONS[one.state]],
        }
        for one in plan.services
    ]


def _word() -> str:
    word = active_pack().word("service_plan")
    return word[:1].upper() + word[1:]
