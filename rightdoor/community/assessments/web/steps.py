"""What is to be done: planning it, and saying what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.community.assessments import actions, queries
from rightdoor.community.assessments.models import ActionStep, Assessment
from rightdoor.community.assessments.web.forms import SettleForm, StepForm
from rightdoor.community.assessments.words import STEP_STATES, heading_of, place_of, title_of
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Standing, check_may, may
from rightdoor.domain.self_assessment import leaves_of
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.ui.pages import done, respond


def new(request: HttpRequest, code: str) -> HttpResponse:
    """What, by whom, until when; ?item= says what it serves."""
    assessment = _to_plan(request, code)
    form = _form(request, assessment)
    return respond(request, page="assessments/step_new.html", context=_context(assessment, form))


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Plans it; whoever has to do it is told."""
    assessment = _to_plan(request, code)
    form = _form(request, assessment, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            step = actions.add_action_step(
                request.viewer,
                assessment,
                item=data["item"],
                text=data["text"],
                due_on=data["due_on"],
                owner=form.owners.get(data["owner"]),
                owner_words=data["owner_words"],
                sent=data["code"],
                now=request.now,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The step is planned.")
            return done(request, _back(assessment, step))
    return respond(request, page="assessments/step_new.html", context=_context(assessment, form), status=422)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One step: what, for what, by whom, until when, and what became of it."""
    step = queries.step_for(request.viewer, code)
    return respond(request, page="assessments/step.html", context=_step(request, step))


def settle(request: HttpRequest, code: str) -> HttpResponse:
    """Says what became of it."""
    step = queries.step_for(request.viewer, code)
    check_may(request.viewer, "assessment.settle_step", _standing(request, step))
    form = SettleForm(request.POST)
    if form.is_valid():
        try:
            actions.settle_action_step(request.viewer, step, now=request.now, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Kept.")
            return done(request, f"/assessments/steps/{step.code}/")
    return respond(request, page="assessments/step.html", context=_step(request, step, form), status=422)


def _to_plan(request: HttpRequest, code: str) -> Assessment:
    assessment = queries.assessment_for(request.viewer, code)
    check_may(request.viewer, "assessment.write", queries.standing_in(request.viewer, assessment.region))
    return assessment


def _form(request: HttpRequest, assessment: Assessment, *typed: Any) -> StepForm:
    instrument = queries.instrument_of(assessment)
    serves: list[tuple[str, Any]] = []
    for leaf in leaves_of(instrument):
        inside = [(item.id, item.name or item.text or item.id) for item in leaf.questions]
        whole = [(leaf.within, f"{leaf.name}, as a whole")] if leaf.within else []
        serves.append((leaf.name, [*whole, *inside]))
    initial = {"item": request.GET.get("item", ""), "code": new_code(), "owner": request.viewer.code}
    owners = queries.who_may_own(assessment.region, request.now)
    return StepForm(*typed, serves=serves, owners=owners, initial=initial)


def _context(assessment: Assessment, form: StepForm) -> dict[str, Any]:
    instrument = queries.instrument_of(assessment)
    return {
        "form": form,
        "assessment": assessment,
        "instrument": instrument,
        "title": title_of(assessment, instrument),
        "place": place_of(assessment.region),
    }


def _back(assessment: Assessment, step: ActionStep) -> str:
    number = queries.page_number(queries.instrument_of(assessment), step.item)
    return f"/assessments/{assessment.code}/" + (f"topics/{number}/#steps" if number else "")


def _standing(request: HttpRequest, step: ActionStep) -> Standing:
    writes = queries.standing_in(request.viewer, step.assessment.region).region
    return Standing(region=writes, owns=queries.owns(request.viewer, step))


def _step(request: HttpRequest, step: ActionStep, form: SettleForm | None = None) -> dict[str, Any]:
    assessment, viewer = step.assessment, request.viewer
    instrument = queries.instrument_of(assessment)
    settles = may(viewer, "assessment.settle_step", _standing(request, step))
    if settles and form is None:
        form = SettleForm(initial={"state": step.state, "outcome": step.outcome})
    item = instrument.by_id[step.item]
    return {
        "step": step,
        "assessment": assessment,
        "title": title_of(assessment, instrument),
        "place": place_of(assessment.region),
        "serves": heading_of(instrument, item) if item.type == "group" else item.text or item.name,
        "owner": queries.owner_name(step),
        "state": STEP_STATES[step.state],
        "is_late": step.state == "open" and step.due_on < local(request.now).date(),
        "form": form if settles else None,
        "reads": queries.visible_assessments(viewer).filter(pk=assessment.pk).exists(),
        "number": queries.page_number(instrument, step.item),
        "names": queries.names_of({step.made_by, step.settled_by}),
    }
