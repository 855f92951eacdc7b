"""Counts and the sums between them: everything that a release says, as one system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Unsound(Exception):  # noqa: N818 - said as the field says it
    """The problem contradicts itself or cannot be read. The sentence names the cell or the sum and what to do."""


class Showing(StrEnum):
    """What may become of a count."""

    MAY_HIDE = "may hide"
    MUST_SHOW = "must show"
    SHOWN_EARLIER = "shown earlier"  # in the ledger: known to everybody for good
    NEVER_SHOWN = "never shown"  # hidden earlier, or a difference that nobody prints: unknown, and kept so


@dataclass(frozen=True, slots=True)
class Cell:
    """One count of people.

    `key`        the same count has the same key in every table and every year
    `providers`  people counted by each provider, where that is known: code -> count
    `listed`     True: to be protected whatever the rule says; None: the rule decides
    `room`       for a listed cell: how far down and up an attacker must be left in doubt; None: the rule's range
    `weight`     what hiding it costs; None: worked out from count and depth
    `depth`      0 for a grand total, more further down
    `lowest`, `highest`  what anybody knows of it beforehand; None: up to the largest count of the problem
    """

    key: str
    count: int
    showing: Showing = Showing.MAY_HIDE
    providers: Mapping[str, int] = field(default_factory=dict)
    listed: bool | None = None
    room: tuple[int, int] | None = None
    weight: int | None = None
    depth: int = 2
    lowest: int = 0
    highest: int | None = None
    inherited: bool = False  # small in an earlier release and hidden there
    hidden_last_time: bool = False
    in_release: bool = True  # False: it belongs to an earlier release, or to nobody's print


@dataclass(frozen=True, slots=True)
class Sum:
    """`total` is the sum of `parts`. `tells`: the parts say something about people, not only where they are."""

    total: str
    parts: tuple[str, ...]
    tells: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """Something printed that is worked out from two counts: `kind` is share, change or difference."""

    name: str
    kind: str
    of: str
    base: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Cells by key in sorted order, sums, printed figures. Made by `problem_of`, which refuses what is not sound."""

    name: str
    cells: Mapping[str, Cell]
    sums: tuple[Sum, ...]
    figures: tuple[Figure, ...] = ()
    earlier: tuple[str, ...] = ()  # names of the earlier releases that are joined

    @property
    def largest(self) -> int:
        """The largest count of the problem."""
        return max((cell.count for cell in self.cells.values()), default=0)


def problem_of(
    name: str,
    cells: Sequence[Cell],
    sums: Sequence[Sum],
    figures: Sequence[Figure] = (),
    earlier: Sequence[str] = (),
) -> Problem:
    """The problem in its one order, so that the same counts always give the same pattern. Raises Unsound."""
    for key, times in Counter(cell.key for cell in cells).items():
        if times > 1:
            raise Unsound(f"{key} is there {times} times; each count stands once and is shared by its key")
    by_key = {cell.key: cell for cell in sorted(cells, key=lambda cell: cell.key)}
    if not by_key:
        raise Unsound("there is no cell; give tables or cells")
    for cell in by_key.values():
        _check_cell(cell)
    ordered = sorted({(one.total, tuple(sorted(one.parts))): one for one in sums}.values(), key=_order)
    tells: dict[tuple[str, tuple[str, ...]], bool] = {}
    for one in sums:  # a sum that is named twice tells if it tells once
        named = (one.total, tuple(sorted(one.parts)))
        tells[named] = tells.get(named, False) or one.tells
    kept = tuple(
        Sum(one.total, tuple(sorted(one.parts)), tells[one.total, tuple(sorted(one.parts))]) for one in ordered
    )
    for one in kept:
        _check_sum(one, by_key)
    for figure in figures:
        if figure.kind not in ("share", "change", "difference"):
            raise Unsound(f"figure {figure.name}: the kind is share, change or difference, not {figure.kind}")
        for key in (figure.of, figure.base):
            if key not in by_key:
                raise Unsound(f"figure {figure.name} names {key}, which is no cell")
    return Problem(name, by_key, kept, tuple(sorted(figures, key=lambda it: it.name)), tuple(earlier))


def _order(one: Sum) -> tuple[str, tuple[str, ...]]:
    return one.total, tuple(sorted(one.parts))


def _check_cell(cell: Cell) -> None:
    if cell.count < 0:
        raise Unsound(f"{cell.key} is {cell.count}; people are counted from zero up")
    if not cell.lowest <= cell.count or (cell.highest is not None and cell.count > cell.highest):
        raise Unsound(f"{cell.key} is {cell.count}, outside of what is said to be known of it beforehand")
    if any(part < 0 for part in cell.providers.values()):
        raise Unsound(f"{cell.key}: a provider counts fewer than no people")
    if cell.providers and sum(cell.providers.values()) != cell.count:
        raise Unsound(f"{cell.key} is {cell.count}, its providers' counts come to {sum(cell.providers.values())}")
    if cell.weight is not None and cell.weight < 0:
        raise Unsound(f"{cell.key}: a weight is zero or more")


def _check_sum(one: Sum, cells: Mapping[str, Cell]) -> None:
    for key in (one.total, *one.parts):
        if key not in cells:
            raise Unsound(f"the sum of {one.total} names {key}, which is no cell")
    if len({one.total, *one.parts}) != 1 + len(one.parts):
        raise Unsound(f"the sum of {one.total} names a cell twice")
    come_to = sum(cells[key].count for key in one.parts)
    if come_to != cells[one.total].count:
        raise Unsound(f"{one.total} is {cells[one.total].count}, its parts come to {come_to}")
