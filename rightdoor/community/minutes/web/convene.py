"""Calling a meeting about the work: which kind, when, where, with whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.community.meetings.actions import Invitee, convene_meeting
from rightdoor.community.meetings.words import MODES
from rightdoor.community.minutes.queries import kinds_offered
from rightdoor.community.partners.models import Room
from rightdoor.community.partners.queries import rooms_for
from rightdoor.community.teams.queries import members_of, people_of_region
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, may
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.forms import MomentField
from rightdoor.foundation.ui.pages import done, respond

LENGTHS = [("60", "1 hour"), ("90", "1 hour 30 minutes"), ("120", "2 hours"), ("240", "4 hours")]


class MeetingForm(forms.Form):
    """Kind, time, place, people."""

    kind = forms.ChoiceField(label="Which kind of meeting", widget=forms.RadioSelect)
    region = forms.ChoiceField(label="Region")
    starts_at = MomentField(label="When")
    minutes = forms.TypedChoiceField(label="How long", choices=LENGTHS, coerce=int, initial="120")
    mode = forms.ChoiceField(
        label="How to meet",
        choices=list(MODES.items()),
        initial="mixed",
        widget=forms.RadioSelect(attrs={"class": "choices--row"}),
    )
    room = forms.ChoiceField(label="Room", required=False)
    people = forms.MultipleChoiceField(
        label="Whom to invite",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one person."},
    )

    def __init__(
        self,
        *args: Any,
        regions: list[tuple[str, str]],
        people: Sequence[Account],
        rooms: Sequence[Room],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        label = active_pack().teams.all().label
        self.rooms = {room.code: room for room in rooms}
        offered: dict[str, list[tuple[str, str]]] = {
            "kind": kinds_offered(),
            "region": regions,
            "room": [("", "No room"), *((one.code, f"{one.name}, {one.agency.name}") for one in rooms)],
            "people": [
                (one.code, f"{one.name}, {label(one.discipline)}" if one.discipline else one.name) for one in people
            ],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField | forms.MultipleChoiceField)
            field.choices = choices
        self.fields["region"].label = active_pack().word("region").capitalize()


def show(request: HttpRequest) -> HttpResponse:
    """The form."""
    region = _region(request)
    return respond(request, page="minutes/convene.html", context=_context(request, region, _form(request, region)))


def create(request: HttpRequest) -> HttpResponse:
    """Calls it; everybody invited is told."""
    region = _region(request)
    form = _form(request, region, bound=True)
    if form.is_valid():
        data = form.cleaned_data
        try:
            meeting = convene_meeting(
                request.viewer,
                region=region,
                kind=data["kind"],
                mode=data["mode"],
                room=form.rooms.get(data["room"]),
                starts_at=data["starts_at"],
                ends_at=data["starts_at"] + timedelta(minutes=data["minutes"]),
                invitees=_invitees(request, region, data["people"]),
                now=request.now,
            )
            messages.success(request, "The meeting is called. Everybody invited was told.")
            return done(request, f"/meetings/{meeting.code}/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="minutes/convene.html", context=_context(request, region, form), status=422)


def _regions(viewer: Viewer) -> list[tuple[str, str]]:
    return [
        (one.key, one.name)
        for one in active_pack().regions
        if viewer.covers_as("care_coordinator", one.key) or viewer.covers_as("alliance_reviewer", one.key)
    ]


def _region(request: HttpRequest) -> str:
    """The region for which it is called. Whoever may call none finds no such page."""
    known = [key for key, _ in _regions(request.viewer)]
    if not may(request.viewer, "meeting.convene") or not known:
        raise NotVisible
    asked = request.POST.get("region") or request.GET.get("region", "")
    if asked and asked not in known:
        raise NotVisible
    return asked or known[0]


def _form(request: HttpRequest, region: str, *, bound: bool = False) -> MeetingForm:
    people = [one for one in people_of_region(region, request.now) if one.code != request.viewer.code]
    seated = [one.account_code for one in members_of(region, request.now)]
    given: dict[str, Any] = {
        "regions": [one for one in _regions(request.viewer) if one[0] == region],
        "people": people,
        "rooms": rooms_for(request.viewer, region),
    }
    if bound:
        return MeetingForm(request.POST, **given)
    chosen = [one.code for one in people if one.code in seated]
    return MeetingForm(initial={"people": chosen, "region": region}, **given)


def _invitees(request: HttpRequest, region: str, codes: Sequence[str]) -> list[Invitee]:
    seats = {one.account_code: (one.discipline, one.kind) for one in members_of(region, request.now)}
    accounts = {one.code: one for one in people_of_region(region, request.now)}
    found = [
        Invitee(code, *(seats.get(code) or (accounts[code].discipline, "additional")))
        for code in codes
        if code in accounts
    ]
    return [*found, Invitee(request.viewer.code, request.viewer.discipline or "care_coordinator", "core")]


def _context(request: HttpRequest, region: str, form: MeetingForm) -> dict[str, Any]:
    regions = _regions(request.viewer)
    return {"form": form, "region": region, "regions": regions if len(regions) > 1 else []}
