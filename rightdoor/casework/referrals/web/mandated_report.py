"""The report that the law asks for: whether, when, by whom, its number. (INT-12)"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rightdoor.casework.clients.disclosure import SealedField, open_fields
from rightdoor.casework.referrals import actions
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import mandated_report_of, referral_for, tie_to
from rightdoor.casework.referrals.sealed import mandated_label
from rightdoor.casework.referrals.web.forms import MandatedReportForm
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, respond

PAGE = {"page": "referrals/mandated_report.html", "fragment": "referrals/_mandated_report.html"}


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What has been recorded so far."""
    referral = _referral(request, code)
    report = mandated_report_of(referral)
    initial: dict[str, object] = {}
    if report is not None:
        fields = [SealedField(mandated_label(referral), report.details_sealed)]
        (told,) = open_fields(
            request.viewer, referral.client, fields, request.now, verb="referral.read", obj=referral, purpose="mandated"
        )
        initial = {"made": report.made, "made_at": report.made_at, **(told or {})}
    return respond(request, **PAGE, context=_context(referral, MandatedReportForm(initial=initial)))


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Record it; what is missing stays open."""
    referral = _referral(request, code)
    form = MandatedReportForm(request.POST)
    if form.is_valid():
        try:
            report = actions.record_mandated_report(request.viewer, referral, now=request.now, **form.cleaned_data)
            messages.success(
                request, "Mandated report recorded." if report.settled else "Kept. Something about it is still open."
            )
            return done(request, reverse("referrals:referral", args=[referral.code]))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, **PAGE, context=_context(referral, form), status=422)


def _referral(request: HttpRequest, code: str) -> Referral:
    referral = referral_for(request.viewer, code, request.now)
    check_may(request.viewer, "referral.record_mandated_report", tie_to(request.viewer, referral, request.now))
    return referral


def _context(referral: Referral, form: MandatedReportForm) -> dict[str, object]:
    pack = active_pack()
    return {
        "referral": referral,
        "form": form,
        "written_within": pack.reporting_line.mandated_report.written_follow_up_within_days,
        "hotline": pack.public.hotline("state"),
    }
