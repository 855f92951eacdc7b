"""What to do next: what stands before each topic's next stage, made into a plan with owners in one act. (PROG-3)"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.community.assessments.actions import StepTold
from rightdoor.community.assessments.comparing.actions import plan_next
from rightdoor.community.assessments.comparing.queries import (
    progress_of,
    region_words,
    runs_of,
    steps_toward,
    to_plan,
)
from rightdoor.community.assessments.models import ActionStep, Assessment
from rightdoor.community.assessments.queries import (
    assessment_for,
    check_reader,
    instrument_of,
    may_write,
    owner_name,
    scopes_to_write,
    who_may_own,
)
from rightdoor.domain.comparing import Ahead, AheadItem, whats_next
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Standing, check_may
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.ui.forms import DayField
from rightdoor.foundation.ui.pages import done, respond

PAGE = "assessments/next.html"


class PlanForm(forms.Form):
    """Who does what was chosen, and until when; for one item somebody else, or another day."""

    pick = forms.MultipleChoiceField(
        label="What to do", required=False, error_messages={"invalid_choice": "This is not on the list any more."}
    )
    owner = forms.ChoiceField(label="Who does it", required=False)
    owner_words = forms.CharField(
        label="Or write who", max_length=120, required=False, help_text="For somebody who does not sign in here."
    )
    due_on = DayField(label="By when", required=False)

    def __init__(self, *args: Any, ahead: list[AheadItem], people: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = [("", "Choose"), *((one.code, one.name) for one in people)]
        self.fields["pick"].choices = [(one.id, one.text) for one in ahead]  # type: ignore[attr-defined]
        self.fields["owner"].choices = owners  # type: ignore[attr-defined]
        for name in ("owner", "owner_words", "due_on"):  # together they say who and when of whatever was chosen
            self.fields[name].says_optional = False  # type: ignore[attr-defined]
        self.people = {one.code: one for one in people}
        self.texts = {one.id: one.text for one in ahead}
        for one in ahead:
            self.fields[f"owner_{one.id}"] = forms.ChoiceField(label="Somebody else", choices=owners, required=False)
            self.fields[f"due_{one.id}"] = DayField(label="Another day", required=False)

    def clean(self) -> dict[str, Any]:
        """Everything that was chosen has who and when."""
        data = super().clean() or {}
        if not data.get("pick") and "pick" not in self.errors:
            self.add_error("pick", "Choose at least one thing to do.")
        if data.get("owner") and data.get("owner_words"):
            self.add_error("owner_words", "Choose one person, or write who. Not both.")
        for item in data.get("pick") or []:
            if not (data.get(f"owner_{item}") or data.get("owner") or data.get("owner_words")):
                self.add_error("owner", "Say who does it: choose one person, or write who.")
                break
        for item in data.get("pick") or []:
            if not (data.get(f"due_{item}") or data.get("due_on")) and "due_on" not in self.errors:
                self.add_error("due_on", "Say by when it is to be done.")
                break
        return data

    def steps(self) -> list[StepTold]:
        """What was chosen, as the act takes it."""
        data = self.cleaned_data
        made = []
        for item in data["pick"]:
            own = data.get(f"owner_{item}") or ""
            owner = self.people.get(own or data["owner"])
            due_on: date = data.get(f"due_{item}") or data["due_on"]
            words = "" if owner else data["owner_words"]
            made.append(StepTold(item, self.texts[item][:500], due_on, owner, words))
        return made


@dataclass(frozen=True, slots=True)
class ShownItem:
    """Something between a topic and its next stage, with the steps of the plan that serve it."""

    item: AheadItem
    steps: list[tuple[ActionStep, str, bool]]  # who, and whether it is late
    is_planned: bool
    is_picked: bool
    fields: tuple[Any, Any] | None


def show(request: HttpRequest) -> HttpResponse:
    """What is next, out of the newest finished run of a tool."""
    check_reader(request.viewer)
    return _page(request, _run(request, request.GET.get("assessment", "")))


def plan(request: HttpRequest) -> HttpResponse:
    """Makes the plan, of the very run that the page showed. What was chosen before somebody else planned it stays
    theirs; where a newer run came meanwhile, nothing is planned until the person has seen it.
    """
    check_reader(request.viewer)
    check_may(request.viewer, "assessment.write", Standing(region=bool(scopes_to_write(request.viewer))))
    code = request.POST.get("assessment", "")
    shown = assessment_for(request.viewer, code) if code else None
    assessment = _newest_like(request, shown) if shown else _run(request, "")
    if assessment is None:
        return _page(request, None, status=422)
    check_may(request.viewer, "assessment.write", Standing(region=may_write(request.viewer, assessment.region)))
    ahead = _ahead(assessment)
    form = _form(request, assessment, ahead, request.POST)
    if assessment != shown:
        form.add_error(None, "A newer run than the one you chose from is there. Look at it here, then send it again.")
    elif form.is_valid():
        try:
            made = plan_next(request.viewer, assessment, steps=form.steps(), now=request.now)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            many = "One step stands" if len(made) == 1 else f"{len(made)} steps stand"
            messages.success(request, f"{many} in the plan." if made else "All of it stands in the plan already.")
            return done(request, f"/assessments/next/?assessment={assessment.code}")
    return _page(request, assessment, form=form, status=422)


def _run(request: HttpRequest, code: str) -> Assessment | None:
    """The run that is asked for, among the newest of each tool and region; else the newest that the viewer plans."""
    runs = to_plan(request.viewer)
    found = next((one for one in runs if one.code == code), None)
    mine = [one for one in runs if may_write(request.viewer, one.region)] or runs
    with_stages = [one for one in mine if instrument_of(one).scoring.stages] or mine
    return found or (with_stages[0] if with_stages else None)


def _newest_like(request: HttpRequest, shown: Assessment) -> Assessment | None:
    """The run out of which is planned now, of the same tool in the same region."""
    place = (shown.instrument_key, shown.region)
    return next((one for one in to_plan(request.viewer) if (one.instrument_key, one.region) == place), None)


def _ahead(assessment: Assessment) -> tuple[Ahead, ...]:
    return whats_next(runs_of([assessment])[0])


def _form(request: HttpRequest, assessment: Assessment, ahead: tuple[Ahead, ...], data: Any = None) -> PlanForm:
    items = [item for one in ahead for item in one.items]
    people = who_may_own(assessment.region, request.now)
    return PlanForm(data, ahead=items, people=people, auto_id="id_plan_%s")


def _page(
    request: HttpRequest, assessment: Assessment | None, *, form: PlanForm | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "runs": [
            (one.code, f"{instrument_of(one).title}, {region_words(one.region)}, {one.label}")
            for one in to_plan(request.viewer)
        ],
        "assessment": assessment,
    }
    if assessment is not None:
        ahead, today = _ahead(assessment), local(request.now).date()
        may_plan = may_write(request.viewer, assessment.region)
        form = form or (_form(request, assessment, ahead) if may_plan else None)
        steps = steps_toward(assessment)
        topics = [(one, [_shown(item, steps, form, today) for item in one.items]) for one in ahead]
        context |= {
            "tool": instrument_of(assessment),
            "region": region_words(assessment.region),
            "form": form if may_plan else None,
            "topics": [one for one in topics if one[1]],
            "settled": [one for one, items in topics if not items],
            "is_left": any(not one.is_planned for _, items in topics for one in items),
            "progress": progress_of(steps, today),
        }
    return respond(request, page=PAGE, context=context, status=status)


def _shown(item: AheadItem, steps: dict[str, list[ActionStep]], form: PlanForm | None, today: date) -> ShownItem:
    mine = [
        (one, owner_name(one), one.state == "open" and one.due_on < today)
        for one in steps.get(item.id, [])
        if one.state != "dropped"
    ]
    is_planned = any(one.state == "open" for one, _, _ in mine)
    picked = form.data.getlist("pick") if form is not None and form.is_bound else []  # type: ignore[attr-defined]
    fields = (form[f"owner_{item.id}"], form[f"due_{item.id}"]) if form is not None and not is_planned else None
    return ShownItem(item, mine, is_planned, item.id in picked, fields)
