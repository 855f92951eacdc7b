"""Forms of exports: rows for research, a decision on them, a report to a funder."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from rightdoor.domain.extract import COLUMNS, KINDS, MOST_COLUMNS
from rightdoor.domain.grant_report import FORMS, GROUNDS, PARTS
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.forms import DayField, LineField, StoryField
from rightdoor.oversight.exports import synthesizer
from rightdoor.oversight.exports.actions import ReportAsked, Request

LONGEST = 4000
EXACT = {
    "hide": "Hide small counts",
    "exact": "Exact counts, because a law asks; a second person approves them",
}


COSTS = {4: "4, the most private", 6: "6", 8: "8, the closest to the people"}


def is_offered() -> bool:
    """Are synthetic rows switched on here, and is what makes them installed?"""
    return settings.ENV.synthetic and synthesizer.is_there()


class ExtractForm(forms.Form):
    """A request for rows."""

    recipient = LineField(label="Who gets it", help_text="The person who answers for it.", required=True)
    institution = LineField(label="Where that person works", required=True)
    purpose = StoryField(
        label="What it is for", limit=LONGEST, help_text="The question, and why totals are not enough."
    )
    ethics = LineField(label="Number of the ethics approval", required=True)
    approval_ends_on = DayField(label="The ethics approval holds until", help_text="MM/DD/YYYY.")
    ends_on = DayField(label="The last copy is gone by", help_text="MM/DD/YYYY. Before the approval ends.")
    kind = forms.ChoiceField(
        label="What is needed",
        choices=list(KINDS.items()),
        widget=forms.RadioSelect,
        initial="tables",
        help_text="Tables are exact where they are told, and no row of anybody. Ask for rows only if it must be rows.",
    )
    epsilon = forms.TypedChoiceField(
        label="What synthetic rows may cost",
        choices=[("", "No synthetic rows"), *((str(one), words) for one, words in COSTS.items())],
        coerce=int,
        empty_value=0,
        required=False,
        help_text="Of the privacy budget of these years. The less, the more is promised, and the coarser the rows.",
    )
    first_year = forms.IntegerField(label="First year", min_value=2000, max_value=2200)
    last_year = forms.IntegerField(label="Last year", min_value=2000, max_value=2200)
    columns = forms.MultipleChoiceField(
        label="Columns",
        choices=[(one.key, one.label) for one in COLUMNS.values()],
        widget=forms.CheckboxSelectMultiple,
        help_text=f"At most {MOST_COLUMNS}. The fewer, the less is told coarsely or left out.",
        error_messages={"required": "Choose at least one column."},
    )
    code = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].widget.attrs["rows"] = "4"
        if not is_offered():
            del self.fields["epsilon"]
            self.fields["kind"].choices = [one for one in KINDS.items() if one[0] != "synthetic"]  # type: ignore[attr-defined]

    def asked(self) -> Request:
        """What is asked for, as the act takes it."""
        return Request(**{name: value for name, value in self.cleaned_data.items() if name != "code"})


class DecisionForm(forms.Form):
    """Why it is approved or declined."""

    why = StoryField(label="What your decision rests on", limit=LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].widget.attrs["rows"] = "3"


class ReportForm(forms.Form):
    """Which report, of when, for whom."""

    form = forms.ChoiceField(label="Form", choices=list(FORMS.items()), widget=forms.RadioSelect)
    year = forms.IntegerField(label="Year", min_value=2000, max_value=2200)
    part = forms.ChoiceField(
        label="Span of the year",
        choices=[("", "Choose"), *((key, words) for key, (words, _, _) in PARTS.items())],
        help_text="Quarters for the Victims of Crime Act, halves for trafficking victims' services, else the year.",
    )
    region = forms.ChoiceField(required=False)
    recipient = LineField(label="To whom it goes", help_text="The funder or the national collection.", required=True)
    small = forms.ChoiceField(
        label="Small counts", choices=list(EXACT.items()), widget=forms.RadioSelect, initial="hide"
    )
    ground = forms.ChoiceField(
        label="The law that asks for exact counts",
        choices=[("", "None"), *GROUNDS.items()],
        required=False,
        help_text="It stays on record with the report.",
    )
    code = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pack = active_pack()
        self.fields["region"].label = pack.word("region").capitalize()
        self.fields["region"].choices = [  # type: ignore[attr-defined]
            ("", "The whole state"),
            *((one.key, one.name) for one in pack.regions),
        ]

    def asked(self) -> ReportAsked:
        """What is asked for, as the act takes it."""
        told = self.cleaned_data
        return ReportAsked(
            form=told["form"],
            year=told["year"],
            part=told["part"],
            region=told["region"],
            recipient=told["recipient"],
            is_exact=told["small"] == "exact",
            ground=told["ground"],
        )
