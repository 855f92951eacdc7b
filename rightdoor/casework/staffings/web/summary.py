"""Sharing the summary of a staffing: what, with whom, on which ground, until when; shown before it is shared."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rightdoor.casework.staffings import actions, queries
from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.web.frame import frame, staffing_of
from rightdoor.casework.staffings.web.summaries import shown_body
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, respond


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The preview. Shared already: the summary itself."""
    staffing = _staffing(request, code)
    summary = getattr(staffing, "summary", None)
    if summary is not None:
        return redirect(f"/summaries/{summary.code}/")
    return respond(request, page="staffings/summary.html", context=_context(request, staffing))


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Freezes and shares it."""
    staffing = _staffing(request, code)
    try:
        summary = actions.file_and_share_summary(request.viewer, staffing, now=request.now)
    except RuleBroken as refusal:
        context = {**_context(request, staffing), "refusal": str(refusal)}
        return respond(request, page="staffings/summary.html", context=context, status=422)
    messages.success(request, "The summary is shared. Everybody was told, without a name.")
    return done(request, f"/summaries/{summary.code}/")


def _staffing(request: HttpRequest, code: str) -> Staffing:
    staffing = staffing_of(request, code)
    check_may(request.viewer, "summary.share", queries.standing_for(request.viewer, staffing, request.now))
    return staffing


def _context(request: HttpRequest, staffing: Staffing) -> dict[str, Any]:
    body, plan = queries.summary_content(request.viewer, staffing, request.now)
    label = active_pack().teams.all().label
    everybody = queries.recipients_of(request.viewer, staffing, request.now)
    recipients = [one for one in everybody if one.opens]
    return {
        **frame(request, staffing),
        **shown_body(body, plan),
        "recipients": [{"name": one.account.name, "discipline": label(one.discipline)} for one in recipients],
        "kept_back": [
            {"name": one.account.name, "discipline": label(one.discipline)} for one in everybody if not one.opens
        ],
        "share_label": f"Share the summary with {len(recipients)} {'member' if len(recipients) == 1 else 'members'}",
        "window_ends": queries.access_window(staffing.meeting)[1],
        "may_share": staffing.state == "held" and staffing.summary_shared_at is None,
        "refusal": "",
    }
