"""The act of moving a report to the right door."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.intake import actions, queries
from rightdoor.casework.intake.models import Report
from rightdoor.casework.intake.web.forms import MoveForm
from rightdoor.casework.intake.web.hop import _after
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.ui.pages import done, respond

PAGE = {"page": "intake/move.html", "fragment": "intake/_move.html"}


def show(request: HttpRequest, code: str) -> HttpResponse:
    """Where does it belong, and why?"""
    report = _report(request, code)
    return respond(request, **PAGE, context=_context(report, MoveForm(report=report)))


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Moved; the history keeps where it came from."""
    report = _report(request, code)
    form = MoveForm(request.POST, report=report)
    if form.is_valid():
        try:
            actions.move_report(request.viewer, report, now=request.now, **form.as_move())
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The report {code} was moved.")
            return done(request, _after(request, code))
    return respond(request, **PAGE, context=_context(report, form), status=422)


def _report(request: HttpRequest, code: str) -> Report:
    report = queries.report_for(request.viewer, code, request.now)
    check_may(request.viewer, "report.route", queries.standing_of(request.viewer, report))
    return report


def _context(report: Report, form: MoveForm) -> dict[str, Any]:
    return {"report": report, "form": form}
