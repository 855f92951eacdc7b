"""Forms of this slice. They turn what was typed into facts; what the facts mean is decided in `domain.screening`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.intake import flow
from rightdoor.casework.screening import choices
from rightdoor.casework.screening.disclosure import OpenedScreening, Told
from rightdoor.casework.screening.queries import is_recommended
from rightdoor.domain.permission import Viewer
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.domain.screening import CONSENTS, INTERPRETERS, Reminders, Suggested
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.questionnaires.asking import NOTE, Part, SheetForm
from rightdoor.foundation.ui.forms import DayField, EstablishedField, LineField, StoryField

SOURCE = "s."
EVIDENCE = "What supports this"
FACTS = ("sex_act_for_value", "forced_work", "caretaker_alleged", "family_member", "outside_family", "danger_now")


def area_choices() -> list[tuple[str, str]]:
    """The pack's areas, and that none is known."""
    return [("", "Not known"), *[(area.key, area.name) for area in active_pack().areas]]


class PersonForm(forms.Form):
    """Whom a screening is about, as far as it needs to be said; the day, and why now."""

    taken_on = DayField(label="Day of the screening", error_messages={"required": "Write the day of the screening."})
    occasion = forms.ChoiceField(label="Why now", choices=list(choices.OCCASIONS.items()))
    given = LineField(label="First name", help_text="Leave the name out where you need none.")
    family = LineField(label="Last name")
    birth_on = DayField(label="Birth date", required=False)
    age = forms.IntegerField(label="Age, or a guess", required=False, min_value=0, max_value=120)
    area = forms.ChoiceField(label="", required=False)
    where_now = LineField(label="Where the person is now", limit=400)

    PERSON = ("given", "family", "birth_on", "age", "area", "where_now")

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["area"].label = active_pack().word("area").capitalize()
        self.fields["area"].choices = area_choices()

    def clean_taken_on(self) -> Any:
        """A screening was not taken tomorrow."""
        on = self.cleaned_data["taken_on"]
        if on > local(self.now).date():
            raise forms.ValidationError("This day has not come yet. Check the date.")
        return on

    def clean_birth_on(self) -> Any:
        """Nobody is born tomorrow."""
        on = self.cleaned_data["birth_on"]
        if on is not None and on > local(self.now).date():
            raise forms.ValidationError("This day has not come yet. Check the date.")
        return on

    def who(self) -> Who:
        """The person, as said."""
        data = self.cleaned_data
        return Who(given=data["given"], family=data["family"], birth_on=data["birth_on"], age_estimate=data["age"])

    def whereabouts(self) -> Whereabouts:
        """Where the person lives and is."""
        return Whereabouts(area=self.cleaned_data["area"], now=self.cleaned_data["where_now"])

    @property
    def person(self) -> list[forms.BoundField]:
        """The fields about the person."""
        return [self[name] for name in self.PERSON]


class BeginForm(PersonForm):
    """Which tool, about whom, when."""

    tool = forms.ChoiceField(label="Tool", widget=forms.RadioSelect, error_messages={"required": "Choose a tool."})
    field_order = ("tool", "taken_on", "occasion")

    def __init__(self, *args: Any, tools: list[Instrument], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tool"].choices = [
            (one.key, f"{one.title} (recommended here)" if is_recommended(one) else one.title) for one in tools
        ]


class ResultForm(PersonForm):
    """The result of a tool whose items are not here."""

    used_version = LineField(label="Version of the tool", limit=40, help_text="As it stands on the tool, such as 2.0.")
    band = forms.ChoiceField(
        label="Result", widget=forms.RadioSelect, error_messages={"required": "Choose the result."}
    )
    score = LineField(label="Score, where the tool gives one", limit=20)
    step = forms.ChoiceField(
        label="What follows", widget=forms.RadioSelect, choices=list(choices.STEPS_SAID.items()),
        error_messages={"required": "Choose what follows."},
    )  # fmt: skip
    reason = StoryField(label="Why, if it is less than the tool leads to", limit=2000, required=False)
    remarks = StoryField(label="Remarks", limit=4000, required=False)
    field_order = ("taken_on", "used_version", "band", "score", "step", "reason")

    def __init__(self, *args: Any, tool: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["band"].choices = [(band.code, band.label) for band in tool.scoring.bands]
        for name in ("reason", "remarks"):
            self.fields[name].widget.attrs["rows"] = "3"

    @property
    def result(self) -> list[forms.BoundField]:
        """The fields about the result."""
        names = ("taken_on", "occasion", "used_version", "band", "score", "step", "reason", "remarks")
        return [self[name] for name in names]


class RemindersForm(forms.Form):
    """What must be so before anything is asked. Each must be answered; not established keeps the tool closed."""

    is_alone = EstablishedField(label="Are you alone with the person? Whoever came along has left first.")
    interpreter = forms.ChoiceField(
        label="Who interprets?", widget=forms.RadioSelect, required=False, choices=list(INTERPRETERS.items())
    )
    limits_told = EstablishedField(
        label="Have you said what you keep to yourself, and what you must report whoever tells it?"
    )
    consent = forms.ChoiceField(
        label="Who agreed to the questions?", widget=forms.RadioSelect, required=False, choices=list(CONSENTS.items())
    )

    def reminders(self) -> Reminders:
        """As the rule asks for it."""
        return Reminders(**self.cleaned_data)


@dataclass(frozen=True)
class Asked:
    """A part of the tool on the page, with the source beside its evidence."""

    part: Part
    source: Any
    parts: list[Asked]


class ToolForm(SheetForm):
    """The items of a tool; of a narrative one, each with what supports it and where that is known from."""

    def __init__(self, tool: Instrument, *args: Any, told: Told, **kwargs: Any) -> None:
        self.is_observed = tool.administration == "observer_integration"
        super().__init__(
            tool,
            *args,
            answers=told.answers,
            notes=told.evidence,
            note_all=EVIDENCE if self.is_observed else "Note",
            initial={f"{SOURCE}{key}": source for key, source in told.sources.items()} | {"remarks": told.remarks},
            **kwargs,
        )
        for name in list(self.fields):
            if isinstance(self.fields[name].widget, forms.RadioSelect):
                self.fields[name].widget.attrs["class"] = "choices--row"
            if self.is_observed and name.startswith(NOTE) and tool.by_id[name.removeprefix(NOTE)].type == "choice":
                self.fields[f"{SOURCE}{name.removeprefix(NOTE)}"] = forms.ChoiceField(
                    label="Where it comes from",
                    required=False,
                    choices=[("", "Not said"), *choices.SOURCES.items()],
                )
        self.fields["remarks"] = StoryField(label="Anything else", required=False, limit=8000)
        self.fields["remarks"].widget.attrs["rows"] = "3"

    @property
    def asked(self) -> list[Asked]:
        """The tool as the page shows it."""
        return list(self._asked(self.parts))

    def sources(self) -> dict[str, str]:
        """Where each indicator is known from."""
        return {
            name.removeprefix(SOURCE): str(value)
            for name, value in self.cleaned_data.items()
            if name.startswith(SOURCE) and value
        }

    def _asked(self, parts: list[Part]) -> Iterator[Asked]:
        for part in parts:
            name = f"{SOURCE}{part.item.id}"
            yield Asked(part, self[name] if name in self.fields else None, list(self._asked(part.parts)))


class StopForm(forms.Form):
    """What was told, where there is a moment to write it."""

    words = StoryField(label="What was told, in the person's own words", required=False, limit=20_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs["rows"] = "4"


class FinishForm(forms.Form):
    """What follows. The tool's own step stands chosen."""

    step = forms.ChoiceField(
        label="What follows", widget=forms.RadioSelect, choices=list(choices.STEPS_SAID.items()),
        error_messages={"required": "Choose what follows."},
    )  # fmt: skip
    reason = StoryField(
        label="Why", limit=2000, required=False, help_text="Needed only for less than the tool leads to."
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, suggested: Suggested, version: int, **kwargs: Any) -> None:
        kwargs["initial"] = {"step": suggested.step or "", "version": version} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        if suggested.step is None:
            self.fields["reason"].help_text = "The tool names no step, so say why you chose this one."
        self.fields["reason"].widget.attrs["rows"] = "3"


class ReportForm(forms.Form):
    """A report, begun with everything that the screening says."""

    what = StoryField(label="What worries you", limit=100_000, error_messages={"required": "Write what worries you."})
    who = StoryField(label="Who is doing it", required=False, limit=20_000)
    where = StoryField(label="Where and when", required=False, limit=20_000)
    danger_now = EstablishedField(label="In danger today?")
    given = LineField(label="First name")
    family = LineField(label="Last name")
    birth_on = DayField(label="Birth date", required=False)
    age = forms.IntegerField(label="Age, or a guess", required=False, min_value=0, max_value=120)
    area = forms.ChoiceField(label="", required=False)
    where_now = StoryField(label="Where is the person now?", required=False, limit=20_000)
    sex_act_for_value = EstablishedField(label="Something of value for sexual acts or pictures?")
    forced_work = EstablishedField(label="Made to work, beg, sell or carry things?")
    caretaker_alleged = EstablishedField(label="A parent or caretaker involved?")
    family_member = EstablishedField(label="Someone else in the family?")
    outside_family = EstablishedField(label="Someone outside the family?")
    hotline_called = EstablishedField(label="Have you called the hotline?")
    contact = LineField(label="How to reach you")

    PARTS = (
        ("What happened", "what who where danger_now"),
        ("The person", "given family birth_on age area where_now"),
        ("Facts", "sex_act_for_value forced_work caretaker_alleged family_member outside_family"),
        ("You", "hotline_called contact"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].label = active_pack().word("area").capitalize()
        self.fields["area"].choices = area_choices()
        self.fields["what"].widget.attrs["rows"] = "6"
        for name in ("who", "where", "where_now"):
            self.fields[name].widget.attrs["rows"] = "2"

    @staticmethod
    def initial_of(opened: OpenedScreening, story: str, facts: Mapping[str, Any]) -> dict[str, Any]:
        """What the screening says already."""
        return {
            "what": story,
            "given": opened.who.given,
            "family": opened.who.family,
            "birth_on": opened.who.birth_on,
            "age": opened.who.age_estimate,
            "area": opened.whereabouts.area,
            "where_now": opened.whereabouts.now,
            **facts,
        }

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fieldsets."""
        return [(title, [self[name] for name in names.split()]) for title, names in self.PARTS]

    def told(self) -> dict[str, Any]:
        """The story and the facts, as the act takes them."""
        known = {name: self.cleaned_data[name] for name in flow.FACTS if name in self.cleaned_data}
        return {name: self.cleaned_data[name] for name in ("what", "who", "where")} | known

    def child(self, before: Who) -> Who:
        """The person, as said."""
        data = self.cleaned_data
        return Who(
            given=data["given"],
            family=data["family"],
            birth_on=data["birth_on"],
            age_estimate=data["age"],
            aliases=before.aliases,
        )

    def whereabouts(self) -> Whereabouts:
        """Where the person lives and is."""
        return Whereabouts(area=self.cleaned_data["area"], now=self.cleaned_data["where_now"])


class HandOnForm(forms.Form):
    """To which team."""

    region = forms.ChoiceField(label="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pack = active_pack()
        self.fields["region"].label = pack.word("region").capitalize()
        self.fields["region"].choices = [("", "Choose"), *[(one.key, one.name) for one in pack.regions]]
        self.fields["region"].error_messages["required"] = f"Choose the {pack.word('region')} of the team."


class EducationForm(forms.Form):
    """To how many education was given, and how. Nothing that anybody told."""

    given_on = DayField(label="Day", error_messages={"required": "Write the day."})
    people = forms.IntegerField(label="Given to how many people", min_value=1, max_value=999, initial=1)
    area = forms.ChoiceField(label="", required=False)
    is_alone = EstablishedField(label="Seen alone?")
    limits_told = EstablishedField(label="Limits of confidentiality explained?")
    interpreter = forms.ChoiceField(label="Interpreter", required=False, choices=list(choices.INTERPRETERS.items()))
    cards_offered = EstablishedField(label="Two cards offered: one for the person, one for a friend?")
    resources_told = EstablishedField(label="Places that help talked over?")
    warm_referral = EstablishedField(label="Led to a place that helps, where wished?")
    safe_contact_asked = EstablishedField(label="Asked how to reach the person safely?")

    def __init__(self, *args: Any, now: datetime, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["area"].label = active_pack().word("area").capitalize()
        self.fields["area"].choices = area_choices()

    def clean_given_on(self) -> Any:
        """It was not given tomorrow."""
        on = self.cleaned_data["given_on"]
        if on > local(self.now).date():
            raise forms.ValidationError("This day has not come yet. Check the date.")
        return on
