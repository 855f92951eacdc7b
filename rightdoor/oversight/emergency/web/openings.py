"""Pages of openings in an emergency: ask, look, confirm, judge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.foundation.audit.events import record_denied
from rightdoor.foundation.codes import is_code, normalise
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.oversight.emergency import actions, queries
from rightdoor.oversight.emergency.opening import open_in_emergency

ROLES = frozenset({"duty_officer", "privacy_officer", "agency_head"})


class OpeningForm(forms.Form):
    """Which case, and why it cannot wait."""

    case_code = forms.CharField(
        label="Code of the case",
        max_length=9,
        help_text="The whole code, such as K7MQ-4XPR. Nothing is searched.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label="Why this cannot wait",
        min_length=actions.FEWEST_LETTERS,
        max_length=actions.MOST_LETTERS,
        help_text="At least 20 characters. The privacy officer and the head of the agency that holds the case read it.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"min_length": "Write in at least 20 characters why this cannot wait."},
    )


class VerdictForm(forms.Form):
    """What the privacy officer found."""

    verdict = forms.ChoiceField(
        label="What did you find?", choices=list(queries.VERDICTS.items()), widget=forms.RadioSelect
    )


def index(request: HttpRequest) -> HttpResponse:
    """The list; for everybody whom it does not concern this address does not exist."""
    if not request.viewer.roles & ROLES:
        raise NotVisible
    rows = queries.openings_for(request.viewer, request.now)
    return respond(request, page="emergency/openings.html", context={"rows": rows})


def ask(request: HttpRequest) -> HttpResponse:
    """The form; a code comes along from where it was looked for."""
    _check(request)
    code = normalise(request.GET.get("code", ""))
    form = OpeningForm(initial={"case_code": code if is_code(code) else ""})
    return _form(request, form)


def create(request: HttpRequest) -> HttpResponse:
    """Open it, or ask for it."""
    _check(request)
    form = OpeningForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=422)
    told = form.cleaned_data
    try:
        opening = open_in_emergency(
            request.viewer,
            case_code=told["case_code"],
            reason=told["reason"],
            proved_at=request.signed_in.second_factor_at,
            now=request.now,
        )
    except RuleBroken as refusal:
        code = normalise(told["case_code"])
        record_denied(request.viewer, page="emergency:new", code=code if is_code(code) else "", reason="refused")
        form.add_error(None, str(refusal))
        return _form(request, form, status=422, stale=isinstance(refusal, actions.ProofTooOld))
    if opening.opened_at is None:
        return done(request, "/emergency-access/")
    return done(request, f"/cases/{opening.case_code}/")


def banner(request: HttpRequest) -> HttpResponse:
    """The strip on top of every page, asked for again each half minute. When the hour is over, the page is left."""
    _check(request)
    response = render(request, "ui/emergency.html")
    if queries.running_opening(request.viewer, request.now) is None:
        response["HX-Redirect"] = "/emergency-access/"
    return response


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One opening, with its reason for those who judge it."""
    return _one(request, code, VerdictForm())


def judge(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm, refuse, or say what was found: `act` says which."""
    opening = queries.opening_for(request.viewer, code)
    form = VerdictForm(request.POST)
    try:
        match request.POST.get("act"):
            case "second":
                actions.second_opening(request.viewer, opening, now=request.now)
            case "refuse":
                actions.refuse_opening(request.viewer, opening, now=request.now)
            case _:
                if not form.is_valid():
                    return _one(request, code, form, status=422)
                actions.review_opening(request.viewer, opening, verdict=form.cleaned_data["verdict"], now=request.now)
    except RuleBroken as refusal:
        return _one(request, code, VerdictForm(), str(refusal), status=422)
    return done(request, f"/emergency-access/{opening.code}/")


def _check(request: HttpRequest) -> None:
    if not queries.may_open(request.viewer):
        raise NotVisible


def _form(request: HttpRequest, form: OpeningForm, status: int = 200, stale: bool = False) -> HttpResponse:
    context = {
        "form": form,
        "stale": stale,
        "this_week": queries.openings_this_week(request.viewer.code, request.now),
        "a_week": queries.A_WEEK,
    }
    return respond(request, page="emergency/new.html", context=context, status=status)


def _one(request: HttpRequest, code: str, form: VerdictForm, problem: str = "", status: int = 200) -> HttpResponse:
    opening = queries.opening_for(request.viewer, code)
    row = queries.row_of(request.viewer, opening, request.now)
    context: dict[str, Any] = {
        "row": row,
        "reason": queries.reason_of(request.viewer, opening),
        "seen": queries.seen_in(opening),
        "form": form if row.may_review else None,
        "problem": problem,
    }
    return respond(request, page="emergency/opening.html", context=context, status=status)
