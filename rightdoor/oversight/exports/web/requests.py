"""Requests for exact counts in a report to a funder: read, decided by a second person, taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may, may
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.oversight.exports import actions, queries
from rightdoor.oversight.exports.models import ExactRequest
from rightdoor.oversight.exports.web.deciding import decided
from rightdoor.oversight.exports.web.forms import DecisionForm


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What is asked for, and what was decided. No figure."""
    return _page(request, queries.request_for(request.viewer, code))


def approve(request: HttpRequest, code: str) -> HttpResponse:
    """A second person approves."""
    return _decide(request, code, actions.approve_report, "Approved. The report is made; whoever asked is told.")


def decline(request: HttpRequest, code: str) -> HttpResponse:
    """A second person refuses."""
    return _decide(request, code, actions.decline_report, "Refused. Whoever asked is told.")


def take_back(request: HttpRequest, code: str) -> HttpResponse:
    """Whoever asked takes it back."""
    row = queries.request_for(request.viewer, code)
    try:
        actions.take_back_report(request.viewer, row, now=request.now)
    except RuleBroken as refusal:
        return _page(request, row, refusal=str(refusal))
    messages.success(request, "The request is taken back.")
    return done(request, reverse("exports:request", args=[row.code]))


def _decide(request: HttpRequest, code: str, act: Callable[..., object], said: str) -> HttpResponse:
    row = queries.request_for(request.viewer, code)
    check_may(request.viewer, "grant_report.decide")
    answer, form = decided(
        request,
        lambda why: act(request.viewer, row, why=why, now=request.now),
        said,
        reverse("exports:request", args=[row.code]),
    )
    return answer or _page(request, row, form=form)


def _page(
    request: HttpRequest, row: ExactRequest, *, refusal: str = "", form: DecisionForm | None = None
) -> HttpResponse:
    viewer = request.viewer
    is_own = row.asked_by == viewer.code
    context: dict[str, Any] = {
        "told": queries.read_request(viewer, row),
        "asked": row,
        "form": form or DecisionForm(),
        "refusal": refusal,
        "may_decide": row.state == "asked" and not is_own and may(viewer, "grant_report.decide"),
        "may_take_back": row.state == "asked" and is_own,
        "may_read_report": may(viewer, "grant_report.read", queries.standing_of(viewer)),
    }
    status = 422 if refusal or form is not None else 200
    return respond(request, page="exports/request.html", context=context, status=status)
