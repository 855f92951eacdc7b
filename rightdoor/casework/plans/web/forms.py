"""Forms of service plans. What they refuse is only what cannot be read; the rules stand in the domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from rightdoor.casework.plans.actions import Goal, Need, Rest, Service, Step
from rightdoor.casework.plans.choices import (
    DECIDERS,
    DECISION_OUTCOMES,
    ENDS,
    NOT_ESTABLISHED,
    OUTCOME_LEVELS,
    OUTCOMES,
    PROGRESS,
    RISKS,
)
from rightdoor.casework.plans.queries import ShownPlan
from rightdoor.domain.service_plan import NEED_DOMAINS, GoalReviewed
from rightdoor.domain.shared_decision import MOST_OPTIONS, Choice, Option
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.forms import DayField, StoryField

People = Sequence[tuple[str, str]]
MOST_ROWS = 40
MORE = 2  # rows that "Add rows" adds


def _short(label: str, *, limit: int = 500, rows: int = 0, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": str(rows)}) if rows else None
    more = {"widget": widget} if widget else {}
    return forms.CharField(label=label, max_length=limit, required=False, **more, **kwargs)


def _offer(form: forms.Form, name: str, choices: Iterable[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


class HeadForm(forms.Form):
    """The words of a plan that are no rows."""

    wishes = StoryField(required=False, limit=10_000)
    strengths = StoryField(label="Strengths to build on", required=False, limit=10_000)
    barriers = StoryField(label="What stands in the way", required=False, limit=10_000)
    authors = _short(
        "Who wrote this together",
        help_text="Besides you: the client, family, members of the team.",
    )
    consent = _short("On what consent it rests")
    template = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    based_on = forms.IntegerField(min_value=0, max_value=9999, widget=forms.HiddenInput)
    code = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        client = active_pack().word("client")
        self.fields["wishes"].label = f"What the {client} wants, in the {client}'s own words"
        self.fields["wishes"].help_text = f"Write so, if the {client} has not been asked yet."
        self.fields["authors"].help_text = f"Besides you: the {client}, family, members of the team."
        for name in ("wishes", "strengths", "barriers"):
            self.fields[name].widget.attrs["rows"] = "3"


class NeedForm(forms.Form):
    """One domain of need: how great the risk is, and what is known."""

    risk = forms.ChoiceField(label="Risk", choices=list(RISKS.items()), required=False)
    words = _short("What is known and needed", limit=4000, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["risk"].says_optional = False  # type: ignore[attr-defined]


class RowForm(forms.Form):
    """A line that may be left out. `line` is its code in the version before."""

    line = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)
    out = forms.BooleanField(label="Leave this one out", required=False)
    aside = frozenset({"line", "out"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # a row as a whole may be left out; its parts belong together
            field.says_optional = False  # type: ignore[attr-defined]

    def is_filled(self) -> bool:
        """Has somebody written something here, and does it stay?"""
        typed = any(str(self[name].value() or "").strip() for name in self.fields if name not in self.aside)
        return typed and not self["out"].value()


class GoalForm(RowForm):
    """A goal that can be followed; what is missing keeps it a draft."""

    goal = _short("Goal", limit=2000, rows=2)
    domain = forms.ChoiceField(label="Which need it answers", required=False)
    measure = _short("What is measured", help_text="Such as: days at school")
    unit = _short("In what unit", limit=100, help_text="Such as: days a week")
    baseline = _short("Where it stands today", limit=200)
    target = _short("Where it should get to", limit=200)
    due_on = DayField(label="By which day", required=False)
    owner = forms.ChoiceField(label="Who sees to it", required=False)
    why = _short("Why it matters", limit=2000)

    def __init__(self, *args: Any, people: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].label = f"Why it matters to the {active_pack().word('client')}"
        _offer(self, "domain", [("", "Choose"), *active_pack().plans.domains.pairs()])
        _offer(self, "owner", [("", "Choose"), *people])

    def as_goal(self) -> Goal:
        """The row as the act takes it. For a sound, filled row."""
        return Goal(**{name: value for name, value in self.cleaned_data.items() if name != "out"})


class StepForm(RowForm):
    """Something that somebody does by a day."""

    what = _short("What is to be done", limit=2000, rows=2)
    owner = forms.ChoiceField(label="Who does it", required=False)
    due_on = DayField(label="By which day", required=False)

    def __init__(self, *args: Any, people: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "owner", [("", "Choose"), *people])

    def as_step(self) -> Step:
        """The row as the act takes it. For a sound, filled row."""
        return Step(**{name: value for name, value in self.cleaned_data.items() if name != "out"})


class ServiceForm(RowForm):
    """Which service, for which need, what the client chose, who sees to it, by when."""

    category = forms.ChoiceField(label="Kind of service", required=False)
    owner = forms.ChoiceField(label="Who sees to it", required=False)
    due_on = DayField(label="By which day", required=False)
    need = _short("Need")
    choice = _short("Choice")

    def __init__(self, *args: Any, people: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].label = f"What the {active_pack().word('client')} chose"
        groups: dict[str, list[tuple[str, str]]] = {}
        for service in active_pack().services:
            groups.setdefault(service.group or "Services", []).append((service.key, str(service.label)))
        _offer(self, "category", [("", "Choose"), *groups.items()])
        _offer(self, "owner", [("", "Choose"), *people])

    def as_service(self) -> Service:
        """The row as the act takes it. For a sound, filled row."""
        return Service(**{name: value for name, value in self.cleaned_data.items() if name != "out"})


class Rows:
    """Rows of one kind: those that are there, and blank ones at the end. `{prefix}-count` says how many."""

    def __init__(self, form: type[RowForm], prefix: str, *, people: People) -> None:
        self.form, self.prefix, self.people = form, prefix, people
        self.rows: list[RowForm] = []

    def fill(self, initial: Sequence[Mapping[str, Any]], blank: int) -> Rows:
        """Rows to be shown, with blank ones after them."""
        many = min(len(initial) + blank, MOST_ROWS)
        self.rows = [
            self.form(
                initial=dict(initial[at]) if at < len(initial) else {},
                prefix=f"{self.prefix}-{at}",
                people=self.people,
            )
            for at in range(many)
        ]
        return self

    def bind(self, data: Any) -> Rows:
        """Rows as they were sent."""
        self.rows = [
            self.form(data, prefix=f"{self.prefix}-{at}", people=self.people) for at in range(self._count(data))
        ]
        return self

    def retype(self, data: Any, more: int = 0) -> Rows:
        """What was typed, to be gone on with; not judged yet."""
        typed = []
        for at in range(self._count(data)):
            names = self.form.base_fields
            typed.append({name: data.get(f"{self.prefix}-{at}-{name}", "") for name in names})
        return self.fill(typed, more)

    def filled(self) -> list[Any]:
        """The rows that count."""
        return [row for row in self.rows if row.is_filled()]

    def is_valid(self) -> bool:
        """Can everything that counts be read?"""
        return sum(not row.is_valid() for row in self.filled()) == 0  # each is judged, so that each shows its errors

    @property
    def count(self) -> int:
        """How many rows the page has."""
        return len(self.rows)

    def _count(self, data: Any) -> int:
        said = data.get(f"{self.prefix}-count", "")
        return min(int(said), MOST_ROWS) if said.isdecimal() and len(said) < 4 else 0


class PlanSheet:
    """The whole page of a plan: its words, needs by domain in the template's order, goals, actions and services.

    `people`: who may own a goal or an action; `owners`: who may see to a service.
    """

    def __init__(self, template: str, people: People, owners: People) -> None:
        pack = active_pack().plans
        self.template = next((one for one in pack.templates if one.key == template), pack.templates[0])
        labels = {service.key: str(service.label) for service in active_pack().services}
        asked = {need.domain: need for need in self.template.needs}
        self.domains = [
            {
                "key": key,
                "label": pack.domains.label(key),
                "prompt": str(asked[key].prompt) if key in asked else "",
                "helps": ", ".join(labels.get(one, one) for one in asked[key].services) if key in asked else "",
                "is_asked": key in asked,
            }
            for key in (*asked, *(one.key for one in pack.domains if one.key not in asked))
            if key in NEED_DOMAINS
        ]
        self.head = HeadForm()
        self.needs: dict[str, NeedForm] = {}
        self.goals = Rows(GoalForm, "goals", people=people)
        self.steps = Rows(StepForm, "steps", people=people)
        self.services = Rows(ServiceForm, "services", people=owners)

    def show(self, plan: ShownPlan | None, head: Mapping[str, Any]) -> PlanSheet:
        """As the version before says it, or empty."""
        said = {one.domain: {"risk": one.risk, "words": one.words} for one in plan.needs} if plan else {}
        words = {name: getattr(plan, name) for name in ("wishes", "strengths", "barriers", "authors")} if plan else {}
        self.head = HeadForm(initial={**words, "template": self.template.key, **head})
        self.needs = {key: NeedForm(initial=said.get(key, {}), prefix=f"need-{key}") for key in self._keys()}
        self.goals.fill([_fields(one, GoalForm) for one in plan.goals] if plan else [], 1 if plan else 2)
        self.steps.fill([_fields(one, StepForm) for one in plan.actions] if plan else [], 1 if plan else 2)
        self.services.fill([_fields(one, ServiceForm) for one in plan.services] if plan else [], 1 if plan else 2)
        return self

    def retype(self, data: Any, more: str = "") -> PlanSheet:
        """What was typed so far, with more rows of one kind where they were asked for."""
        self.head = HeadForm(initial=typed_before(HeadForm, data))
        self.needs = {
            key: NeedForm(initial=typed_before(NeedForm, data, f"need-{key}"), prefix=f"need-{key}")
            for key in self._keys()
        }
        for rows in (self.goals, self.steps, self.services):
            rows.retype(data, MORE if rows.prefix == more else 0)
        return self

    def bind(self, data: Any) -> PlanSheet:
        """As it was sent."""
        self.head = HeadForm(data)
        self.needs = {key: NeedForm(data, prefix=f"need-{key}") for key in self._keys()}
        for rows in (self.goals, self.steps, self.services):
            rows.bind(data)
        return self

    def is_valid(self) -> bool:
        """Can everything be read?"""
        parts = [self.head, *self.needs.values(), self.goals, self.steps, self.services]
        return sum(not part.is_valid() for part in parts) == 0  # each is judged, so that each shows its errors

    def rest(self) -> Rest:
        """Everything beyond wishes, strengths and services, as the act takes it. For a sound sheet."""
        said = self.head.cleaned_data
        return Rest(
            template=said["template"],
            authors=said["authors"],
            consent=said["consent"],
            barriers=said["barriers"],
            needs=tuple(Need(key, **form.cleaned_data) for key, form in self.needs.items()),
            goals=tuple(row.as_goal() for row in self.goals.filled()),
            steps=tuple(row.as_step() for row in self.steps.filled()),
        )

    def asked(self) -> list[dict[str, Any]]:
        """The domains that the template asks about, with their forms."""
        return [one | {"form": self.needs[str(one["key"])]} for one in self.domains if one["is_asked"]]

    def others(self) -> list[dict[str, Any]]:
        """The other domains."""
        return [one | {"form": self.needs[str(one["key"])]} for one in self.domains if not one["is_asked"]]

    def _keys(self) -> list[str]:
        return [str(one["key"]) for one in self.domains]


def typed_before(form: type[forms.Form], data: Any, prefix: str = "") -> dict[str, Any]:
    """What was typed in a form, as what a new one starts with."""
    return {name: data.get(f"{prefix}-{name}" if prefix else name, "") for name in form.base_fields}


def _fields(one: Any, form: type[forms.Form]) -> dict[str, Any]:
    return {name: getattr(one, name) for name in form.base_fields if hasattr(one, name)}


# ----------------------------------------------------------------------------------------------------- monthly work


class ProgressForm(forms.Form):
    """How one goal stands."""

    progress = forms.ChoiceField(
        label="How it stands",
        choices=list(PROGRESS.items()),
        widget=forms.RadioSelect(attrs={"class": "choices--row"}),
    )
    why = _short("In a sentence", limit=2000, help_text="Needed when it was not met or was given up.")

    def reviewed(self) -> GoalReviewed:
        """As the rule asks for it. For a sound form."""
        return GoalReviewed(**self.cleaned_data)


class ReviewForm(forms.Form):
    """How the client fares, what changes, and when the plan is looked at next."""

    outcome_words = StoryField(label="More on this", required=False, limit=5000)
    changes = StoryField(label="What changes", required=False, limit=5000)
    ends = forms.ChoiceField(label="What follows", choices=list(ENDS.items()), widget=forms.RadioSelect)
    next_on = DayField(label="Next review")
    code = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        client = active_pack().word("client")
        for key, label in OUTCOMES.items():
            field = forms.ChoiceField(
                label=label.replace("client", client),
                choices=[*OUTCOME_LEVELS[key].items(), ("", NOT_ESTABLISHED)],
                widget=forms.RadioSelect,
                required=False,
            )
            field.says_optional = False  # type: ignore[attr-defined]
            self.fields[f"outcome_{key}"] = field
        for name in ("outcome_words", "changes"):
            self.fields[name].widget.attrs["rows"] = "3"

    @staticmethod
    def names() -> list[str]:
        """Every field, also those that are made from the scales."""
        return [*ReviewForm.base_fields, *(f"outcome_{key}" for key in OUTCOMES)]

    def scales(self) -> list[Any]:
        """The fields of the outcomes."""
        return [self[f"outcome_{key}"] for key in OUTCOMES]

    def outcomes(self) -> dict[str, str]:
        """Measure to level. For a sound form."""
        return {key: self.cleaned_data[f"outcome_{key}"] for key in OUTCOMES}


class CheckInForm(forms.Form):
    """Who of the partners was asked, when, and what they said."""

    partner = forms.ChoiceField(label="Who was asked")
    asked_on = DayField(label="On which day")
    said = forms.CharField(
        label="What they said, in a line", max_length=1000, widget=forms.Textarea(attrs={"rows": "2"})
    )
    code = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "partner", [("", "Choose"), *people])


# ------------------------------------------------------------------------------------------------- shared decisions


class OptionForm(RowForm):
    """One of the options, in plain words. None is chosen beforehand."""

    words = _short("Option", limit=500)
    benefits = _short("What is good about it", limit=2000, rows=2)
    risks = _short("What is hard or risky about it", limit=2000, rows=2)
    is_not_now = forms.BooleanField(label="This is to decide nothing for now", required=False)
    is_limited = forms.BooleanField(label="Not safe enough to be offered freely", required=False)
    why = _short("Why it is not", limit=2000)
    line = None  # type: ignore[assignment]  # options have no earlier version
    aside = frozenset({"out", "is_limited", "is_not_now"})

    def __init__(self, *args: Any, people: People = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def as_option(self) -> Option:
        """The row as the rule takes it. For a sound, filled row."""
        return Option(**{name: value for name, value in self.cleaned_data.items() if name != "out"})


class ChoiceForm(forms.Form):
    """What is to be decided, what matters, what is wanted, who decided."""

    decision = StoryField(label="What is to be decided", limit=2000)
    matters = StoryField(required=False, limit=5000)
    preference = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    provider_view = StoryField(label="What the people who help think", required=False, limit=5000)
    chosen = forms.ChoiceField(label="What was decided", required=False, widget=forms.RadioSelect)
    decided_by = forms.ChoiceField(label="Who decided", required=False)
    why_other = StoryField(required=False, limit=5000)
    revisit_on = DayField(label="When to talk about it again", required=False)
    code = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, options: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        client = active_pack().word("client")
        self.fields["matters"].label = f"What matters to the {client}"
        self.fields["preference"].label = f"What the {client} wants"
        self.fields["why_other"].label = f"Why it was decided another way than the {client} wants"
        places = [(str(at), f"Option {at + 1}") for at in range(options)]
        _offer(self, "preference", [*places, ("", f"The {client} has not said")])
        _offer(self, "chosen", [*places, ("", "Nothing is decided yet")])
        _offer(self, "decided_by", [("", "Nobody yet"), *DECIDERS.items()])
        for name in ("decision", "matters", "provider_view", "why_other"):
            self.fields[name].widget.attrs["rows"] = "2"
        for name in ("preference", "chosen", "decided_by"):
            self.fields[name].says_optional = False  # type: ignore[attr-defined]

    def as_choice(self, rows: Sequence[tuple[int, OptionForm]]) -> Choice:
        """As the rule takes it; `rows` are the filled options with their places on the page. For a sound form."""
        said = self.cleaned_data
        place = {str(at): position for position, (at, _) in enumerate(rows)}
        return Choice(
            decision=said["decision"],
            options=tuple(form.as_option() for _, form in rows),
            matters=said["matters"],
            preference=_place(place, said["preference"]),
            provider_view=said["provider_view"],
            chosen=_place(place, said["chosen"]),
            decided_by=said["decided_by"],
            why_other=said["why_other"],
            revisit_on=said["revisit_on"],
        )


def _place(places: Mapping[str, int], said: str) -> int | None:
    # A row that was left empty is no option: the rule then says so.
    return places.get(said, MOST_OPTIONS) if said else None


class LookBackForm(forms.Form):
    """What came of a decision."""

    outcome = forms.ChoiceField(
        label="What came of it", choices=list(DECISION_OUTCOMES.items()), widget=forms.RadioSelect
    )
    words = StoryField(label="In a sentence", required=False, limit=5000)
    revisit_on = DayField(label="Talk about it again", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs["rows"] = "2"
