"""Beginning a screening: which tool, about whom, when. Kept as it is typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rightdoor.casework.screening import actions, queries
from rightdoor.casework.screening.web.forms import BeginForm
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.ui.pages import respond
from rightdoor.foundation.ui.typed import as_initial, code_in, kept, kept_words, typed_in

DRAFT = "screening.begin"


def show(request: HttpRequest) -> HttpResponse:
    """The form, with what was typed before."""
    check_may(request.viewer, "screening.begin")
    draft = find_draft(request.viewer, DRAFT)
    typed, kept_at = draft if draft else ({}, None)
    form = _form(request, initial={"taken_on": local(request.now).date(), "occasion": "routine"})
    form.initial |= as_initial(form, typed) if typed else {}
    return _page(request, form, code=code_in(typed), kept_at=kept_at)


def keep(request: HttpRequest) -> HttpResponse:
    """The draft, kept while the person types."""
    check_may(request.viewer, "screening.begin")
    keep_draft(request.viewer, DRAFT, "", typed_in(request), now=request.now)
    return kept(request.now)


def create(request: HttpRequest) -> HttpResponse:
    """Kept, dropped or begun."""
    check_may(request.viewer, "screening.begin")
    typed, go = typed_in(request), request.POST.get("go", "send")
    if go == "drop":
        drop_draft(request.viewer, DRAFT)
        return redirect(reverse("screening:new"))
    keep_draft(request.viewer, DRAFT, "", typed, now=request.now)
    if go == "keep":
        messages.success(request, kept_words(request.now))
        return redirect(reverse("screening:new"))
    form = _form(request, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            begun = actions.begin_screening(
                request.viewer,
                tool=data["tool"],
                taken_on=data["taken_on"],
                occasion=data["occasion"],
                who=form.who(),
                whereabouts=form.whereabouts(),
                now=request.now,
                code=code_in(typed),
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, DRAFT)
            return redirect(reverse("screening:tool" if begun.is_open else "screening:reminders", args=[begun.code]))
    return _page(request, form, code=code_in(typed), kept_at=request.now, status=422)


def _form(request: HttpRequest, *args: Any, **kwargs: Any) -> BeginForm:
    tools = [one for one in queries.tools_for(request.viewer) if one.items]
    return BeginForm(*args, tools=tools, now=request.now, **kwargs)


def _page(request: HttpRequest, form: BeginForm, *, code: str, kept_at: Any, status: int = 200) -> HttpResponse:
    context = {"form": form, "code": code, "kept_at": kept_at}
    return respond(request, page="screening/new.html", context=context, status=status)
