"""The forms of safety plans. What they refuse is only what cannot be read; the rules stand in the acts."""

from __future__ import annotations

from typing import Any

from django import forms

from rightdoor.casework.safety.actions import LONGEST_PART
from rightdoor.casework.safety.choices import HOLDING_WORDS, PART_GROUPS, PART_WORDS, PLACES, SIZES, TRIGGER_WORDS
from rightdoor.casework.safety.wording import LANGUAGES, wording
from rightdoor.domain.safety_plan import ON_PAPER
from rightdoor.foundation.ui.forms import DayField, StoryField

USUAL = "MM/DD/YYYY. Left empty, the usual span counts."
ROWS = {"words": "6", "safe_adults": "5", "places": "4"}


class SafetyForm(forms.Form):
    """Every part of the plan. Where the places are closed to the writer, their field is not there."""

    code = forms.CharField(widget=forms.HiddenInput, required=False, max_length=9)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    own_review_on = DayField(
        label="Look at it again on", required=False, help_text="MM/DD/YYYY. Left empty, the usual span counts."
    )

    def __init__(self, *args: Any, with_places: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups: list[tuple[str, list[forms.BoundField]]] = []
        for _, names in PART_GROUPS:
            for name in names:
                if name == "places" and not with_places:
                    continue
                label, hint = PLACES if name == "places" else PART_WORDS[name]
                field = StoryField(label=label, help_text=hint, required=False, limit=LONGEST_PART)
                field.widget.attrs["rows"] = ROWS.get(name, "3")
                self.fields[name] = field
        self.groups = [(title, [self[name] for name in names if name in self.fields]) for title, names in PART_GROUPS]


class TriggerForm(forms.Form):
    """What calls for a look at the plan."""

    code = forms.CharField(widget=forms.HiddenInput, required=False, max_length=9)
    trigger = forms.ChoiceField(label="What has changed", choices=[("", "Choose"), *TRIGGER_WORDS.items()])
    before = DayField(
        label="Look at it by",
        required=False,
        help_text="MM/DD/YYYY, such as a day of court. Left empty: within a day.",
    )
    words = StoryField(label="In words", required=False, limit=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs["rows"] = "2"


class ReviewForm(forms.Form):
    """Looked at again, and nothing to change."""

    next_on = DayField(label="Next look on", required=False, help_text=USUAL)


class PaperForm(forms.Form):
    """The question that comes before any paper, and how the paper is made."""

    holding = forms.ChoiceField(
        label="Is it safe for you to hold this?",
        choices=list(HOLDING_WORDS.items()),
        widget=forms.RadioSelect,
        help_text="Ask the youth in these words. Who might find it? Who goes through their things?",
        error_messages={"required": "Ask the youth first, and choose the answer."},
    )
    parts = forms.MultipleChoiceField(
        label="What goes on it",
        choices=[(name, wording("en")["parts"][name]) for name in ON_PAPER],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    language = forms.ChoiceField(label="Language", choices=[(key, wording(key)["language"]) for key in LANGUAGES])
    size = forms.ChoiceField(label="Size", choices=list(SIZES.items()))
