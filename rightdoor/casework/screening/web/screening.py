"""The page of one screening, its end, the report that it leads to, and handing it on to a team."""

from __future__ import annotations

import json
import secrets
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rightdoor.casework.screening import actions, choices, queries
from rightdoor.casework.screening.disclosure import OpenedScreening, open_screening
from rightdoor.casework.screening.models import Screening
from rightdoor.casework.screening.web.forms import FinishForm, HandOnForm, ReportForm
from rightdoor.casework.screening.web.tool import DRAFT as TOOL_DRAFT
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may, may
from rightdoor.domain.questionnaire.fault import AnswersUnsound
from rightdoor.domain.screening import Suggested
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import respond
from rightdoor.foundation.ui.typed import as_initial, as_sent, kept, kept_words, typed_in

REPORT_DRAFT = "screening.report"


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What was found, what it rests on, what follows, and what is to be done."""
    found = queries.screening_for(request.viewer, code)
    view = queries.view_of(request.viewer, found, request.now)
    context = {"view": view, "screening": found, "shown": SimpleNamespace(code=code, name="")}
    return respond(request, page="screening/screening.html", context=context)


def ending(request: HttpRequest, code: str) -> HttpResponse:
    """The result, and the step that it leads to, to be settled."""
    held = queries.own_draft(request.viewer, code)
    if not held.is_open:
        return redirect(reverse("screening:reminders", args=[code]))
    if find_draft(request.viewer, TOOL_DRAFT, code):
        messages.info(request, "You typed something that is not kept yet. Look through it, then go on.")
        return redirect(reverse("screening:tool", args=[code]))
    known = open_screening(request.viewer, held, request.now)
    _, suggested = queries.suggested_of(queries.tool_of(held), known.told)
    return _ending(request, held, known, FinishForm(suggested=suggested, version=held.version), suggested)


def finish(request: HttpRequest, code: str) -> HttpResponse:
    """Settled."""
    held = queries.own_screening(request.viewer, code)
    if held.is_over:
        return redirect(reverse("screening:screening", args=[code]))
    known = open_screening(request.viewer, held, request.now)
    _, suggested = queries.suggested_of(queries.tool_of(held), known.told)
    form = FinishForm(request.POST, suggested=suggested, version=held.version)
    if find_draft(request.viewer, TOOL_DRAFT, code):
        form.add_error(None, "What you typed last in the tool is not kept yet. Go back to it and look through it.")
    if form.is_valid():
        data = form.cleaned_data
        try:
            done = actions.finish_screening(
                request.viewer,
                held,
                step=data["step"],
                reason=data["reason"],
                version=data["version"],
                now=request.now,
            )
        except (RuleBroken, AnswersUnsound) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Finished. {choices.STEPS_SAID[done.next_step]}.")
            return redirect(
                reverse("screening:report" if done.next_step == "report" else "screening:screening", args=[code])
            )
    return _ending(request, held, known, form, suggested, status=422)


def reporting(request: HttpRequest, code: str) -> HttpResponse:
    """The report, begun with what the screening says, beside the numbers to call."""
    held = _reportable(request, code)
    known = open_screening(request.viewer, held, request.now)
    form = _report_form(held, known)
    draft = find_draft(request.viewer, REPORT_DRAFT, code)
    typed, kept_at = draft if draft else ({}, None)
    form.initial |= as_initial(form, typed) if typed else {}
    form_id = as_sent(typed).get("form_id") or secrets.token_hex(16)
    return _report_page(request, held, form, form_id=str(form_id), kept_at=kept_at)


def keep_report(request: HttpRequest, code: str) -> HttpResponse:
    """The draft, kept while the person types."""
    _reportable(request, code)
    keep_draft(request.viewer, REPORT_DRAFT, code, typed_in(request), now=request.now)
    return kept(request.now)


def report(request: HttpRequest, code: str) -> HttpResponse:
    """Kept, dropped or sent. Sent twice, it is one report, with its receipt both times."""
    typed, go = typed_in(request), request.POST.get("go", "send")
    held = _reportable(request, code, again=True)
    if held.report_id is not None and go != "send":
        return redirect(reverse("screening:screening", args=[code]))
    if go == "drop":
        drop_draft(request.viewer, REPORT_DRAFT, code)
        return redirect(reverse("screening:report", args=[code]))
    keep_draft(request.viewer, REPORT_DRAFT, code, typed, now=request.now)
    if go == "keep":
        messages.success(request, kept_words(request.now))
        return redirect(reverse("screening:report", args=[code]))
    known = open_screening(request.viewer, held, request.now)
    form = ReportForm(request.POST)
    form_id = request.POST.get("form_id", "").replace("\0", "")[:64] or secrets.token_hex(16)
    if form.is_valid():
        once = f"{form_id}:{sha256(json.dumps(typed, sort_keys=True).encode()).hexdigest()}"
        try:
            made, receipt = actions.report_screening(
                request.viewer,
                held,
                told=form.told(),
                child=form.child(known.who),
                whereabouts=form.whereabouts(),
                reporter={"name": request.viewer.name, "contact": form.cleaned_data["contact"], "reach_safely": ""},
                now=request.now,
                form=once,
            )
        except RuleBroken as refusal:
            if held.report_id is not None:
                return redirect(reverse("screening:screening", args=[code]))
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, REPORT_DRAFT, code)
            context = {"screening": held, "report": made, "receipt": receipt, "hotlines": _hotlines()}
            return respond(request, page="screening/reported.html", context=context)
    return _report_page(request, held, form, form_id=form_id, kept_at=request.now, status=422)


def handing(request: HttpRequest, code: str) -> HttpResponse:
    """To which team, and what it will see."""
    held = _handable(request, code)
    return _handing(request, held, HandOnForm(initial={"region": held.region}))


def hand_on(request: HttpRequest, code: str) -> HttpResponse:
    """Handed on; pressed twice, it is handed on once."""
    held = _handable(request, code, again=True)
    if held.handed_to:
        return redirect(reverse("screening:screening", args=[code]))
    form = HandOnForm(request.POST)
    if form.is_valid():
        try:
            actions.hand_on(request.viewer, held, region=form.cleaned_data["region"], now=request.now)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The team has it now. Its coordinators are told by code.")
            return redirect(reverse("screening:screening", args=[code]))
    return _handing(request, held, form, status=422)


def _reportable(request: HttpRequest, code: str, *, again: bool = False) -> Screening:
    held = queries.screening_for(request.viewer, code)
    check_may(request.viewer, "screening.report", queries.standing_of(request.viewer, held))
    check_may(request.viewer, "report.receive")
    if held.report_id is not None and not again:
        raise NotVisible
    return held


def _handable(request: HttpRequest, code: str, *, again: bool = False) -> Screening:
    held = queries.screening_for(request.viewer, code)
    if not may(request.viewer, "screening.hand_on", queries.standing_of(request.viewer, held)):
        raise NotVisible
    if not held.is_over or (held.handed_to and not again):
        raise NotVisible
    return held


def _report_form(held: Screening, known: OpenedScreening) -> ReportForm:
    tool = queries.tool_of(held)
    facts = queries.facts_of(tool, known.told)
    return ReportForm(initial=ReportForm.initial_of(known, queries.story_of(tool, known.told), facts))


def _hotlines() -> list[dict[str, Any]]:
    """The numbers of the pack, in the words of its staff."""
    pack = active_pack()
    return [
        {
            "kind": line.kind,
            "name": pack.word(line.key),
            "phone": line.phone,
            "dial": line.dial,
            "text_to": line.text_to,
            "hours": line.hours.text(),
        }
        for line in pack.public.hotlines
    ]


def _report_page(
    request: HttpRequest, held: Screening, form: ReportForm, *, form_id: str, kept_at: Any, status: int = 200
) -> HttpResponse:
    context = {
        "screening": held,
        "form": form,
        "parts": form.parts(),
        "form_id": form_id,
        "kept_at": kept_at,
        "hotlines": _hotlines(),
        "danger": active_pack().public.danger.text(),
    }
    return respond(request, page="screening/report.html", context=context, status=status)


def _ending(
    request: HttpRequest,
    held: Screening,
    known: OpenedScreening,
    form: FinishForm,
    suggested: Suggested,
    *,
    status: int = 200,
) -> HttpResponse:
    tool = queries.tool_of(held)
    scored = queries.score_of(tool, known.told)
    context = {
        "screening": held,
        "tool": tool,
        "form": form,
        "suggested": suggested,
        "suggested_label": choices.STEPS.get(suggested.step or "", ""),
        "result_label": choices.RESULTS[scored.result or ""],
        "figure": scored.figure,
        "open_items": [queries.text_of(tool, key) for key in scored.open_items],
        "indicators": queries.indicators_of(tool, known.told),
    }
    return respond(request, page="screening/finish.html", context=context, status=status)


def _handing(request: HttpRequest, held: Screening, form: HandOnForm, *, status: int = 200) -> HttpResponse:
    return respond(request, page="screening/team.html", context={"screening": held, "form": form}, status=status)
