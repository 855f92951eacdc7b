"""The list of assessments, beginning one, its summary, and finishing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.community.assessments import actions, queries
from rightdoor.community.assessments.models import Assessment
from rightdoor.community.assessments.printouts import assessment_table, blank_paper, paper_of
from rightdoor.community.assessments.web.forms import BeginForm, CompletionForm
from rightdoor.community.assessments.words import STATES, STEP_STATES, place_of, summary_of, title_of
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import ACTS, check_may
from rightdoor.domain.self_assessment import EVERY, leaves_of, months_later
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.printing.sheets import MEDIA_TYPES
from rightdoor.foundation.ui.pages import done, respond


def index(request: HttpRequest) -> HttpResponse:
    """What is due, what runs, what was finished; narrowed to one region by ?region=."""
    viewer = request.viewer
    queries.check_reader(viewer)
    regions = [("state", "The whole state"), *((one.key, one.name) for one in active_pack().regions)]
    asked = request.GET.get("region", "")
    chosen = asked if asked in dict(regions) else ""
    rows = queries.assessment_rows(viewer, region={"": None, "state": ""}.get(chosen, chosen))
    context = {
        "due": [{"row": row, "place": place_of(row.region)} for row in queries.due_runs(viewer, request.now)],
        "running": [_line(row) for row in rows if row.state == "draft"],
        "finished": [_line(row) for row in rows if row.state == "complete"],
        "regions": regions,
        "chosen": chosen,
        "region_word": active_pack().word("region"),
        "may_begin": bool(queries.scopes_to_write(viewer)),
        "tools": queries.tools(viewer.agency),
        "sees_projects": any(viewer.has(role) for role in ACTS["project.read"].by),
        "steps": [
            {"step": step, "is_late": step.due_on < local(request.now).date()} for step in queries.open_steps_of(viewer)
        ],
    }
    return respond(request, page="assessments/assessments.html", context=context)


def _line(row: queries.AssessmentRow) -> dict[str, Any]:
    return {"row": row, "place": place_of(row.region), "state": STATES[row.state]}


def new(request: HttpRequest) -> HttpResponse:
    """Which tool, for whom, for which year."""
    form = _begin_form(request)
    return respond(request, page="assessments/new.html", context=_begin_context(request, form))


def begin(request: HttpRequest) -> HttpResponse:
    """Begins it, and leads to its first page."""
    form = _begin_form(request, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            assessment = actions.begin_assessment(
                request.viewer,
                instrument=form.tools[data["tool"]],
                region=data["region"],
                label=data["label"],
                sent=data["code"],
                now=request.now,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, f"/assessments/{assessment.code}/")
    return respond(request, page="assessments/new.html", context=_begin_context(request, form), status=422)


def _begin_form(request: HttpRequest, *typed: Any) -> BeginForm:
    scopes = queries.scopes_to_write(request.viewer)
    if not scopes:
        raise NotVisible
    initial = {
        "tool": request.GET.get("tool", ""),
        "region": request.GET.get("region", scopes[0][0]),
        "label": f"{local(request.now):%Y}",
        "code": new_code(),
    }
    tools, word = queries.tools(request.viewer.agency), active_pack().word("region")
    return BeginForm(*typed, tools=tools, scopes=scopes, word=word, initial=initial)


def _begin_context(request: HttpRequest, form: BeginForm) -> dict[str, Any]:
    return {"form": form, "tools": queries.tools(request.viewer.agency)}


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The summary: where each topic stands and why, what is still to do, what is planned."""
    assessment = queries.assessment_for(request.viewer, code)
    return respond(request, page="assessments/assessment.html", context=_context(request, assessment))


def _context(request: HttpRequest, assessment: Assessment) -> dict[str, Any]:
    instrument = queries.instrument_of(assessment)
    answers, proposals = queries.answers_of(assessment), queries.proposals_of(assessment)
    waiting = set(queries.waiting_for_a_word(proposals, answers))
    leaves = leaves_of(instrument)
    writes = queries.may_write(request.viewer, assessment.region)
    names = queries.names_of({assessment.begun_by, assessment.completed_by})
    return {
        "assessment": assessment,
        "instrument": instrument,
        "title": title_of(assessment, instrument),
        "place": place_of(assessment.region),
        "state": STATES[assessment.state],
        "summary": summary_of(instrument, queries.score_of(instrument, answers)),
        "pages": [
            {
                "number": at,
                "leaf": leaf,
                "answered": sum(item.id in answers for item in leaf.questions),
                "waiting": sum(item.id in waiting for item in leaf.questions),
            }
            for at, leaf in enumerate(leaves, start=1)
            if leaf.questions
        ],
        "waiting": len(waiting),
        "proposed": len(proposals),
        "has_records": bool(assessment.region) and any(item.evidence for item in instrument.questions),
        "steps": [
            {"step": step, "owner": queries.owner_name(step), "state": STEP_STATES[step.state]}
            for step in queries.steps_of(assessment)
        ],
        "may_write": writes and assessment.state == "draft",
        "may_plan": writes,
        "begun_by": names.get(assessment.begun_by, ""),
        "completed_by": names.get(assessment.completed_by, ""),
    }


def ask_completion(request: HttpRequest, code: str) -> HttpResponse:
    """What finishing means, and the day of the next run."""
    assessment = _to_finish(request, code)
    months = queries.instrument_of(assessment).repeat_months or EVERY
    form = CompletionForm(initial={"next_on": months_later(local(request.now).date(), months)})
    return respond(request, page="assessments/completion.html", context=_completion(request, assessment, form))


def complete(request: HttpRequest, code: str) -> HttpResponse:
    """Finishes it for good."""
    assessment = _to_finish(request, code)
    form = CompletionForm(request.POST)
    if form.is_valid():
        try:
            actions.complete_assessment(
                request.viewer, assessment, next_on=form.cleaned_data["next_on"], now=request.now
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Finished. It stays as it is; what is planned goes on.")
            return done(request, f"/assessments/{assessment.code}/")
    context = _completion(request, assessment, form)
    return respond(request, page="assessments/completion.html", context=context, status=422)


def _to_finish(request: HttpRequest, code: str) -> Assessment:
    assessment = queries.assessment_for(request.viewer, code)
    check_may(request.viewer, "assessment.write", queries.standing_in(request.viewer, assessment.region))
    return assessment


def _completion(request: HttpRequest, assessment: Assessment, form: CompletionForm) -> dict[str, Any]:
    context = _context(request, assessment)
    instrument = context["instrument"]
    score = queries.score_for(assessment)
    return {**context, "form": form, "blank": score.counts.blank, "boxes": all(o.blank for o in instrument.answer_sets)}


def paper(request: HttpRequest, code: str) -> HttpResponse:
    """The assessment as a sheet to print."""
    assessment = queries.assessment_for(request.viewer, code)
    content = paper_of(request.viewer, assessment, now=request.now)
    record_read(request.viewer, "assessment.taken_out", assessment, form="pdf")
    return _file(content, f"assessment-{assessment.code}.pdf", "application/pdf")


def table(request: HttpRequest, code: str) -> HttpResponse:
    """The assessment as a table, item by item."""
    assessment = queries.assessment_for(request.viewer, code)
    content = assessment_table(assessment)
    record_read(request.viewer, "assessment.taken_out", assessment, form="csv")
    return _file(content, f"assessment-{assessment.code}.csv", MEDIA_TYPES["csv"])


def blank(request: HttpRequest, key: str) -> HttpResponse:
    """The tool as an empty sheet, to be filled in by hand."""
    queries.check_reader(request.viewer)
    tool = next((one for one in queries.tools(request.viewer.agency) if one.key == key), None)
    if tool is None:
        raise NotVisible
    content = blank_paper(request.viewer, tool, now=request.now)
    return _file(content, f"{tool.key}.pdf", "application/pdf")


def _file(content: bytes | str, name: str, kind: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=kind, headers=headers)
