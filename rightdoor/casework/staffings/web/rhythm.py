"""The staffings of a case with its cadence, and the list of all cases by their next day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for, names_of_accounts
from rightdoor.casework.cases.queries import standing_of as standing_to_case
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.staffings import queries
from rightdoor.casework.staffings.cadence.actions import set_cadence
from rightdoor.casework.staffings.cadence.queries import (
    cadence_choices,
    cadence_label,
    cases_by_next_day,
    next_day_of,
    setting_of,
)
from rightdoor.casework.staffings.choices import KINDS
from rightdoor.casework.staffings.web.frame import STATE_WORDS
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may, may
from rightdoor.foundation.ui.forms import DayField, StoryField
from rightdoor.foundation.ui.pages import done, respond

NEXT_WORDS = {
    "scheduled": "Called",
    "ahead": "Not called yet",
    "overdue": "Overdue",
    "on_request": "On request",
    "not_set": "How often is not set",
}
TONES = {"overdue": "late", "scheduled": "quiet", "not_set": "at_risk"}
SHOWN = 100


class CadenceForm(forms.Form):
    """How often, why, and perhaps a day."""

    cadence = forms.ChoiceField(label="How often does this case come before the team?", widget=forms.RadioSelect)
    why = StoryField(label="Why this often", help_text="A sentence is enough.", limit=2000)
    next_on = DayField(
        label="The next staffing by",
        required=False,
        help_text="Leave it empty, and the day follows from the last staffing.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cadence"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = cadence_choices()
        self.fields["why"].widget.attrs["rows"] = "3"


def of_case(request: HttpRequest, code: str) -> HttpResponse:
    """The tab: what comes next and why, and every staffing that there was."""
    viewer, now = request.viewer, request.now
    case = case_for(viewer, code, now)
    context = case_frame(request, case, "staffings")
    tie = context["tie"]
    check_may(viewer, "staffing.read", tie)
    queries.check_core_of_case(viewer, case, tie, now)
    setting, why = setting_of(viewer, case, now, tie)
    coming = next_day_of(case, now) if case.state == "open" else None
    by = names_of_accounts({setting.set_by}).get(setting.set_by, "") if setting else ""
    lines = [
        {"one": one, "kind": KINDS[one.kind], "state": STATE_WORDS[one.state]}
        for one in queries.staffings_of(viewer, case)
    ]
    context |= {
        "page_title": "Staffings",
        "lines": lines,
        "setting": setting,
        "set_by": by,
        "why": why,
        "cadence": cadence_label(case.cadence),
        "coming": coming,
        "coming_words": NEXT_WORDS[coming.state] if coming else "",
        "coming_tone": TONES.get(coming.state, "plain") if coming else "",
        "items": queries.open_items_of_case(viewer, case, now, tie),
    }
    return respond(request, page="staffings/of_case.html", context=context)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """How often this case is staffed."""
    case = _to_set(request, code)
    form = CadenceForm(initial={"cadence": case.cadence})
    return respond(request, page="staffings/cadence.html", context=_context(request, case, form))


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Sets it."""
    case = _to_set(request, code)
    form = CadenceForm(request.POST)
    if form.is_valid():
        try:
            set_cadence(request.viewer, case, now=request.now, **form.cleaned_data)
            messages.success(request, "How often this case is staffed is set.")
            return done(request, f"/cases/{case.code}/staffings/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="staffings/cadence.html", context=_context(request, case, form), status=422)


def due(request: HttpRequest) -> HttpResponse:
    """Every open case of the coordinator's regions by its next day."""
    if not request.viewer.has("care_coordinator"):
        raise NotVisible
    rows = cases_by_next_day(request.viewer, request.now, named=SHOWN)
    lines = [
        {"row": row, "state": NEXT_WORDS[row.next.state], "tone": TONES.get(row.next.state, "plain")}
        for row in rows[:SHOWN]
    ]
    context = {
        "lines": lines,
        "count": len(rows),
        "not_shown": len(rows) - len(lines),
        "overdue": sum(1 for row in rows if row.next.state == "overdue"),
    }
    return respond(request, page="staffings/due.html", context=context)


def _to_set(request: HttpRequest, code: str) -> Case:
    case = case_for(request.viewer, code, request.now)
    tie = standing_to_case(request.viewer, case, request.now)
    queries.check_core_of_case(request.viewer, case, tie, request.now)
    check_may(request.viewer, "case.set_cadence", tie)
    return case


def _context(request: HttpRequest, case: Case, form: CadenceForm) -> dict[str, Any]:
    frame = case_frame(request, case, "staffings")
    _, why = setting_of(request.viewer, case, request.now, frame["tie"])
    return {
        **frame,
        "form": form,
        "why": why,
        "page_title": "How often",
        "cadence": cadence_label(case.cadence),
        "page_back": f"/cases/{case.code}/staffings/",
        "page_back_label": "Staffings of this case",
        "may_set": may(request.viewer, "case.set_cadence", frame["tie"]),
    }
