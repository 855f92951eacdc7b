"""An agency's agreement to keep what it learns to itself: on record with its days, renewed, ended. (TEAM-6)"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from rightdoor.community.partners import queries
from rightdoor.domain.errors import RuleBroken
from rightdoor.foundation.access import clearance, onboarding
from rightdoor.foundation.jurisdiction.active import local, zone
from rightdoor.foundation.ui.forms import DayField
from rightdoor.foundation.ui.pages import done, respond

PAGE = "partners/agreement.html"


class AgreementForm(forms.Form):
    """The first and the last day of a signed agreement."""

    since = DayField(label="In force from")
    until = DayField(label="In force until", help_text="The last day, as the signed agreement says. MM/DD/YYYY")

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = local(now).date()


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What is on record, and the form of the next."""
    return respond(request, page=PAGE, context=_context(request, code, AgreementForm(now=request.now)))


def record(request: HttpRequest, code: str) -> HttpResponse:
    """Put an agreement on record, or end the one in force."""
    agency = queries.agency_for(request.viewer, code)
    onboarding.check_may_agree(request.viewer, agency.code)
    form = AgreementForm(request.POST, now=request.now)
    try:
        if request.POST.get("act") == "end":
            onboarding.end_agency_agreement(request.viewer, agency.code, now=request.now)
            return done(request, f"/partners/{agency.code}/agreement/")
        if form.is_valid():
            onboarding.record_agency_agreement(
                request.viewer,
                agency.code,
                starts_at=datetime.combine(form.cleaned_data["since"], time(0, 0), tzinfo=zone()),
                ends_at=datetime.combine(form.cleaned_data["until"] + timedelta(days=1), time(0, 0), tzinfo=zone()),
                now=request.now,
            )
            return done(request, f"/partners/{agency.code}/agreement/")
    except RuleBroken as refusal:
        form.is_valid()
        form.add_error(None, str(refusal))
    return respond(request, page=PAGE, context=_context(request, code, form), status=422)


def _context(request: HttpRequest, code: str, form: AgreementForm) -> dict[str, Any]:
    agency = queries.agency_for(request.viewer, code)
    onboarding.check_may_agree(request.viewer, agency.code)
    return {
        "agency": agency,
        "form": form,
        "in_force": clearance.agreement_of(agency.code, request.now),
        "rows": clearance.agreements_of(agency.code),
    }
