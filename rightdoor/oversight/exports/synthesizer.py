"""The one place that speaks to pac-synth, which makes synthetic rows. It is installed by hand, where a state wants it.

The library is native code. Where it does not like a count it panics, with an exception that is no `Exception`; both are
caught here, and neither leads any further: what it says of people is not repeated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec

from rightdoor.domain.synthetic import BLANK

TOGETHER = 2  # columns whose combinations are counted: every two


class SynthesizerFailed(Exception):
    """No rows were made: it panicked, or made what it may not."""


def is_there() -> bool:
    """Is the library installed?"""
    return find_spec("pacsynth") is not None


def synthetic_rows(
    people: Sequence[Mapping[str, str]],
    columns: Sequence[str],
    categories: Mapping[str, Sequence[str]],
    *,
    epsilon: Fraction,
    delta: Fraction,
) -> list[tuple[str, ...]]:
    """Rows of nobody, from noisy counts of every two columns, in the order of their values.

    Raises SynthesizerFailed.
    """
    try:
        library = import_module("pacsynth")
        asked = library.DpAggregateSeededParametersBuilder()
        asked = asked.reporting_length(min(TOGETHER, len(columns))).epsilon(float(epsilon)).delta(float(delta))
        made = library.DpAggregateSeededSynthesizer(asked.empty_value(BLANK).build())
        made.fit(library.Dataset([list(columns), *([one[column] for column in columns] for one in people)]))
        head, *rows = made.sample()
    except BaseException as trouble:  # a panic of the library is no Exception
        if not isinstance(trouble, Exception) and type(trouble).__name__ != "PanicException":
            raise
        raise SynthesizerFailed("The library made no rows.") from None
    try:
        places = [head.index(column) for column in columns]
        found = sorted(tuple(row[at] for at in places) for row in rows)
    except (ValueError, IndexError):
        raise SynthesizerFailed("The library made other columns.") from None
    allowed = [{BLANK, *categories[column]} for column in columns]
    if any(cell not in fitting for row in found for cell, fitting in zip(row, allowed, strict=True)):
        raise SynthesizerFailed("The library made a value that stands in no list.")
    return found
