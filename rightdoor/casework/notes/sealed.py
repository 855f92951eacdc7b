"""Labels under which notes and sheets are sealed, and what the sharing rule must know of each."""

from __future__ import annotations

from rightdoor.casework.notes.models import Note, Sheet
from rightdoor.domain.confidentiality import Item
from rightdoor.domain.notes import TABS
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.sealing.seals import SealContext
from rightdoor.packs.sheets import SheetField

WORDS = frozenset({"kind", "happened_at", "text", "present", "outcome"})


def version_label(note: Note, number: int) -> SealContext:
    """The label of one version of a note."""
    row = f"{note.code}/{number}"
    return SealContext("notes_noteversion", "told", row, note.case.client.code, note.holder, note.data_class)


def reason_label(note: Note) -> SealContext:
    """The label of the reason for which a note was withdrawn."""
    return SealContext("notes_note", "reason", note.code, note.case.client.code, note.holder, note.data_class)


def part_label(sheet: Sheet, number: int, data_class: str) -> SealContext:
    """The label of what one version of a sheet says in one class."""
    row = f"{sheet.code}/{number}/{data_class}"
    return SealContext("notes_sheetpart", "said", row, sheet.case.client.code, sheet.holder, data_class)


def item_of(note: Note) -> Item:
    """A note: all of its words, or none. Not one of them says only whether or when."""
    return Item(
        note.data_class,
        note.holder,
        fields=WORDS,
        code=note.code,
        minor_consented_alone=note.minor_consented_alone,
        withdrawn=note.state == "withdrawn",
    )


def item_of_part(tab: str, holder: str, data_class: str, *, minor_alone: bool, code: str = "") -> Item:
    """A part of a sheet: the fields of its class, and those among them that the pack marks as status."""
    fields = [one for one in fields_of(tab) if (one.data_class or TABS[tab][0]) == data_class]
    return Item(
        data_class,
        holder,
        fields=frozenset(one.key for one in fields),
        code=code,
        status_fields=frozenset(one.key for one in fields if one.status),
        minor_consented_alone=minor_alone,
    )


def part_item(sheet: Sheet, data_class: str) -> Item:
    """A part of a sheet that is there."""
    return item_of_part(sheet.tab, sheet.holder, data_class, minor_alone=sheet.minor_consented_alone, code=sheet.code)


def fields_of(tab: str) -> tuple[SheetField, ...]:
    """The fields of a tab's sheet in this state; none where it has no such sheet."""
    sheet = active_pack().sheet(tab)
    return () if sheet is None else sheet.fields
