"""Keeping two entries together as one child, looking at both, and parting them again. (INT-7)"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.merging import actions, queries
from rightdoor.casework.clients.models import Client
from rightdoor.casework.clients.queries import seen_merges, standing_of
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import may
from rightdoor.foundation.accounts.queries import accounts_by_code
from rightdoor.foundation.ui.forms import StoryField
from rightdoor.foundation.ui.pages import done, respond


class MergeForm(forms.Form):
    """Which of the two leads, and why they are one child."""

    leading = forms.ChoiceField(
        label="Which entry leads",
        widget=forms.RadioSelect,
        help_text="It is the one that is offered from now on. The other one stays whole and points to it.",
    )
    why = StoryField(label="Why these two are one child", limit=4000)
    are_one = forms.BooleanField(
        label="I checked that they were recorded as two children, and it is one child", required=False
    )

    def __init__(self, *args: Any, entries: list[queries.Entry], entered_as_two: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leading"].choices = [  # type: ignore[attr-defined]
            (one.client.code, f"{one.shown.name} {one.client.code}".strip()) for one in entries
        ]
        if not entered_as_two:
            del self.fields["are_one"]


def show_new(request: HttpRequest, code: str, other: str) -> HttpResponse:
    """Both entries side by side, and what follows."""
    one, two = queries.two_entries(request.viewer, code, other, request.now)
    running = [
        m for m in seen_merges(request.viewer, [one.pk], request.now) if two.pk in (m.leading_id, m.following_id)
    ]
    if running:
        return done(request, f"/merges/{running[0].code}/")
    return _new(request, one, two)


def create(request: HttpRequest, code: str, other: str) -> HttpResponse:
    """Keeps them together. Refused, the words stand there again."""
    one, two = queries.two_entries(request.viewer, code, other, request.now)
    form = _form(request, one, two, bound=True)
    if form.is_valid():
        told = form.cleaned_data
        leading, following = (one, two) if told["leading"] == one.code else (two, one)
        try:
            merge = actions.merge_clients(
                request.viewer,
                leading,
                following,
                why=told["why"],
                are_one=told.get("are_one", False),
                now=request.now,
            )
            messages.success(request, "The two are kept together. You can take this back here at any time.")
            return done(request, f"/merges/{merge.code}/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return _new(request, one, two, form, status=422)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """Both entries with their cases and referrals, who said so and why, and the way back."""
    merge = queries.merge_for(request.viewer, code, request.now)
    people = accounts_by_code({merge.merged_by})
    leading, following = queries.entries_of(request.viewer, [merge.leading, merge.following], request.now)
    context = {
        "merge": merge,
        "leading": leading,
        "following": following,
        "why": queries.why_of(request.viewer, merge, request.now),
        "by": people[merge.merged_by].name if merge.merged_by in people else "",
        "may_part": all(
            may(request.viewer, "client.part", standing_of(request.viewer, one, request.now))
            for one in (merge.leading, merge.following)
        ),
    }
    return respond(request, page="cases/merging.html", context=context)


def end(request: HttpRequest, code: str) -> HttpResponse:
    """Parts them again; on to the entry that led."""
    merge = queries.merge_for(request.viewer, code, request.now)
    actions.part_clients(request.viewer, merge, now=request.now)
    messages.success(request, "The two stand apart again, as before.")
    (leading,) = queries.entries_of(request.viewer, [merge.leading], request.now)
    if leading.cases:
        return done(request, f"/cases/{leading.cases[-1].code}/")
    return done(request, f"/referrals/{leading.referrals[-1].code}/" if leading.referrals else "/cases/")


def _form(request: HttpRequest, one: Client, two: Client, *, bound: bool = False) -> MergeForm:
    entries = queries.entries_of(request.viewer, [one, two], request.now)
    given: dict[str, Any] = {"entries": entries, "entered_as_two": queries.were_entered_as_two(one, two)}
    if bound:
        return MergeForm(request.POST, **given)
    oldest = min((one, two), key=lambda entry: (entry.known_since, entry.pk))
    return MergeForm(initial={"leading": oldest.code}, **given)


def _new(
    request: HttpRequest, one: Client, two: Client, form: MergeForm | None = None, *, status: int = 200
) -> HttpResponse:
    entries = queries.entries_of(request.viewer, [one, two], request.now)
    newest = next((entry.referrals[-1] for entry in entries if entry.referrals), None)
    context = {
        "entries": entries,
        "form": form or _form(request, one, two),
        "back": f"/referrals/{newest.code}/matches/" if newest else "/referrals/",
    }
    return respond(request, page="cases/merging_new.html", context=context, status=status)
