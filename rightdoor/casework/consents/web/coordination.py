"""What ongoing coordination rests on: consent given or refused, withdrawn, or what the law puts in its place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.consents import queries
from rightdoor.casework.consents.actions.coordination import (
    record_legal_alternative,
    record_participation_consent,
    record_participation_refusal,
    withdraw_participation,
)
from rightdoor.casework.consents.queries import Place
from rightdoor.casework.consents.web.forms import CONSENTED, CoordinationForm
from rightdoor.casework.consents.web.frame import frame, place
from rightdoor.casework.consents.web.overview import coordination_words
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.foundation.ui.pages import done, respond


def show(request: HttpRequest, code: str) -> HttpResponse:
    """Asks what was answered."""
    here = place(request, code, "consent.record")
    people = queries.people_around(request.viewer, here.client, request.now, purpose="consent")
    return _page(request, here, CoordinationForm(people=people, initial={"at": request.now}))


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Records the answer, or what stands in its place."""
    here = place(request, code, "consent.record")
    people = queries.people_around(request.viewer, here.client, request.now, purpose="consent")
    form = CoordinationForm(request.POST, people=people)
    if form.is_valid():
        try:
            _record(request, here, form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The answer is on record.")
            return done(request, f"/cases/{here.case_code}/consent/")
    return _page(request, here, form, status=422)


def show_withdrawal(request: HttpRequest, code: str) -> HttpResponse:
    """Asks before a consent is withdrawn."""
    here = place(request, code, "consent.record")
    _given(request, here)
    return respond(request, page="consents/withdrawal.html", context=frame(request, here))


def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """The consent that stands was withdrawn."""
    here = place(request, code, "consent.record")
    withdraw_participation(request.viewer, _given(request, here), now=request.now)
    messages.success(request, "The consent is withdrawn. No further meeting of ongoing coordination rests on it.")
    return done(request, f"/cases/{here.case_code}/consent/")


def _given(request: HttpRequest, here: Place) -> Any:
    """The consent that stands; without one there is no such page."""
    found = queries.participation_that_stands(here.client, request.now)
    if found is None:
        raise NotVisible
    return found


def _record(request: HttpRequest, here: Place, data: dict[str, Any]) -> None:
    viewer, client, now, answer = request.viewer, here.client, request.now, data["answer"]
    person = queries.person_for(viewer, client, data["person"]) if data["person"] else None
    if answer in CONSENTED:
        record_participation_consent(
            viewer,
            client,
            basis=answer,
            person=person,
            given_at=data["at"],
            how=data["how"],
            language=data["language"],
            interpreter=data["interpreter"],
            words=data["words"],
            expires_at=data["ends_at"],
            now=now,
        )
    elif answer == "refused":
        record_participation_refusal(viewer, client, refused_at=data["at"], words=data["words"], person=person, now=now)
    else:
        record_legal_alternative(
            viewer,
            client,
            which=answer,
            document=data["document"] or data["words"],
            starts_at=data["at"],
            ends_at=data["ends_at"],
            person=person,
            words=data["words"],
            now=now,
        )


def _page(request: HttpRequest, here: Place, form: Any, *, status: int = 200) -> HttpResponse:
    context = {
        **frame(request, here),
        "form": form,
        "coordination": coordination_words(queries.coordination_of(here.client, request.now)),
    }
    return respond(request, page="consents/coordination.html", context=context, status=status)
