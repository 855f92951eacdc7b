"""The team of a region: who sits for which discipline, what lacks, seating and unseating."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from rightdoor.community.partners.queries import agency_names
from rightdoor.community.teams import actions, queries
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Standing, check_may, may
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, respond

FRAGMENT = "teams/_seats.html"


class SeatForm(forms.Form):
    """Whom to seat, for which discipline."""

    account = forms.ChoiceField(label="Who")
    discipline = forms.ChoiceField(label="For which discipline")

    def __init__(self, *args: Any, people: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {one.code: one for one in people}
        teams, region = active_pack().teams, active_pack().word("region")
        self.fields["account"].help_text = f"People with a role in this {region} or the whole state."
        self.fields["account"].choices = [("", "Choose")] + [  # type: ignore[attr-defined]
            (code, one.name) for code, one in self.people.items()
        ]
        self.fields["discipline"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            ("Core", teams.core.pairs()),
            ("Recommended", teams.recommended.pairs()),
            ("Additional", teams.additional.pairs()),
        ]


def index(request: HttpRequest) -> HttpResponse:
    """The regions of the viewer, each with what its team lacks."""
    label = active_pack().teams.all().label
    lines = []
    for region in active_pack().regions:
        if request.viewer.covers(region.key):
            members = queries.members_of(region.key, request.now)
            lacking = [label(key) for key in queries.lacking_among(members)]
            lines.append({"region": region, "members": len(members), "lacking": lacking})
    return respond(request, page="teams/teams.html", context={"lines": lines})


def show(request: HttpRequest, region: str) -> HttpResponse:
    """One region's team."""
    return respond(request, page="teams/team.html", fragment=FRAGMENT, context=_context(request, region))


def found(request: HttpRequest, region: str) -> HttpResponse:
    """Founds the region's team."""
    _check_region(request, region)
    with suppress(RuleBroken):  # founded meanwhile: the page shows it
        actions.found_team(request.viewer, region=region, now=request.now)
    return done(request, f"/teams/{region}/")


def seat(request: HttpRequest, region: str) -> HttpResponse:
    """Seats a member."""
    _check_region(request, region)
    check_may(request.viewer, "team.seat", Standing(region=request.viewer.covers_as("care_coordinator", region)))
    team = queries.team_of(region)
    if team is None:
        raise NotVisible
    form = SeatForm(request.POST, people=queries.people_of_region(region, request.now))
    if form.is_valid():
        try:
            actions.seat_member(
                request.viewer,
                team,
                account=form.people[form.cleaned_data["account"]],
                discipline=form.cleaned_data["discipline"],
                now=request.now,
            )
            return done(request, f"/teams/{region}/", fragment=FRAGMENT, context=_context(request, region))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(
        request, page="teams/team.html", fragment=FRAGMENT, context=_context(request, region, form), status=422
    )


def unseat(request: HttpRequest, region: str, code: str) -> HttpResponse:
    """Ends a seat. The past stays as it was."""
    _check_region(request, region)
    found_seat = queries.seat_for(request.viewer, code)
    with suppress(RuleBroken):  # pressed twice: the page shows that it has ended
        actions.unseat_member(request.viewer, found_seat, now=request.now)
    return done(request, f"/teams/{region}/", fragment=FRAGMENT, context=_context(request, region))


def _check_region(request: HttpRequest, region: str) -> None:
    known = {one.key for one in active_pack().regions}
    if region not in known or not request.viewer.covers(region):
        raise NotVisible


def _context(request: HttpRequest, region: str, form: SeatForm | None = None) -> dict[str, Any]:
    _check_region(request, region)
    team, label = queries.team_of(region), active_pack().teams.all().label
    may_seat = may(request.viewer, "team.seat", Standing(region=request.viewer.covers_as("care_coordinator", region)))
    seats = queries.seats_of(team, request.now) if team else []
    agencies = agency_names({one.account.agency_code for one in seats})
    lines = [
        {"seat": one, "discipline": label(one.discipline), "agency": agencies.get(one.account.agency_code, "")}
        for one in seats
    ]
    if team and may_seat and form is None:
        form = SeatForm(people=queries.people_of_region(region, request.now))
    return {
        "team": team,
        "region": active_pack().region(region),
        "kinds": [
            (title, [line for line in lines if line["seat"].kind == kind])
            for kind, title in (("core", "Core"), ("recommended", "Recommended"), ("additional", "Additional"))
        ],
        "count": len(lines),
        "lacking": [label(key) for key in queries.lacking_core(region, request.now)],
        "form": form if team and may_seat else None,
        "may_seat": may_seat,
    }
