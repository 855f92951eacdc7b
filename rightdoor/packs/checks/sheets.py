"""Sheets of the professions: known tabs, fields that can be asked, and nothing but yes, no and a date as status."""

from __future__ import annotations

from collections.abc import Iterator

from rightdoor.domain.confidentiality import OWN_OR_NOTHING, WITHOUT_PERSONS
from rightdoor.domain.notes import OF_THE_CASE, PRIVILEGED, SHEETS, STATUS_KINDS, TABS
from rightdoor.domain.sharing_matrix import CLASSES, COLUMNS

from ..fault import Fault, one_of
from ..pack import Pack
from ..sheets import Sheet

FILE = "sheets.yaml"


def sheets(pack: Pack) -> Iterator[Fault]:
    for sheet in pack.sheets:
        where = f"sheets[{sheet.key}]"
        if sheet.key not in SHEETS:
            yield Fault(FILE, where, f"There is no tab “{sheet.key}”.", one_of(SHEETS))
            continue
        if not sheet.fields:
            yield Fault(FILE, f"{where}.fields", "The sheet has no field.", "Add at least one.")
        yield from _fields(sheet, where)
        yield from _keepers(pack, sheet, where)


def systems(pack: Pack) -> Iterator[Fault]:
    """At least one system, each with a class of record that a case's own agency may keep."""
    if not pack.systems:
        yield Fault(FILE, "systems", "There is no system.", "Name those that a young person may be with.")
    kept = sorted(CLASSES - OWN_OR_NOTHING - WITHOUT_PERSONS - {"LOC", "REP", "SUD", "PERF"})
    for one in pack.systems:
        if one.data_class not in kept:
            said = f"Who is with a system is not kept in class “{one.data_class}”."
            yield Fault(FILE, f"systems[{one.key}].data_class", said, one_of(kept))


def _fields(sheet: Sheet, where: str) -> Iterator[Fault]:
    classes = [klass for klass in TABS[sheet.key] if klass not in PRIVILEGED]
    for field in sheet.fields:
        place = f"{where}.fields[{field.key}]"
        if field.kind in ("choice", "choices") and not field.choices:
            yield Fault(FILE, f"{place}.choices", "There is nothing to choose.", "Add at least one choice.")
        if field.kind not in ("choice", "choices") and field.choices:
            yield Fault(FILE, f"{place}.choices", f"A field of kind “{field.kind}” has no choices.", "Remove them.")
        if field.status and field.kind not in STATUS_KINDS:
            said = f"A field of kind “{field.kind}” says more than whether and when."
            yield Fault(
                FILE, f"{place}.status", said, f"Remove it, or make its kind {' or '.join(sorted(STATUS_KINDS))}."
            )
        if field.data_class and field.data_class not in classes:
            said = f"“{field.data_class}” is no class of this sheet."
            yield Fault(FILE, f"{place}.data_class", said, one_of(classes))


def _keepers(pack: Pack, sheet: Sheet, where: str) -> Iterator[Fault]:
    klass = TABS[sheet.key][0]
    try:
        matrix = pack.sharing.matrix
    except ValueError:
        return  # a fault of sharing.yaml, told by its own check
    has_keeper = klass in OF_THE_CASE or any(matrix.cell(column, klass).own for column in COLUMNS)
    if sheet.kept_by and has_keeper:
        said = "The sharing matrix says already who keeps this sheet."
        yield Fault(FILE, f"{where}.kept_by", said, "Remove it.")
    if not sheet.kept_by and not has_keeper:
        said = "The sharing matrix gives this sheet to nobody, so nobody could write it."
        yield Fault(FILE, f"{where}.kept_by", said, "Name the disciplines that keep it.")
    for discipline in sheet.kept_by:
        if discipline not in pack.teams.all():
            said = f"There is no discipline “{discipline}”."
            yield Fault(FILE, f"{where}.kept_by", said, "Name one of teams.yaml.")
