"""Forms and facts made of the shapes of this slice's records. What they refuse is only what cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms

from rightdoor.casework.justice.shapes import HIGHEST_COUNT, LONGEST_LINE, LONGEST_STORY, STEP, Field, Shape
from rightdoor.foundation.jurisdiction.templatetags.words import day, when
from rightdoor.foundation.ui.forms import DayField, EstablishedField, MomentField, StoryField

NO_FACTS = {"code", "version", "proceeding"}
ESTABLISHED = {True: "Yes", False: "No"}


class EntryForm(forms.Form):
    """One record. `version` tells a second writer that somebody was faster; `code` is that of a new one."""

    code = forms.CharField(required=False, max_length=9, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    proceeding = forms.CharField(required=False, max_length=9, widget=forms.HiddenInput)

    def told(self) -> dict[str, Any]:
        """What was typed, by the names of the shape's fields."""
        return {name: value for name, value in self.cleaned_data.items() if name not in NO_FACTS}


def form_of(
    shape: Shape,
    data: Any = None,
    *,
    initial: Mapping[str, Any] | None = None,
    codes: Mapping[str, Mapping[str, str]] | None = None,
    proceedings: Mapping[str, str] | None = None,
    without: Sequence[str] = (),
) -> EntryForm:
    """The form of a kind of record. `codes`: for each field that names another record, what may be chosen; a field
    without any is left out. `proceedings`: to which the record may belong, where that is asked.
    """
    form = EntryForm(data, initial=dict(initial or {}))
    for one in shape.fields:
        if one.name in without:
            continue
        chosen = (codes or {}).get(one.name, {})
        if one.kind == "code" and not chosen:
            continue
        form.fields[one.name] = _field(one, chosen)
    if proceedings:
        form.fields["proceeding"] = forms.ChoiceField(
            label="Belongs to", required=False, choices=[("", "None of them"), *proceedings.items()]
        )
    return form


def initial_of(shape: Shape, told: Mapping[str, Any], row: Any) -> dict[str, Any]:
    """What a record says, as its form wants it."""
    found: dict[str, Any] = {"version": row.version}
    for one in shape.fields:
        value = getattr(row, one.name) if one.column else _said(one, told)
        found[one.name] = date.fromisoformat(value) if one.kind == "day" and isinstance(value, str) else value
    return found


def facts_of(
    shape: Shape, told: Mapping[str, Any], row: Any, *, codes: Mapping[str, Mapping[str, str]] | None = None
) -> list[tuple[str, str, bool]]:
    """(label, words, is it long) of everything that a record says; what is empty is left out."""
    found = []
    for one in shape.fields:
        value = getattr(row, one.name) if one.column else _said(one, told)
        words = _words(one, value, (codes or {}).get(one.name, {}))
        if words:
            found.append((one.label, words, one.kind == "story"))
    return found


def _said(one: Field, told: Mapping[str, Any]) -> Any:
    return told.get("steps", {}).get(one.name[len(STEP) :]) if one.name.startswith(STEP) else told.get(one.name)


def _words(one: Field, value: Any, names: Mapping[str, str]) -> str:
    if value is None or value in ("", []):
        return ""
    if one.kind == "day":
        return day(date.fromisoformat(value) if isinstance(value, str) else value)
    if one.kind == "moment":
        return when(value if isinstance(value, datetime) else datetime.fromisoformat(value))
    if one.kind == "choice":
        return one.choices.get(value, str(value).replace("_", " "))
    if one.kind == "choices":
        return "; ".join(one.choices.get(key, key) for key in value)
    if one.kind == "established":
        return ESTABLISHED[bool(value)]
    if one.kind == "code":
        return names.get(value, "")
    return str(value)


def _field(one: Field, chosen: Mapping[str, str]) -> forms.Field:
    words: dict[str, Any] = {"label": one.label, "required": one.needed}
    if one.hint:
        words["help_text"] = one.hint
    if one.kind == "day":
        return DayField(**words)
    if one.kind == "moment":
        return MomentField(**words)
    if one.kind == "established":
        return EstablishedField(label=one.label)
    if one.kind == "choices":
        widget = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=list(one.choices.items()), widget=widget, **words)
    if one.kind in {"choice", "code"}:
        pairs = (chosen if one.kind == "code" else one.choices).items()
        return forms.ChoiceField(choices=[("", "Choose" if one.needed else "Not said"), *pairs], **words)
    if one.kind == "count":
        return forms.IntegerField(min_value=0, max_value=HIGHEST_COUNT, **words)
    if one.kind == "story":
        field = StoryField(limit=LONGEST_STORY, **words)
        field.widget.attrs["rows"] = "3"
        return field
    return forms.CharField(max_length=LONGEST_LINE, **words)
