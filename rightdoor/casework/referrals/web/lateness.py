"""Why a response was late, so that causes can be counted and talked about. (INT-11)"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rightdoor.casework.referrals import actions
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import referral_for, tie_to
from rightdoor.casework.referrals.web.forms import LatenessForm
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.ui.pages import done, respond

PAGE = {"page": "referrals/lateness.html", "fragment": "referrals/_lateness.html"}


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The causes to choose from."""
    referral = _referral(request, code)
    form = LatenessForm(initial={"cause": referral.late_cause})
    return respond(request, **PAGE, context={"referral": referral, "form": form})


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Record the cause."""
    referral = _referral(request, code)
    form = LatenessForm(request.POST)
    if form.is_valid():
        try:
            actions.record_late_cause(request.viewer, referral, now=request.now, **form.cleaned_data)
            messages.success(request, "Cause recorded.")
            return done(request, reverse("referrals:referral", args=[referral.code]))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, **PAGE, context={"referral": referral, "form": form}, status=422)


def _referral(request: HttpRequest, code: str) -> Referral:
    referral = referral_for(request.viewer, code, request.now)
    check_may(request.viewer, "referral.triage", tie_to(request.viewer, referral, request.now))
    return referral
