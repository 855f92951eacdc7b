"""What a report is made from, and nothing else: frozen once, hashed, and read again whenever the report is built.

Inputs are plain JSON. They hold no person's row: only how many, by closed codes, and who counted them.

    year, edition, state, as_of, threshold, area     edition 1 is the first print of a year, 2 its first correction
    lists       name -> {"number", "codes": [[code, label, missing]]}, from the form and the pack of that day
    regions, areas   [[key, label]], [[key, label, region]]
    agencies    [[kind, state, late, mode, form version]], one for each on the year's list
    crosses     name -> [[[code, …], count, {counter: count}]]: the tables of agencies, and of the platform (`in_…`)
    measures    [[name, title, definition, unit]] of `crosses` called `measure NAME`, by region and result
    offered     service -> how many agencies offer it
    money       name -> [dollars, of how many dispositions, the largest, how many without the office that has most];
                money_before: as the edition before was made from
    trend       [{"year", "vocabulary", "asked", "answered", "total", "juvenile", "adult", "unknown"}], printed figures
    breaks      [{"after", "note"}]
    earlier     everything published that hangs together with it, hidden counts too
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..disclosure_control.ledger import EarlierCell, EarlierRelease
from ..disclosure_control.problem import Sum

VERSION = 1
Inputs = Mapping[str, Any]
Cross = list[list[Any]]


def written(inputs: Inputs) -> str:
    """The inputs in the one way in which they are written: the same inputs are the same text."""
    return json.dumps(inputs, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def hash_of(inputs: Inputs) -> str:
    """Of the inputs as they are written. Printed in the report: whoever holds them can show that they are these."""
    return hashlib.sha256(written(inputs).encode()).hexdigest()


def cross_of(rows: Iterable[tuple[Sequence[str], int, str]]) -> Cross:
    """(codes, how many, who counted them or "") -> a line for each combination, in order, and who counted how many."""
    counts: Counter[tuple[str, ...]] = Counter()
    by: dict[tuple[str, ...], Counter[str]] = {}
    for codes, many, who in rows:
        if not many:
            continue
        counts[tuple(codes)] += many
        if who:
            by.setdefault(tuple(codes), Counter())[who] += many
    return [[list(codes), counts[codes], dict(sorted(by.get(codes, {}).items()))] for codes in sorted(counts)]


def earlier_tree(releases: Iterable[EarlierRelease]) -> list[dict[str, Any]]:
    """Earlier releases as JSON writes them."""
    return [
        {
            "name": one.name,
            "cells": [[it.key, it.count, it.shown, it.small] for it in sorted(one.cells, key=lambda it: it.key)],
            "sums": [[it.total, list(it.parts), it.tells] for it in one.sums],
        }
        for one in releases
    ]


def earlier_from(tree: Iterable[Mapping[str, Any]]) -> list[EarlierRelease]:
    """What `earlier_tree` wrote."""
    return [
        EarlierRelease(
            one["name"],
            tuple(EarlierCell(key, count, shown, small) for key, count, shown, small in one["cells"]),
            tuple(Sum(total, tuple(parts), tells) for total, parts, tells in one["sums"]),
        )
        for one in tree
    ]
