"""A screening under way: the reminders before anything is asked, the tool, and stopping when the person tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rightdoor.casework.screening import actions, queries
from rightdoor.casework.screening.disclosure import Told, open_screening
from rightdoor.casework.screening.models import Screening
from rightdoor.casework.screening.web.forms import RemindersForm, ToolForm
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.questionnaire.answers import Response, read_response
from rightdoor.domain.questionnaire.fault import AnswersUnsound
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.domain.screening import asks_a_person
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.questionnaires.asking import ANSWER, NOTE, as_plain
from rightdoor.foundation.ui.pages import respond
from rightdoor.foundation.ui.typed import as_initial, as_sent, kept, kept_words, typed_in, version_in

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
    go, typed = request.POST.get("go", "keep"), typed_in(request)
    if go == "stop":
        return _stop(request, held, typed)
    if held.is_over:
        return redirect(reverse("screening:screening", args=[code]))
    if go == "drop":
        drop_draft(request.viewer, DRAFT, code)
        return redirect(reverse("screening:tool", args=[code]))
    if not held.is_open:
        return redirect(reverse("screening:reminders", args=[code]))
    known = open_screening(request.viewer, held, request.now)
    form = ToolForm(queries.tool_of(held), data=request.POST, told=known.told)
    keep_draft(request.viewer, DRAFT, code, typed, now=request.now)
    if form.is_valid():
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
    """Stopped from outside of the tool's page; what that page kept of what was typed comes along."""
    held = queries.own_screening(request.viewer, code)
    draft = find_draft(request.viewer, DRAFT, code)
    return _stop(request, held, draft[0] if draft else None)


def _stop(request: HttpRequest, held: Screening, typed: Mapping[str, object] | None) -> HttpResponse:
    """On to the report. Pressed twice, or too late, it leads there as well: somebody is telling."""
    if not held.is_over:
        told = None
        if typed is not None:
            told = _what_there_is(held, open_screening(request.viewer, held, request.now).told, typed)
        with suppress(RuleBroken):  # over since a moment ago
            actions.stop_screening(request.viewer, held, typed=told, now=request.now)
            drop_draft(request.viewer, DRAFT, held.code)
            messages.success(request, "The screening is stopped, and what you had is kept. Report now.")
    return redirect(reverse("screening:screening" if held.report_id else "screening:report", args=[held.code]))


def _what_there_is(held: Screening, known: Told, typed: Mapping[str, object]) -> Told:
    """What stands kept with everything typed since. A slip of the hand keeps nobody from listening: what cannot be kept
    as an answer stands among the remarks, and where another window kept something else, both stand.
    """
    tool, sent = queries.tool_of(held), as_sent(typed)
    form = ToolForm(tool, data=sent, told=known)
    form.is_valid()
    is_behind = version_in(typed) not in {-1, held.version}
    said = {name: (sent.get(name) or "").strip() for name in form.fields}
    answers, left = dict(known.answers), []
    for key, value in form.answers.items():
        if _fits(tool, {**answers, key: value}):
            answers[key] = value
        else:
            left.append(key)
    left += [name.removeprefix(ANSWER) for name in form.errors if name.startswith(ANSWER) and said.get(name)]
    evidence = dict(known.evidence)
    for name, text in said.items():
        if name.startswith(NOTE) and text:
            key = name.removeprefix(NOTE)
            evidence[key] = _both(evidence.get(key, ""), text) if is_behind else text
    remarks = _both(known.remarks, said["remarks"]) if is_behind else said["remarks"] or known.remarks
    lines = [f"{queries.text_of(tool, key)}: {said[ANSWER + key]}" for key in dict.fromkeys(left)]
    return replace(
        known,
        answers=as_plain(read_response(tool, {"answers": answers}).answers),
        evidence=evidence,
        sources={**known.sources, **form.sources()},
        remarks="\n".join(filter(None, [remarks, *lines])),
    )


def _fits(tool: Instrument, answers: Mapping[str, Any]) -> bool:
    try:
        read_response(tool, {"answers": dict(answers)})
    except AnswersUnsound:
        return False
    return True


def _both(kept_text: str, text: str) -> str:
    if not kept_text or kept_text in text:
        return text
    return kept_text if not text or text in kept_text else f"{kept_text}\n\n{text}"


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
