"""The page of one referral."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rightdoor.casework.referrals.actions import answer_tier
from rightdoor.casework.referrals.queries import referral_for, referral_with_tie, tie_to
from rightdoor.casework.referrals.record import ReferralView, referral_page
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.ui.pages import done, respond


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What is known on the left, what is due on the right."""
    referral, tie = referral_with_tie(request.viewer, code, request.now)
    view = referral_page(request.viewer, referral, request.now, tie)
    due = [(item, reverse(item.page, args=[view.code])) for item in view.due]
    context = {"view": view, "due": due, "acts": _acts(view)}
    return respond(request, page="referrals/referral.html", context=context)


def answer(request: HttpRequest, code: str) -> HttpResponse:
    """The second person confirms a slower tier, or refuses it."""
    referral = referral_for(request.viewer, code, request.now)
    check_may(request.viewer, "referral.second_tier", tie_to(request.viewer, referral, request.now))
    agrees = request.POST.get("answer") == "confirm"
    try:
        answer_tier(request.viewer, referral, agrees=agrees, now=request.now)
    except RuleBroken as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"Tier {referral.tier} is in force.")
    return done(request, reverse("referrals:referral", args=[referral.code]))


def _acts(view: ReferralView) -> list[tuple[str, str]]:
    """What else one may do here, beside what is due."""
    is_open = view.state in {"received", "eligible", "triaged"}
    offered = (
        ("triage", "Change the tier", "referral.change_tier", view.state == "triaged"),
        ("eligibility", "Eligibility", "referral.decide_eligibility", is_open and view.decided_at is not None),
        ("mandated_report", "Mandated report", "referral.record_mandated_report", view.mandated.settled),
        ("reconsideration", "Take up again", "referral.reconsider", view.state in {"ineligible", "closed"}),
    )
    return [
        (label, reverse(f"referrals:{page}", args=[view.code]))
        for page, label, act, fits in offered
        if fits and act in view.may
    ]
