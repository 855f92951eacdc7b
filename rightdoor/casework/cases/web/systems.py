"""Which systems the young person is with: one form for the state's whole list, kept while it is typed. (CASE-1)"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases import queries
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.systems.actions import LONGEST_CONTACT, record_systems
from rightdoor.casework.cases.systems.queries import HIGHEST_VERSION, Answer, Systems, systems_of
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.clients.facts import Tie
from rightdoor.community.partners.queries import agencies_of
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.jurisdiction.templatetags.words import clock_time
from rightdoor.foundation.ui.forms import DayField, EstablishedField
from rightdoor.foundation.ui.pages import done, respond

DRAFT = "case.systems"
PARTS = ("with", "since", "agency", "contact")


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one system: the answer, and what goes with a yes."""

    title: str
    answer: Any
    details: list[Any]


class SystemsForm(forms.Form):
    """For each system of the list that is open: yes, no or not established, since when, and who is to be asked."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=HIGHEST_VERSION)

    def __init__(self, *args: Any, systems: Systems, agencies: list[tuple[str, str]], today: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.systems, self.today = systems, today
        for line in systems.lines:
            key, name = line.system.key, str(line.system.label)
            known = dict(agencies) | ({line.answer.agency: line.agency} if line.agency else {})
            self.fields[f"{key}_with"] = EstablishedField(label=f"{name}: involved")
            self.fields[f"{key}_since"] = DayField(label=f"{name}: since", required=False)
            self.fields[f"{key}_agency"] = forms.ChoiceField(
                label=f"{name}: agency", required=False, choices=[("", "Not known"), *known.items()]
            )
            self.fields[f"{key}_contact"] = forms.CharField(
                label=f"{name}: whom to ask there", required=False, max_length=LONGEST_CONTACT
            )

    @property
    def groups(self) -> list[Group]:
        """The fields by system, in the order of the list."""
        return [
            Group(str(line.system.label), self[f"{key}_with"], [self[f"{key}_{part}"] for part in PARTS[1:]])
            for line in self.systems.lines
            for key in (line.system.key,)
        ]

    def clean(self) -> dict[str, Any]:
        """Details belong to a yes; none began on a day to come."""
        told = super().clean() or {}
        for line in self.systems.lines:
            key = line.system.key
            details = any(told.get(f"{key}_{part}") for part in PARTS[1:])
            if details and told.get(f"{key}_with") is not True and f"{key}_with" not in self.errors:
                self.add_error(f"{key}_with", "Say yes, or take out what stands below.")
            since = told.get(f"{key}_since")
            if since and since > self.today:
                self.add_error(f"{key}_since", "This day has not come yet. Choose an earlier one.")
        return told

    def answers(self) -> dict[str, Answer]:
        """What was answered, by the system's key."""
        told = self.cleaned_data
        return {
            key: Answer(told[f"{key}_with"], told[f"{key}_since"], told[f"{key}_agency"], told[f"{key}_contact"])
            for key in (line.system.key for line in self.systems.lines)
        }


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The form: what was typed and not saved yet, else what is on record."""
    case, tie = _case(request, code)
    systems = systems_of(request.viewer, case, request.now, tie)
    kept = find_draft(request.viewer, DRAFT, case.code)
    # A draft was begun on the version that its page showed; what came meanwhile is found when it is sent.
    form = _form(request, case, systems, initial=_initial(systems) | (dict(kept[0]) if kept else {}))
    return _page(request, case, tie, form, kept_at=kept[1] if kept else None)


def keep(request: HttpRequest, code: str) -> HttpResponse:
    """What is typed, kept while the person types: sealed for them alone."""
    case, _ = _case(request, code)
    keep_draft(request.viewer, DRAFT, case.code, _typed(request), now=request.now)
    return HttpResponse(f"Kept {clock_time(request.now)}", content_type="text/plain; charset=utf-8")


def record(request: HttpRequest, code: str) -> HttpResponse:
    """Saves the answers. What was typed is kept when it is refused."""
    case, tie = _case(request, code)
    systems = systems_of(request.viewer, case, request.now, tie)
    form = _form(request, case, systems, request.POST)
    if form.is_valid():
        try:
            record_systems(
                request.viewer,
                case,
                answers=form.answers(),
                version=form.cleaned_data["version"] or 0,
                now=request.now,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
            form = _with_version(request, case, systems, form)
        else:
            drop_draft(request.viewer, DRAFT, case.code)
            messages.success(request, "The systems are recorded.")
            return done(request, f"/cases/{case.code}/")
    keep_draft(request.viewer, DRAFT, case.code, _typed(request), now=request.now)
    return _page(request, case, tie, form, kept_at=request.now, status=422)


def _case(request: HttpRequest, code: str) -> tuple[Case, Tie]:
    case, tie = queries.case_and_tie(request.viewer, code, request.now)
    check_may(request.viewer, "systems.record", tie)
    return case, tie


def _form(request: HttpRequest, case: Case, systems: Systems, *args: Any, **kwargs: Any) -> SystemsForm:
    agencies = [(one.code, one.name) for one in agencies_of(request.viewer, case.region)]
    return SystemsForm(*args, systems=systems, agencies=agencies, today=local(request.now).date(), **kwargs)


def _with_version(request: HttpRequest, case: Case, systems: Systems, form: SystemsForm) -> SystemsForm:
    """The refused form with the version that stands now: what is on record is shown beside it, so that both can be
    compared and sent again.
    """
    told = request.POST.copy()
    told["version"] = str(systems.version)
    again = _form(request, case, systems, told)
    again.is_valid()
    for refusal in form.non_field_errors():
        again.add_error(None, refusal)
    return again


def _initial(systems: Systems) -> dict[str, Any]:
    initial: dict[str, Any] = {"version": systems.version}
    for key, answer in systems.answers.items():
        said = (answer.is_with, answer.since, answer.agency, answer.contact)
        initial |= {f"{key}_{part}": one for part, one in zip(PARTS, said, strict=True)}
    return initial


def _typed(request: HttpRequest) -> dict[str, object]:
    """What stands in the form, field by field. Null characters cannot be kept."""
    left_out = {"csrfmiddlewaretoken"}
    return {name: request.POST[name].replace("\0", "") for name in request.POST if name not in left_out}


def _page(
    request: HttpRequest,
    case: Case,
    tie: Tie,
    form: SystemsForm,
    *,
    kept_at: datetime | None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **case_frame(request, case, "general", tie=tie),
        "form": form,
        "kept_at": kept_at,
        "systems": form.systems.lines,
    }
    return respond(request, page="cases/systems.html", context=context, status=status)
