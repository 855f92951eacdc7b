"""An instrument, or one part of it, as a form: the same fields and faults as every other form here.

    form = SheetForm(instrument, within="team-membership", answers=..., notes=..., data=request.POST or nothing)
    {% include "questionnaires/_items.html" with parts=form.parts %}
    form.is_valid() -> form.answers (plain data for read_response), form.noted (notes by item)

Nothing is required while a page is kept: what is still missing is said when the whole is finished
(`answers.missing_required`). A question that hangs on another is always on the page, with when it is asked: it works
without scripts. An answer to what is not asked is refused and never thrown away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from rightdoor.domain.questionnaire.answers import LONGEST, Answer, Answers, Response, read_response
from rightdoor.domain.questionnaire.fault import AnswersUnsound
from rightdoor.domain.questionnaire.instrument import AnswerSet, Condition, Instrument, Item
from rightdoor.foundation.ui.forms import DayField, StoryField

LONGEST_NOTE = 4_000
ANSWER, NOTE = "a.", "n."
GROUPS = frozenset({"group", "display"})


@dataclass(frozen=True)
class Part:
    """An item as the page shows it: a group with parts, or a question with its field."""

    item: Item
    text: str
    answer: Any = None  # the bound field of a question
    note: Any = None  # the bound field of its note
    asked_if: str = ""  # when it is asked, in words
    parts: list[Part] = field(default_factory=list)


class SheetForm(forms.Form):
    """The fields of an instrument, or of the item `within` and what is in it.

    `answers`: what stands already, as plain data (a choice as its code, a date as 2026-03-09); of the whole
    instrument, since a question may hang on another page's. `notes`: by item id. `note_all`: every question takes a
    note under this label, even where the instrument offers none. `leave_out`: ids that are not asked here.
    """

    def __init__(
        self,
        instrument: Instrument,
        *args: Any,
        within: str = "",
        answers: Mapping[str, Any] | None = None,
        notes: Mapping[str, str] | None = None,
        language: str = "",
        note_all: str = "",
        leave_out: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        self.instrument, self.language = instrument, language or instrument.language
        self._before = dict(answers or {})
        self._leave_out, self._note_all = frozenset(leave_out), note_all
        self._roots = (instrument.by_id[within],) if within else instrument.items
        self.answers: dict[str, Any] = {}
        self.noted: dict[str, str] = {}
        initial = {f"{ANSWER}{key}": value for key, value in self._before.items()}
        initial |= {f"{NOTE}{key}": text for key, text in (notes or {}).items()}
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for root in self._roots:
            for item in root.walk():
                if item.id in self._leave_out:
                    continue
                if item.type not in GROUPS:
                    self.fields[f"{ANSWER}{item.id}"] = self._field_of(item)
                label = note_label(instrument, item) or (note_all if item.type not in GROUPS else "")
                if label:
                    label = self._said(f"items/{item.id}/note", label)
                    self.fields[f"{NOTE}{item.id}"] = StoryField(label=label, required=False, limit=LONGEST_NOTE)
                    self.fields[f"{NOTE}{item.id}"].widget.attrs["rows"] = "2"

    @property
    def parts(self) -> list[Part]:
        """What stands on the page, as a tree."""
        return [self._part(root) for root in self._roots if root.id not in self._leave_out]

    def clean(self) -> dict[str, Any]:
        """Checks the answers against the instrument; fills `answers` and `noted`."""
        cleaned = super().clean() or {}
        found = {}
        for name, value in cleaned.items():
            if name.startswith(ANSWER) and (plain := _plain(value)) is not None:
                found[name.removeprefix(ANSWER)] = plain
        others = {key: value for key, value in self._before.items() if f"{ANSWER}{key}" not in self.fields}
        try:
            read_response(self.instrument, {"answers": others | found})
        except AnswersUnsound as unsound:
            for fault in unsound.faults:
                name = f"{ANSWER}{fault.path[1]}" if len(fault.path) > 1 else ""
                said = f"{fault.sentence} {fault.remedy}"
                self.add_error(name if name in self.fields else None, said)
        self.answers = found
        self.noted = {
            name.removeprefix(NOTE): str(value).strip()
            for name, value in cleaned.items()
            if name.startswith(NOTE) and str(value or "").strip()
        }
        return cleaned

    def response(self) -> Response:
        """The answers of the whole instrument, those of other pages among them. Call it on a valid form."""
        others = {key: value for key, value in self._before.items() if f"{ANSWER}{key}" not in self.fields}
        return read_response(self.instrument, {"answers": others | self.answers})

    def _said(self, place: str, fallback: str) -> str:
        return self.instrument.text(place, fallback, self.language)

    def _text_of(self, item: Item) -> str:
        return self._said(f"items/{item.id}/text", item.text) or item.name

    def _part(self, item: Item) -> Part:
        answer, note = f"{ANSWER}{item.id}", f"{NOTE}{item.id}"
        return Part(
            item=item,
            text=self._text_of(item),
            answer=self[answer] if answer in self.fields else None,
            note=self[note] if note in self.fields else None,
            asked_if=self._asked_if(item),
            parts=[self._part(one) for one in item.items if one.id not in self._leave_out],
        )

    def _field_of(self, item: Item) -> forms.Field:
        shared: dict[str, Any] = {
            "label": self._text_of(item),
            "required": False,
            "help_text": self._said(f"items/{item.id}/hint", item.hint),
        }
        made: forms.Field
        if item.type == "choice":
            options = self.instrument.options_of(item)
            box = _box(options)
            if box:
                made = _Tick(box, **shared)
            else:
                made = forms.ChoiceField(choices=self._choices(options), widget=forms.RadioSelect, **shared)
        elif item.type == "choices":
            made = forms.MultipleChoiceField(
                choices=self._choices(self.instrument.options_of(item)), widget=forms.CheckboxSelectMultiple, **shared
            )
        elif item.type == "date":
            made = DayField(**{**shared, "help_text": shared["help_text"] or _("MM/DD/YYYY")})
        elif item.type in {"integer", "decimal"}:
            kind = forms.IntegerField if item.type == "integer" else forms.DecimalField
            made = kind(min_value=_bound(item.minimum, item.type), max_value=_bound(item.maximum, item.type), **shared)
        else:
            made = StoryField(limit=LONGEST, **shared)
            made.widget.attrs["rows"] = "3"
        made.says_optional = False  # type: ignore[attr-defined]
        return made

    def _choices(self, options: AnswerSet) -> list[tuple[str, str]]:
        return [(one.code, self._said(f"answer_sets/{options.key}/{one.code}", one.label)) for one in options.options]

    def _asked_if(self, item: Item) -> str:
        when = item.enable_when
        if when is None:
            return ""
        joined = f" {_('and') if when.every else _('or')} "
        return joined.join(self._condition(one) for one in when.conditions)

    def _condition(self, one: Condition) -> str:
        asked = self.instrument.by_id[one.item]
        name = self._text_of(asked)
        if one.op == "answered":
            said = _("is answered") if one.flag else _("is not answered")
        elif one.op in {"at_least", "at_most"} or one.number is not None:
            words = {"at_least": _("at least"), "at_most": _("at most"), "is": _("is"), "is_not": _("is not")}
            said = f"{words.get(one.op, '')} {_shown(one.number)}"
        else:
            labels = dict(self._choices(self.instrument.options_of(asked)))
            chosen = f" {_('or')} ".join(labels.get(code, code) for code in one.codes)
            said = f"{_('is not') if one.op == 'is_not' else _('is')}: {chosen}"
        return f"“{name}” {said}"


class _Tick(forms.BooleanField):
    """A box of a paper checklist: ticked is one answer, empty is what the tool says that an empty box means."""

    def __init__(self, codes: tuple[str, str], **kwargs: Any) -> None:
        self.ticked, self.empty = codes
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value == self.ticked if isinstance(value, str) and value in {self.ticked, self.empty} else value

    def to_python(self, value: Any) -> Any:
        return self.ticked if super().to_python(value) else None

    def validate(self, value: Any) -> None:
        """An empty box is an answer."""


def note_label(instrument: Instrument, item: Item) -> str:
    """The label of the note that the instrument offers beside an item; "" where it offers none."""
    if item.note:
        return item.note
    offered = dict(instrument.notes)
    if item.type in GROUPS:
        return offered.get(item.role, "") if item.type == "group" else ""
    return offered.get("item", "")


def as_plain(answers: Answers) -> dict[str, Any]:
    """Answers as plain data that can be written and read again: what `read_response` takes."""
    return {key: _written(value) for key, value in answers.items()}


def _written(value: Answer) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    return value


def _plain(value: Any) -> Any:
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, date):
        return value.isoformat()
    return value


def _box(options: AnswerSet) -> tuple[str, str] | None:
    """Two answers of which an empty box is one: a box to tick. None for everything else."""
    codes = [one.code for one in options.options]
    if len(codes) != 2 or options.blank not in codes or any(one.means != "answer" for one in options.options):
        return None
    return next(code for code in codes if code != options.blank), options.blank


def _bound(number: Fraction | None, kind: str) -> int | Decimal | None:
    if number is None:
        return None
    return int(number) if kind == "integer" else Decimal(number.numerator) / Decimal(number.denominator)


def _shown(number: Fraction | None) -> str:
    return "" if number is None else f"{float(number):g}"
