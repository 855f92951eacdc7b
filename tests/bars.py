"""The security bars: which tests hold them, and how each control is broken to see its bar go red.

A test that holds a bar says so: `@pytest.mark.bar("SEC-06")`. Beside it stands at least one sabotage, which breaks the
control for the length of a run: `pytest --sabotage SEC-06` then runs the bar's tests and is content only if one of them
fails. A bar that stays green with its control broken measures nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import pytest

Breaking = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Sabotage:
    """One way of breaking the control behind a bar."""

    bar: str
    says: str  # what is broken, in a few words
    breaks: Breaking


sabotages: dict[str, list[Sabotage]] = defaultdict(list)


def sabotage(bar: str, says: str) -> Callable[[Breaking], Breaking]:
    """Register a way of breaking the control behind `bar`. Stands in the module of the bar's tests.

    The function gets a monkeypatch that lasts for the run; it is called once the databases and the tests are there.
    """

    def register(breaks: Breaking) -> Breaking:
        sabotages[bar].append(Sabotage(bar, says, breaks))
        return breaks

    return register


def named(asked: str) -> list[Sabotage]:
    """The sabotages of "SEC-06", or the second of them alone for "SEC-06/2". Raises KeyError when there is none."""
    bar, _, number = asked.partition("/")
    found = sabotages.get(bar, [])
    chosen = found[int(number) - 1 : int(number)] if number else found
    if not chosen:
        raise KeyError(asked)
    return chosen


def bars_of(item: pytest.Item) -> set[str]:
    """The bars that a test holds."""
    return {bar for mark in item.iter_markers("bar") for bar in mark.args}
