"""The two forms of every sheet: the file, and what each of its columns tells."""

from __future__ import annotations

from typing import Any

from django import forms

from rightdoor.foundation.imports.columns import Column
from rightdoor.foundation.imports.reading import LARGEST, TOO_LARGE, Table, letter


class FileForm(forms.Form):
    """The sheet."""

    sheet = forms.FileField(
        label="The spreadsheet",
        help_text="Excel (.xlsx) or CSV, up to 5 MB. The first sheet counts.",
        error_messages={"required": "Choose the file.", "empty": "The file is empty. Choose another one."},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_sheet(self) -> Any:
        """Not too large to be looked into."""
        file = self.cleaned_data["sheet"]
        if file.size > LARGEST:
            raise forms.ValidationError(TOO_LARGE)
        return file


class ColumnsForm(forms.Form):
    """What each column of the sheet tells."""

    def __init__(self, *args: Any, table: Table, columns: list[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table, self.columns = table, columns
        groups: dict[str, list[tuple[str, str]]] = {}
        for column in columns:
            groups.setdefault(column.group, []).append((column.key, column.label))
        # Columns of no group stand by themselves, not under an empty heading.
        choices: list[Any] = [("", "Leave it out"), *groups.pop("", []), *groups.items()]
        for at, heading in enumerate(table.headings):
            self.fields[f"column_{at}"] = forms.ChoiceField(
                label=f"{letter(at)}: {heading or 'no heading'}", choices=choices, required=False
            )

    def clean(self) -> dict[str, Any]:
        """One column of the sheet for each thing that is told."""
        data = super().clean() or {}
        seen: dict[str, str] = {}
        for at in range(len(self.table.headings)):
            key = data.get(f"column_{at}")
            if key and key in seen:
                self.add_error(f"column_{at}", f"Column {seen[key]} tells this already. Choose one of the two.")
            elif key:
                seen[key] = letter(at)
        return data

    def chosen(self) -> dict[str, int]:
        """Key -> column of the sheet."""
        pairs = ((self.cleaned_data.get(f"column_{at}"), at) for at in range(len(self.table.headings)))
        return {str(key): at for key, at in pairs if key}
