"""The act of completing one hop: one question, what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rightdoor.casework.intake import actions, picture, queries
from rightdoor.casework.intake.models import Hop
from rightdoor.casework.intake.web.forms import HopForm
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.foundation.ui.pages import done, respond

PAGE = {"page": "intake/hop.html", "fragment": "intake/_hop.html"}


def show(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """The question, with what follows from the answer."""
    hop = queries.hop_for(request.viewer, code, key, request.now)
    if queries.may_take(request.viewer, hop.report):
        return _take(hop)
    return respond(request, **PAGE, context=_context(request, hop, HopForm(hop=hop)))


def create(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """The answer; then back to the report."""
    hop = queries.hop_for(request.viewer, code, key, request.now)
    if queries.may_take(request.viewer, hop.report):
        return _take(hop)
    form = HopForm(request.POST, hop=hop)
    if form.is_valid():
        try:
            actions.complete_hop(request.viewer, hop, now=request.now, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The step is done.")
            return done(request, _after(request, code))
    return respond(request, **PAGE, context=_context(request, hop, form), status=422)


def _take(hop: Hop) -> HttpResponse:
    """The team's step is to make a referral of the report: nothing else ends it, so that no child is lost here."""
    return redirect(f"/referrals/new/?report={hop.report.code}")


def _after(request: HttpRequest, code: str) -> str:
    """The report, or the list when the report is another desk's from here on."""
    try:
        queries.report_for(request.viewer, code, request.now)
    except NotVisible:
        return reverse("intake:reports")
    return reverse("intake:report", args=[code])


def _context(request: HttpRequest, hop: Hop, form: HopForm) -> dict[str, Any]:
    return {
        "report": hop.report,
        "hop": picture.hop_view(hop, is_mine=True, names={}),
        "next": picture.next_after(hop),
        "needs_region": hop.receiver_role == queries.COORDINATOR and not hop.report.region,
        "form": form,
    }
