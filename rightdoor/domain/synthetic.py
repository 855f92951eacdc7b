"""Synthetic rows for research: rows of nobody, made from noisy counts, under a stated guarantee and a budget of it.

The rows come from a library behind one adapter, under (epsilon, delta)-differential privacy: with one person more or
fewer, no file is more than exp(epsilon) times as likely, but for a chance of delta. What is told of their quality is
drawn from the same people, so it is noisy, too, and costs a part of the same epsilon (FOR_QUALITY, by simple
composition: the parts add up). Epsilons of files of the same years add up as well: that sum is the budget.

Off unless an installation switches it on, and never for counts. (STAT-6; reporting 4.7, 7.5. The noise: discrete
Laplace, which is the two-sided geometric mechanism of Ghosh, Roughgarden and Sundararajan 2009; drawn exactly, in whole
numbers, by algorithm 2 of Canonne, Kamath and Steinke 2020)
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from .errors import RuleBroken

LEAST_YEARS = 3
COLUMNS = (2, 6)  # at least, at most
EPSILONS = (4, 6, 8)  # of a file: below, what is rare is gone and more runs fail; above, little is promised
TOTAL_EPSILON = 8
DELTA = Fraction(1, 1_000_000)
FOR_QUALITY = Fraction(1, 2)  # of each file's epsilon: half of it for the mean error, half for the pairs
BANNER = "SYNTHETIC DATA, NOT FOR COUNTS. No row is a person. Nothing here may be quoted as a number of people."
BLANK = ""  # a cell that the library left open


class NotOffered(RuleBroken):
    """Synthetic rows are switched off here, or what makes them is not installed."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a file cost: its years, and its epsilon."""

    first_year: int
    last_year: int
    epsilon: int


@dataclass(frozen=True, slots=True)
class Quality:
    """How well the rows stand for the people: noisy where people were looked at, never an exact figure of them."""

    mean_error: Fraction  # people, for each category of each column
    total_variation: Fraction  # of every two columns, 0 to 1, on average
    lost: Mapping[
        str, int
    ]  # of each column: categories of its list that no row has; whether anybody had them is not told
    rows: int


def check_offered(*, is_on: bool, is_there: bool) -> None:
    """Are synthetic rows to be had here? Raises NotOffered."""
    if not is_on:
        raise NotOffered("Synthetic rows are switched off here.")
    if not is_there:
        raise NotOffered("Synthetic rows are switched on, but what makes them is not installed here.")


def check_asked(columns: Sequence[str], first_year: int, last_year: int, epsilon: int) -> None:
    """Is this a file that may be asked for? Raises RuleBroken."""
    least, most = COLUMNS
    if not least <= len(columns) <= most:
        raise RuleBroken(f"Choose {least} to {most} columns for synthetic rows.")
    if last_year - first_year + 1 < LEAST_YEARS:
        raise RuleBroken(f"Synthetic rows pool {LEAST_YEARS} years or more. Choose more years.")
    if epsilon not in EPSILONS:
        raise RuleBroken("Choose how much of the privacy budget it may cost.")


def spent_on(first_year: int, last_year: int, spent: Sequence[Spent]) -> int:
    """What was spent on these years: of the year that most was spent on."""
    return max(
        sum(one.epsilon for one in spent if one.first_year <= year <= one.last_year)
        for year in range(first_year, last_year + 1)
    )


def check_budget(first_year: int, last_year: int, epsilon: int, spent: Sequence[Spent], total: int) -> None:
    """Is enough left of the budget in each of these years? Raises RuleBroken."""
    before = spent_on(first_year, last_year, spent)
    if before + epsilon > total:
        raise RuleBroken(
            f"The privacy budget of these years is {total}, and {before} is spent. A file of {epsilon} more would break"
            " what was promised. Ask for other years."
        )


def guarantee(epsilon: int, total: int) -> str:
    """What is promised, in words that stand in the file."""
    return (
        f"Differential privacy with epsilon {epsilon} and delta {float(DELTA):f}, for adding or leaving out one person,"
        f" the figures on quality included. The budget of all such files of the same years is {total}."
    )


def noise(sensitivity: int, epsilon: Fraction, chance: random.Random) -> int:
    """Discrete Laplace noise for a whole number that one person changes by `sensitivity` at most: the chance of n is in
    proportion to exp(-|n| epsilon / sensitivity), which makes the sum epsilon-differentially private.

    `chance`: random.SystemRandom in the running product. Raises ValueError for what is no scale.
    """
    scale = Fraction(sensitivity) / epsilon
    if scale <= 0:
        raise ValueError("Noise has a scale above nothing.")
    top, bottom = scale.numerator, scale.denominator
    while True:
        rest = chance.randrange(top)
        if not _happens(Fraction(rest, top), chance):
            continue
        whole = 0
        while _happens(Fraction(1), chance):
            whole += 1
        size = (rest + top * whole) // bottom
        is_below = chance.randrange(2) == 1
        if is_below and size == 0:
            continue  # otherwise nothing would come up twice as often
        return -size if is_below else size


def _happens(power: Fraction, chance: random.Random) -> bool:
    """True with the chance exp(-power), for a power from 0 to 1; by whole numbers alone."""
    steps = 1
    while chance.randrange(power.denominator * steps) < power.numerator:
        steps += 1
    return steps % 2 == 1


def quality(
    people: Sequence[Mapping[str, str]],
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    categories: Mapping[str, Sequence[str]],
    chance: random.Random,
) -> Quality:
    """How well the rows stand for the people, at the cost of FOR_QUALITY.

    One person is in one category of each column, so the sum of all errors changes by the number of columns at most; and
    in one cell of every two columns, so the sum of all differences changes by the number of pairs.
    """
    half = FOR_QUALITY / 2
    wrong = 0
    for at, column in enumerate(columns):
        truth, made = Counter(one[column] for one in people), Counter(row[at] for row in rows)
        wrong += sum(abs(truth[one] - made[one]) for one in categories[column])
    lists = sum(len(categories[column]) for column in columns)
    apart, pairs = 0, list(combinations(range(len(columns)), 2))
    for one, other in pairs:
        truth_of = Counter((each[columns[one]], each[columns[other]]) for each in people)
        made_of = Counter((row[one], row[other]) for row in rows)
        apart += sum(abs(truth_of[cell] - made_of[cell]) for cell in truth_of.keys() | made_of.keys())
    return Quality(
        mean_error=_tenths(Fraction(max(0, wrong + noise(len(columns), half, chance)), lists), 10),
        total_variation=_tenths(
            min(
                Fraction(1),
                Fraction(max(0, apart + noise(len(pairs), half, chance)), 2 * max(1, len(rows) * len(pairs))),
            ),
            1000,
        ),
        lost={column: _lost(at, categories[column], rows) for at, column in enumerate(columns)},
        rows=len(rows),
    )


def _lost(at: int, categories: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    found = {row[at] for row in rows}
    return sum(one not in found for one in categories)


def _tenths(value: Fraction, parts: int) -> Fraction:
    return Fraction(round(value * parts), parts)


def fitted(
    person: Mapping[str, str], columns: Sequence[str], categories: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """A person in the words of the closed lists: what stands in none is not known. The guarantee needs lists that no
    person can add to.
    """
    return {one: person[one] if person[one] in categories[one] else "unknown" for one in columns}
