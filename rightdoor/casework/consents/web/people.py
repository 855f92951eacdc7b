"""People around the client: who they are, and what is alleged of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.consents import queries
from rightdoor.casework.consents.actions.releases import change_person, custody_changed, flag_person, record_person
from rightdoor.casework.consents.choices import FLAGS
from rightdoor.casework.consents.queries import Place, ShownPerson
from rightdoor.casework.consents.told import Flags
from rightdoor.casework.consents.web.forms import FlagsForm, PersonForm
from rightdoor.casework.consents.web.frame import frame, place
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.foundation.ui.pages import done, respond


def show_new(request: HttpRequest, code: str) -> HttpResponse:
    """Asks who it is."""
    return _new(request, place(request, code, "person_around.record"), PersonForm(), FlagsForm())


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Puts a person on record."""
    here = place(request, code, "person_around.record")
    form, flags = PersonForm(request.POST), FlagsForm(request.POST)
    if form.is_valid() and flags.is_valid():
        try:
            record_person(request.viewer, here.client, who=form.who(), flags=flags.flags(), now=request.now)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The person is on record.")
            return done(request, _way_back(request, here))
    return _new(request, here, form, flags, status=422)


def show(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """One person, with what is alleged."""
    here, one = _person(request, code, person)
    known = one.flags or Flags()
    return _one(request, here, one, PersonForm(initial=one.who.as_dict()), FlagsForm(initial=known.as_dict()))


def change(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Changes who a person is, or settles what is alleged; a flag suspends at once what this person signed."""
    here, one = _person(request, code, person)
    row = queries.person_for(request.viewer, here.client, one.code)
    form, flags = PersonForm(request.POST), FlagsForm(request.POST)
    if form.is_valid() and flags.is_valid():
        try:
            if form.who() != one.who:
                change_person(request.viewer, row, who=form.who(), now=request.now)
            suspended = flag_person(request.viewer, row, flags=flags.flags(), now=request.now)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            said = "Recorded."
            if suspended:
                said = f"Recorded. {len(suspended)} suspended at once: {', '.join(row.code for row in suspended)}."
            messages.success(request, said)
            return done(request, _way_back(request, here))
    return _one(request, here, one, form, flags, status=422)


def show_custody(request: HttpRequest, code: str) -> HttpResponse:
    """Asks before releases are suspended."""
    here = place(request, code, "release.record")
    return respond(request, page="consents/custody.html", context=frame(request, here))


def change_custody(request: HttpRequest, code: str) -> HttpResponse:
    """Custody has changed: what a guardian signed is suspended until it is checked."""
    here = place(request, code, "release.record")
    suspended = custody_changed(request.viewer, here.client, now=request.now)
    messages.success(request, f"{len(suspended)} suspended until somebody has checked them.")
    return done(request, f"/cases/{here.case_code}/consent/")


def _from(request: HttpRequest, here: Place) -> dict[str, Any]:
    """Whoever came from the people of the case goes back there; everybody else to the releases."""
    asked = request.POST.get("from") or request.GET.get("from", "")
    came_from = "people" if asked == "people" else ""
    return {"came_from": came_from, "way_back": f"/cases/{here.case_code}/{came_from or 'consent'}/"}


def _way_back(request: HttpRequest, here: Place) -> str:
    return str(_from(request, here)["way_back"])


def _person(request: HttpRequest, code: str, person: str) -> tuple[Place, ShownPerson]:
    here = place(request, code, "person_around.record")
    row = queries.person_for(request.viewer, here.client, person)
    for one in queries.people_around(request.viewer, here.client, request.now, purpose="person"):
        if one.code == row.code and one.flags is not None:
            return here, one
    raise NotVisible


def _new(request: HttpRequest, here: Place, form: Any, flags: Any, *, status: int = 200) -> HttpResponse:
    context = {**frame(request, here), "form": form, "flags": flags, "labels": FLAGS, **_from(request, here)}
    return respond(request, page="consents/person.html", context=context, status=status)


def _one(
    request: HttpRequest, here: Place, one: ShownPerson, form: Any, flags: Any, *, status: int = 200
) -> HttpResponse:
    context = {**frame(request, here), "form": form, "flags": flags, "one": one, "labels": FLAGS}
    return respond(request, page="consents/person.html", context=context | _from(request, here), status=status)
