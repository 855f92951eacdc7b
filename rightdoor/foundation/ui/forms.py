"""Django's own forms in the design system's markup: label, hint, error beside the field, nothing by hand."""

from __future__ import annotations

from django import forms
from django.forms.renderers import TemplatesSetting


class UswdsRenderer(TemplatesSetting):
    """Field and form templates of rightdoor/foundation/ui/templates/ui/form."""

    form_template_name = "ui/form/form.html"
    field_template_name = "ui/form/field.html"


TRISTATE = [("yes", "Yes"), ("no", "No"), ("", "Not established")]


class EstablishedField(forms.TypedChoiceField):
    """Yes, no, or not established: True, False, None. An unanswered question is never a no."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("required", False)
        super().__init__(choices=TRISTATE, coerce=lambda value: value == "yes", empty_value=None, **kwargs)


class StoryField(forms.CharField):
    """Long text that is never cut: refuses null characters and more than `limit` characters in words, and keeps the text."""

    widget = forms.Textarea

    def __init__(self, *, limit: int = 100_000, **kwargs: object) -> None:
        self.limit = limit
        super().__init__(strip=False, **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.limit:
            raise forms.ValidationError(
                f"This text has {len(value):,} characters. Shorten it to {self.limit:,}; nothing was lost."
            )
