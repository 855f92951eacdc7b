"""What a person does before client data opens: sign, read, be trained. And what their agency enters. (TEAM-6)"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.foundation.access import clearance, onboarding
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.accounts.queries import account_for
from rightdoor.foundation.codes import is_code
from rightdoor.foundation.doorway.promises import text_of, text_version
from rightdoor.foundation.jurisdiction.active import local, zone
from rightdoor.foundation.ui.forms import DayField


class SignForm(forms.Form):
    """One box that says it, and the version of the text that stood above it."""

    version = forms.CharField(widget=forms.HiddenInput, max_length=64)
    agreed = forms.BooleanField(
        label="I have read this and I promise it.",
        error_messages={"required": "Read the text and tick the box. Without it no record opens to you."},
    )


class ReadForm(SignForm):
    """The same for a text that is read, not signed."""

    agreed = forms.BooleanField(
        label="I have read this.", error_messages={"required": "Read the text and tick the box when you are done."}
    )


class TrainingForm(forms.Form):
    """A training, the day on which it was done, and until when it counts."""

    training = forms.ChoiceField(label="Training")
    done_on = DayField(label="Done on")
    until = DayField(label="Counts until")

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["training"].choices = [("", "Choose"), *clearance.trainings().items()]  # type: ignore[attr-defined]
        days = timedelta(days=clearance.agreement_days())
        self.fields["until"].initial = local(now).date() + days


def show(request: HttpRequest) -> HttpResponse:
    """The person's own checklist."""
    checklist = clearance.checklist_of(request.signed_in.account, request.now)
    context = {"checklist": checklist, "is_needed": clearance.needs_clearance(request.viewer)}
    return render(request, "doorway/onboarding.html", context)


def show_agreement(request: HttpRequest) -> HttpResponse:
    """The confidentiality agreement and the box below it."""
    return _text_page(request, "agreement", SignForm)


def sign(request: HttpRequest) -> HttpResponse:
    """Sign it. The wall asked for a fresh proof of who signs."""
    return _take(request, "agreement", SignForm)


def show_protocol(request: HttpRequest) -> HttpResponse:
    """The protocol in short."""
    return _text_page(request, "protocol", ReadForm)


def confirm_read(request: HttpRequest) -> HttpResponse:
    """Say that it was read."""
    return _take(request, "protocol", ReadForm)


def _take(request: HttpRequest, which: str, kind: type[SignForm]) -> HttpResponse:
    form = kind(request.POST)
    version = text_version(which)
    if form.is_valid() and form.cleaned_data["version"] != version:
        form.add_error(None, "The text has changed meanwhile. Read it again and tick the box.")
    if not form.is_valid():
        return _text_page(request, which, kind, form, status=422)
    act = onboarding.sign_agreement if which == "agreement" else onboarding.confirm_protocol_read
    act(request.viewer, version=version, now=request.now)
    return redirect("onboarding:checklist")


def _text_page(
    request: HttpRequest, which: str, kind: type[SignForm], form: SignForm | None = None, status: int = 200
) -> HttpResponse:
    text, version = text_of(which), text_version(which)
    if form is None or form.data.get("version") != version:
        problems = form.non_field_errors() if form is not None else []
        form = kind(initial={"version": version})
    else:
        problems = []
    context = {"text": text, "form": form, "which": which, "version": version[:12], "problems": problems}
    return render(request, "doorway/onboarding_text.html", context, status=status)


def show_of(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody else's checklist, for those who enter what the person has done."""
    account = _looked_after(request, code)
    return _person_page(request, account, TrainingForm(now=request.now))


def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a training, or end a step: `act` says which."""
    account = _looked_after(request, code)
    ending = request.POST.get("act") == "end"
    form = TrainingForm(now=request.now) if ending else TrainingForm(request.POST, now=request.now)
    try:
        if ending:
            onboarding.end_clearance(request.viewer, account, what=request.POST.get("what", ""), now=request.now)
        elif form.is_valid():
            told = form.cleaned_data
            onboarding.enter_training(
                request.viewer,
                account,
                training=told["training"],
                done_at=datetime.combine(told["done_on"], time(0, 0), tzinfo=zone()),
                until=datetime.combine(told["until"] + timedelta(days=1), time(0, 0), tzinfo=zone()),
                now=request.now,
            )
        else:
            return _person_page(request, account, form, status=422)
    except RuleBroken as refusal:
        return _person_page(request, account, form, str(refusal), status=422)
    return redirect("onboarding:of", code=code)


def _looked_after(request: HttpRequest, code: str) -> Account:
    account = account_for(code) if is_code(code) else None
    if account is None or not onboarding.may_enter(request.viewer, account, request.now):
        raise NotVisible
    return account


def _person_page(
    request: HttpRequest, account: Account, form: TrainingForm, problem: str = "", status: int = 200
) -> HttpResponse:
    checklist = clearance.checklist_of(account, request.now)
    context = {"account": account, "checklist": checklist, "form": form, "problem": problem}
    return render(request, "doorway/onboarding_of.html", context, status=status)
