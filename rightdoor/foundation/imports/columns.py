"""What the columns of a sheet mean: said by a person, guessed from the headings, remembered for the next time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rightdoor.foundation.imports.cells import Problem, folded
from rightdoor.foundation.imports.reading import Row, Table, letter


@dataclass(frozen=True, slots=True)
class Column:
    """Something that a row may tell. `reads` turns a cell into its value and raises Problem."""

    key: str
    label: str
    reads: Callable[[str], Any]
    words: tuple[str, ...] = ()  # other headings under which it is known
    group: str = ""
    hint: str = ""
    must_be_told: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with one row. No word of the cell stands in it."""

    row: int
    column: str  # its letter; "" where the row as a whole is wrong
    heading: str
    what: str
    mend: str


@dataclass(slots=True)
class Told:
    """What one row of a sheet tells, and what is wrong with it."""

    row: int
    values: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)
    columns: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def fault(self, key: str, what: str, mend: str) -> None:
        """Something is wrong with this row, in the column of `key` where there is one."""
        at = self.columns.get(key)
        place = "" if at is None else letter(at)
        self.faults.append(Fault(self.row, place, self.labels.get(key, ""), what, mend))


def guess(headings: Sequence[str], columns: Sequence[Column], remembered: Mapping[str, str]) -> dict[str, int]:
    """Which column of the sheet tells what: as it was chosen before, else by the words of its heading. Key -> column.

    `remembered`: folded heading -> key, "" for a column that was left out. A column of the sheet is used once.
    """
    chosen: dict[str, int] = {}
    used: set[int] = set()
    known = {column.key for column in columns}
    named = [folded(heading) for heading in headings]
    for at, name in enumerate(named):
        key = remembered.get(name)
        if name and key is not None:
            used.add(at)
            if key in known:
                chosen.setdefault(key, at)
    for exact in (True, False):
        for column in columns:
            if column.key in chosen:
                continue
            words = [folded(word) for word in (column.label, column.key, *column.words)]
            for at, name in enumerate(named):
                if at not in used and name and _fits(name, words, exact=exact):
                    chosen[column.key] = at
                    used.add(at)
                    break
    return chosen


def _fits(name: str, words: Iterable[str], *, exact: bool) -> bool:
    if exact:
        return name in words
    return any(len(word) > 3 and f" {word} " in f" {name} " for word in words)


def to_remember(headings: Sequence[str], chosen: Mapping[str, int]) -> dict[str, str]:
    """Folded heading -> key, for the next sheet of the same kind: names of columns, never what stands in them."""
    by_column = {at: key for key, at in chosen.items()}
    return {folded(heading): by_column.get(at, "") for at, heading in enumerate(headings) if folded(heading)}


def read_rows(
    table: Table, columns: Sequence[Column], chosen: Mapping[str, int], usual: Mapping[str, Any]
) -> list[Told]:
    """Every row read under this choice of columns. `usual`: what holds where a cell says nothing."""
    labels = {column.key: column.label for column in columns}
    return [_read_row(row, columns, chosen, usual, labels) for row in table.rows]


def _read_row(
    row: Row,
    columns: Sequence[Column],
    chosen: Mapping[str, int],
    usual: Mapping[str, Any],
    labels: Mapping[str, str],
) -> Told:
    told = Told(row.number, {}, columns=dict(chosen), labels=labels)
    for column in columns:
        at = chosen.get(column.key)
        value: Any = None
        if at is not None:
            try:
                value = column.reads(row.cells[at])
            except Problem as problem:
                told.fault(column.key, problem.what, problem.mend)
                continue
        if value in (None, ""):
            value = usual.get(column.key)
        if value in (None, "") and column.must_be_told:
            told.fault(column.key, "Empty.", f"Fill it in: {column.label}.")
        if value is not None:
            told.values[column.key] = value
    return told
