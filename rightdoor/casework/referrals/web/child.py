"""Who the child is and where: corrected and added to as it becomes known. (CASE-1)"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rightdoor.casework.clients.actions import change_identity
from rightdoor.casework.clients.disclosure import open_identity
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import referral_for, tie_to
from rightdoor.casework.referrals.web.forms import ChildForm
from rightdoor.domain.permission import check_may
from rightdoor.foundation.ui.pages import done, respond

PAGE = {"page": "referrals/child.html", "fragment": "referrals/_child.html"}


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What is known so far."""
    referral = _referral(request, code)
    opened = open_identity(request.viewer, referral.client, request.now, "identity-change")
    form = ChildForm(initial=ChildForm.initial_of(opened.who, opened.whereabouts))
    return respond(request, **PAGE, context=_context(referral, form, sees_where=opened.whereabouts is not None))


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Write it down. Where the viewer may not see where the child is, that part stays as it was."""
    referral = _referral(request, code)
    opened = open_identity(request.viewer, referral.client, request.now, "identity-change")
    sees_where = opened.whereabouts is not None
    form = ChildForm(request.POST)
    if not form.is_valid():
        return respond(request, **PAGE, context=_context(referral, form, sees_where=sees_where), status=422)
    change_identity(
        request.viewer,
        referral.client,
        who=form.who(),
        whereabouts=form.whereabouts() if sees_where else None,
        now=request.now,
    )
    messages.success(request, "Written down.")
    return done(request, reverse("referrals:referral", args=[referral.code]))


def _referral(request: HttpRequest, code: str) -> Referral:
    referral = referral_for(request.viewer, code, request.now)
    check_may(request.viewer, "identity.write", tie_to(request.viewer, referral, request.now))
    return referral


def _context(referral: Referral, form: ChildForm, *, sees_where: bool) -> dict[str, object]:
    where = ("where_now", "area", "address", "phone")
    return {
        "referral": referral,
        "form": form,
        "who_fields": [form[name] for name in form.fields if name not in where],
        "where_fields": [form[name] for name in where] if sees_where else [],
    }
