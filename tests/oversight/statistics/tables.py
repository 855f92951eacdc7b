"""Small tables for the tests of disclosure control."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from rightdoor.domain.disclosure_control.audit import Audit, audit
from rightdoor.domain.disclosure_control.exact import Pattern, protect
from rightdoor.domain.disclosure_control.primary import Rule
from rightdoor.domain.disclosure_control.problem import Problem, problem_of
from rightdoor.domain.disclosure_control.reading import printed_by
from rightdoor.domain.disclosure_control.tables import CountTable, Dimension, cells_and_sums
from rightdoor.oversight.statistics.solver import Highs

LISTED = Rule(only_listed=True)
SOLVER = Highs()


def two_way(
    rows: Sequence[Sequence[int]],
    *,
    listed: dict[str, tuple[int, int]] | None = None,
    by_count: bool = False,
    top_must_show: bool = False,
    providers: dict[str, dict[str, int]] | None = None,
) -> Problem:
    """A table of rows A, B, ... and columns 1, 2, ...; cells are `A1`, totals `A`, `1` and `all`.

    With `providers` of some cells, the others are shared by X, Y and Z.
    """
    row_names = [chr(65 + at) for at in range(len(rows))]
    column_names = [str(at + 1) for at in range(len(rows[0]))]
    dimensions = (
        Dimension("row", "all", {"all": tuple(row_names)}),
        Dimension("column", "all", {"all": tuple(column_names)}),
    )
    counts = {(row_names[at], column_names[to]): count for at, row in enumerate(rows) for to, count in enumerate(row)}
    who = {}
    if providers is not None:
        for (row, column), count in counts.items():
            third = count // 3
            shared = {"X": third, "Y": third, "Z": count - 2 * third}
            who[row, column] = providers.get(row + column, shared)
    cells, sums = cells_and_sums(CountTable("t", dimensions, counts, who, top_must_show=top_must_show))
    names = {cell.key: short(cell.key) for cell in cells}
    cells = [
        replace(
            cell,
            key=names[cell.key],
            weight=cell.count if by_count else None,
            listed=True if names[cell.key] in (listed or {}) else None,
            room=(listed or {}).get(names[cell.key]),
        )
        for cell in cells
    ]
    sums = [replace(one, total=names[one.total], parts=tuple(names[key] for key in one.parts)) for one in sums]
    return problem_of("t", cells, sums)


def short(key: str) -> str:
    """`t|column=1|row=A` as `A1`."""
    named = dict(part.split("=") for part in key.split("|")[1:])
    return named.get("row", "") + named.get("column", "") or "all"


def protected(problem: Problem, rule: Rule, seconds: float = 60.0) -> Pattern:
    """The pattern of the engine."""
    return protect(problem, rule, SOLVER, seconds=seconds, timer=time.monotonic)


def audited(problem: Problem, hidden: Sequence[str], rule: Rule) -> Audit:
    """What the audit says of hiding these."""
    return audit(problem, hidden, printed_by(problem, hidden), rule, SOLVER)


def faults(found: Audit) -> set[tuple[str, str]]:
    """Which question found which count."""
    return {(fault.question, fault.key) for fault in found.faults}
