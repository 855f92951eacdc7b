"""Django's own forms in the design system's markup: label, hint, error beside the field, nothing by hand."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.template.base import Template
from django.utils.translation import gettext_lazy as _

from rightdoor.foundation.jurisdiction.active import local, zone

_WIDGETS = "django/forms/widgets"
_INPUTS = (
    *("input", "file", "text", "number", "email", "url"),
    *("password", "date", "time", "datetime", "color", "search", "tel"),
)
OWN_TEMPLATES = {
    **{f"{_WIDGETS}/{kind}.html": "ui/form/widgets/input.html" for kind in _INPUTS},
    f"{_WIDGETS}/textarea.html": "ui/form/widgets/textarea.html",
    f"{_WIDGETS}/select.html": "ui/form/widgets/select.html",
    f"{_WIDGETS}/checkbox.html": "ui/form/widgets/checkbox.html",
    f"{_WIDGETS}/radio.html": "ui/form/widgets/radio_choices.html",
    f"{_WIDGETS}/checkbox_select.html": "ui/form/widgets/checkbox_choices.html",
    "django/forms/errors/list/default.html": "ui/form/errors.html",
}


class UswdsRenderer(TemplatesSetting):
    """Field and form templates of rightdoor/foundation/ui/templates/ui/form."""

    form_template_name = "ui/form/form.html"
    field_template_name = "ui/form/field.html"

    def get_template(self, template_name: str) -> Template:
        """Ours in place of Django's markup: a radio or checkbox of the design system is invisible in any other."""
        return super().get_template(OWN_TEMPLATES.get(template_name, template_name))


TRISTATE = [("yes", _("Yes")), ("no", _("No")), ("", _("Not established"))]


class EstablishedField(forms.TypedChoiceField):
    """Yes, no, or not established: True, False, None. An unanswered question is never a no."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.RadioSelect(attrs={"class": "choices--row"}))
        super().__init__(choices=TRISTATE, coerce=lambda value: value == "yes", empty_value=None, **kwargs)

    says_optional = False  # "not established" is an answer, so nothing needs to be called optional

    def prepare_value(self, value: Any) -> Any:
        """True, False and None from a record become the choices that say so."""
        return {True: "yes", False: "no", None: ""}.get(value, value) if not isinstance(value, str) else value


class LineField(forms.CharField):
    """A line of text. Without `maxlength`, which would silently cut what is pasted."""

    def __init__(self, *, limit: int = 200, **kwargs: Any) -> None:
        self.limit = limit
        super().__init__(required=kwargs.pop("required", False), **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        check_length(value, self.limit)


def check_length(text: str, limit: int) -> None:
    """Raises ValidationError for a text that is too long, with both figures and that nothing was lost."""
    if len(text) > limit:
        raise forms.ValidationError(
            _("This text has %(length)s characters. Shorten it to %(limit)s; nothing was lost.")
            % {"length": f"{len(text):,}", "limit": f"{limit:,}"}
        )


class StoryField(forms.CharField):
    """Long text that is never cut. Null characters and more than `limit` characters are refused in words."""

    widget = forms.Textarea

    def __init__(self, *, limit: int = 100_000, **kwargs: Any) -> None:
        self.limit = limit
        super().__init__(strip=False, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The page counts towards the limit where scripts run; nothing stops the typing."""
        return {**super().widget_attrs(widget), "data-limit": str(self.limit), "rows": "8"}

    def validate(self, value: str) -> None:
        super().validate(value)
        check_length(value, self.limit)


EARLIEST_YEAR, LATEST_YEAR = 1850, 2250


class DayField(forms.DateField):
    """A calendar day, typed as MM/DD/YYYY. Also takes 3/1/2026, and what a date picker pastes (2026-03-01)."""

    widget = forms.DateInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("MM/DD/YYYY"))
        kwargs.setdefault("input_formats", ["%m/%d/%Y", "%m-%d-%Y", "%Y-%m-%d", "%m/%d/%y"])
        kwargs.setdefault(
            "widget",
            forms.DateInput(
                format="%m/%d/%Y",
                attrs={"class": "input--date", "inputmode": "numeric", "autocomplete": "off", "maxlength": "10"},
            ),
        )
        kwargs.setdefault("error_messages", {}).setdefault(
            "invalid", _("Write the date as MM/DD/YYYY, such as 03/09/2026.")
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """The day; a year in which nobody lived or will live to see it is a slip of the hand."""
        day = super().to_python(value)
        if day is not None and not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise forms.ValidationError(_("Check the year."), code="invalid")
        return day


_TIME = re.compile(r"^\s*(\d{1,2})(?::?(\d{2}))?\s*([ap])?\.?\s*m?\.?\s*$", re.IGNORECASE)


def read_time(text: str) -> time:
    """10:05 a.m., 10:05 am, 10 am, 1005, 22:05. Raises ValueError for anything else."""
    match = _TIME.match(text)
    if not match:
        raise ValueError("not a time")
    hour, minute, half = int(match.group(1)), int(match.group(2) or 0), (match.group(3) or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError("not a time of a 12-hour clock")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif match.group(2) is None:
        raise ValueError("an hour alone could be morning or evening")
    return time(hour, minute)


class MomentWidget(forms.MultiWidget):
    """A date and a time of day, side by side, in the state's zone."""

    template_name = "ui/form/widgets/pair.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        shared = {"autocomplete": "off"}
        super().__init__(
            {
                "day": forms.TextInput({**shared, "class": "input--date", "inputmode": "numeric", "maxlength": "10"}),
                "time": forms.TextInput({**shared, "class": "input--time", "maxlength": "12"}),
            },
            attrs,
        )

    def decompress(self, value: datetime | None) -> list[str]:
        """A moment as the two texts that a person would type."""
        if not value:
            return ["", ""]
        at = local(value)
        return [f"{at:%m/%d/%Y}", f"{at.hour % 12 or 12}:{at.minute:02d} {'a.m.' if at.hour < 12 else 'p.m.'}"]


class _TimeOfDayField(forms.Field):
    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values:
            return None
        try:
            return read_time(str(value))
        except ValueError:
            raise forms.ValidationError(_("Write the time as 10:05 a.m. or 22:05."), code="invalid") from None


class MomentField(forms.MultiValueField):
    """A date and a time of day in the state's zone, as one moment with its zone. Both parts or neither."""

    widget = MomentWidget

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("MM/DD/YYYY, and a time such as 10:05 a.m."))
        kwargs.setdefault("error_messages", {}).setdefault("incomplete", _("Give both the date and the time."))
        day = DayField(help_text="")
        super().__init__(fields=(day, _TimeOfDayField()), require_all_fields=False, **kwargs)
        for part in self.fields:
            part.required = False

    def compress(self, data_list: list[Any]) -> datetime | None:
        """The moment, or None where nothing was given."""
        if not data_list or data_list == [None, None]:
            return None
        day, at = data_list
        if not isinstance(day, date) or not isinstance(at, time):
            raise forms.ValidationError(self.error_messages["incomplete"], code="incomplete")
        moment = datetime.combine(day, at, tzinfo=zone())
        # An hour that the clocks skipped does not survive the way to UTC and back.
        if moment.astimezone(UTC).astimezone(zone()).replace(tzinfo=None) != moment.replace(tzinfo=None):
            raise forms.ValidationError(_("The clocks skipped this hour on that day. Check the time."), code="invalid")
        return moment
