"""Pages that hand a case on: to another region, to a colleague, or sharing it; and offers as the others see them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases import queries
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.moving import actions
from rightdoor.casework.cases.moving import queries as moves
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.clients.facts import Tie
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may, may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.forms import StoryField
from rightdoor.foundation.ui.pages import done, respond

STATES = {"asked": "Waits for an answer", "accepted": "Taken over", "declined": "Declined", "withdrawn": "Taken back"}


class TransferForm(forms.Form):
    """To which region, why, and whether the team stays."""

    to_region = forms.ChoiceField()
    why = StoryField(
        label="Why the case moves", limit=2000, help_text="Whoever takes the case over reads it, nobody before."
    )
    keeps_team = forms.ChoiceField(
        label="Those who are on the case now",
        choices=[("no", "Leave it when it is taken over"), ("yes", "Stay on it")],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_region"].label = f"To which {active_pack().word('region')}"
        self.fields["to_region"].choices = [("", "Choose"), *moves.other_regions(case)]  # type: ignore[attr-defined]
        self.fields["why"].widget.attrs["rows"] = "3"


class PersonForm(forms.Form):
    """A coordinator."""

    account = forms.ChoiceField(label="Coordinator")

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = [("", "Choose"), *people]  # type: ignore[attr-defined]


def show(request: HttpRequest, code: str) -> HttpResponse:
    """How the case stands between people and regions, and the forms."""
    case, tie = _case(request, code, "case.hand_over")
    return _page(request, case, tie)


def offer(request: HttpRequest, code: str) -> HttpResponse:
    """Offers the case to another region."""
    case, tie = _case(request, code, "case.transfer")
    form = TransferForm(request.POST, case=case)
    if form.is_valid():
        told = form.cleaned_data
        try:
            actions.ask_transfer(
                request.viewer,
                case,
                to_region=told["to_region"],
                why=told["why"],
                keeps_team=told["keeps_team"] == "yes",
                now=request.now,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The case is offered. You keep it until somebody there takes it over.")
            return done(request, f"/cases/{case.code}/moving/")
    return _page(request, case, tie, transfer_form=form, status=422)


def take_back(request: HttpRequest, code: str) -> HttpResponse:
    """Takes an offer back."""
    case, tie = _case(request, code, "case.transfer")
    return _act(request, case, tie, lambda: actions.withdraw_transfer(request.viewer, case, now=request.now))


def hand_over(request: HttpRequest, code: str) -> HttpResponse:
    """Another coordinator of the region takes the case on."""
    case, tie = _case(request, code, "case.hand_over")
    form = PersonForm(request.POST, people=_colleagues(request, case), auto_id="id_colleague_%s")
    if form.is_valid():
        try:
            actions.hand_over_case(request.viewer, case, to=form.cleaned_data["account"], now=request.now)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The case is handed over.")
            return done(request, f"/cases/{case.code}/moving/")
    return _page(request, case, tie, hand_form=form, status=422)


def share(request: HttpRequest, code: str) -> HttpResponse:
    """A coordinator of another region coordinates the case, too."""
    case, tie = _case(request, code, "case.share")
    form = PersonForm(request.POST, people=_elsewhere(request, case), auto_id="id_share_%s")
    if form.is_valid():
        try:
            actions.share_case(request.viewer, case, account_code=form.cleaned_data["account"], now=request.now)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The case is shared.")
            return done(request, f"/cases/{case.code}/moving/")
    return _page(request, case, tie, share_form=form, status=422)


def end_share(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Nobody of the other region sees it any more."""
    case, tie = _case(request, code, "case.share")
    if person not in {one.code for one in moves.shared_with(case, request.now)}:
        raise NotVisible
    if person == request.viewer.code:  # the page would not be there any more to come back to
        actions.end_share(request.viewer, case, account_code=person, now=request.now)
        messages.success(request, "The case is not shared with you any more.")
        return done(request, "/cases/")
    return _act(
        request, case, tie, lambda: actions.end_share(request.viewer, case, account_code=person, now=request.now)
    )


def offers(request: HttpRequest) -> HttpResponse:
    """What is offered to the viewer's regions and waits."""
    _check_coordinates(request)
    return respond(request, page="cases/offers.html", context={"offers": moves.offers_to(request.viewer)})


def show_offer(request: HttpRequest, code: str) -> HttpResponse:
    """An offer: from where, since when; nothing of the case."""
    _check_coordinates(request)
    return _offer(request, code)


def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Takes the case over, or leaves it where it is."""
    _check_coordinates(request)
    transfer = moves.transfer_for(request.viewer, code)
    check_may(request.viewer, "case.answer_transfer", moves.standing_in_region(request.viewer, transfer))
    try:
        if request.POST.get("answer") == "accept":
            case = actions.accept_transfer(request.viewer, transfer, now=request.now)
            messages.success(request, "You coordinate this case now. Check its people, grounds and next staffing.")
            return done(request, f"/cases/{case.code}/")
        if request.POST.get("answer") == "decline":
            actions.decline_transfer(request.viewer, transfer, now=request.now)
            messages.success(request, "The case stays where it is.")
            return done(request, "/transfers/")
    except RuleBroken as refusal:
        return _offer(request, code, refusal=str(refusal), status=422)
    return _offer(request, code, refusal="Choose whether you take the case over.", status=422)


def _offer(request: HttpRequest, code: str, *, refusal: str = "", status: int = 200) -> HttpResponse:
    transfer = moves.transfer_for(request.viewer, code)
    (shown,) = moves.shown_offers([transfer])
    may_answer = may(request.viewer, "case.answer_transfer", moves.standing_in_region(request.viewer, transfer))
    why = moves.why_of(request.viewer, transfer, request.now)
    context = {
        "offer": shown,
        "state": STATES[shown.state],
        "may_answer": may_answer and shown.state == "asked",
        "why": why,
        "case_code": transfer.case_code if why else "",
        "refusal": refusal,
    }
    return respond(request, page="cases/offer.html", context=context, status=status)


def _check_coordinates(request: HttpRequest) -> None:
    if not request.viewer.has("care_coordinator"):
        raise NotVisible


def _case(request: HttpRequest, code: str, act: str) -> tuple[Case, Tie]:
    case, tie = queries.case_and_tie(request.viewer, code, request.now)
    check_may(request.viewer, act, tie)
    return case, tie


def _colleagues(request: HttpRequest, case: Case) -> list[tuple[str, str]]:
    people = moves.coordinators(request.now, within=case.region)
    return [(one.code, one.name) for one in people if one.code != case.coordinator]


def _elsewhere(request: HttpRequest, case: Case) -> list[tuple[str, str]]:
    there = {one.code for one in moves.shared_with(case, request.now)}
    return [
        (one.code, one.name) for one in moves.coordinators(request.now, without=case.region) if one.code not in there
    ]


def _act(request: HttpRequest, case: Case, tie: Tie, act: Any) -> HttpResponse:
    try:
        act()
    except RuleBroken as refusal:
        return _page(request, case, tie, refusal=str(refusal), status=422)
    return done(request, f"/cases/{case.code}/moving/")


def _page(
    request: HttpRequest,
    case: Case,
    tie: Tie,
    *,
    transfer_form: TransferForm | None = None,
    hand_form: PersonForm | None = None,
    share_form: PersonForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    frame = case_frame(request, case, "team", tie=tie)
    offers = moves.offers_of(case)
    context = {
        **frame,
        "page_title": "Handing the case on",
        "page_back": f"{frame['case_base']}team/",
        "page_back_label": "The team",
        "transfer_form": transfer_form or TransferForm(case=case),
        "hand_form": hand_form or PersonForm(people=_colleagues(request, case), auto_id="id_colleague_%s"),
        "share_form": share_form or PersonForm(people=_elsewhere(request, case), auto_id="id_share_%s"),
        "shares": moves.shared_with(case, request.now),
        "offers": [{"one": one, "state": STATES[one.state]} for one in offers],
        "waits": next((one for one in offers if one.state == "asked"), None),
        "refusal": refusal,
    }
    return respond(request, page="cases/moving.html", context=context, status=status)
