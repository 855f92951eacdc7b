"""Forms of a report that is being drawn up."""

from __future__ import annotations

from typing import Any

from django import forms

from rightdoor.domain.annual_report.flow import LONGEST_HEAD, LONGEST_TEXT, MOST_SECTIONS
from rightdoor.domain.annual_report.merging import MERGES

SHOWN_SECTIONS = 6


class DraftForm(forms.Form):
    """Which year."""

    year = forms.ChoiceField(label="Year", help_text="Years whose list of agencies was frozen.")

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", "Choose"), *((str(one), str(one)) for one in years)]  # type: ignore[attr-defined]


class CoarserForm(forms.Form):
    """What is shown more coarsely."""

    merges = forms.MultipleChoiceField(
        label="Show more coarsely",
        choices=list(MERGES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="The threshold is not among these: it is never lowered.",
    )


class SentencesForm(forms.Form):
    """The sentences, section by section."""

    def __init__(self, *args: Any, sections: int = SHOWN_SECTIONS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for at in range(1, min(max(sections, SHOWN_SECTIONS), MOST_SECTIONS) + 1):
            self.fields[f"head_{at}"] = forms.CharField(
                label=f"Head of section {at}", max_length=LONGEST_HEAD, required=False
            )
            self.fields[f"text_{at}"] = forms.CharField(
                label=f"Text of section {at}",
                max_length=LONGEST_TEXT,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
            )

    def sections(self) -> list[dict[str, str]]:
        """Head and text of each, the empty ones too."""
        many = sum(name.startswith("head_") for name in self.fields)
        data = self.cleaned_data
        return [{"head": data[f"head_{at}"], "text": data[f"text_{at}"]} for at in range(1, many + 1)]


class ReadingForm(forms.Form):
    """What the second reader answers."""

    answer = forms.ChoiceField(
        label="Your answer",
        choices=[("sign", "I have read it and sign it"), ("back", "I send it back")],
        widget=forms.RadioSelect,
    )
    has_read = forms.BooleanField(
        label="I have read the tables and everything that the audit asks a person to read", required=False
    )
    reasons = forms.CharField(
        label="What has to change",
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For whoever drew it up. Only if you send it back.",
    )
