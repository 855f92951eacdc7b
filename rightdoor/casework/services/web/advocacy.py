"""A victim advocate for each confirmed victim: how that stands on a case, and why there is no referral."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for, standing_of
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.clients.disclosure import check_may_begin
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.services import actions, queries
from rightdoor.casework.services.choices import ADVOCACY, NO_ADVOCATE
from rightdoor.casework.services.web.forms import ReasonForm
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.ui.pages import done, respond


def show(request: HttpRequest, code: str) -> HttpResponse:
    """How it stands, and the form of the reason."""
    case, tie = _case(request, code)
    return _page(request, case, tie, ReasonForm(initial={"code": new_code()}))


def record(request: HttpRequest, code: str) -> HttpResponse:
    """Records why there is none."""
    case, tie = _case(request, code)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            actions.record_advocacy_reason(request.viewer, case, now=request.now, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The reason is recorded.")
            return done(request, f"/cases/{case.code}/services/")
    return _page(request, case, tie, form, status=422)


def _case(request: HttpRequest, code: str) -> tuple[Case, Tie]:
    case = case_for(request.viewer, code, request.now)
    tie = standing_of(request.viewer, case, request.now)
    if not queries.may_read_services(request.viewer, case, tie, request.now):
        raise NotVisible
    check_may(request.viewer, "service_referral.make", tie)
    check_may_begin(request.viewer, case.client, "CORE", request.now, holder=case.holder, standing=tie)
    return case, tie


def _page(request: HttpRequest, case: Case, tie: Tie, form: ReasonForm, *, status: int = 200) -> HttpResponse:
    advocacy = queries.advocacy_of(request.viewer, case, request.now, tie)
    if advocacy is None:
        raise NotVisible
    context = {
        **case_frame(request, case, "services", tie=tie),
        "page_title": "A victim advocate",
        "page_back": f"/cases/{case.code}/services/",
        "page_back_label": "Services",
        "advocacy": advocacy,
        "reason_words": NO_ADVOCATE.get(advocacy.reason.why, "") if advocacy.reason else "",
        "new_url": f"/cases/{case.code}/services/new/?kind={ADVOCACY}",
        "form": form,
    }
    return respond(request, page="services/advocacy.html", context=context, status=status)
