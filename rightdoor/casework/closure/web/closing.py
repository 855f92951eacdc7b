"""Closing a case, its endings, and opening it again."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for, people_on, standing_of
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.closure import actions, queries
from rightdoor.casework.closure.choices import REVIEW_STATES, SAFETY_PLAN, TOLD
from rightdoor.casework.closure.web.forms import BeginForm, ClosingForm, ReopeningForm
from rightdoor.domain.closure import check_access_end, faults_of, stopped_by
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may, may
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.jurisdiction.active import active_pack, local, zone
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import as_initial, kept, typed_in

DRAFT = "closure"
PAGE = "closure/closure.html"


def show(request: HttpRequest, code: str) -> HttpResponse:
    """How the case ended, its reviews, and for its coordinator the way to close it."""
    case, tie = _case(request, code)
    return _page(request, case, tie)


def begin_review(request: HttpRequest, code: str) -> HttpResponse:
    """Begins a review."""
    case, tie = _case(request, code)
    check_may(request.viewer, "review.write", tie)
    form = BeginForm(request.POST, people=queries.people_for_review(case, request.now))
    if form.is_valid():
        try:
            review = actions.begin_review(
                request.viewer,
                case,
                trigger=form.cleaned_data["trigger"],
                participants=form.cleaned_data.get("participants", []),
                code=form.cleaned_data["code"],
                now=request.now,
            )
            return done(request, f"/reviews/{review.code}/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return _page(request, case, tie, begin=form, status=422)


def ask(request: HttpRequest, code: str) -> HttpResponse:
    """The checklist of an ending; a kept draft first."""
    case, tie = _case(request, code)
    check_may(request.viewer, "case.close", tie)
    draft = find_draft(request.viewer, DRAFT, case.code)
    form = _form(request, case, tie)
    form.initial |= as_initial(form, draft[0]) if draft else {}
    return _closing(request, case, tie, form, kept_at=draft[1] if draft else None)


def keep(request: HttpRequest, code: str) -> HttpResponse:
    """The draft, kept while the person types."""
    case, tie = _case(request, code)
    check_may(request.viewer, "case.close", tie)
    keep_draft(request.viewer, DRAFT, case.code, typed_in(request), now=request.now)
    return kept(request.now)


def close(request: HttpRequest, code: str) -> HttpResponse:
    """Closes the case. What was typed is kept when something stands against it."""
    case, tie = _case(request, code)
    check_may(request.viewer, "case.close", tie)
    keep_draft(request.viewer, DRAFT, case.code, typed_in(request), now=request.now)
    form = _form(request, case, tie, data=request.POST)
    _judge(form, request.now)
    if not form.errors:
        ends_on: date | None = form.cleaned_data["access_ends_on"]
        try:
            actions.close_case(
                request.viewer,
                case,
                closing=form.closing(),
                took_part=form.cleaned_data.get("took_part", []),
                access_ends_at=_end_of(ends_on),
                now=request.now,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, DRAFT, case.code)
            messages.success(request, "The case is closed. The team was told by its code.")
            return done(request, f"/cases/{case.code}/closure/")
    return _closing(request, case, tie, form, kept_at=request.now, status=422)


def show_reopening(request: HttpRequest, code: str) -> HttpResponse:
    """What follows when a case is opened again."""
    case, tie = _case(request, code)
    check_may(request.viewer, "case.reopen", tie)
    return _reopening(request, case, tie, ReopeningForm())


def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Opens the case again."""
    case, tie = _case(request, code)
    check_may(request.viewer, "case.reopen", tie)
    form = ReopeningForm(request.POST)
    if form.is_valid():
        try:
            actions.reopen_case(request.viewer, case, why=form.cleaned_data["why"], now=request.now)
        except RuleBroken as refusal:
            form.add_error("why", str(refusal))
        else:
            messages.success(request, "The case is open again. Ask for consent anew; put the team on it anew.")
            return done(request, f"/cases/{case.code}/closure/")
    return _reopening(request, case, tie, form, status=422)


def archive(request: HttpRequest) -> HttpResponse:
    """Closed cases, and until when each is kept."""
    check_may(request.viewer, "archive.look")
    page = queries.archive(request.viewer, request.now, after=request.GET.get("after", ""))
    context = {"rows": page.rows, "next": f"/archive/?after={page.next}" if page.next else ""}
    return respond(request, page="closure/archive.html", context=context)


def _case(request: HttpRequest, code: str) -> tuple[Case, Tie]:
    case = case_for(request.viewer, code, request.now)
    return case, standing_of(request.viewer, case, request.now)


def _form(request: HttpRequest, case: Case, tie: Tie, *, data: Any = None) -> ClosingForm:
    ends = [end for end, _ in queries.loose_ends(request.viewer, case, tie, request.now)]
    people = [(one.code, one.name) for one in people_on(case, request.now) if one.name]
    return ClosingForm(data, ends=ends, people=people)


def _judge(form: ClosingForm, now: datetime) -> None:
    """Everything that stands against closing, each at its field: what cannot be read, and what the rule lacks."""
    form.is_valid()
    closing, ends_at = form.closing(), _end_of(form.cleaned_data.get("access_ends_on"))
    settled = [end for end in form.ends if not end.stops]
    faults = faults_of(closing, settled, active_pack().closure.reasons, today=local(now).date())
    if ends_at is not None:
        try:
            check_access_end(ends_at, now)
        except RuleBroken as refusal:
            faults.append(("access_ends_on", str(refusal)))
    for name, sentence in faults:
        if name not in form.errors:
            form.add_error(name, sentence)
    if stopped_by(form.ends):
        form.add_error(None, stopped_by(form.ends))


def _end_of(day: date | None) -> datetime | None:
    return datetime.combine(day, time(23, 59), tzinfo=zone()) if day else None


def _page(
    request: HttpRequest, case: Case, tie: Tie, *, begin: BeginForm | None = None, status: int = 200
) -> HttpResponse:
    viewer, now = request.viewer, request.now
    frame = case_frame(request, case, "closure", tie=tie)
    if not frame["core_is_open"]:
        raise NotVisible
    may_review = may(viewer, "review.write", tie)
    people = queries.people_for_review(case, now) if may_review else []
    context = frame | {
        "page_title": "Closure",
        "closures": [
            {
                "one": one,
                "told": TOLD.get(one.told.get("told", ""), ""),
                "safety_plan": SAFETY_PLAN.get(one.told.get("safety_plan", ""), ""),
                "last_contact_on": _day(one.told.get("last_contact_on")),
            }
            for one in queries.closures_of(viewer, case, now, tie)
        ],
        "ends": queries.loose_ends(viewer, case, tie, now)
        if case.state == "open" and may(viewer, "case.close", tie)
        else [],
        "reviews": [
            {"one": one, "state": REVIEW_STATES[one.state]} for one in queries.reviews_of(viewer, case, now, tie)
        ],
        "kept_until": queries.kept_until(viewer, case, tie, now),
        "begin": (begin or BeginForm(people=people, initial={"code": new_code()})) if may_review else None,
    }
    return respond(request, page=PAGE, context=context, status=status)


def _closing(
    request: HttpRequest, case: Case, tie: Tie, form: ClosingForm, *, kept_at: datetime | None, status: int = 200
) -> HttpResponse:
    context = case_frame(request, case, "closure", tie=tie) | {
        "page_title": "Close this case",
        "page_back": f"/cases/{case.code}/closure/",
        "page_back_label": "Closure",
        "form": form,
        "stopping": [
            (end, url) for end, url in queries.loose_ends(request.viewer, case, tie, request.now) if end.stops
        ],
        "kept_at": kept_at,
    }
    return respond(request, page="closure/closing.html", context=context, status=status)


def _reopening(request: HttpRequest, case: Case, tie: Tie, form: ReopeningForm, *, status: int = 200) -> HttpResponse:
    context = case_frame(request, case, "closure", tie=tie) | {
        "page_title": "Open this case again",
        "page_back": f"/cases/{case.code}/closure/",
        "page_back_label": "Closure",
        "form": form,
    }
    return respond(request, page="closure/reopening.html", context=context, status=status)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
