"""A screening under way: the reminders before anything is asked, the tool, and stopping when the person tells of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rightdoor.casework.screening import actions, queries
from rightdoor.casework.screening.disclosure import OpenedScreening, open_screening
from rightdoor.casework.screening.models import Screening
from rightdoor.casework.screening.web.forms import RemindersForm, ToolForm
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.questionnaire.answers import Response
from rightdoor.domain.questionnaire.fault import AnswersUnsound
from rightdoor.domain.screening import asks_a_person
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.questionnaires.asking import as_plain
from rightdoor.foundation.ui.pages import respond
from rightdoor.foundation.ui.typed import as_initial, kept, kept_words, typed_in, version_in

DRAFT = "screening.tool"


def reminders(request: HttpRequest, code: str) -> HttpResponse:
    """What must be so before anything is asked."""
    held = queries.own_draft(request.viewer, code)
    said = open_screening(request.viewer, held, request.now).told.reminders
    form = RemindersForm(initial={name: getattr(said, name) for name in RemindersForm.base_fields})
    return _reminders(request, held, form, ())


def settle(request: HttpRequest, code: str) -> HttpResponse:
    """Kept; on to the tool once nothing stands in the way."""
    held = queries.own_draft(request.viewer, code)
    form = RemindersForm(request.POST)
    still: tuple[str, ...] = ()
    if form.is_valid():
        try:
            still = actions.answer_reminders(request.viewer, held, reminders=form.reminders(), now=request.now)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            if not still:
                return redirect(reverse("screening:tool", args=[code]))
    return _reminders(request, held, form, still, status=422)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The tool, with what was answered or typed before."""
    held = queries.own_draft(request.viewer, code)
    if not held.is_open:
        return redirect(reverse("screening:reminders", args=[code]))
    known = open_screening(request.viewer, held, request.now)
    draft = find_draft(request.viewer, DRAFT, code)
    typed, kept_at = draft if draft else ({}, None)
    form = ToolForm(queries.tool_of(held), told=known.told)
    version = held.version
    if typed:
        form.initial |= as_initial(form, typed)
        version = version_in(typed)
    return _tool(request, held, form, version=version, kept_at=kept_at)


def keep(request: HttpRequest, code: str) -> HttpResponse:
    """The draft, kept while the person types."""
    queries.own_draft(request.viewer, code)
    keep_draft(request.viewer, DRAFT, code, typed_in(request), now=request.now)
    return kept(request.now)


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Kept, stopped because the person tells of it, or kept and on to the end."""
    held = queries.own_screening(request.viewer, code)
    if held.is_over:
        return redirect(reverse("screening:screening", args=[code]))
    go, typed = request.POST.get("go", "keep"), typed_in(request)
    if go == "drop":
        drop_draft(request.viewer, DRAFT, code)
        return redirect(reverse("screening:tool", args=[code]))
    if not held.is_open:
        return redirect(reverse("screening:reminders", args=[code]))
    known = open_screening(request.viewer, held, request.now)
    form = ToolForm(queries.tool_of(held), data=request.POST, told=known.told)
    is_sound = form.is_valid()
    if go == "stop":
        _keep_what_there_is(request, held, form, known)
        actions.stop_screening(request.viewer, held, now=request.now)
        drop_draft(request.viewer, DRAFT, code)
        messages.success(request, "The screening is stopped, and what you had is kept. Report now.")
        return redirect(reverse("screening:report", args=[code]))
    keep_draft(request.viewer, DRAFT, code, typed, now=request.now)
    if is_sound:
        try:
            actions.answer_screening(
                request.viewer,
                held,
                answers=_plain(form.response()),
                evidence=form.noted,
                sources=form.sources(),
                remarks=form.cleaned_data["remarks"],
                version=version_in(typed),
                now=request.now,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, DRAFT, code)
            if go == "finish":
                return redirect(reverse("screening:finish", args=[code]))
            messages.success(request, kept_words(request.now))
            return redirect(reverse("screening:tool", args=[code]))
    return _tool(request, held, form, version=held.version, kept_at=request.now, status=422)


def stop(request: HttpRequest, code: str) -> HttpResponse:
    """Stopped from outside of the tool's page."""
    held = queries.own_screening(request.viewer, code)
    if held.is_over:
        return redirect(reverse("screening:screening", args=[code]))
    actions.stop_screening(request.viewer, held, now=request.now)
    messages.success(request, "The screening is stopped, and what you had is kept. Report now.")
    return redirect(reverse("screening:report", args=[code]))


def _keep_what_there_is(request: HttpRequest, held: Screening, form: ToolForm, known: OpenedScreening) -> None:
    """Everything typed that can be kept. A slip of the hand keeps nobody from listening, so nothing is refused."""
    cleaned = getattr(form, "cleaned_data", {})
    parts: dict[str, Any] = {
        "evidence": {**known.told.evidence, **form.noted},
        "sources": {**known.told.sources, **form.sources()},
        "remarks": str(cleaned.get("remarks") or known.told.remarks),
        "now": request.now,
    }
    try:
        answers = _plain(form.response())
    except AnswersUnsound:
        answers = dict(known.told.answers)
    actions.answer_screening(request.viewer, held, answers=answers, **parts)


def _plain(response: Response) -> dict[str, Any]:
    return as_plain(response.answers)


def _reminders(
    request: HttpRequest, held: Screening, form: RemindersForm, still: tuple[str, ...], *, status: int = 200
) -> HttpResponse:
    tool = queries.tool_of(held)
    context = {"screening": held, "tool": tool, "form": form, "still": still, "asks": asks_a_person(tool)}
    return respond(request, page="screening/reminders.html", context=context, status=status)


def _tool(
    request: HttpRequest, held: Screening, form: ToolForm, *, version: int, kept_at: Any, status: int = 200
) -> HttpResponse:
    tool = queries.tool_of(held)
    context = {
        "screening": held,
        "tool": tool,
        "form": form,
        "version": version,
        "kept_at": kept_at,
        "asks": asks_a_person(tool),
    }
    return respond(request, page="screening/tool.html", context=context, status=status)
