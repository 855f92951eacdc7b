"""A version of the service plan: read, adopt, follow its services."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.queries import shown_client, standing_of
from rightdoor.casework.plans import actions, queries
from rightdoor.casework.plans.models import ServicePlan
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import acts_open_to
from rightdoor.domain.service_plan import SERVICE_TRANSITIONS
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, respond

PAGE, FRAGMENT = "plans/plan.html", "plans/_plan.html"
STATES = {"draft": "Draft", "adopted": "Adopted", "replaced": "Replaced by a newer version"}
SERVICE_STATES = {"planned": "Planned", "started": "Started", "completed": "Completed", "declined": "Declined"}


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


def _refused(request: HttpRequest, plan: ServicePlan, refusal: RuleBroken) -> HttpResponse:
    plan.refresh_from_db(fields=["state", "adopted_at", "review_due_at"])
    context = {**_context(request, plan), "refusal": str(refusal)}
    return respond(request, page=PAGE, fragment=FRAGMENT, context=context, status=422)


def _context(request: HttpRequest, plan: ServicePlan) -> dict[str, Any]:
    viewer, now, case = request.viewer, request.now, plan.case
    shown = queries.open_plan(viewer, plan, now)
    may = {act.replace(".", "_") for act in acts_open_to(viewer, standing_of(viewer, case, now))}
    labels = dict(active_pack().service_choices().pairs())
    return {
        "plan": shown,
        "case": case,
        "state": STATES[shown.state],
        "shown": shown_client(viewer, case, now),
        "services": [
            {
                "one": one,
                "label": labels.get(one.category, one.category),
                "state": SERVICE_STATES[one.state],
                "steps": [
                    (key, SERVICE_STATES[key]) for key in SERVICE_STATES if key in SERVICE_TRANSITIONS[one.state]
                ],
            }
            for one in shown.services
        ],
        "may": may,
        "may_follow": "plan_write" in may and shown.state != "replaced",
        "refusal": "",
    }
