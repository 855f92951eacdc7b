"""Problems, patterns and answers as JSON. The format is described in docs/reference/disclosure-control.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from .audit import Audit
from .certificate import certificate
from .exact import Pattern
from .figures import printed_figures
from .ledger import Difference, EarlierCell, EarlierRelease, with_ledger
from .primary import Rule
from .problem import Cell, Figure, Problem, Showing, Sum, Unsound
from .tables import CountTable, Dimension, joined

SHOWINGS = {"may hide": Showing.MAY_HIDE, "must show": Showing.MUST_SHOW, "never shown": Showing.NEVER_SHOWN}


@dataclass(frozen=True, slots=True)
class Request:
    """What a file asks for."""

    problem: Problem
    rule: Rule
    jitter_key: bytes


def read_request(given: Any, threshold: int) -> Request:
    """The problem of a file under this threshold. Raises Unsound with the place and what stands there instead."""
    top = _Node(given, "the file")
    top.only("name", "tables", "cells", "sums", "figures", "earlier", "differences", "rule", "weights", "jitter_key")
    cells, sums = joined([_table(it) for it in top.list("tables")])
    by_key = {cell.key: cell for cell in cells}
    for it in top.list("cells"):
        key = it.text("key")
        by_key[key] = _cell(it, by_key.get(key))
    sums += [_sum(it) for it in top.list("sums")]
    figures = [_figure(it) for it in top.list("figures")]
    releases = [_release(it) for it in top.list("earlier")]
    differences = [_difference(it) for it in top.list("differences")]
    rule = _rule(top.node("rule"), threshold)
    if not rule.only_listed:  # whoever is told a share can subtract it from the whole
        named = {(it.larger, it.smaller) for it in differences}
        differences += [
            Difference(base, of)
            for base, of in sorted({(it.base, it.of) for it in figures if it.kind == "share"})
            if (base, of) not in named
        ]
    weights = top.text("weights", "policy")
    if weights not in ("policy", "counts"):
        raise Unsound(f"weights are policy or counts, not {weights}")
    if weights == "counts":
        by_key = {
            key: cell if cell.weight is not None else replace(cell, weight=cell.count) for key, cell in by_key.items()
        }
    problem = with_ledger(top.text("name", ""), list(by_key.values()), sums, releases, differences, figures)
    return Request(problem, rule, top.text("jitter_key", "").encode())


def read_pattern(given: Any, problem: Problem) -> tuple[tuple[str, ...], dict[str, int], dict[str, str] | None]:
    """(hidden, printed, figures as printed). What is neither named as printed nor hidden is printed. Raises Unsound."""
    top = _Node(given, "the pattern")
    hidden = top.texts("hidden")
    if "printed" in top.value:
        printed = top.node("printed").counts()
    else:
        printed = printed_by(problem, hidden)
    figures = None
    if "figures" in top.value:
        node = top.node("figures")
        figures = {name: node.text(name) for name in node.value}
    return hidden, printed, figures


def printed_by(problem: Problem, hidden: Sequence[str]) -> dict[str, int]:
    """What this release prints under a pattern; a count that was printed earlier may be printed again."""
    kept_back = set(hidden)
    return {
        key: cell.count
        for key, cell in problem.cells.items()
        if key not in kept_back and cell.in_release and cell.showing is not Showing.NEVER_SHOWN
    }


def answer(request: Request, pattern: Pattern, found: Audit, solver: str) -> dict[str, Any]:
    """What `protect` gives back. It names which counts are small: it stays inside."""
    problem, rule = request.problem, request.rule
    printed = printed_by(problem, pattern.hidden)
    known = printed | {key: it.count for key, it in problem.cells.items() if it.showing is Showing.SHOWN_EARLIER}
    return {
        "name": problem.name,
        "threshold": rule.threshold,
        "status": pattern.status,
        "cost": pattern.cost,
        "bound": round(pattern.bound, 3),
        "seconds": round(pattern.seconds, 3),
        "cuts": pattern.cuts,
        "hidden": list(pattern.hidden),
        "primary": dict(pattern.primary),
        "secondary": list(pattern.secondary),
        "printed": printed,
        "figures": printed_figures(problem, known, rule.threshold),
        "intervals": {key: list(found.intervals[key]) for key in sorted(found.intervals)},
        "certificate": certificate(problem, pattern.hidden, printed, rule, found, solver),
    }


# -- parts


def _table(it: _Node) -> CountTable:
    it.only("measure", "dimensions", "counts", "top_must_show")
    dimensions = tuple(_dimension(one) for one in it.list("dimensions"))
    if not dimensions:
        raise Unsound(f"{it.where}: a table has at least one dimension")
    counts: dict[tuple[str, ...], int] = {}
    providers: dict[tuple[str, ...], Mapping[str, int]] = {}
    for one in it.list("counts"):
        one.only("at", "count", "providers")
        at = one.texts("at")
        if at in counts:
            raise Unsound(f"{one.where}: {' | '.join(at)} is counted twice")
        counts[at] = one.count("count")
        if "providers" in one.value:
            providers[at] = one.node("providers").counts()
            if sum(providers[at].values()) != counts[at]:
                raise Unsound(f"{one.where}: the providers' counts come to {sum(providers[at].values())}")
    return CountTable(it.text("measure"), dimensions, counts, providers, it.flag("top_must_show", True))


def _dimension(it: _Node) -> Dimension:
    it.only("name", "top", "splits", "values", "tells")
    top = it.text("top", "all")
    if "values" in it.value:
        splits = {top: it.texts("values")}
    else:
        node = it.node("splits")
        splits = {value: node.texts(value) for value in node.value}
    return Dimension(it.text("name"), top, splits, it.flag("tells", True))


def _cell(it: _Node, known: Cell | None) -> Cell:
    it.only(
        "key", "count", "showing", "providers", "listed", "room", "weight", "depth", "lowest", "highest",
        "hidden_last_time",
    )  # fmt: skip
    key = it.text("key")
    if known is None:
        known = Cell(key, it.count("count"))
    elif "count" in it.value and it.count("count") != known.count:
        raise Unsound(f"{key} is {known.count} in a table and {it.count('count')} in cells")
    showing = it.text("showing", str(known.showing))
    if showing not in SHOWINGS:
        raise Unsound(f"{it.where}: showing is one of {', '.join(SHOWINGS)}, not {showing}")
    room = known.room
    if "room" in it.value:
        pair = it.value["room"]
        if not isinstance(pair, list) or len(pair) != 2 or any(type(one) is not int or one < 0 for one in pair):
            raise Unsound(f"{it.where}: room is [down, up]")
        room = (pair[0], pair[1])
    return replace(
        known,
        showing=SHOWINGS[showing],
        providers=it.node("providers").counts() if "providers" in it.value else known.providers,
        listed=it.flag("listed", False) or None if "listed" in it.value else known.listed,
        room=room,
        weight=it.count("weight") if "weight" in it.value else known.weight,
        depth=it.count("depth") if "depth" in it.value else known.depth,
        lowest=it.count("lowest") if "lowest" in it.value else known.lowest,
        highest=it.count("highest") if "highest" in it.value else known.highest,
        hidden_last_time=it.flag("hidden_last_time", known.hidden_last_time),
    )


def _sum(it: _Node) -> Sum:
    it.only("total", "parts", "tells")
    return Sum(it.text("total"), it.texts("parts"), it.flag("tells", True))


def _figure(it: _Node) -> Figure:
    it.only("name", "kind", "of", "base")
    return Figure(it.text("name"), it.text("kind"), it.text("of"), it.text("base"))


def _release(it: _Node) -> EarlierRelease:
    it.only("name", "cells", "sums")
    cells = []
    for one in it.list("cells"):
        one.only("key", "count", "shown", "small")
        cells.append(
            EarlierCell(one.text("key"), one.count("count"), one.flag("shown", None), one.flag("small", False))
        )
    return EarlierRelease(it.text("name"), tuple(cells), tuple(_sum(one) for one in it.list("sums")))


def _difference(it: _Node) -> Difference:
    it.only("larger", "smaller")
    return Difference(it.text("larger"), it.text("smaller"))


def _rule(it: _Node, threshold: int) -> Rule:
    it.only("least_providers", "dominant", "range", "only_listed", "insiders")
    if threshold < 2:
        raise Unsound("the threshold is at least 2")
    usual = Rule()
    reach = it.text("range", "full")
    if reach not in ("full", "exact"):
        raise Unsound(f"{it.where}: range is full or exact, not {reach}")
    try:
        dominant = Fraction(it.text("dominant", str(usual.dominant)))
    except (ValueError, ZeroDivisionError):
        raise Unsound(f"{it.where}: dominant is a share such as 4/5") from None
    return Rule(
        threshold,
        it.count("least_providers") if "least_providers" in it.value else usual.least_providers,
        dominant,
        reach == "full",
        it.flag("only_listed", False),
        it.flag("insiders", True),
    )


class _Node:
    """An object of the file that knows its place."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise Unsound(f"{where} is an object in braces")
        self.value: dict[str, Any] = value
        self.where = where

    def only(self, *names: str) -> None:
        if unknown := sorted(set(self.value) - set(names)):
            raise Unsound(f"{self.where}: {unknown[0]} is not known; known are {', '.join(sorted(names))}")

    def text(self, name: str, otherwise: str | None = None) -> str:
        value = self.value.get(name, otherwise)
        if not isinstance(value, str) or (not value and otherwise is None):
            raise Unsound(f"{self.where}: {name} must be words")
        return value

    def count(self, name: str) -> int:
        value = self.value.get(name)
        if type(value) is not int or value < 0:
            raise Unsound(f"{self.where}: {name} must be a whole number, zero or more")
        return value

    def flag(self, name: str, otherwise: bool | None) -> bool:
        value = self.value.get(name, otherwise)
        if not isinstance(value, bool):
            raise Unsound(f"{self.where}: {name} must be true or false")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.value.get(name)
        if not isinstance(value, list) or any(not isinstance(one, str) or not one for one in value):
            raise Unsound(f"{self.where}: {name} must be a list of words")
        return tuple(value)

    def counts(self) -> dict[str, int]:
        return {name: self.count(name) for name in self.value}

    def node(self, name: str) -> _Node:
        return _Node(self.value.get(name, {}), f"{self.where}, {name}")

    def list(self, name: str) -> list[_Node]:
        value = self.value.get(name, [])
        if not isinstance(value, list):
            raise Unsound(f"{self.where}: {name} must be a list")
        return [_Node(one, f"{self.where}, {name} {at}") for at, one in enumerate(value, start=1)]
