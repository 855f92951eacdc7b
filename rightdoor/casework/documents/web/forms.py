"""The forms of documents. What they refuse is only what cannot be read; the rules stand in the act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from rightdoor.casework.documents.actions import LONGEST_NOTE, LONGEST_TITLE
from rightdoor.casework.documents.choices import CLASS_WORDS
from rightdoor.foundation.files.kinds import ACCEPTED, NO_NAME, TOO_LARGE
from rightdoor.foundation.ui.forms import DayField, StoryField

FILE_HINT = "PDF, JPEG, PNG, Word, Excel, text, CSV or e-mail (.eml), up to 25 MB. No recordings of sound or video."


class FileField(forms.FileField):
    """The file itself. It cannot be kept when something else must be mended first: the page says so."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="The file",
            help_text=FILE_HINT,
            allow_empty_file=True,  # the act says what is wrong with it, in its own words
            widget=forms.FileInput(attrs={"class": "input--file", "accept": ACCEPTED}),
            error_messages={"required": "Choose the file.", "invalid": "Choose the file.", "missing": NO_NAME},
            **kwargs,
        )

    def to_python(self, data: Any) -> Any:
        """A file that was too large arrived empty, and says so."""
        if getattr(data, "is_too_large", False):
            raise forms.ValidationError(TOO_LARGE)
        return super().to_python(data)


class VersionForm(forms.Form):
    """A newer file of the same document."""

    file = FileField()


class DocumentForm(forms.Form):
    """A new document."""

    file = FileField()
    title = forms.CharField(label="Title", max_length=LONGEST_TITLE, help_text="As your colleagues would look for it.")
    data_class = forms.ChoiceField(label="Kind of record", help_text="It decides who may read the document.")
    done_on = DayField(
        label="Day on which it was done",
        required=False,
        help_text="MM/DD/YYYY. Some partners see only this day, such as that of an exam.",
    )
    note = StoryField(label="Note", required=False, limit=LONGEST_NOTE)
    minor_consented_alone = forms.BooleanField(
        label="The minor consented alone to the care that this is about",
        required=False,
        help_text="Then a release needs the minor's own signature.",
    )
    code = forms.CharField(widget=forms.HiddenInput, required=False, max_length=9)

    def __init__(self, *args: Any, classes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["data_class"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(klass, CLASS_WORDS[klass]) for klass in classes]
        self.fields["note"].widget.attrs["rows"] = "3"
