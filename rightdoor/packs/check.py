"""What is wrong with a pack: all of it, not the first thing found.

Every check is a function from a pack to faults. The command, the tests and the page on which an administrator
changes a number ask the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from .checks import (
    closure,
    figures,
    legal_relief,
    meetings,
    places,
    plans,
    public,
    reporting_line,
    rules,
    screening,
    sharing,
    sheets,
    vocabulary,
)
from .fault import Fault
from .instruments import keys_shipped
from .pack import Pack
from .schema import read_folder

__all__ = ["Fault", "examine", "faults", "found_in"]

CHECKS: tuple[Callable[[Pack], Iterator[Fault]], ...] = (
    vocabulary.head,
    vocabulary.keys,
    vocabulary.vocabularies,
    vocabulary.words,
    vocabulary.labels,
    places.regions,
    places.centers,
    places.tiles,
    reporting_line.reporting_line,
    rules.eligibility,
    rules.tiers,
    rules.clocks,
    meetings.teams,
    meetings.agendas,
    plans.plans,
    figures.numbers,
    figures.printed,
    public.public,
    sharing.matrix,
    sharing.disciplines,
    sharing.districts,
    sharing.spans,
    closure.reasons,
    sheets.sheets,
    sheets.systems,
    legal_relief.kinds,
)


def faults(folder: Path) -> list[Fault]:
    """Everything wrong with the pack in `folder`; empty when it is sound."""
    return examine(folder)[1]


def examine(folder: Path) -> tuple[Pack | None, list[Fault]]:
    """The pack in `folder` if it could be read, and everything wrong with it."""
    pack, found = read_folder(folder)
    if pack is None:
        return None, found
    return pack, [*found_in(pack), *screening.tools(pack, keys_shipped(folder))]


def found_in(pack: Pack) -> list[Fault]:
    """Everything wrong with a pack that could be read."""
    return [fault for check in CHECKS for fault in check(pack)]
