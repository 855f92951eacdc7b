"""Eligible or not: the facts, what the rule says to them, and a button named for it. (INT-5)"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rightdoor.casework.clients.disclosure import Who, open_identity
from rightdoor.casework.referrals import actions
from rightdoor.casework.referrals.facts import ReferralFacts
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import referral_for, tie_to, told_of
from rightdoor.casework.referrals.web.forms import EligibilityForm
from rightdoor.domain.eligibility import EligibilityDecision, decide_eligibility
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.ui.pages import done, respond

PAGE = {"page": "referrals/eligibility.html", "fragment": "referrals/_eligibility.html"}


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The page with the facts that stand and what follows from them."""
    referral = _referral(request, code)
    told, story = _told(request, referral)
    initial = {name: getattr(told, name) for name in EligibilityForm.FACTS} | {"version": referral.version}
    return respond(request, **PAGE, context=_context(request, referral, EligibilityForm(initial=initial), told, story))


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Check shows what the rule says; keep writes the facts down; decide also decides."""
    referral = _referral(request, code)
    told, story = _told(request, referral)
    form = EligibilityForm(request.POST)
    if not form.is_valid():
        return respond(request, **PAGE, context=_context(request, referral, form, told, story), status=422)
    told = replace(told, **form.facts())
    go = request.POST.get("go")
    if go == "check":
        unsent = EligibilityForm(initial=form.cleaned_data)
        return respond(request, **PAGE, context=_context(request, referral, unsent, told, story))
    try:
        if go == "keep":
            _keep(request, referral, told, form)
        else:
            _decide(request, referral, told, form)
        return done(request, reverse("referrals:referral", args=[referral.code]))
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
    return respond(request, **PAGE, context=_context(request, referral, form, told, story), status=422)


def _keep(request: HttpRequest, referral: Referral, told: ReferralFacts, form: EligibilityForm) -> None:
    version = form.cleaned_data["version"]
    actions.settle_facts(request.viewer, referral, facts=told, version=version, now=request.now)
    messages.success(request, "Facts kept. Eligibility is still open.")


def _decide(request: HttpRequest, referral: Referral, told: ReferralFacts, form: EligibilityForm) -> None:
    go = request.POST.get("go", "")
    actions.decide_referral_eligibility(
        request.viewer,
        referral,
        facts=told,
        reason_key="" if go == "eligible" else go,
        sentence=form.cleaned_data["sentence"],
        version=form.cleaned_data["version"],
        now=request.now,
    )
    messages.success(request, "Recorded as eligible." if go == "eligible" else "Recorded as not eligible, and kept.")


def _referral(request: HttpRequest, code: str) -> Referral:
    referral = referral_for(request.viewer, code, request.now)
    check_may(request.viewer, "referral.decide_eligibility", tie_to(request.viewer, referral, request.now))
    return referral


def _told(request: HttpRequest, referral: Referral) -> tuple[ReferralFacts, str]:
    told = told_of(request.viewer, referral, request.now, purpose="eligibility")
    return told.facts, told.story


def _context(
    request: HttpRequest, referral: Referral, form: EligibilityForm, told: ReferralFacts, story: str
) -> dict[str, Any]:
    who = _who(request, referral)
    pack = active_pack()
    rule: EligibilityDecision = decide_eligibility(
        told.for_eligibility(who), pack.eligibility, local(request.now).date()
    )
    label = pack.eligibility_words.ineligible_reasons.label(rule.reason_key) if rule.reason_key else ""
    return {
        "referral": referral,
        "form": form,
        "fact_fields": [form[name] for name in EligibilityForm.FACTS if not (who and who.birth_on and "age" in name)],
        "hidden_fields": [form[name] for name in EligibilityForm.FACTS if who and who.birth_on and "age" in name],
        "rule": rule,
        "story": story,
        "reason_label": label,
        "born_on": who.birth_on if who else None,
        "max_age": pack.eligibility.max_age_exclusive,
    }


def _who(request: HttpRequest, referral: Referral) -> Who | None:
    try:
        return open_identity(request.viewer, referral.client, request.now, "eligibility").who
    except NotVisible:
        return None
