"""Kind, relationship and setting of what is alleged, as they become known. (INT-4)"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rightdoor.casework.referrals import actions
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import referral_for, tie_to, told_of
from rightdoor.casework.referrals.web.forms import SituationForm
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.ui.pages import done, respond

PAGE = {"page": "referrals/situation.html", "fragment": "referrals/_situation.html"}


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What is established so far."""
    referral = _referral(request, code)
    told = told_of(request.viewer, referral, request.now, purpose="situation").facts
    initial = {name: getattr(told, name) for name in ("kind", "relationship", "setting")}
    form = SituationForm(initial=initial | {"version": referral.version})
    return respond(request, **PAGE, context={"referral": referral, "form": form})


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Write it down."""
    referral = _referral(request, code)
    form = SituationForm(request.POST)
    if form.is_valid():
        version = form.cleaned_data.pop("version")
        try:
            actions.settle_facts(request.viewer, referral, facts=form.cleaned_data, version=version, now=request.now)
            messages.success(request, "Written down.")
            return done(request, reverse("referrals:referral", args=[referral.code]))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, **PAGE, context={"referral": referral, "form": form}, status=422)


def _referral(request: HttpRequest, code: str) -> Referral:
    referral = referral_for(request.viewer, code, request.now)
    check_may(request.viewer, "referral.decide_eligibility", tie_to(request.viewer, referral, request.now))
    return referral
