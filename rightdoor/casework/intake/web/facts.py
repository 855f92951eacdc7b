"""The act of settling the facts that decide which way a report goes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rightdoor.casework.intake import actions, queries
from rightdoor.casework.intake.disclosure import open_report
from rightdoor.casework.intake.models import Report
from rightdoor.casework.intake.web.forms import FactsForm
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.ui.pages import done, respond

PAGE = {"page": "intake/facts.html", "fragment": "intake/_facts.html"}


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The facts as they are known, to be settled."""
    report = _report(request, code)
    told = open_report(request.viewer, report, request.now).told
    form = FactsForm(initial={key: told.get(key) for key in actions.SETTLED_BY_DESKS})
    return respond(request, **PAGE, context=_context(report, form))


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Settled; the steps that are owed follow."""
    report = _report(request, code)
    form = FactsForm(request.POST)
    if form.is_valid():
        try:
            actions.establish_facts(request.viewer, report, facts=form.cleaned_data, now=request.now)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The facts are settled, and the way of the report follows them.")
            return done(request, reverse("intake:report", args=[code]))
    return respond(request, **PAGE, context=_context(report, form), status=422)


def _report(request: HttpRequest, code: str) -> Report:
    report = queries.report_for(request.viewer, code, request.now)
    check_may(request.viewer, "report.route", queries.standing_of(request.viewer, report))
    return report


def _context(report: Report, form: FactsForm) -> dict[str, Any]:
    return {"report": report, "form": form}
