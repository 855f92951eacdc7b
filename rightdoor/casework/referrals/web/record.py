"""The page of one referral."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rightdoor.casework.referrals.queries import referral_for
from rightdoor.casework.referrals.record import ReferralView, referral_page
from rightdoor.foundation.ui.pages import respond


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What is known on the left, what is due on the right."""
    referral = referral_for(request.viewer, code, request.now)
    view = referral_page(request.viewer, referral, request.now)
    due = [(item, reverse(item.page, args=[view.code])) for item in view.due]
    context = {"view": view, "due": due, "acts": _acts(view)}
    return respond(request, page="referrals/referral.html", context=context)


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
