"""Results of a round that is over: on the page, as a document, as a table, beside earlier ones; and what is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.community.surveys import actions, printouts, queries
from rightdoor.community.surveys.models import SurveyRound
from rightdoor.community.surveys.words import STEP_STATES
from rightdoor.community.teams.queries import people_of_region
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import acts_open_to, check_may
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.printing.sheets import MEDIA_TYPES, harmless, to_csv
from rightdoor.foundation.ui.charts import Bar, Group, bar_chart
from rightdoor.foundation.ui.forms import DayField
from rightdoor.foundation.ui.pages import done, respond

TOO_FEW = "too few"
MONTH = timedelta(days=30)


class StepForm(forms.Form):
    """What is done about a factor."""

    factor = forms.ChoiceField(label="About")
    text = forms.CharField(label="What is to be done", max_length=400, widget=forms.Textarea(attrs={"rows": "2"}))
    owner = forms.ChoiceField(label="Who sees to it")
    due_on = DayField(label="Until when")

    def __init__(
        self, *args: Any, factors: Sequence[tuple[str, str]], people: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["factor"].choices = list(factors)  # type: ignore[attr-defined]
        self.fields["owner"].choices = [("", "Choose"), *people]  # type: ignore[attr-defined]


def show(request: HttpRequest, code: str) -> HttpResponse:
    """Means by factor with the picture and the table, what people wrote, what is done about it."""
    row = queries.round_for(request.viewer, code)
    if queries.state_of(row, request.now) != "over":
        raise NotVisible
    found = queries.results_for(request.viewer, row, request.now)
    groups = [
        Group(one.name, [Bar("", float(one.words) if one.words else None, one.words or TOO_FEW)])
        for one in found.factors
    ]
    context = {
        "round": row,
        "results": found,
        "chart": bar_chart(
            "Means by factor",
            groups,
            of="Factor",
            top=found.highest,
            head="Mean",
            about=f"From {found.lowest} to {found.highest}, rounded down to one place.",
        ),
        "disciplines": sorted({name for one in found.factors for name, _ in one.by_discipline}),
        "lines": [
            {"name": one.name, "band": one.band, "figures": dict(one.by_discipline), "apart": one.apart}
            for one in found.factors
        ],
        "steps": [
            {"step": step, "owner": owner, "state": STEP_STATES[step.state], "about": _name(found, step.factor)}
            for step, owner in queries.steps_of(row)
        ],
        "may": acts_open_to(request.viewer, queries.standing_in(request.viewer, row.region, "care_coordinator")),
    }
    return respond(request, page="surveys/results.html", context=context)


def document(request: HttpRequest, code: str) -> HttpResponse:
    """The same as a tagged PDF, with the acknowledgement that the instrument asks for."""
    row, found = _over(request, code)
    content = printouts.results_document(request.viewer, found, now=request.now)
    return _file(content, f"survey-{row.code}.pdf", "application/pdf")


def table(request: HttpRequest, code: str) -> HttpResponse:
    """The same as rows: what is hidden on the page is hidden here."""
    row, found = _over(request, code)
    rows = [
        ["Survey", found.instrument.title, "Version", found.instrument.version],
        ["Acknowledgement", found.instrument.terms.credit],
        ["Answers", found.told.answered],
        ["Factor", "Of", "Mean", "What it says", "Apart"],
    ]
    for one in found.factors:
        rows.append([one.name, "Everybody", one.words or TOO_FEW, one.band, one.apart])
        rows += [[one.name, name, words, "", ""] for name, words in one.by_discipline]
    text = to_csv([[harmless(cell) for cell in line] for line in rows])
    return _file(text.encode(), f"survey-{row.code}.csv", MEDIA_TYPES["csv"])


def over_time(request: HttpRequest, code: str) -> HttpResponse:
    """Rounds of the same instrument in the region side by side; each by itself, with its edition."""
    row = queries.round_for(request.viewer, code)
    found = queries.over_time(request.viewer, row, request.now)
    labels = _labels(found.rounds)
    groups = [
        Group(name, [Bar(label, float(words) if words else None, words or TOO_FEW) for label, words in pairs])
        for name, pairs in ((name, list(zip(labels, figures, strict=True))) for name, figures in found.factors)
    ]
    context = {
        "round": row,
        "found": found,
        "has_several_editions": len(set(found.editions)) > 1,
        "editions": [
            (label, queries.ended_on(row), version)
            for label, row, version in zip(labels, found.rounds, found.editions, strict=True)
        ],
        "chart": bar_chart("Means by factor, round by round", groups, of="Factor", top=found.highest),
    }
    return respond(request, page="surveys/over_time.html", context=context)


def show_step(request: HttpRequest, code: str) -> HttpResponse:
    """What is to be done about a factor; ?factor= says which."""
    row = _run(request, code)
    form = _form(request, row)
    return respond(request, page="surveys/step.html", context={"round": row, "form": form})


def add_step(request: HttpRequest, code: str) -> HttpResponse:
    """Writes it down."""
    row = _run(request, code)
    form = _form(request, row, bound=True)
    if form.is_valid():
        try:
            actions.add_step(request.viewer, row, now=request.now, **form.cleaned_data)
            messages.success(request, "It is written down.")
            return done(request, f"/surveys/{row.code}/results/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="surveys/step.html", context={"round": row, "form": form}, status=422)


def settle(request: HttpRequest, code: str) -> HttpResponse:
    """Done, or dropped."""
    step = queries.step_for(request.viewer, code)
    try:
        actions.settle_step(request.viewer, step, state=request.POST.get("state", ""), now=request.now)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return done(request, f"/surveys/{step.round.code}/results/")


def _labels(rows: Sequence[SurveyRound]) -> list[str]:
    """The names of rounds; with the last day where two have the same."""
    names = [row.title for row in rows]
    return [
        row.title if names.count(row.title) == 1 else f"{queries.ended_on(row):%m/%d/%y} {row.title}" for row in rows
    ]


def _over(request: HttpRequest, code: str) -> tuple[SurveyRound, queries.Results]:
    row = queries.round_for(request.viewer, code)
    return row, queries.results_for(request.viewer, row, request.now)


def _run(request: HttpRequest, code: str) -> SurveyRound:
    row = queries.round_for(request.viewer, code)
    check_may(request.viewer, "survey.run", queries.standing_in(request.viewer, row.region, "care_coordinator"))
    if queries.state_of(row, request.now) != "over":
        raise NotVisible
    return row


def _form(request: HttpRequest, row: SurveyRound, *, bound: bool = False) -> StepForm:
    given: dict[str, Any] = {
        "factors": [(one.key, one.name) for one in queries.instrument_of(row).scoring.factors],
        "people": [(one.code, one.name) for one in people_of_region(row.region, request.now)],
    }
    if bound:
        return StepForm(request.POST, **given)
    due = local(request.now).date() + MONTH
    return StepForm(initial={"factor": request.GET.get("factor", ""), "due_on": due}, **given)


def _name(found: queries.Results, factor: str) -> str:
    return next((one.name for one in found.instrument.scoring.factors if one.key == factor), "")


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=kind, headers=headers)
