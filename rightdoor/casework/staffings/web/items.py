"""One action item: read by its owner, and done."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.staffings import actions, queries
from rightdoor.casework.staffings.models import ActionItem
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.foundation.ui.pages import done, respond

FRAGMENT = "staffings/_item.html"


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What is to be done, by when."""
    item = queries.item_for(request.viewer, code, request.now)
    return respond(request, page="staffings/item.html", fragment=FRAGMENT, context=_context(request, item))


def finish(request: HttpRequest, code: str) -> HttpResponse:
    """It is done. Pressed twice, the page says that it was."""
    item = queries.item_for(request.viewer, code, request.now)
    refusal, status = "", 200
    try:
        actions.finish_action_item(request.viewer, item, now=request.now)
    except RuleBroken as problem:
        refusal, status = str(problem), 422
    context = {**_context(request, item), "refusal": refusal}
    if refusal:
        return respond(request, page="staffings/item.html", fragment=FRAGMENT, context=context, status=status)
    return done(request, f"/action-items/{item.code}/", fragment=FRAGMENT, context=context)


def _context(request: HttpRequest, item: ActionItem) -> dict[str, Any]:
    shown = queries.open_item(request.viewer, item, request.now)
    try:
        staffing = queries.staffing_for(request.viewer, item.staffing.code, request.now).code
    except NotVisible:
        staffing = ""  # the owner keeps the item; the meeting's window has closed
    standing = queries.standing_for(request.viewer, item.staffing, request.now)
    return {
        "item": shown,
        "case": item.staffing.case.code,
        "staffing": staffing,
        "may_finish": shown.done_at is None and (item.owner == request.viewer.code or standing.assigned),
        "refusal": "",
    }
