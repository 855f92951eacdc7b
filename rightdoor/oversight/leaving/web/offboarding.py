"""Closing an account when a person leaves: what will end, what will be handed over, to whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.domain.errors import RuleBroken
from rightdoor.foundation.access.queries import Person, person_for
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.oversight.leaving import actions, queries


class LeavingForm(forms.Form):
    """Who takes over."""

    to = forms.ChoiceField(
        label="Who takes the open work over",
        required=False,
        help_text="With nobody named it stays with the coordinators, who see it as before.",
    )

    def __init__(self, *args: Any, colleagues: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", "Nobody yet"),
            *((one.code, one.name) for one in colleagues),
        ]


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The preview."""
    person, account = person_for(request.viewer, code, request.now)
    form = LeavingForm(colleagues=queries.colleagues_of(account, request.now))
    return _page(request, person, account, form)


def close(request: HttpRequest, code: str) -> HttpResponse:
    """Everything at once."""
    person, account = person_for(request.viewer, code, request.now)
    form = LeavingForm(request.POST, colleagues=queries.colleagues_of(account, request.now))
    if form.is_valid():
        try:
            actions.offboard(request.viewer, account, to=form.cleaned_data["to"], now=request.now)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The account is closed. Every way in has ended.")
            return done(request, f"/people/{account.code}/")
    return _page(request, person, account, form, status=422)


def _page(request: HttpRequest, person: Person, account: Account, form: LeavingForm, status: int = 200) -> HttpResponse:
    work = queries.work_to_hand_over(request.viewer, account, request.now)
    kinds = [
        ("Cases coordinated", work.cases),
        ("Cases as a member of the team", work.assignments),
        ("Referrals with a response clock", work.referrals),
        ("Staffings to be held", work.staffings),
        ("Action items", work.action_items),
        ("Plans with a service to see to", work.services),
    ]
    context = {"person": person, "form": form, "kinds": [one for one in kinds if one[1]], "count": work.count}
    return respond(request, page="leaving/offboarding.html", context=context, status=status)
