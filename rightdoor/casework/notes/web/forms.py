"""The forms of notes and sheets. What they refuse is only what cannot be read; the rules stand in the acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from rightdoor.casework.notes.actions import LONGEST_ANSWER
from rightdoor.casework.notes.choices import KINDS
from rightdoor.casework.notes.queries import Told
from rightdoor.domain.notes import LONGEST_LINE, LONGEST_REASON, LONGEST_TEXT
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.forms import DayField, EstablishedField, MomentField, StoryField
from rightdoor.packs.sheets import SheetField

MINOR_ALONE = "The minor consented alone to the care that this is about"
MINOR_ALONE_HINT = "Then a release needs the minor's own signature."


class NoteForm(forms.Form):
    """A note, new or corrected."""

    kind = forms.ChoiceField(
        label="Kind of note",
        choices=list(KINDS.items()),
        widget=forms.RadioSelect(attrs={"class": "choices--row"}),
        error_messages={"required": "Choose what kind of note this is."},
    )
    happened_at = MomentField(label="When it happened", error_messages={"required": "Say when it happened."})
    present = forms.CharField(label="Who was there", required=False, max_length=LONGEST_LINE)
    text = StoryField(
        label="Note", limit=LONGEST_TEXT, error_messages={"required": "Write the note before you keep it."}
    )
    outcome = forms.CharField(label="What came of it", required=False, max_length=LONGEST_LINE)
    minor_consented_alone = forms.BooleanField(label=MINOR_ALONE, help_text=MINOR_ALONE_HINT, required=False)
    code = forms.CharField(widget=forms.HiddenInput, required=False, max_length=9)

    def __init__(self, *args: Any, asks_minor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_minor:
            del self.fields["minor_consented_alone"]

    def told(self) -> Told:
        """What was written, once the form is valid."""
        data = self.cleaned_data
        return Told(data["kind"], data["happened_at"], data["text"].strip(), data["present"], data["outcome"])

    @staticmethod
    def initial_of(told: Told) -> dict[str, Any]:
        """A note as the fields of the form."""
        return {
            "kind": told.kind,
            "happened_at": told.happened_at,
            "present": told.present,
            "text": told.text,
            "outcome": told.outcome,
        }


class WithdrawalForm(forms.Form):
    """Why a note is taken back."""

    reason = forms.CharField(label="Why", max_length=LONGEST_REASON, error_messages={"required": "Say why."})


class SheetForm(forms.Form):
    """The facts of one tab, as the pack asks for them. Nothing must be filled in."""

    def __init__(self, *args: Any, fields: Sequence[SheetField], asks_minor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = fields
        for one in fields:
            field = self.fields[one.key] = _field(one)
            field.says_optional = False  # type: ignore[attr-defined]  # said once, above the form
        if asks_minor:
            self.fields["minor_consented_alone"] = forms.BooleanField(
                label=MINOR_ALONE, help_text=MINOR_ALONE_HINT, required=False
            )

    def said(self) -> dict[str, Any]:
        """The answers by key, once the form is valid."""
        return {one.key: self.cleaned_data.get(one.key) for one in self.asked}

    @staticmethod
    def initial_of(fields: Sequence[SheetField], said: Mapping[str, Any]) -> dict[str, Any]:
        """A sheet as the fields of the form."""
        days = {one.key for one in fields if one.kind == "day"}
        return {key: date.fromisoformat(value) if key in days else value for key, value in said.items()}


def _field(one: SheetField) -> forms.Field:
    about: dict[str, Any] = {"label": str(one.label), "required": False, "help_text": str(one.hint)}
    if one.kind == "established":
        return EstablishedField(**about)
    if one.kind == "day":
        return DayField(**{**about, "help_text": str(one.hint) or "MM/DD/YYYY"})
    if one.kind == "story":
        field = StoryField(limit=LONGEST_ANSWER, **about)
        field.widget.attrs["rows"] = "3"
        return field
    choices = [(choice.key, str(choice.label)) for choice in one.choices]
    if one.kind == "choices":
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **about)
    if one.kind == "area":
        choices = [(area.key, area.name) for area in active_pack().areas]
    if one.kind in ("choice", "area"):
        return forms.ChoiceField(choices=[("", "Not established"), *choices], **about)
    return forms.CharField(max_length=LONGEST_LINE, **about)
