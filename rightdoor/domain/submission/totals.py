"""Tables of counts: closed codes, whole numbers, sums that add up, and tables that say the same as one another.

    Totals = {table key: {(code, …) in the order of the table's fields: count}}

A cell that is left out is a zero: what is not known has codes of its own, so that every table still comes to everybody.
The code "all" stands for a sum that somebody typed, and is checked and then dropped. (reporting 6, 7.1)
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from .form import ALL, Form, Table

Codes = tuple[str, ...]
Totals = Mapping[str, Mapping[Codes, int]]
MOST = 100_000  # people in one year of one source; more is a slip of the finger


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a table, at which cell ("" codes: the table as a whole), and how to mend it."""

    table: str
    codes: Codes
    what: str
    mend: str


def faults_of(form: Form, kind: str, totals: Totals, *, offers: Collection[str] | None = None) -> tuple[Fault, ...]:
    """Everything that keeps these totals from being taken, in the order of the form.

    offers: the services that the source says it offers; None where it is not asked.
    """
    tables = {one.key: one for one in form.asked_of(kind)}
    found = [
        Fault(key, (), "This table is not part of the form.", "Use this year's template.")
        for key in sorted(set(totals) - set(tables))
    ]
    sound: dict[str, Mapping[Codes, int]] = {}
    for key, table in tables.items():
        cells = totals.get(key, {})
        wrong = [*_unknown_cells(form, table, cells)]
        if not wrong:
            wrong = [*_typed_sums(form, table, cells)]
            sound[key] = without_sums(cells)
        found += wrong
    for counts in sorted({one.counts for one in tables.values()}):
        found += _against_the_whole(form, kind, counts, sound)
        found += _against_each_other(form, kind, counts, sound)
    if offers is not None:
        found += _received_but_not_offered(form, kind, sound, offers)
    return tuple(found)


def without_sums(cells: Mapping[Codes, int]) -> dict[Codes, int]:
    """The cells themselves, without typed sums and without zeros."""
    return {codes: number for codes, number in cells.items() if ALL not in codes and number}


def sum_of(cells: Mapping[Codes, int], codes: Codes) -> int:
    """The sum over every cell that `codes` stands for, with "all" in the place of a field."""
    return sum(
        number
        for at, number in cells.items()
        if ALL not in at and all(asked in (ALL, one) for asked, one in zip(codes, at, strict=True))
    )


def margin(table: Table, cells: Mapping[Codes, int], key: str) -> dict[str, int]:
    """The counts by one field of a table, over all others."""
    at, found = table.by.index(key), dict[str, int]()
    for codes, number in cells.items():
        if ALL not in codes:
            found[codes[at]] = found.get(codes[at], 0) + number
    return found


def everybody(form: Form, kind: str, totals: Totals, counts: str = "persons") -> int:
    """The single figure that the other tables add up to; 0 where it is not told."""
    whole = form.whole_of(kind, counts)
    return totals.get(whole.key, {}).get((), 0) if whole else 0


def _unknown_cells(form: Form, table: Table, cells: Mapping[Codes, int]) -> Iterator[Fault]:
    for codes, number in sorted(cells.items()):
        if len(codes) != len(table.by) or any(
            code != ALL and code not in form.fields[key].codes.keys for key, code in zip(table.by, codes, strict=False)
        ):
            yield Fault(table.key, (), "A cell has a code that the table does not know.", "Use this year's template.")
        elif isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= MOST:
            yield Fault(table.key, codes, "Not a count.", f"Write a whole number from 0 to {MOST:,}.")


def _typed_sums(form: Form, table: Table, cells: Mapping[Codes, int]) -> Iterator[Fault]:
    for codes, number in sorted(cells.items()):
        if ALL not in codes:
            continue
        if table.adds == "some":
            yield Fault(
                table.key, codes, "This table has no sum: a person may stand in several cells.", "Leave the sum out."
            )
        elif (told := sum_of(cells, codes)) != number:
            where = form.labels(table, codes)
            yield Fault(
                table.key,
                codes,
                f"{where}: the sum says {number:,}, and its cells come to {told:,}.",
                "Correct a cell or the sum.",
            )


def _against_the_whole(form: Form, kind: str, counts: str, sound: Mapping[str, Mapping[Codes, int]]) -> Iterator[Fault]:
    whole = form.whole_of(kind, counts)
    if whole is None or whole.key not in sound:
        return
    everyone = sound[whole.key].get((), 0)
    for table in form.asked_of(kind):
        if table.counts != counts or table.key == whole.key or table.key not in sound:
            continue
        cells = sound[table.key]
        if table.adds == "whole" and not (table.is_optional and not cells):
            told = sum(cells.values())
            if told != everyone:
                yield Fault(
                    table.key,
                    (),
                    f"{table.label}: this comes to {told:,}, and the whole is {everyone:,}.",
                    "Put those of whom it is not known under unknown or not asked.",
                )
        if table.adds == "some":
            for codes, number in sorted(cells.items()):
                if number > everyone:
                    yield Fault(
                        table.key,
                        codes,
                        f"{form.labels(table, codes)}: {number:,} is more than the whole, {everyone:,}.",
                        "Count each person once in a cell.",
                    )


def _against_each_other(
    form: Form, kind: str, counts: str, sound: Mapping[str, Mapping[Codes, int]]
) -> Iterator[Fault]:
    """Two tables over the same field say the same of it. Each is held against the first that has the field."""
    first: dict[str, tuple[Table, dict[str, int]]] = {}
    for table in form.asked_of(kind):
        cells = sound.get(table.key, {})
        if table.counts != counts or table.adds != "whole" or (table.is_optional and not cells):
            continue
        for key in table.by:
            mine = margin(table, cells, key)
            if key not in first:
                first[key] = (table, mine)
                continue
            other, theirs = first[key]
            for code in sorted(set(mine) | set(theirs)):
                here, there = mine.get(code, 0), theirs.get(code, 0)
                if here != there:
                    label = form.fields[key].codes.label(code)
                    yield Fault(
                        table.key,
                        tuple(code if one == key else ALL for one in table.by),
                        f"{label}: {here:,} here, and {there:,} in “{other.label}”.",
                        "Make the two agree.",
                    )


def _received_but_not_offered(
    form: Form, kind: str, sound: Mapping[str, Mapping[Codes, int]], offers: Collection[str]
) -> Iterator[Fault]:
    for table in form.asked_of(kind):
        if table.by != ("services",) or table.counts != "persons":
            continue
        for (code,), number in sorted(sound.get(table.key, {}).items()):
            if number and code not in offers and not _is_missing(form, "services", code):
                label = form.fields["services"].codes.label(code)
                yield Fault(
                    table.key,
                    (code,),
                    f"{label}: people received it, and it is not among the services that you offer.",
                    "Add the service, or take the people out of it.",
                )


def _is_missing(form: Form, key: str, code: str) -> bool:
    return any(one.missing for one in form.fields[key].codes.codes if one.key == code)
