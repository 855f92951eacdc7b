"""Forms of closing, reopening, reviews and lessons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from rightdoor.casework.closure.choices import PROTOCOL, RELEASES, SAFETY_PLAN, TOLD, TRIGGERS, WELLBEING
from rightdoor.domain.closure import LONGEST_ACCESS_DAYS, LONGEST_LESSON, Closing, LooseEnd
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.forms import DayField, StoryField

WORDS = 4000
CHOOSE = ("", "Choose")


def _radio(label: str, choices: Sequence[tuple[str, str]], *, required: bool = True, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=required, **more)


class ClosingForm(forms.Form):
    """The checklist of an ending, with a word for each loose end."""

    reason = forms.ChoiceField(label="Why does the case close?")
    words = StoryField(
        label="What led to it", limit=WORDS, required=False, help_text="Some reasons need a whole sentence."
    )
    told = _radio("Was the youth told, with the caregiver where that is safe?", list(TOLD.items()))
    told_words = StoryField(label="How it was told, or why not", limit=WORDS, required=False)
    safety_plan = _radio("Was a safety plan handed over?", list(SAFETY_PLAN.items()))
    safety_words = StoryField(label="If not: why", limit=WORDS, required=False)
    last_contact_on = DayField(label="Day of the last contact", required=False)
    last_contact = StoryField(
        label="The last contact, and how to reach the youth if they agreed", limit=WORDS, required=False
    )
    going_on = StoryField(
        label="Which services go on, and with whom", limit=WORDS, help_text="Write that none do, if none do."
    )
    releases = _radio("The releases that still run", list(RELEASES.items()), initial="end")
    releases_why = StoryField(label="If they stay: why", limit=WORDS, required=False)
    debrief = StoryField(
        label="What the team says",
        limit=20_000,
        required=False,
        help_text="What was good, what was hard, what to remember.",
    )
    took_part = forms.MultipleChoiceField(
        label="Who took part in this talk?", widget=forms.CheckboxSelectMultiple, required=False
    )
    access_ends_on = DayField(
        label="Places on the team end on",
        required=False,
        help_text=f"MM/DD/YYYY, at most {LONGEST_ACCESS_DAYS} days ahead. Left empty, they end at once.",
    )

    def __init__(self, *args: Any, ends: Sequence[LooseEnd], people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = [(one.key, str(one.label)) for one in active_pack().closure.reasons]
        self.fields["reason"].choices = [CHOOSE, *reasons]  # type: ignore[attr-defined]
        self.fields["took_part"].choices = list(people)  # type: ignore[attr-defined]
        if not people:
            del self.fields["took_part"]
        self.ends = ends
        for end in ends:
            if not end.stops:
                self.fields[f"why_{end.key}"] = StoryField(label=f"{end.what}: what becomes of it", limit=WORDS)

    def why_fields(self) -> list[Any]:
        """The loose ends that need a word."""
        return [self[f"why_{end.key}"] for end in self.ends if not end.stops]

    def closing(self) -> Closing:
        """What is said, as the act takes it; what could not be read is left out."""
        data = self.cleaned_data

        def said(name: str) -> Any:
            return data.get(name) or ""

        return Closing(
            reason=said("reason"),
            words=said("words"),
            told=said("told"),
            told_words=said("told_words"),
            safety_plan=said("safety_plan"),
            safety_words=said("safety_words"),
            last_contact_on=data.get("last_contact_on"),
            last_contact=said("last_contact"),
            going_on=said("going_on"),
            debrief=said("debrief"),
            keeps_releases=said("releases") == "keep",
            releases_why=said("releases_why"),
            whys={end.key: said(f"why_{end.key}") for end in self.ends},
        )


class ReopeningForm(forms.Form):
    """Why a case is opened again."""

    why = StoryField(label="Why is the case opened again?", limit=WORDS)


class BeginForm(forms.Form):
    """What a review is about, and who takes part."""

    code = forms.CharField(widget=forms.HiddenInput, required=False)
    trigger = forms.ChoiceField(label="What is the review about?", choices=[CHOOSE, *TRIGGERS.items()])
    participants = forms.MultipleChoiceField(
        label="Who takes part?",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Only they, and the coordinators of the case, are shown the review.",
    )

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participants"].choices = list(people)  # type: ignore[attr-defined]
        if not people:
            del self.fields["participants"]


class ReviewForm(forms.Form):
    """What a review says."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    trigger = forms.ChoiceField(label="What is the review about?", choices=list(TRIGGERS.items()))
    participants = forms.MultipleChoiceField(
        label="Who takes part?", widget=forms.CheckboxSelectMultiple, required=False
    )
    went_well = StoryField(label="What went well", limit=20_000, required=False)
    did_not = StoryField(label="What did not", limit=20_000, required=False)
    why = StoryField(
        label="Why",
        limit=20_000,
        required=False,
        help_text="Causes of the way the work is organized. Nobody is blamed here.",
    )
    youth = StoryField(label="What the youth says about the help", limit=20_000, required=False)
    caregiver = StoryField(label="What the caregiver says", limit=20_000, required=False)
    confidentiality = StoryField(
        label="Was anything told to somebody who should not know?", limit=20_000, required=False
    )
    protocol_change = _radio("Does the protocol have to change?", list(PROTOCOL.items()), required=False)
    protocol_words = StoryField(label="What would have to change", limit=20_000, required=False)
    escalated = _radio("Does the advisory team have to know?", list(PROTOCOL.items()), required=False)
    escalated_words = StoryField(label="What the advisory team is asked", limit=20_000, required=False)
    wellbeing = _radio("Were the staff offered a talk about how they are?", list(WELLBEING.items()), required=False)
    wellbeing_words = StoryField(label="What is needed", limit=20_000, required=False)

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participants"].choices = list(people)  # type: ignore[attr-defined]
        if not people:
            del self.fields["participants"]

    def told(self) -> dict[str, str]:
        """What is said, by its key."""
        kept = set(self.fields) - {"version", "participants"}
        return {key: self.cleaned_data.get(key) or "" for key in kept}


class HoldingForm(forms.Form):
    """The end of a review."""

    no_recommendation = StoryField(label="If nothing is recommended: why", limit=WORDS, required=False)


class RecommendationForm(forms.Form):
    """What is recommended, who sees to it, by when."""

    code = forms.CharField(widget=forms.HiddenInput, required=False)
    text = StoryField(label="What is recommended", limit=WORDS)
    owner = forms.ChoiceField(label="Who sees to it")
    due_on = DayField(label="By when")

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [CHOOSE, *people]  # type: ignore[attr-defined]


class LessonForm(forms.Form):
    """A line that tells of nobody."""

    code = forms.CharField(widget=forms.HiddenInput, required=False)
    text = StoryField(
        label="What others can learn from it",
        limit=LONGEST_LESSON,
        help_text="Without a name, a day, an age, a place or a code. It is checked, and a second person reads it.",
    )


class AnswerForm(forms.Form):
    """What is to be changed in a lesson."""

    why = StoryField(label="What is to be changed", limit=WORDS)
