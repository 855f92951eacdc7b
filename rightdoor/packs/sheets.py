"""Sheets of a pack: which facts each profession writes down about a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .words import Choice, Label

FieldKind = Literal["text", "story", "choice", "choices", "area", "day", "established"]


@dataclass(frozen=True, slots=True)
class SheetField:
    """One fact of a sheet. `kind`: a line, a long text, one choice, several, an area of the state, a day, or yes, no
    and not established.

    `status`: may be shown to whoever may know whether and when, and no more. `data_class`: where it is not that of the
    sheet.
    """

    key: str
    label: Label
    kind: FieldKind
    choices: tuple[Choice, ...] = ()
    hint: Label = Label({})
    status: bool = False
    data_class: str = ""

    def words(self, key: str) -> str:
        """The label of a choice; the key itself where the pack no longer holds it (older records)."""
        return next((str(one.label) for one in self.choices if one.key == key), key)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The facts that one tab of a case holds, by agency. `lead`: what its reader must know before anything else.

    `kept_by`: disciplines that keep it, where the sharing matrix gives its class to none.
    """

    key: str
    label: Label
    fields: tuple[SheetField, ...]
    lead: Label = Label({})
    kept_by: tuple[str, ...] = ()

    def field(self, key: str) -> SheetField | None:
        """The field of `key`; None where the pack no longer has it."""
        return next((one for one in self.fields if one.key == key), None)


@dataclass(frozen=True, slots=True)
class System:
    """A system that a young person may be with, and the class of record that says so. (CASE-1)"""

    key: str
    label: Label
    data_class: str = "CORE"
