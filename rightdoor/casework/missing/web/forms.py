"""Forms of missing episodes. Only when it was learned is asked for; everything else can follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from rightdoor.casework.missing.choices import (
    AMBER,
    CAME_OF_IT,
    CONTACTS,
    CUSTODY,
    DANGER,
    FORMS,
    LOOKS,
    TOLD,
    VARIANTS,
)
from rightdoor.casework.missing.told import EpisodeTold, Places, PlannedLine, PlanTold
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.ui.forms import EstablishedField, MomentField, StoryField

LINES = 6  # of a prepared plan that the form offers at once, beside those that are there


def _story(label: str, rows: int = 3, **more: Any) -> StoryField:
    field = StoryField(label=label, limit=20_000, required=False, **more)
    field.widget.attrs["rows"] = str(rows)
    return field


class EpisodeForm(forms.Form):
    """What is known of a missing child."""

    learned_at = MomentField(label="When did you learn of it", help_text="The federal clock starts here.")
    departed_at = MomentField(
        label="When did the child leave", required=False, help_text="Leave it empty if nobody knows."
    )
    last_seen_at = MomentField(label="When was the child last seen", required=False)
    place = forms.CharField(label="Where was the child last seen", max_length=500, required=False)
    last_seen_by = forms.CharField(label="By whom", max_length=200, required=False)
    custody = forms.ChoiceField(
        label="Who has legal custody", choices=list(CUSTODY.items()), required=False, widget=forms.RadioSelect
    )
    custody_words = forms.CharField(label="Who that is", max_length=300, required=False)
    may_be = forms.CharField(label="Where the child may be", max_length=1000, required=False)
    danger_words = _story("What the police must know about the danger")
    happened = _story("What happened before")

    def __init__(self, *args: Any, with_places: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in DANGER.items():
            self.fields[f"danger_{key}"] = EstablishedField(label=label)
        for key, label in LOOKS.items():
            self.fields[f"looks_{key}"] = forms.CharField(label=label, max_length=300, required=False)
        self.fields["custody"].says_optional = False  # type: ignore[attr-defined]
        if not with_places:
            del self.fields["place"], self.fields["may_be"]

    def parts(self) -> list[tuple[str, list[Any]]]:
        """The fields in the order in which a person in a hurry answers them."""
        first = ["learned_at", "departed_at", "last_seen_at", "place", "last_seen_by", "custody", "custody_words"]
        danger = [f"danger_{key}" for key in DANGER] + ["danger_words"]
        rest = [f"looks_{key}" for key in LOOKS] + ["may_be", "happened"]
        titles = ("First", "What puts the child in danger", "What the child looks like, and what may help")
        return [
            (title, [self[name] for name in names if name in self.fields])
            for title, names in zip(titles, (first, danger, rest), strict=True)
        ]

    def told(self) -> EpisodeTold:
        """For a sound form."""
        data = self.cleaned_data
        return EpisodeTold(
            custody=data["custody"],
            custody_words=data["custody_words"],
            last_seen_by=data["last_seen_by"],
            happened=data["happened"],
            danger={key: data[f"danger_{key}"] for key in DANGER},
            danger_words=data["danger_words"],
            looks={key: data[f"looks_{key}"] for key in LOOKS},
        )

    def places(self) -> Places | None:
        """For a sound form; None where places are not open to whoever fills it in."""
        return Places(self.cleaned_data["place"], self.cleaned_data["may_be"]) if "place" in self.fields else None

    def times(self) -> dict[str, Any]:
        """For a sound form."""
        return {name: self.cleaned_data[name] for name in ("learned_at", "departed_at", "last_seen_at")}

    @staticmethod
    def initial_of(told: EpisodeTold, places: Places | None) -> dict[str, Any]:
        """What stands on record, as the form shows it."""
        found: dict[str, Any] = {
            "custody": told.custody,
            "custody_words": told.custody_words,
            "last_seen_by": told.last_seen_by,
            "happened": told.happened,
            "danger_words": told.danger_words,
            **{f"danger_{key}": told.danger.get(key) for key in DANGER},
            **{f"looks_{key}": told.looks.get(key, "") for key in LOOKS},
        }
        if places is not None:
            found |= {"place": places.last_seen, "may_be": places.may_be}
        return found


class DutyForm(forms.Form):
    """That a duty was done."""

    at = MomentField(label="When")
    by = forms.CharField(label="By whom", max_length=200, required=False)
    agency = forms.CharField(label="To which agency", max_length=200, required=False)
    number = forms.CharField(label="Its number", max_length=80, required=False)
    words = _story("Note")

    def __init__(self, *args: Any, number_label: str = "", is_amber: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if number_label:
            self.fields["number"].label = number_label
        if is_amber:
            self.fields["decision"] = forms.ChoiceField(
                label="What was decided", choices=list(AMBER.items()), required=False
            )


class ToldForm(forms.Form):
    """Who else was told."""

    key = forms.ChoiceField(label="Who was told", choices=[("", "Choose"), *TOLD.items()])
    who = forms.CharField(label="Name or office", max_length=200, required=False)
    at = MomentField(label="When")
    words = _story("Note", rows=2)


class ContactForm(forms.Form):
    """A call, a tip, a sighting."""

    key = forms.ChoiceField(label="What came in", choices=[("", "Choose"), *CONTACTS.items()])
    at = MomentField(label="When")
    by = forms.CharField(label="By whom", max_length=200, required=False)
    place = forms.CharField(label="Where", max_length=500, required=False)
    words = _story("What was said")


class ReturnForm(forms.Form):
    """The child is back."""

    recovered_at = MomentField(label="When was the child found")
    found_by = forms.CharField(label="By whom", max_length=200, required=False)
    place = forms.CharField(label="Where", max_length=500, required=False)
    condition = _story("How the child is", help_text="What needs care now. Call 911 first where it cannot wait.")


class StepForm(forms.Form):
    """A step after the return. What it asks depends on the step."""

    outcome = forms.ChoiceField(label="What came of it", widget=forms.RadioSelect)
    at = MomentField(label="When")
    by = forms.CharField(label="Who did it", max_length=200, required=False)

    def __init__(self, *args: Any, step: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = list(CAME_OF_IT[step].items())  # type: ignore[attr-defined]
        if step == "review":
            self.fields["outcome"].initial = "done"
        for name, field in _OF_STEP[step]().items():
            self.fields[name] = field


def _conversation() -> dict[str, forms.Field]:
    return {
        "reasons": _story("Why the child left, in the child's words"),
        "happened": _story("What the child wants to tell about the time away"),
        "help": _story("What would help to stay"),
        "disclosure": EstablishedField(label="Did the child disclose abuse or exploitation?"),
        "referred_to": forms.CharField(label="To whom you referred", max_length=300, required=False),
    }


def _screening() -> dict[str, forms.Field]:
    return {
        "tool": forms.CharField(label="With which tool", max_length=200, required=False),
        "result": _story("Result"),
        "words": _story("Note, or the reason why not"),
    }


def _review() -> dict[str, forms.Field]:
    return {
        "worked": _story("What worked"),
        "did_not": _story("What did not"),
        "next_time": _story("What to do differently next time"),
    }


_OF_STEP: Mapping[str, Any] = {
    "conversation": _conversation,
    "screening": _screening,
    "medical": lambda: {"words": _story("Where, by whom, and what follows")},
    "placement": lambda: {"words": _story("What changes for the child, and what the child asked for")},
    "review": _review,
}


class PlanForm(forms.Form):
    """The plan that is kept ready for a return."""

    call = _story("Whom to call, and in which order", help_text="Names and numbers of people the child trusts.")
    place = forms.CharField(label="Where the child goes first", max_length=500, required=False)
    medical = _story("Medical check: where, with whom")
    talks_first = _story("Who talks with the child first, and how")
    would_help = _story("What would help the child to come back, and to stay")

    def __init__(
        self, *args: Any, people: Sequence[Account], lines: int = LINES, with_place: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        if not with_place:
            del self.fields["place"]
        for number in range(1, lines + 1):
            self.fields[f"what_{number}"] = forms.CharField(label=f"Task {number}", max_length=500, required=False)
            self.fields[f"owner_{number}"] = forms.ChoiceField(
                label="Who", choices=[("", "Nobody yet"), *((one.code, one.name) for one in people)], required=False
            )
            self.fields[f"hours_{number}"] = forms.IntegerField(
                label="Hours after the return",
                min_value=1,
                max_value=720,
                required=False,
                error_messages=dict.fromkeys(
                    ("min_value", "max_value", "invalid"), "Write whole hours, from 1 to 720."
                ),
            )

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The fields of the tasks, line by line."""
        return [tuple(self[f"{name}_{n}"] for name in ("what", "owner", "hours")) for n in range(1, self.lines + 1)]  # type: ignore[misc]

    def words(self) -> list[Any]:
        """The other fields."""
        return [self[name] for name in ("call", "place", "medical", "talks_first", "would_help") if name in self.fields]

    def told(self) -> PlanTold:
        """For a sound form."""
        data = self.cleaned_data
        return PlanTold(data["call"], data["medical"], data["talks_first"], data["would_help"], data.get("place", ""))

    def planned(self) -> list[PlannedLine]:
        """The tasks that say anything, for a sound form. What is left out is refused by the act."""
        data, found = self.cleaned_data, []
        for n in range(1, self.lines + 1):
            what, owner, hours = data[f"what_{n}"], data[f"owner_{n}"], data[f"hours_{n}"]
            if what or owner or hours:
                found.append(PlannedLine(what, owner, hours or 0))
        return found


class SheetForm(forms.Form):
    """Which sheet, and for whom."""

    variant = forms.ChoiceField(label="Which sheet", choices=list(VARIANTS.items()), widget=forms.RadioSelect)
    to = forms.CharField(label="For whom", max_length=160, help_text="A name, or a desk.")
    to_agency = forms.ChoiceField(label="Agency", required=False)
    picture = forms.ChoiceField(
        label="Picture of the child",
        required=False,
        help_text="Photos among the case's documents. Add one there, as identity and contact, and choose it here.",
        error_messages={"invalid_choice": "This document cannot stand on the sheet. Choose a picture from the list."},
    )
    form = forms.ChoiceField(label="Kind of file", choices=list(FORMS.items()), required=False, initial="pdf")

    def __init__(
        self, *args: Any, agencies: Sequence[tuple[str, str]], pictures: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].says_optional = False  # type: ignore[attr-defined]  # a PDF where nothing is chosen
        self.fields["picture"].choices = [("", "No picture"), *pictures]  # type: ignore[attr-defined]
        self.fields["to_agency"].choices = [("", "Not a partner here"), *agencies]  # type: ignore[attr-defined]

    def clean_form(self) -> str:
        """A PDF where nothing was chosen."""
        return self.cleaned_data["form"] or "pdf"
