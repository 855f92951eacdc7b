"""Receiving a referral: from a report that was released to the region, from a screening, or outside the process.

Kept as it is typed.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from rightdoor.casework.intake.models import Report
from rightdoor.casework.intake.queries import Prefill, report_for, report_for_referral
from rightdoor.casework.referrals import actions
from rightdoor.casework.referrals.web.forms import ReceiveForm
from rightdoor.casework.screening.models import Screening
from rightdoor.casework.screening.queries import screening_for, screening_for_referral
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import ALL_REGIONS, Viewer, check_may
from rightdoor.foundation.codes import is_code
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import respond
from rightdoor.foundation.ui.typed import as_initial, code_in, kept, kept_words, typed_in

DRAFT = "referrals.referral"
PAGE = "referrals/new.html"


def show(request: HttpRequest) -> HttpResponse:
    """The form: a kept draft first, else what the report or the screening says, else empty."""
    check_may(request.viewer, "referral.receive")
    report_code, screened = _code(request.GET, "report"), _code(request.GET, "screening")
    draft = find_draft(request.viewer, DRAFT, report_code or screened)
    typed, kept_at = draft if draft else ({}, None)
    begun = report_for_referral(request.viewer, report_code, request.now) if report_code else None
    if screened and begun is None:
        begun = screening_for_referral(request.viewer, screened, request.now)
    form = ReceiveForm(initial=_initial(request.viewer, begun) | {"received_at": request.now}, now=request.now)
    form.initial |= as_initial(form, typed) if typed else {}
    return _page(request, form, report_code=report_code, screened=screened, code=code_in(typed), kept_at=kept_at)


def keep(request: HttpRequest) -> HttpResponse:
    """The draft, kept while the person types."""
    check_may(request.viewer, "referral.receive")
    about = _code(request.POST, "report") or _code(request.POST, "screening")
    keep_draft(request.viewer, DRAFT, about, typed_in(request), now=request.now)
    return kept(request.now)


def create(request: HttpRequest) -> HttpResponse:
    """Kept, dropped or sent. What cannot be sent yet is kept too."""
    check_may(request.viewer, "referral.receive")
    report_code, screened = _code(request.POST, "report"), _code(request.POST, "screening")
    about, typed, go = report_code or screened, typed_in(request), request.POST.get("go", "send")
    here = reverse("referrals:new") + (f"?{'report' if report_code else 'screening'}={about}" if about else "")
    if go == "drop":
        drop_draft(request.viewer, DRAFT, about)
        return redirect(here)
    keep_draft(request.viewer, DRAFT, about, typed, now=request.now)
    if go == "keep":
        messages.success(request, kept_words(request.now))
        return redirect(here)
    form = ReceiveForm(request.POST, now=request.now)
    code = code_in(typed)
    if form.is_valid():
        try:
            referral = _receive(request, form, report_code, code, screened)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, DRAFT, about)
            messages.success(request, f"Referral {referral.code} recorded.")
            if request.viewer.covers(referral.region):
                return redirect(reverse("referrals:referral", args=[referral.code]))
            return redirect(reverse("referrals:referrals"))
    return _page(request, form, report_code=report_code, screened=screened, code=code, kept_at=request.now, status=422)


def _receive(request: HttpRequest, form: ReceiveForm, report_code: str, code: str, screened: str) -> Any:
    data = form.cleaned_data
    screening: Screening | None = screening_for(request.viewer, screened) if screened and not report_code else None
    report: Report | None = report_for(request.viewer, report_code, request.now) if report_code else None
    return actions.receive_referral(
        request.viewer,
        report=report,
        screening=screening,
        source=data["source"],
        channel=data["channel"],
        region=data["region"],
        who=form.who(),
        whereabouts=form.whereabouts(),
        facts=form.facts(),
        story=data["story"],
        reported_at=data["reported_at"],
        released_at=data["released_at"],
        received_at=data["received_at"],
        now=request.now,
        code=code,
    )


def _page(
    request: HttpRequest,
    form: ReceiveForm,
    *,
    report_code: str,
    screened: str,
    code: str,
    kept_at: Any,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "parts": form.parts(), "report": report_code, "code": code, "kept_at": kept_at}
    context["screening"] = screened
    return respond(request, page=PAGE, context=context, status=status)


def _initial(viewer: Viewer, report: Prefill | None) -> dict[str, Any]:
    """What is known before anybody types: the viewer's own region, and what the report says."""
    regions = viewer.regions - {ALL_REGIONS}
    initial: dict[str, Any] = {
        "channel": active_pack().trafficking.channels.keys()[0 if report else -1],
        "region": next(iter(regions)) if len(regions) == 1 else "",
        "victim_status": "suspected",
    }
    if report is None:
        return initial
    told = {name: value for name, value in report.facts.items() if name in ReceiveForm.base_fields and value != ""}
    return {
        **initial,
        **told,
        "source": report.source,
        "region": report.region,
        "reported_at": report.reported_at,
        "released_at": report.released_at,
        **ReceiveForm.initial_of(report.who, report.whereabouts),
        "age_is_estimated": report.who.age_estimate is not None and report.who.birth_on is None,
        "area": report.area,
        "story": report.story,
    }


def _code(sent: QueryDict, name: str) -> str:
    """The code of the report or screening that the referral is made of; "" for none."""
    code = sent.get(name, "")
    return code if is_code(code) else ""
