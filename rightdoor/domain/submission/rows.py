"""Lines without identity, one for each person, and the totals that they come to.

A line has no number of its own when it comes in: a number that somebody brought could be a hash, initials or a file.
What is kept gets numbers in an order drawn by lot. Where a source serves few in an area, the line keeps the region
alone, and the area is not stored at all. (reporting 7.1)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from .form import REGION, Field, Form, Table
from .totals import Codes

MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What is told of one person: field -> codes; a field that takes one code holds one."""

    told: Mapping[str, tuple[str, ...]]

    def one(self, key: str) -> str:
        """The code of a field that takes one."""
        codes = self.told.get(key, ())
        return codes[0] if codes else ""


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a line, in which field, and how to mend it. No word of the cell stands in it."""

    row: int
    field: str
    what: str
    mend: str


def row_of(form: Form, number: int, cells: Mapping[str, str]) -> tuple[PersonRow | None, tuple[RowFault, ...]]:
    """A line from its cells (field -> text as written; several codes stand apart by ";"). None where it has faults.

    `number` is where it stands in the sheet, for the faults alone.
    """
    told: dict[str, tuple[str, ...]] = {}
    faults: list[RowFault] = []
    for one in form.row_fields:
        codes, wrong = _read(one, cells.get(one.key, ""))
        if wrong:
            faults.append(RowFault(number, one.key, *wrong))
        else:
            told[one.key] = codes
    return (None, tuple(faults)) if faults else (PersonRow(told), ())


def _read(one: Field, text: str) -> tuple[Codes, tuple[str, str] | None]:
    written = [part.strip() for part in text.split(";") if part.strip()]
    if not written:
        return (), ("Empty.", f"{one.label}: choose a code; there is one for what is not known.")
    by_word = {_plain(word): code.key for code in one.codes.codes for word in (code.label, code.key)}
    found = [by_word.get(_plain(part), "") for part in written]
    if "" in found:
        return (), ("Not one of the codes.", f"{one.label}: choose from the list of the template.")
    if len(found) > 1 and not one.takes_several:
        return (), ("More than one code.", f"{one.label} takes one.")
    missing = {code.key for code in one.codes.codes if code.missing}
    if len(set(found)) > 1 and missing & set(found):
        return (), ("Known and not known at once.", f"{one.label}: leave one of the two out.")
    return tuple(sorted(set(found))), None


def _plain(word: str) -> str:
    return " ".join(word.casefold().replace("_", " ").split())


def totals_of(form: Form, kind: str, rows: Sequence[PersonRow]) -> dict[str, dict[Codes, int]]:
    """The tables that these lines come to: the same that a calculator makes where the lines are at home."""
    return {
        table.key: tallied(form, table, rows)
        for table in form.asked_of(kind)
        if table.counts == "persons" and all(form.fields[key].in_rows for key in table.by) and _is_told(table)
    }


def _is_told(table: Table) -> bool:
    return bool(table.by) or table.adds == "whole"  # a single figure beside the whole is asked, not counted


def tallied(form: Form, table: Table, rows: Sequence[PersonRow]) -> dict[Codes, int]:
    """One table. Where everybody counts once, more than one code is the code for several."""
    counted: Counter[Codes] = Counter()
    for row in rows:
        parts: list[tuple[str, ...]] = []
        for key in table.by:
            codes = row.told.get(key, ())
            several = form.fields[key].codes.several
            parts.append((several,) if table.adds == "whole" and len(codes) > 1 else codes)
        counted.update(product(*parts))
    return dict(counted)


def coarsened(
    form: Form, rows: Sequence[PersonRow], *, more_than: int, region_of: Callable[[str], str]
) -> tuple[PersonRow, ...]:
    """The lines as they may be kept: an area stays where more than so many of these people are told of it, else it is
    its region.

    region_of: key of an area -> key of its region; "" for what is no area, which stays as it is.
    """
    keep: dict[str, frozenset[str]] = {}
    places = [one.key for one in form.row_fields if one.is_place]
    for key in places:
        many = Counter(row.one(key) for row in rows)
        keep[key] = frozenset(code for code, number in many.items() if number > more_than)
    found = []
    for row in rows:
        told = dict(row.told)
        for key in places:
            code = row.one(key)
            region = "" if code in keep[key] else region_of(code)
            if region:
                told[key] = (f"{REGION}{region}",)
        found.append(PersonRow(told))
    return tuple(found)


def in_drawn_order(rows: Sequence[PersonRow], draw: Callable[[int], int]) -> tuple[PersonRow, ...]:
    """The lines in an order that tells nothing: `draw(n)` gives a number from 0 up to and without n, by lot."""
    left, found = list(rows), []
    while left:
        at = draw(len(left))
        left[at], left[-1] = left[-1], left[at]
        found.append(left.pop())
    return tuple(found)
