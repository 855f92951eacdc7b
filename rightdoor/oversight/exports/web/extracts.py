"""Rows for research: asking, deciding, fetching, ending."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rightdoor.domain import extract as rule
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may, may
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.printing.sheets import MEDIA_TYPES
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import as_initial, code_in, kept, typed_in
from rightdoor.oversight.exports import actions, queries
from rightdoor.oversight.exports.models import ResearchExtract
from rightdoor.oversight.exports.web.deciding import decided
from rightdoor.oversight.exports.web.forms import DecisionForm, ExtractForm, is_offered

NEW, DRAFT = "exports/extract_new.html", "extract"


def show_new(request: HttpRequest) -> HttpResponse:
    """The form of a request."""
    _check_asks(request)
    form = ExtractForm()
    draft = find_draft(request.viewer, DRAFT)
    form.initial = {"code": new_code()} | (as_initial(form, draft[0]) if draft else {})
    return respond(request, page=NEW, context=_offered() | {"form": form, "kept_at": draft[1] if draft else None})


def create(request: HttpRequest) -> HttpResponse:
    """Asks for rows."""
    _check_asks(request)
    form = ExtractForm(request.POST)
    if form.is_valid():
        try:
            row = actions.ask_extract(
                request.viewer, asked=form.asked(), sent=code_in(typed_in(request)), now=request.now
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, DRAFT)
            messages.success(request, "It is asked for. Somebody who looks after privacy decides.")
            return done(request, reverse("exports:extract", args=[row.code]))
    return respond(request, page=NEW, context=_offered() | {"form": form}, status=422)


def keep(request: HttpRequest) -> HttpResponse:
    """What is being typed, kept for its writer."""
    _check_asks(request)
    keep_draft(request.viewer, DRAFT, "", typed_in(request), now=request.now)
    return kept(request.now)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One extract: what was asked, what was decided, what was done to the rows."""
    return _page(request, queries.extract_for(request.viewer, code))


def approve(request: HttpRequest, code: str) -> HttpResponse:
    """Another person approves."""
    return _decide(request, code, actions.approve_extract, "Approved. The file is being made.")


def decline(request: HttpRequest, code: str) -> HttpResponse:
    """Another person declines."""
    return _decide(request, code, actions.decline_extract, "Declined. Whoever asked is told.")


def fetch(request: HttpRequest, code: str) -> HttpResponse:
    """The file, once."""
    row = queries.extract_for(request.viewer, code)
    try:
        text = actions.fetch_extract(request.viewer, row, now=request.now)
    except RuleBroken as refusal:
        return _page(request, queries.extract_for(request.viewer, code), refusal=str(refusal))
    headers = {"Content-Disposition": f'attachment; filename="extract-{row.code}.csv"', "Cache-Control": "no-store"}
    return HttpResponse(text.encode(), content_type=MEDIA_TYPES["csv"], headers=headers)


def end(request: HttpRequest, code: str) -> HttpResponse:
    """No copy is left."""
    row = queries.extract_for(request.viewer, code)
    try:
        actions.end_extract(request.viewer, row, now=request.now)
    except RuleBroken as refusal:
        return _page(request, row, refusal=str(refusal))
    messages.success(request, "It is recorded that no copy is left.")
    return done(request, reverse("exports:extract", args=[row.code]))


def _decide(request: HttpRequest, code: str, act: Callable[..., None], said: str) -> HttpResponse:
    row = queries.extract_for(request.viewer, code)
    check_may(request.viewer, "extract.decide")
    answer, form = decided(
        request,
        lambda why: act(request.viewer, row, why=why, now=request.now),
        said,
        reverse("exports:extract", args=[row.code]),
    )
    return answer or _page(request, row, form=form)


def _page(
    request: HttpRequest, row: ResearchExtract, *, refusal: str = "", form: DecisionForm | None = None
) -> HttpResponse:
    told = queries.read_extract(request.viewer, row)
    context: dict[str, Any] = {
        "told": told,
        "extract": row,
        "made": [
            (rule.COLUMNS[key].label, words, told.made["shifted"].get(key, ""))
            for key, words in told.made.get("levels", {}).items()
        ],
        "before": [
            (one, ", ".join(rule.COLUMNS[key].label.lower() for key in one.columns), rule.STATES[one.state])
            for one in told.before
        ],
        "budget": queries.budget_of(row) if row.kind == "synthetic" else None,
        "lost": [
            (rule.COLUMNS[key].label, many, told.made["synthetic"]["lists"][key])
            for key, many in told.made.get("synthetic", {}).get("lost", {}).items()
        ],
        "form": form or DecisionForm(),
        "refusal": refusal,
        "may_decide": row.state == "asked"
        and row.asked_by != request.viewer.code
        and may(request.viewer, "extract.decide"),
        "is_own": row.asked_by == request.viewer.code,
    }
    status = 422 if refusal or form is not None else 200
    return respond(request, page="exports/extract.html", context=context, status=status)


def _offered() -> dict[str, Any]:
    """What the page says of synthetic rows: nothing where they are switched off."""
    return {"synthetic_on": settings.ENV.synthetic, "synthetic_offered": is_offered()}


def _check_asks(request: HttpRequest) -> None:
    if not may(request.viewer, "extract.ask", queries.standing_of(request.viewer)):
        raise NotVisible
