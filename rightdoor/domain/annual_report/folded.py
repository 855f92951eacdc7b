"""Values that one edition of a year folds into one and another edition tells apart.

What is folded is the sum of what it was folded from: whoever holds two editions subtracts. So where one of them
has a count that the other only has in parts, both have the whole and the parts, of which nobody prints the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product

from ..disclosure_control.ledger import EarlierRelease
from ..disclosure_control.problem import Cell, Showing, Sum
from .inputs import Inputs
from .shapes import TOP, shape_of

FOLDS = ("gender", "race", "kind", "outcome")
_NAMES = (*FOLDS, "in_outcome")


def with_parts(
    inputs: Inputs,
    before: Callable[[str], str],
    cells: Sequence[Cell],
    sums: Sequence[Sum],
    apart: Iterable[Cell],
    earlier: Iterable[EarlierRelease],
) -> tuple[list[Cell], list[Sum]]:
    """The cells and sums of a correction, with those counts that an earlier edition has in parts, or folded.

    before: the key of a count in the edition before; apart: the cells of this edition if nothing were folded.
    """
    folds = _folds(inputs)
    known = {cell.key: cell for cell in cells}
    fine = {cell.key: cell for cell in apart}
    old = {cell.key for one in earlier for cell in one.cells}
    said = list(sums)
    for key in list(known):
        parts = _parts_of(key, folds)
        if parts and any(before(part) in old for part in parts):
            for part in parts:
                known.setdefault(part, replace(fine[part], showing=Showing.NEVER_SHOWN, in_release=False))
            said.append(Sum(key, parts, tells=False))
    names = {before(key): key for key in known}
    for one in sorted(old - set(names)):
        parts = tuple(names.get(part, "") for part in _parts_of(one, folds))
        if parts and all(parts):
            whole = _whole(one, [known[part] for part in parts], names)
            known.setdefault(whole.key, whole)
            said.append(Sum(whole.key, parts, tells=False))
    return list(known.values()), said


def _folds(inputs: Inputs) -> dict[str, tuple[str, ...]]:
    """`race=any_other` -> (`race=asian`, …), of every value that may be folded."""
    found = {}
    for name in _NAMES:
        shape = shape_of(name, inputs, FOLDS)
        for value in shape.dimension.splits[TOP]:
            codes = tuple(f"{name}={code}" for code, goes in shape.goes.items() if goes == value)
            if codes != (f"{name}={value}",):
                found[f"{name}={value}"] = codes
    return found


def _parts_of(key: str, folds: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    measure, *values = key.split("|")
    if not any(value in folds for value in values):
        return ()
    told = product(*(folds.get(value, (value,)) for value in values))
    return tuple("|".join([measure, *sorted(one)]) for one in told)


def _whole(old: str, parts: Sequence[Cell], names: Mapping[str, str]) -> Cell:
    measure, *values = old.split("|")
    by: dict[str, int] = {}
    for cell in parts:
        for name, count in cell.providers.items():
            by[name] = by.get(name, 0) + count
    return Cell(
        "|".join([names.get(measure, measure), *values]),
        sum(cell.count for cell in parts),
        Showing.NEVER_SHOWN,
        providers=dict(sorted(by.items())),
        in_release=False,
    )
