"""A review: what it says, the records' own facts beside it, what it recommends, and the lessons out of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict

from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.closure import actions, printouts, queries
from rightdoor.casework.closure.choices import (
    PHASE_STATES,
    PHASES,
    RECOMMENDATION_STATES,
    REVIEW_STATES,
    TRIGGERS,
)
from rightdoor.casework.closure.models import Review
from rightdoor.casework.closure.queries import ShownReview
from rightdoor.casework.closure.web.forms import HoldingForm, LessonForm, RecommendationForm, ReviewForm
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may, may
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.printing.docx import MEDIA_TYPE
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import as_initial, kept, typed_in

PAGE, DRAFT = "closure/review.html", "review"


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The review, for those who take part."""
    review, tie = queries.review_for(request.viewer, code, request.now)
    return _page(request, review, tie)


def write(request: HttpRequest, code: str) -> HttpResponse:
    """Saves what it says so far; nothing of another writer's is lost, nothing typed is lost."""
    review, tie = queries.review_for(request.viewer, code, request.now)
    check_may(request.viewer, "review.write", tie)
    keep_draft(request.viewer, DRAFT, review.code, typed_in(request), now=request.now)
    form = ReviewForm(request.POST, people=_people(request, review))
    is_crossed = False
    if form.is_valid():
        try:
            actions.write_review(
                request.viewer,
                review,
                told=form.told(),
                participants=form.cleaned_data.get("participants", []),
                version=form.cleaned_data["version"],
                now=request.now,
            )
        except RuleBroken as refusal:
            held, _ = queries.review_for(request.viewer, review.code, request.now)
            is_crossed = held.version != form.cleaned_data["version"]
            form = ReviewForm(_on_top_of(request, held.version), people=_people(request, review))
            form.is_valid()
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, DRAFT, review.code)
            messages.success(request, "Saved.")
            return done(request, f"/reviews/{review.code}/")
    return _page(request, review, tie, form=form, is_crossed=is_crossed, status=422)


def keep(request: HttpRequest, code: str) -> HttpResponse:
    """What is being typed, kept for its writer."""
    review, tie = queries.review_for(request.viewer, code, request.now)
    check_may(request.viewer, "review.write", tie)
    keep_draft(request.viewer, DRAFT, review.code, typed_in(request), now=request.now)
    return kept(request.now)


def hold(request: HttpRequest, code: str) -> HttpResponse:
    """The review is done."""
    review, tie = queries.review_for(request.viewer, code, request.now)
    check_may(request.viewer, "review.write", tie)
    form = HoldingForm(request.POST)
    if form.is_valid():
        try:
            actions.hold_review(
                request.viewer, review, no_recommendation=form.cleaned_data["no_recommendation"], now=request.now
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The review is held. It does not change any more.")
            return done(request, f"/reviews/{review.code}/")
    return _page(request, review, tie, holding=form, status=422)


def recommend(request: HttpRequest, code: str) -> HttpResponse:
    """Adds a recommendation."""
    review, tie = queries.review_for(request.viewer, code, request.now)
    check_may(request.viewer, "review.write", tie)
    shown = queries.open_review(request.viewer, review, request.now, tie)
    form = RecommendationForm(request.POST, people=[one for one in shown.participants if one[1]])
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.recommend(
                request.viewer,
                review,
                text=data["text"],
                owner=data["owner"],
                due_on=data["due_on"],
                code=data["code"],
                now=request.now,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, f"/reviews/{review.code}/")
    return _page(request, review, tie, recommending=form, status=422)


def settle(request: HttpRequest, code: str) -> HttpResponse:
    """Says what became of a recommendation."""
    one, tie = queries.recommendation_for(request.viewer, code, request.now)
    try:
        actions.settle_recommendation(request.viewer, one, state=request.POST.get("state", ""), now=request.now)
    except RuleBroken as refusal:
        return _page(request, one.review, tie, refusal=str(refusal), status=422)
    return done(request, f"/reviews/{one.review.code}/")


def teach(request: HttpRequest, code: str) -> HttpResponse:
    """Writes a lesson that names nobody."""
    review, tie = queries.review_for(request.viewer, code, request.now)
    check_may(request.viewer, "lesson.write", tie)
    form = LessonForm(request.POST)
    if form.is_valid():
        try:
            actions.write_lesson(request.viewer, review, now=request.now, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, "The lesson waits for a second person. It says nothing of where it comes from.")
            return done(request, f"/reviews/{review.code}/")
    return _page(request, review, tie, teaching=form, status=422)


def document(request: HttpRequest, code: str) -> HttpResponse:
    """The review as a tagged PDF."""
    review, tie = queries.review_for(request.viewer, code, request.now)
    content = printouts.print_review(request.viewer, review, tie, now=request.now)
    return _file(content, "application/pdf", f"review-{review.code}.pdf")


def word(request: HttpRequest, code: str) -> HttpResponse:
    """The review for an office that edits it."""
    review, tie = queries.review_for(request.viewer, code, request.now)
    content = printouts.review_docx(request.viewer, review, tie, now=request.now)
    return _file(content, MEDIA_TYPE, f"review-{review.code}.docx")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=media_type, headers=headers)


def _people(request: HttpRequest, review: Review) -> list[tuple[str, str]]:
    """Those who could take part, and those who do."""
    known = dict(queries.people_for_review(review.case, request.now))
    known |= dict(queries.names_of_participants(review))
    return sorted(known.items(), key=lambda one: (one[1], one[0]))


def _on_top_of(request: HttpRequest, version: int) -> QueryDict:
    """The form as it was typed, to be saved on top of what stands there now."""
    data = request.POST.copy()
    data["version"] = str(version)
    return data


def _initial(shown: ShownReview) -> dict[str, Any]:
    return {
        **shown.told,
        **(shown.staff or {}),
        "version": shown.version,
        "participants": [code for code, _ in shown.participants],
    }


def _page(
    request: HttpRequest,
    review: Review,
    tie: Tie,
    *,
    form: ReviewForm | None = None,
    holding: HoldingForm | None = None,
    recommending: RecommendationForm | None = None,
    teaching: LessonForm | None = None,
    refusal: str = "",
    is_crossed: bool = False,
    status: int = 200,
) -> HttpResponse:
    viewer, now = request.viewer, request.now
    shown = queries.open_review(viewer, review, now, tie)
    may_write = may(viewer, "review.write", tie) and shown.state == "draft"
    phases = queries.phases_of(review.case, now)
    adherence = queries.adherence_of(phases, now)
    draft = find_draft(viewer, DRAFT, review.code) if may_write and form is None else None
    if may_write and form is None:
        form = ReviewForm(people=_people(request, review), initial=_initial(shown))
        form.initial |= as_initial(form, draft[0]) if draft else {}
    context = case_frame(request, review.case, "closure", tie=tie) | {
        "page_title": "After-action review",
        "page_lead": "How the work went, against what was planned. Nobody is blamed here.",
        "page_back": f"/cases/{review.case.code}/closure/",
        "page_back_label": "Closure",
        "review": shown,
        "review_state": REVIEW_STATES[shown.state],
        "trigger": TRIGGERS.get(shown.told.get("trigger", ""), ""),
        "words": printouts.words_of(shown),
        "phases": [
            {
                "what": f"{PHASES[one.phase.key]}{f' ({one.about})' if one.about else ''}",
                "one": one.phase,
                "state": PHASE_STATES[one.state],
                "tone": {"met": "quiet", "missed": "at_risk", "late": "late"}.get(one.state, "plain"),
            }
            for one in phases
        ],
        "adherence": adherence,
        "recommendations": [{"one": one, "state": RECOMMENDATION_STATES[one.state]} for one in shown.recommendations],
        "may_write": may_write,
        "may_teach": may(viewer, "lesson.write", tie),
        "form": form if may_write else None,
        "kept_at": draft[1] if draft else None,
        "is_crossed": is_crossed,
        "holding": (holding or HoldingForm(auto_id="id_hold_%s")) if may_write else None,
        "recommending": (
            recommending
            or RecommendationForm(
                people=[one for one in shown.participants if one[1]],
                initial={"code": new_code()},
                auto_id="id_recommend_%s",
            )
        )
        if may_write
        else None,
        "teaching": teaching or LessonForm(initial={"code": new_code()}, auto_id="id_lesson_%s"),
        "refusal": refusal,
    }
    return respond(request, page=PAGE, context=context, status=status)
