"""Setting the response tier: the facts, what they ask for, and one button that says what it does. (INT-6)"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rightdoor.casework.referrals import actions
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.pending.queries import pending_change
from rightdoor.casework.referrals.queries import referral_for, seconders_for, tie_to, told_of
from rightdoor.casework.referrals.tiers import Weighed, weigh
from rightdoor.casework.referrals.web.forms import TriageForm
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, respond, wants_fragment

PAGE = {"page": "referrals/triage.html", "fragment": "referrals/_triage.html"}
TIER = {"page": "referrals/triage.html", "fragment": "referrals/_tier.html"}


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The page with the facts that stand."""
    referral = _referral(request, code)
    told = told_of(request.viewer, referral, request.now, purpose="triage")
    initial = {name: getattr(told.facts, name) for name in TriageForm.FACTS} | {"version": referral.version}
    form = _form(request, referral, initial=initial)
    weighed = weigh(referral, told.facts.for_triage(), active_pack())
    return respond(request, **PAGE, context=_context(referral, form, weighed, told.story))


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Compute shows what these facts ask for and changes nothing; otherwise the tier is set."""
    referral = _referral(request, code)
    form = _form(request, referral, data=request.POST)
    sound = form.is_valid()
    if request.POST.get("go") == "compute":
        return _computed(request, referral, form, sound=sound)
    if sound:
        try:
            actions.triage_referral(
                request.viewer,
                referral,
                facts=form.triage_facts(),
                chosen_tier=form.cleaned_data["chosen_tier"],
                reason=form.cleaned_data["reason"],
                seconded_by=form.cleaned_data["seconded_by"],
                version=form.cleaned_data["version"],
                now=request.now,
            )
            said = "The slower tier waits for the second person to confirm it." if pending_change(referral) else ""
            messages.success(request, f"Tier {referral.tier} set. {said}".strip())
            return done(request, reverse("referrals:referral", args=[referral.code]))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    story = told_of(request.viewer, referral, request.now, purpose="triage").story
    return respond(request, **PAGE, context=_context(referral, form, _weighed(referral, form), story), status=422)


def _computed(request: HttpRequest, referral: Referral, form: TriageForm, *, sound: bool) -> HttpResponse:
    weighed = _weighed(referral, form)
    if sound:  # shown as it was typed, without asking for what only the act needs
        form.is_bound = False
        form.initial = form.cleaned_data
    is_live = wants_fragment(request) and request.headers.get("HX-Target") == "tier"
    story = "" if is_live else told_of(request.viewer, referral, request.now, purpose="triage").story
    context = _context(referral, form, weighed, story)
    return respond(request, **(TIER if is_live else PAGE), context=context, status=200 if sound or is_live else 422)


def _weighed(referral: Referral, form: TriageForm) -> Weighed:
    return weigh(referral, form.triage_facts(), active_pack(), chosen_tier=form.cleaned_data.get("chosen_tier"))


def _referral(request: HttpRequest, code: str) -> Referral:
    referral = referral_for(request.viewer, code, request.now)
    act = "referral.change_tier" if referral.state == "triaged" else "referral.triage"
    check_may(request.viewer, act, tie_to(request.viewer, referral, request.now))
    return referral


def _form(request: HttpRequest, referral: Referral, **given: Any) -> TriageForm:
    return TriageForm(seconders=seconders_for(referral, request.viewer.code, request.now), **given)


def _context(referral: Referral, form: TriageForm, weighed: Weighed, story: str) -> dict[str, Any]:
    return {
        "referral": referral,
        "form": form,
        "fact_fields": [form[name] for name in TriageForm.FACTS],
        "weighed": weighed,
        "story": story,
        "why": weighed.decision.reason,
        "other_chosen": weighed.kind in {"shortened", "lengthened"} or form.errors,
        "may_lengthen": active_pack().tier_change.may_lengthen,
    }
