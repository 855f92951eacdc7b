"""The small forms of the public report, one for each step. Labels are translated; nothing is ever cut short."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from rightdoor.foundation.ui.forms import EstablishedField, LineField, StoryField
from rightdoor.packs.pack import Pack

LIMIT = 100_000
SHORT = 300
OLDEST = 120
ELSEWHERE = "elsewhere"


class ShortField(LineField):
    """A line of a report."""

    def __init__(self, *, limit: int = SHORT, **kwargs: Any) -> None:
        super().__init__(limit=limit, **kwargs)


class AskedField(EstablishedField):
    """Yes, no, or I do not know, which stands chosen until something else is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = [("yes", _("Yes")), ("no", _("No")), ("", _("I do not know"))]


@dataclass(frozen=True, slots=True)
class Birth:
    """What is known of when somebody was born: the day, or an age in years when only the year is known."""

    on: date | None = None
    year: int | None = None


class BirthWidget(forms.MultiWidget):
    """Month by name, day and year as numbers: no order of numbers to guess in any language."""

    template_name = "intake/widgets/birth.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            {
                "month": forms.Select(choices=[("", "–"), *[(str(month), name) for month, name in MONTHS.items()]]),
                "day": forms.TextInput({**number, "class": "birth__short"}),
                "year": forms.TextInput({**number, "class": "birth__short"}),
            },
            attrs,
        )

    def decompress(self, value: Any) -> list[str]:
        """From a birth date or from the three texts of a draft."""
        if isinstance(value, date):
            return [str(value.month), str(value.day), str(value.year)]
        return list(value) if isinstance(value, list | tuple) else ["", "", ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        labels = (_("Month"), _("Day"), _("Year"))
        for part, label in zip(context["widget"]["subwidgets"], labels, strict=True):
            part["label"] = label
        return context


class BirthField(forms.MultiValueField):
    """A birth date in three parts; the year alone will do. `today` is set by the form."""

    widget = BirthWidget
    today: date

    def __init__(self, **kwargs: Any) -> None:
        parts = [forms.CharField(required=False) for _part in range(3)]
        super().__init__(fields=parts, require_all_fields=False, required=False, **kwargs)

    def compress(self, data_list: list[str]) -> Birth:
        month, day, year = [text.strip() for text in data_list] if data_list else ["", "", ""]
        if not (month or day or year):
            return Birth()
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise forms.ValidationError(said("Write the year with four digits, or leave month, day and year empty."))
        if int(year) > self.today.year:
            raise forms.ValidationError(said("This date has not come yet. Check the year."))
        if int(year) < self.today.year - OLDEST:
            raise forms.ValidationError(said("Nobody is that old. Check the year."))
        if not (month and day):
            return Birth(year=int(year))
        try:
            on = date(int(year), int(month), int(day))
        except ValueError:
            raise forms.ValidationError(said("There is no such day. Check day and month.")) from None
        if on > self.today:
            raise forms.ValidationError(said("This date has not come yet. Check day, month and year."))
        return Birth(on=on)


class AgeField(ShortField):
    """An age in whole years."""

    def clean(self, value: Any) -> int | None:
        text = str(super().clean(value)).strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 3):
            raise forms.ValidationError(said("Write the age as a number, such as 15. A guess is fine."))
        if int(text) > OLDEST:
            raise forms.ValidationError(said("Nobody is that old. Check the age."))
        return int(text)


class AreaField(forms.ChoiceField):
    """An area of the pack, not known, or outside the state."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, choices=[("", _("I do not know"))], **kwargs)

    def offer(self, pack: Pack, chosen: str) -> None:
        """The pack's areas; a text that is none of them stays to be seen and mended."""
        areas = [(area.key, area.name) for area in pack.areas]
        self.known = {"", ELSEWHERE, *(key for key, _name in areas)}
        lost = [(chosen, f"“{chosen[:80]}”")] if chosen not in self.known else []
        self.choices = [("", _("I do not know")), *lost, *areas, (ELSEWHERE, _("Outside this state"))]

    def validate(self, value: str) -> None:
        if value not in self.known:
            raise forms.ValidationError(said("This place is not in the list. Choose one from it, or “I do not know”."))


class StepForm(forms.Form):
    """A step: knows the pack, the language and the day."""

    template_name_label = None

    def __init__(self, *args: Any, pack: Pack, language: str, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pack, self.language = pack, language
        self.offer(today)
        for name, field in self.fields.items():  # what a story cannot hold is told by its own step
            field.widget.attrs.setdefault("autocomplete", "off")
            if isinstance(field, StoryField):
                field.widget.attrs["rows"] = "7" if name == "what" else "3"

    def offer(self, today: date) -> None:
        """Choices that come from the pack."""

    def typed(self, name: str) -> str:
        source = self.data if self.is_bound else self.initial
        return str(source.get(self.add_prefix(name)) or "")


class WorryForm(StepForm):
    """1: who, what, where."""

    what = StoryField(
        limit=LIMIT,
        label=_("What worries you?"),
        help_text=_("What you saw, heard or were told. Your own words are right."),
        error_messages={"required": _("Write a few words about what worries you. One sentence is enough.")},
    )
    who = StoryField(
        limit=LIMIT,
        required=False,
        label=_("Who is doing it, as far as you know?"),
        help_text=_("Names, what they look like, a car, an account name."),
    )
    where = StoryField(
        limit=LIMIT,
        required=False,
        label=_("Where and when does it happen?"),
        help_text=_("An address, a town, a website or an app."),
    )


class ChildForm(StepForm):
    """2: about the child, as far as known."""

    given = ShortField(label=_("First name or nickname"))
    family = ShortField(label=_("Last name"))
    age = AgeField(label=_("Age"), help_text=_("A guess is fine."), widget=forms.TextInput({"inputmode": "numeric"}))
    born = BirthField(label=_("Birth date"), help_text=_("If you know it. The year alone helps, too."))
    area = AreaField(label="")
    where_now = StoryField(
        limit=LIMIT, required=False, label=_("Where is the child now?"), help_text=_("Home, school, a street, a town.")
    )

    def offer(self, today: date) -> None:
        self.fields["born"].today = today
        self.fields["area"].label = said("In which %(area)s is the child?") % {
            "area": self.pack.word("area", self.language)
        }
        self.fields["area"].offer(self.pack, self.typed("area"))


class QuestionsForm(StepForm):
    """3: kind, relationship and setting in plain words."""

    danger_now = AskedField(label=_("Is the child in danger today?"))
    sex_act_for_value = AskedField(
        label=_("Does anybody give or get something for sexual acts or pictures of the child?"),
        help_text=_("Money, a place to sleep, drugs, food, gifts, or a debt."),
    )
    forced_work = AskedField(
        label=_("Is the child made to work, beg, sell or carry things?"),
        help_text=_("By force, threats, tricks, or a debt."),
    )
    caretaker_alleged = AskedField(label=_("Is a parent, or someone who takes care of the child, part of it?"))
    family_member = AskedField(label=_("Is someone else in the family part of it?"))
    outside_family = AskedField(label=_("Is someone outside the family part of it?"))
    in_person = AskedField(label=_("Does it happen face to face?"))
    online = AskedField(label=_("Does it happen online or over the phone?"))
    other_abuse = AskedField(label=_("Is the child hurt or neglected in any other way?"))
    police_know = AskedField(label=_("Do the police know about it?"))


class YouForm(StepForm):
    """4: about the reporter."""

    reporter_type = forms.ChoiceField(
        label=_("Who are you?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of these.")},
    )
    name = ShortField(label=_("Your name"))
    contact = ShortField(
        label=_("How can we reach you?"), help_text=_("A telephone number or an e-mail address that is safe for you.")
    )
    reach_safely = ShortField(
        label=_("Is there anything to mind when we reach you?"),
        help_text=_("For example: only text, only in the morning."),
    )
    hotline_called = AskedField(label=_("Have you already called the hotline?"))

    def offer(self, today: date) -> None:
        self.fields["reporter_type"].choices = self.pack.public.reporter_types.pairs(self.language)


class ReceiptField(ShortField):
    """The receipt. What is wrong with it the page says, in the same words for every code."""

    says_optional = False


class ReceiptForm(forms.Form):
    """Where somebody comes back."""

    receipt = ReceiptField(
        label=_("The code that you were given"),
        help_text=_("16 letters and numbers. Hyphens and small letters do not matter."),
        widget=forms.TextInput(
            {"class": "receipt-input", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


FORMS: dict[str, type[StepForm]] = {"worry": WorryForm, "child": ChildForm, "questions": QuestionsForm, "you": YouForm}
