"""Cells and sums from tables whose dimensions are hierarchies.

A cell's key names its dimensions by their values and leaves out a dimension at its top: region totals have the same key
in every table, so tables with a common margin are joined without anybody saying so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from .problem import Cell, Showing, Sum, Unsound


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension: its top, and what each value that is split is split into.

    `tells`: the values say something about a person (age, type), not only where people are.
    """

    name: str
    top: str
    splits: Mapping[str, tuple[str, ...]]
    tells: bool = True

    def leaves(self) -> tuple[str, ...]:
        """The values that are not split further, from left to right."""
        return tuple(value for value, _ in self.walk() if not self.splits.get(value))

    def walk(self) -> Iterator[tuple[str, int]]:
        """Every value with its depth, the top first. Raises Unsound for a value that is met twice."""
        seen: set[str] = set()
        waiting = [(self.top, 0)]
        while waiting:
            value, depth = waiting.pop()
            if value in seen:
                raise Unsound(f"dimension {self.name}: {value} is there twice")
            seen.add(value)
            yield value, depth
            waiting += [(part, depth + 1) for part in reversed(self.splits.get(value, ()))]
        if loose := sorted(set(self.splits) - seen):
            raise Unsound(f"dimension {self.name}: {loose[0]} hangs from nothing")


@dataclass(frozen=True, slots=True)
class CountTable:
    """Counts of people by the last values of each dimension.

    `measure`    what is counted and in which year; two tables of one measure share their margins
    `counts`     (value of each dimension) -> count; what is left out is zero
    `providers`  the same keys -> provider code -> count
    `must_show`  keys of cells that are never hidden, such as the grand total
    """

    measure: str
    dimensions: tuple[Dimension, ...]
    counts: Mapping[tuple[str, ...], int]
    providers: Mapping[tuple[str, ...], Mapping[str, int]] = field(default_factory=dict)
    top_must_show: bool = True


def key_of(measure: str, dimensions: Sequence[Dimension], values: Sequence[str]) -> str:
    """The key of a cell: `2025 persons|age=13-17|region=Orleans`; the grand total is the measure alone."""
    named = sorted(f"{it.name}={value}" for it, value in zip(dimensions, values, strict=True) if value != it.top)
    return "|".join([measure, *named])


def cells_and_sums(table: CountTable) -> tuple[list[Cell], list[Sum]]:
    """Every cell of the table with its totals, and every sum along every dimension. Raises Unsound."""
    walks = [list(it.walk()) for it in table.dimensions]
    leaves = [set(it.leaves()) for it in table.dimensions]
    for values in (*table.counts, *table.providers):
        if len(values) != len(leaves) or any(value not in known for value, known in zip(values, leaves, strict=True)):
            raise Unsound(f"{table.measure}: {' | '.join(values)} names no cell of the table")
    below = [
        {value: _leaves_below(it, value) for value, _ in walk} for it, walk in zip(table.dimensions, walks, strict=True)
    ]
    cells: list[Cell] = []
    sums: list[Sum] = []
    for places in product(*walks):
        values = tuple(value for value, _ in places)
        inner = list(product(*(below[at][value] for at, value in enumerate(values))))
        providers: dict[str, int] = {}
        for one in inner:
            for provider, part in table.providers.get(one, {}).items():
                providers[provider] = providers.get(provider, 0) + part
        depth = sum(deep for _, deep in places)
        cells.append(
            Cell(
                key_of(table.measure, table.dimensions, values),
                sum(table.counts.get(one, 0) for one in inner),
                Showing.MUST_SHOW if depth == 0 and table.top_must_show else Showing.MAY_HIDE,
                providers=dict(sorted(providers.items())),
                depth=depth,
            )
        )
        for at, it in enumerate(table.dimensions):
            parts = it.splits.get(values[at], ())
            if parts:
                named = tuple(
                    key_of(table.measure, table.dimensions, (*values[:at], part, *values[at + 1 :])) for part in parts
                )
                sums.append(Sum(cells[-1].key, named, it.tells))
    return cells, sums


def joined(tables: Sequence[CountTable]) -> tuple[list[Cell], list[Sum]]:
    """Several tables as one system: cells with the same key are one cell. Raises Unsound where they contradict."""
    cells: dict[str, Cell] = {}
    sums: list[Sum] = []
    for table in tables:
        new, more = cells_and_sums(table)
        sums += more
        for cell in new:
            known = cells.setdefault(cell.key, cell)
            if known.count != cell.count:
                raise Unsound(f"{cell.key} is {known.count} in one table and {cell.count} in another")
            if not known.providers:
                cells[cell.key] = cell
            elif cell.providers and known.providers != cell.providers:
                raise Unsound(f"{cell.key}: two tables say differently which providers counted whom")
    return list(cells.values()), sums


def _leaves_below(dimension: Dimension, value: str) -> list[str]:
    parts = dimension.splits.get(value, ())
    return [leaf for part in parts for leaf in _leaves_below(dimension, part)] if parts else [value]
