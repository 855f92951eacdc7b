"""Typing in the result of a tool whose items are not here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rightdoor.casework.screening import actions, choices, queries
from rightdoor.casework.screening.web.forms import ResultForm
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.ui.pages import respond
from rightdoor.foundation.ui.typed import code_in, typed_in


def show(request: HttpRequest) -> HttpResponse:
    """The form of the tool that was chosen, or the tools to choose from."""
    check_may(request.viewer, "screening.begin")
    tools = _tools(request)
    key = request.GET.get("tool", "")
    tool = next((one for one in tools if one.key == key), None)
    if tool is None:
        if key:
            raise NotVisible
        return respond(request, page="screening/result.html", context={"tools": tools})
    form = ResultForm(tool=tool, now=request.now, initial={"taken_on": local(request.now).date()})
    return _page(request, tool, form, code=code_in({}))


def create(request: HttpRequest) -> HttpResponse:
    """Kept as a finished screening."""
    check_may(request.viewer, "screening.begin")
    tool = next((one for one in _tools(request) if one.key == request.POST.get("tool", "")), None)
    if tool is None:
        context = {"tools": _tools(request), "is_missing": True}
        return respond(request, page="screening/result.html", context=context, status=422)
    form = ResultForm(request.POST, tool=tool, now=request.now)
    code = code_in(typed_in(request))
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.enter_result(
                request.viewer,
                tool=tool.key,
                band=data["band"],
                step=data["step"],
                reason=data["reason"],
                used_version=data["used_version"],
                score=data["score"],
                remarks=data["remarks"],
                taken_on=data["taken_on"],
                occasion=data["occasion"],
                who=form.who(),
                whereabouts=form.whereabouts(),
                now=request.now,
                code=code,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Result recorded. {choices.STEPS_SAID[made.next_step]}.")
            return redirect(reverse("screening:screening", args=[made.code]))
    return _page(request, tool, form, code=code, status=422)


def _tools(request: HttpRequest) -> list[Instrument]:
    return [one for one in queries.tools_for(request.viewer) if not one.items and one.scoring.bands]


def _page(request: HttpRequest, tool: Instrument, form: Any, *, code: str, status: int = 200) -> HttpResponse:
    return respond(
        request, page="screening/result.html", context={"tool": tool, "form": form, "code": code}, status=status
    )
