"""Agencies of a region, and adding one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from rightdoor.community.partners import actions, queries
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import ACTS, check_may, may
from rightdoor.foundation.access.clearance import agreement_of
from rightdoor.foundation.access.onboarding import may_agree
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, respond

LEVELS = [("local", "Local"), ("state", "State"), ("federal", "Federal"), ("tribal", "Tribal"), ("private", "Private")]


class AgencyForm(forms.Form):
    """What is known of an agency when it becomes a partner."""

    name = forms.CharField(label="Name of the agency", max_length=160)
    discipline = forms.ChoiceField(label="For which discipline")
    level = forms.ChoiceField(label="Level", choices=LEVELS, initial="local")
    regions = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    emergency_phone = forms.CharField(label="Number at night", max_length=40, required=False)
    keeps_own_records = forms.BooleanField(label="Keeps records that federal rules close to others", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pack = active_pack()
        self.fields["discipline"].choices = [("", "Choose"), *pack.teams.all().pairs()]  # type: ignore[attr-defined]
        self.fields["regions"].label = f"{pack.word('region', plural=True).capitalize()} it serves"
        self.fields["regions"].choices = [(one.key, one.name) for one in pack.regions]  # type: ignore[attr-defined]


class RoomForm(forms.Form):
    """A place to meet."""

    name = forms.CharField(label="Name of the room", max_length=120)
    address = forms.CharField(label="Address", max_length=240, required=False)
    video_url = forms.URLField(label="Video address", required=False, assume_scheme="https")


def index(request: HttpRequest) -> HttpResponse:
    """Agencies by name, of the viewer's regions or of the one that is asked for."""
    viewer, pack = request.viewer, active_pack()
    mine = [one for one in pack.regions if viewer.covers(one.key)] or list(pack.regions)
    asked = request.GET.get("region", mine[0].key if len(mine) == 1 else "")
    region = asked if asked in {one.key for one in pack.regions} else ""
    label = pack.teams.all().label
    lines = [
        {"agency": agency, "discipline": label(agency.discipline), "level": dict(LEVELS)[agency.level]}
        for agency in queries.agencies_of(viewer, region)
    ]
    context = {
        "lines": lines,
        "sees_protocols": may(viewer, "protocol.read"),
        "sees_projects": bool(viewer.roles & set(ACTS["project.read"].by)),
        "regions": pack.regions,
        "region": region,
        "may_add": may(viewer, "partner.add"),
    }
    return respond(request, page="partners/partners.html", context=context)


def show(request: HttpRequest) -> HttpResponse:
    """The form of a new agency."""
    check_may(request.viewer, "partner.add")
    here = [one.key for one in active_pack().regions if request.viewer.covers(one.key)]
    form = AgencyForm(initial={"regions": here if len(here) == 1 else []})
    return respond(request, page="partners/new.html", context={"form": form})


def create(request: HttpRequest) -> HttpResponse:
    """Adds the agency."""
    check_may(request.viewer, "partner.add")
    form = AgencyForm(request.POST)
    if form.is_valid():
        try:
            agency = actions.add_partner(request.viewer, **form.cleaned_data, now=request.now)
            return done(request, f"/partners/{agency.code}/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="partners/new.html", context={"form": form}, status=422)


def show_one(request: HttpRequest, code: str) -> HttpResponse:
    """One agency with its rooms."""
    return respond(request, page="partners/partner.html", context=_one(request, code, RoomForm()))


def add_room(request: HttpRequest, code: str) -> HttpResponse:
    """Adds a room of this agency."""
    agency = queries.agency_for(request.viewer, code)
    check_may(request.viewer, "partner.add")
    form = RoomForm(request.POST)
    if form.is_valid():
        try:
            actions.add_room(request.viewer, agency, **form.cleaned_data, now=request.now)
            return done(request, f"/partners/{agency.code}/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="partners/partner.html", context=_one(request, code, form), status=422)


def _one(request: HttpRequest, code: str, form: RoomForm) -> dict[str, Any]:
    agency = queries.agency_for(request.viewer, code)
    return {
        "agency": agency,
        "discipline": active_pack().teams.all().label(agency.discipline),
        "level": dict(LEVELS)[agency.level],
        "rooms": sorted(agency.rooms.all(), key=lambda room: room.name),
        "form": form if may(request.viewer, "partner.add") else None,
        "agreement": agreement_of(agency.code, request.now),
        "may_agree": may_agree(request.viewer, agency.code),
    }
