"""Taking up a referral again that was turned away or closed. (INT-5)"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rightdoor.casework.referrals import actions
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import referral_for, tie_to
from rightdoor.casework.referrals.web.forms import ReconsiderationForm
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.ui.pages import done, respond

PAGE = {"page": "referrals/reconsideration.html", "fragment": "referrals/_reconsideration.html"}


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What has changed?"""
    referral = _referral(request, code)
    form = ReconsiderationForm(initial={"version": referral.version})
    return respond(request, **PAGE, context={"referral": referral, "form": form})


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Take it up again."""
    referral = _referral(request, code)
    form = ReconsiderationForm(request.POST)
    if form.is_valid():
        try:
            actions.reconsider_referral(request.viewer, referral, now=request.now, **form.cleaned_data)
            messages.success(request, "Taken up again. It awaits triage.")
            return done(request, reverse("referrals:referral", args=[referral.code]))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, **PAGE, context={"referral": referral, "form": form}, status=422)


def _referral(request: HttpRequest, code: str) -> Referral:
    referral = referral_for(request.viewer, code, request.now)
    check_may(request.viewer, "referral.reconsider", tie_to(request.viewer, referral, request.now))
    return referral
