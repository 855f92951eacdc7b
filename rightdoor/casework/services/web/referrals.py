"""Referrals to services: a case's list, a new one, one with its steps, its paper, and the open ones of a region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for, standing_of
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.clients.disclosure import check_may_begin
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.consents.choices import RELEASABLE
from rightdoor.casework.services import actions, queries
from rightdoor.casework.services.actions import Sharing
from rightdoor.casework.services.choices import (
    ADVOCACY,
    DECLINED_WORDS,
    HANDOFFS,
    LANGUAGES,
    STATE_WORDS,
    STEP_WORDS,
    WHY_DECLINED,
)
from rightdoor.casework.services.models import ServiceReferral
from rightdoor.casework.services.printouts import print_acknowledgement
from rightdoor.casework.services.queries import ListFilters, ShownReferral
from rightdoor.casework.services.web.forms import ReferralForm, StepForm
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.domain.service_referral import TRANSITIONS
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.printing.docx import MEDIA_TYPE
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import as_initial, kept, typed_in

DRAFT = "services.referral"
TONES = {"completed": "quiet", "declined": "quiet", "not_reached": "at_risk"}
SORTS = {"due": "What is due first", "newest": "Newest first", "oldest": "Oldest first"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the list without it."""

    name: str
    value: str
    without: str


def index(request: HttpRequest, code: str) -> HttpResponse:
    """The referrals of a case, and how the duty of an advocate stands."""
    case, tie = _case(request, code)
    viewer, now = request.viewer, request.now
    rows = queries.services_of(viewer, case, now, tie)
    frame = case_frame(request, case, "services", tie=tie)
    context = {
        **frame,
        "page_title": "Services",
        "page_count": len(rows),
        "rows": [_line(one) for one in rows],
        "advocacy": queries.advocacy_of(viewer, case, now, tie),
        "may_make": case.state == "open" and "service_referral_make" in frame["may"],
    }
    return respond(request, page="services/services.html", context=context)


def show_new(request: HttpRequest, code: str) -> HttpResponse:
    """The form: what was typed before, or the kind of service that a page asked for."""
    case, tie = _case(request, code, "service_referral.make")
    draft = find_draft(request.viewer, DRAFT, case.code)
    asked = request.GET.get("kind", "")
    initial: dict[str, Any] = {"code": new_code(), "category": asked, "handoff": "told", "language": "en"}
    form = _form(request, case, initial=initial)
    form.initial |= as_initial(form, draft[0]) if draft else {}
    return _new_page(request, case, tie, form, kept_at=draft[1] if draft else None)


def keep(request: HttpRequest, code: str) -> HttpResponse:
    """The draft, kept while the person types."""
    case, _ = _case(request, code, "service_referral.make")
    keep_draft(request.viewer, DRAFT, case.code, typed_in(request), now=request.now)
    return kept(request.now)


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Makes the referral. What was typed is kept when it is refused."""
    case, tie = _case(request, code, "service_referral.make")
    form = _form(request, case, data=request.POST)
    if form.is_valid():
        told = dict(form.cleaned_data)
        released = {key: told.pop(key) for key in ("release", "classes", "how", "to", "what")}
        sharing = None
        if released["release"] or released["classes"]:
            sharing = Sharing(
                released["release"],
                tuple(released["classes"]),
                released["how"],
                released["to"],
                released["what"],
            )
        told["handoff"] = told["handoff"] or "told"
        try:
            row = actions.make_service_referral(request.viewer, case, sharing=sharing, now=request.now, **told)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, DRAFT, case.code)
            messages.success(request, "The referral is made. You are reminded when an answer is due.")
            return done(request, f"/service-referrals/{row.code}/")
    keep_draft(request.viewer, DRAFT, case.code, typed_in(request), now=request.now)
    return _new_page(request, case, tie, form, kept_at=request.now, status=422)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One referral: what it is, what happened, and the next step."""
    row = queries.service_referral_for(request.viewer, code, request.now)
    form = StepForm(state=row.state, initial={"happened_on": local(request.now).date(), "code": new_code()})
    return _one_page(request, row, form)


def step(request: HttpRequest, code: str) -> HttpResponse:
    """Records what happened."""
    row = queries.service_referral_for(request.viewer, code, request.now)
    tie = standing_of(request.viewer, row.case, request.now)
    check_may(request.viewer, "service_referral.follow", tie)
    check_may_begin(request.viewer, row.case.client, "PLAN", request.now, holder=row.case.holder, standing=tie)
    sent = queries.step_sent(request.viewer, row, request.POST.get("code", ""))
    form = StepForm(request.POST, state=row.state, sent=sent)
    if form.is_valid():
        try:
            actions.record_service_outcome(request.viewer, row, now=request.now, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The step is recorded.")
            return done(request, f"/service-referrals/{row.code}/")
    return _one_page(request, row, form, status=422)


def acknowledgement(request: HttpRequest, code: str) -> HttpResponse:
    """The paper for the provider: the code alone, or what a release in force lets it know."""
    row = queries.service_referral_for(request.viewer, code, request.now)
    shown, _ = queries.open_service_referral(request.viewer, row, request.now)
    form = "docx" if request.POST.get("form") == "docx" else "pdf"
    document = print_acknowledgement(request.viewer, row, shown, now=request.now, form=form)
    headers = {"Content-Disposition": f'attachment; filename="{row.code}.{form}"', "Cache-Control": "no-store"}
    media_type = MEDIA_TYPE if form == "docx" else "application/pdf"
    return HttpResponse(document, content_type=media_type, headers=headers)


def open_ones(request: HttpRequest) -> HttpResponse:
    """The referrals to services of the viewer's region that are not finished. The same address gives the same list."""
    asked, viewer = request.GET, request.viewer
    regions = [one for one in active_pack().regions if viewer.covers(one.key)]
    filters = ListFilters(
        state=asked.get("state", "") if asked.get("state", "") in STATE_WORDS else "",
        late=asked.get("late", "") == "1",
        region=asked.get("region", "") if asked.get("region", "") in {one.key for one in regions} else "",
        mine=asked.get("mine", "") == "1",
        sort=asked.get("sort", "due") if asked.get("sort", "due") in SORTS else "due",
    )
    said = asked.get("page", "")
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 1
    page = queries.open_list(viewer, filters, request.now, number=number)
    kept = {
        "state": filters.state,
        "late": "1" if filters.late else "",
        "region": filters.region,
        "mine": "1" if filters.mine else "",
        "sort": filters.sort if filters.sort != "due" else "",
    }
    context = {
        "rows": [{**_line(one.referral), "client": one.client, "coordinator": one.coordinator} for one in page.rows],
        "filters": filters,
        "states": STATE_WORDS,
        "sorts": SORTS,
        "regions": regions if len(regions) > 1 else [],
        "chips": _chips(filters, kept),
        "next": _address({**kept, "page": str(page.number + 1)}) if page.has_next else "",
        "previous": _address({**kept, "page": str(page.number - 1)}) if page.number > 1 else "",
    }
    return respond(request, page="services/open.html", context=context)


# ------------------------------------------------------------------------------------------------------------ inside


def _case(request: HttpRequest, code: str, act: str = "") -> tuple[Case, Tie]:
    """The case, for whom its referrals to services are open, and who may do `act` there. Raises NotVisible."""
    case = case_for(request.viewer, code, request.now)
    tie = standing_of(request.viewer, case, request.now)
    if not queries.may_read_services(request.viewer, case, tie, request.now):
        raise NotVisible
    if act:
        check_may(request.viewer, act, tie)
        check_may_begin(request.viewer, case.client, "PLAN", request.now, holder=case.holder, standing=tie)
    return case, tie


def _form(request: HttpRequest, case: Case, *, data: Any = None, initial: Any = None) -> ReferralForm:
    return ReferralForm(
        data,
        initial=initial,
        agencies=queries.partners_for(case.region),
        releases=queries.releases_to_share(request.viewer, case, request.now),
    )


def _new_page(
    request: HttpRequest, case: Case, tie: Tie, form: ReferralForm, *, kept_at: Any, status: int = 200
) -> HttpResponse:
    context = {
        **case_frame(request, case, "services", tie=tie),
        "page_title": "Refer to a service",
        "page_back": f"/cases/{case.code}/services/",
        "page_back_label": "Services",
        "form": form,
        "kept_at": kept_at,
    }
    return respond(request, page="services/new.html", context=context, status=status)


def _one_page(request: HttpRequest, row: ServiceReferral, form: StepForm, *, status: int = 200) -> HttpResponse:
    viewer, now, case = request.viewer, request.now, row.case
    tie = standing_of(viewer, case, now)
    shown, steps = queries.open_service_referral(viewer, row, now)
    frame = case_frame(request, case, "services", tie=tie)
    context = {
        **frame,
        "page_title": "Referral to a service",
        "page_back": f"/cases/{case.code}/services/",
        "page_back_label": "Services",
        **_line(shown),
        "spoken": LANGUAGES.get(shown.language, shown.language),  # "language" is the page's own
        "handoff": HANDOFFS.get(shown.handoff, ""),
        "shared": [RELEASABLE.get(klass, klass) for klass in shown.shared],
        "steps": [
            {
                "one": one,
                "what": STATE_WORDS[one.state] if one.state == "sent" else STEP_WORDS[one.state],
                "declined_by": DECLINED_WORDS.get(one.declined_by, ""),
                "why": WHY_DECLINED.get(one.why, ""),
            }
            for one in steps
        ],
        "form": form,
        "may_follow": "service_referral_follow" in frame["may"] and bool(TRANSITIONS[row.state]),
    }
    return respond(request, page="services/referral.html", context=context, status=status)


def _line(one: ShownReferral) -> dict[str, Any]:
    labels = dict(active_pack().service_choices().pairs())
    return {
        "one": one,
        "label": labels.get(one.category, one.category),
        "state_words": STATE_WORDS[one.state],
        "tone": "late" if one.is_late else TONES.get(one.state, "plain"),
        "is_advocacy": one.category == ADVOCACY,
    }


def _chips(filters: ListFilters, kept: dict[str, str]) -> list[Chip]:
    chips = []
    if filters.state:
        chips.append(Chip("State", STATE_WORDS[filters.state], _address({**kept, "state": ""})))
    if filters.late:
        chips.append(Chip("Due", "Late only", _address({**kept, "late": ""})))
    if filters.mine:
        chips.append(Chip("Cases", "Mine", _address({**kept, "mine": ""})))
    if filters.region:
        name = active_pack().region(filters.region).name
        chips.append(Chip(active_pack().word("region"), name, _address({**kept, "region": ""})))
    return chips


def _address(asked: dict[str, str]) -> str:
    kept = {name: value for name, value in asked.items() if value}
    return f"/service-referrals/?{urlencode(kept)}" if kept else "/service-referrals/"
