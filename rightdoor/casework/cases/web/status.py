"""Victim status of a case outside a staffing: suspected, confirmed, not trafficking, with evidence and who said so."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases import queries
from rightdoor.casework.cases.actions import determine_victim_status
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.forms import StoryField
from rightdoor.foundation.ui.pages import done, respond


class StatusForm(forms.Form):
    """The status, what it rests on, and who determined it."""

    status = forms.ChoiceField(label="Victim status", widget=forms.RadioSelect)
    evidence = StoryField(
        label="What it rests on", required=False, help_text="An allegation alone is not enough to confirm.", limit=5000
    )
    determined_by = forms.ChoiceField(label="Who determined it", help_text="Somebody who is on the case.")

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = _statuses()  # type: ignore[attr-defined]
        self.fields["determined_by"].choices = [("", "Choose"), *people]  # type: ignore[attr-defined]
        self.fields["evidence"].widget.attrs["rows"] = "4"


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What was determined so far, and the form."""
    case = _case(request, code)
    return _page(request, case, StatusForm(people=_people(request, case)))


def determine(request: HttpRequest, code: str) -> HttpResponse:
    """Determines the victim status."""
    case = _case(request, code)
    form = StatusForm(request.POST, people=_people(request, case))
    if form.is_valid():
        try:
            determine_victim_status(request.viewer, case, now=request.now, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The victim status is determined.")
            return done(request, f"/cases/{case.code}/")
    return _page(request, case, form, status=422)


def _case(request: HttpRequest, code: str) -> Case:
    case = queries.case_for(request.viewer, code, request.now)
    check_may(request.viewer, "status.determine", queries.standing_of(request.viewer, case, request.now))
    return case


def _people(request: HttpRequest, case: Case) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in queries.people_on(case, request.now)]


def _page(request: HttpRequest, case: Case, form: StatusForm, *, status: int = 200) -> HttpResponse:
    frame = case_frame(request, case, "general")
    known = queries.determinations_of(request.viewer, case, request.now, frame["tie"])
    names = queries.names_of_accounts({one.determined_by for one in known})
    words = dict(_statuses())
    history = [
        {"one": one, "status": words.get(one.status, ""), "by": names.get(one.determined_by, "")} for one in known
    ]
    context = {**frame, "form": form, "history": history}
    return respond(request, page="cases/status.html", context=context, status=status)


def _statuses() -> list[tuple[str, str]]:
    return list(active_pack().eligibility_words.victim_statuses.pairs())
