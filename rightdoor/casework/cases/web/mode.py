"""The mode of a case: the investigative response, or ongoing coordination with consent or what stands in its place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases import queries
from rightdoor.casework.cases.actions import enter_ongoing_coordination, return_to_investigative
from rightdoor.casework.cases.models import Case
from rightdoor.casework.consents.queries import coordination_of
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.ui.pages import done, respond

MODES = {"investigative": "Investigative response", "ongoing": "Ongoing coordination"}


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The mode now, and what the other one asks for."""
    return _page(request, _case(request, code))


def change(request: HttpRequest, code: str) -> HttpResponse:
    """Moves the case to the other mode, if the rules agree."""
    case = _case(request, code)
    move = enter_ongoing_coordination if request.POST.get("to") == "ongoing" else return_to_investigative
    try:
        move(request.viewer, case, request.now)
    except RuleBroken as refusal:
        return _page(request, case, refusal=str(refusal), status=422)
    messages.success(request, f"The case is now in: {MODES[case.mode].lower()}.")
    return done(request, f"/cases/{case.code}/")


def _case(request: HttpRequest, code: str) -> Case:
    case = queries.case_for(request.viewer, code, request.now)
    check_may(request.viewer, "case.change_mode", queries.standing_of(request.viewer, case, request.now))
    return case


def _page(request: HttpRequest, case: Case, *, refusal: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "case": case,
        "shown": queries.shown_client(request.viewer, case, request.now),
        "mode": MODES[case.mode],
        "marks": [("Case", case.code), ("Mode", MODES[case.mode])],
        "has_consent": coordination_of(case.client, request.now).basis is not None,
        "refusal": refusal,
    }
    return respond(request, page="cases/mode.html", context=context, status=status)
