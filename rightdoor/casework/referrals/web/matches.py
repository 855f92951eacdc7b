"""Is this child known already? Likenesses to link, to keep apart, or to undo. (INT-7)"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rightdoor.casework.clients import actions
from rightdoor.casework.clients.disclosure import shown_names
from rightdoor.casework.clients.matching import COMPARED_AT_MOST, possible_matches
from rightdoor.casework.clients.models import Client, visible_clients
from rightdoor.casework.clients.queries import (
    client_for,
    leaders,
    match_decisions,
    running_decision,
    seen_merges,
)
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import referral_for, tie_to
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.ui.pages import done, respond

PAGE = {"page": "referrals/matches.html", "fragment": "referrals/_matches.html"}
SAID = {"link": "Linked as one person.", "apart": "Kept apart.", "undo": "Taken back."}


def show(request: HttpRequest, code: str) -> HttpResponse:
    """Entries like this one among those that the viewer may see, and what was decided before."""
    referral = _referral(request, code)
    return respond(request, **PAGE, context=_context(request, referral))


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Link two entries, keep them apart, or take that back. The other one is named by its code."""
    referral = _referral(request, code)
    go = request.POST.get("go", "")
    try:
        other = client_for(request.viewer, request.POST.get("other", ""), request.now)
        if go != "undo":  # what is held against an entry that follows another lands on the one that leads
            other = leaders(request.viewer, [other.pk], request.now).get(other.pk, other)
        _decide(request, referral, other, go)
    except RuleBroken as refusal:
        return respond(request, **PAGE, context=_context(request, referral) | {"refused": str(refusal)}, status=422)
    context = _context(request, referral) | {"said": SAID[go]}
    if not request.headers.get("HX-Request"):
        messages.success(request, SAID[go])
    return done(request, reverse("referrals:matches", args=[referral.code]), fragment=PAGE["fragment"], context=context)


def _decide(request: HttpRequest, referral: Referral, other: Client, go: str) -> None:
    if go == "link":
        actions.link_clients(request.viewer, referral.client, other, request.now)
    elif go == "apart":
        actions.keep_apart(request.viewer, referral.client, other, request.now)
    elif go == "undo":
        decision = running_decision(referral.client, other)
        if decision is None:
            raise RuleBroken("This was taken back already.")
        actions.undo_match(request.viewer, decision, request.now)
    else:
        raise NotVisible


def _referral(request: HttpRequest, code: str) -> Referral:
    referral = referral_for(request.viewer, code, request.now)
    check_may(request.viewer, "referral.match", tie_to(request.viewer, referral, request.now))
    return referral


def _context(request: HttpRequest, referral: Referral) -> dict[str, Any]:
    decided = match_decisions(request.viewer, referral.client, request.now)
    known = visible_clients(request.viewer, request.now).filter(code__in=[match.code for match in decided])
    names = shown_names(request.viewer, known, request.now) if decided else {}
    together = seen_merges(request.viewer, [referral.client_id], request.now)
    return {
        "referral": referral,
        "together": [(one, one.following if one.leading_id == referral.client_id else one.leading) for one in together],
        "matches": possible_matches(request.viewer, referral.client, request.now, about=referral),
        "decided": [(match, names[match.code]) for match in decided],
        "compared_at_most": COMPARED_AT_MOST,
        "where": reverse("referrals:matches", args=[referral.code]),
    }
