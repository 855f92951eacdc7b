"""The auditor's page of the trail, and its sheet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import may
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.ui.pages import respond
from rightdoor.oversight.trail import actions, queries
from rightdoor.oversight.trail.printouts import print_sheet


def show(request: HttpRequest) -> HttpResponse:
    """How the trail stands. For whoever may not read it this address does not exist."""
    _check(request)
    state = queries.trail_state(request.viewer, request.now)
    record_read(request.viewer, "audit.viewed", kind="audit")
    return respond(request, page="trail/audit.html", context={"state": state})


def sheet(request: HttpRequest) -> HttpResponse:
    """The sheet as PDF. It is recorded that it was printed, so this is a POST."""
    _check(request)
    newest = queries.sheet_of(request.viewer)
    if newest is None:
        return respond(
            request,
            page="trail/audit.html",
            context={"state": queries.trail_state(request.viewer, request.now), "too_early": True},
            status=422,
        )
    actions.note_sheet(request.viewer, newest, now=request.now)
    content = print_sheet(request.viewer, newest, now=request.now)
    headers = {
        "Content-Disposition": f'attachment; filename="audit-sheet-{newest.size}.pdf"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _check(request: HttpRequest) -> None:
    if not may(request.viewer, "audit.read"):
        raise NotVisible
