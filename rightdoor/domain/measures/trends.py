"""Counts over time, said no more surely than they are known. (STAT-7)

A count of few things moves by chance alone. So a count stands with its exact limits, two counts are compared by an
exact test, and a warning is given by a rule that says how often it would warn of nothing. Nothing is drawn or compared
across a break, where the definition or the list of codes changed.

Limits: Garwood 1936 for a count, Clopper and Pearson 1934 for a share. Two counts: the share of the newer one in both,
given their spans (Przyborowski and Wilenski 1940). Two shares: Fisher 1935. Several questions at once: Holm 1979.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, comb, exp, inf, lgamma, log
from typing import Literal

from .measured import Interval, rounded

CONFIDENCE = 0.95
FALSE_ALARMS = Fraction(1, 50)  # of looks at a place where nothing changed, at most so many warn
NEAR, TINY = 1e-10, 1e-17
LEAST_BASE = 3  # spans before the newest one; from fewer nobody can say what is usual

Direction = Literal["rise", "fall", "unclear"]


# ------------------------------------------------------------------------------------------------------- exact limits


def poisson_limits(count: int, confidence: float = CONFIDENCE) -> Interval:
    """Between what the true mean of a count lies, exactly: never narrower than said. Raises ValueError."""
    if count < 0:
        raise ValueError("A count cannot be negative.")
    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else _root(lambda mean: 1 - _poisson_at_most(count - 1, mean) - tail, 0.0, float(count))
    reach = count + 10 * (count + 1) ** 0.5 + 10
    return Interval(low, _root(lambda mean: tail - _poisson_at_most(count, mean), float(count), reach))


def share_limits(part: int, whole: int, confidence: float = CONFIDENCE) -> Interval:
    """Between what a share lies, exactly. Raises ValueError."""
    if not 0 <= part <= whole or not whole:
        raise ValueError("A share needs 0 <= part <= whole, and something to divide by.")
    tail = (1 - confidence) / 2
    low = 0.0 if part == 0 else _root(lambda share: _binomial_at_least(part, whole, share) - tail, 0.0, part / whole)
    high = (
        1.0
        if part == whole
        else _root(lambda share: tail - (1 - _binomial_at_least(part + 1, whole, share)), part / whole, 1.0)
    )
    return Interval(low, high)


# ------------------------------------------------------------------------------------------------------------ compare


@dataclass(frozen=True, slots=True)
class Change:
    """Two counts beside each other. `ratio` is the newer rate by the older one, between `low` and `high`.

    `direction` is "unclear" wherever chance alone may have made the difference.
    """

    before: int
    after: int
    ratio: float | None
    low: float
    high: float
    chance: float  # how often a difference as large or larger comes about where nothing changed
    direction: Direction

    @property
    def in_words(self) -> str:
        """For the page: what may be concluded, and what may not."""
        if self.ratio is None:
            return "There was none before, so no change can be given."
        if self.direction == "unclear":
            return (
                f"No clear change: from {self.before} to {self.after} may be chance. "
                f"What is behind it may lie between {_times(self.low)} and {_times(self.high)} what it was."
            )
        said = "more" if self.direction == "rise" else "fewer"
        return (
            f"There were {said}: {_times(self.ratio)} what it was, and not by chance alone; most likely between "
            f"{_times(self.low)} and {_times(self.high)}. Why, the figure does not say."
        )


def change_between(
    before: int,
    after: int,
    *,
    spans: tuple[Fraction | int, Fraction | int] = (1, 1),
    spread: Fraction | int = 1,
    confidence: float = CONFIDENCE,
) -> Change:
    """What two counts say of a change. `spans`: over how long each was counted. `spread`: see `spread_of`.

    Raises ValueError for negative counts or spans of nothing.
    """
    if before < 0 or after < 0 or min(spans) <= 0 or spread < 1:
        raise ValueError("Counts are not negative, and spans are longer than nothing.")
    odds = Fraction(spans[1]) / Fraction(spans[0])  # of the newer one, where nothing changed
    expected = float(odds / (1 + odds))
    # Where counts scatter more than chance would have them, they say less: as much as so many fewer would.
    old, new = int(before / Fraction(spread)), int(after / Fraction(spread))
    whole = old + new
    chance = _two_sided(new, whole, expected) if whole else 1.0
    if not whole:
        return Change(before, after, None if not before else 0.0, 0.0, inf, 1.0, "unclear")
    limits = share_limits(new, whole, confidence)

    def as_ratio(share: float) -> float:
        return inf if share >= 1 else share / (1 - share) / float(odds)

    ratio = float(Fraction(after, before) / odds) if before else None
    direction: Direction = "unclear"
    if chance < 1 - confidence:
        direction = "rise" if new > whole * expected else "fall"
    return Change(before, after, ratio, as_ratio(limits.low), as_ratio(limits.high), chance, direction)


Careful = Literal["more", "fewer", "unclear", "new"]

# What is said where a reader may not have the counts themselves.
CAREFULLY: Mapping[Careful, str] = {
    "more": "More than in the time before, and not by chance alone. Why, the figure does not say.",
    "fewer": "Fewer than in the time before, and not by chance alone. Why, the figure does not say.",
    "unclear": "No clear change: with counts like these, chance alone may make the difference.",
    "new": "There was none before, so no change can be given.",
}


def careful_change(before: tuple[int, int | None] | None, after: tuple[int, int | None] | None) -> Careful | None:
    """What may be said of a change from what is written of two counts: each at least to at most, None without end.

    A change is called one only where the two counts that lie nearest to each other would still make one. Nothing but
    what is written goes in, so a count that was not written cannot be told from the answer. None: nothing is known of
    one of them, or there was none in either time.
    """
    if before is None or after is None or (before == (0, 0) and after == (0, 0)):
        return None
    if before == (0, 0):
        return "new"
    if before[1] is not None and change_between(before[1], after[0]).direction == "rise":
        return "more"
    if after[1] is not None and change_between(before[0], after[1]).direction == "fall":
        return "fewer"
    return "unclear"


def spread_of(counts: Sequence[int]) -> Fraction:
    """How much counts of the same span scatter, against what chance alone would have them: 1 or more.

    Reports come in clusters, so months of one place scatter more than independent events would. (Pearson's statistic
    by its degrees of freedom)
    """
    total = sum(counts)
    if len(counts) < 2 or not total:
        return Fraction(1)
    mean = Fraction(total, len(counts))
    found = sum(((count - mean) ** 2 / mean for count in counts), Fraction(0)) / (len(counts) - 1)
    return max(Fraction(1), found)


# ------------------------------------------------------------------------------------------------------------- series


@dataclass(frozen=True, slots=True)
class Point:
    """One span of a series: its label, its count, and by which definition it was counted. `count` None: hidden, or
    not known; it is neither drawn nor compared.
    """

    label: str
    count: int | None
    version: str = ""
    limits: Interval | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """From one point to the next. `change` None: nothing may be said, and `why` says why not."""

    after: str
    change: Change | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Points in the order of time, each with its limits; the steps between them; the labels before which it breaks."""

    points: tuple[Point, ...]
    steps: tuple[Step, ...]
    breaks: tuple[str, ...]


def series_of(points: Sequence[Point]) -> Series:
    """A series that is neither drawn nor compared across a break."""
    shown = tuple(
        one if one.count is None else Point(one.label, one.count, one.version, poisson_limits(one.count))
        for one in points
    )
    steps, breaks = [], []
    for before, after in zip(shown, shown[1:], strict=False):
        if before.version != after.version:
            breaks.append(after.label)
            steps.append(Step(after.label, None, "The definition or its codes changed here: no comparison."))
        elif before.count is None or after.count is None:
            steps.append(Step(after.label, None, "A count is not shown, so no change is."))
        else:
            steps.append(Step(after.label, change_between(before.count, after.count)))
    return Series(shown, tuple(steps), tuple(breaks))


# ------------------------------------------------------------------------------------------------------ early signals


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is looked at: `chance` is how often something as far off comes about where nothing changed.

    `about` is "source", "tier" or "missed"; `key` which. `seen` and `whole` are of the newest span, `seen_before` and
    `whole_before` of the time before it. A source has no whole.
    """

    about: str
    key: str
    seen: int
    seen_before: int
    chance: float
    whole: int = 0
    whole_before: int = 0
    spans: int = 0  # before, as many as the newest one is long
    silent_tells_after: int | None = None  # of a source: after how many spans silence would be a signal; None: never

    @property
    def is_silent(self) -> bool:
        """A source that sent before, and nothing in the newest span."""
        return self.about == "source" and self.seen == 0 and self.seen_before > 0


@dataclass(frozen=True, slots=True)
class Signals:
    """What one look found: those that warn, and everything that was asked. `rule` says in words how it decides."""

    warned: tuple[Question, ...]
    asked: tuple[Question, ...]
    too_short: bool = False

    @property
    def rule(self) -> str:
        """In words, for the page."""
        return (
            f"Of looks at a place where nothing changed, at most one in {round(1 / FALSE_ALARMS)} shows any signal at "
            f"all, however many questions are asked ({len(self.asked)} here). So most small changes show none: no "
            "signal does not mean that nothing changed. A signal says that something differs from before, not why."
        )


def source_question(key: str, counts: Sequence[int], among: int = 1) -> Question:
    """Does a source send as it did? `counts`: by span, the newest last. `among`: of how many questions it is one."""
    *base, newest = counts
    before, spans = sum(base), len(base)
    spread = spread_of(base)
    change = change_between(before, newest, spans=(spans, 1), spread=spread)
    # Nothing in `gap` spans, after so many in `spans` of them: (spans / (spans + gap)) ** count, both tails of none.
    steady = int(before / spread)
    tells = None
    if steady:
        tells = max(1, ceil(spans * ((float(FALSE_ALARMS) / among / 2) ** (-1 / steady) - 1)))
    return Question("source", key, newest, before, change.chance, spans=spans, silent_tells_after=tells)


def share_question(
    about: str, key: str, new: tuple[int, int], before: tuple[int, int], *, only_more: bool = False
) -> Question:
    """Is this share (part, whole) another than before? `only_more`: a smaller one is no reason to warn."""
    chance = fisher(new, before, only_more=only_more)
    return Question(about, key, new[0], before[0], chance, new[1], before[1])


def signals(asked: Sequence[Question], spans: int) -> Signals:
    """Which of these warn, so that the whole look warns of nothing in at most FALSE_ALARMS of cases. (Holm)

    `spans`: how many lie before the newest one; with fewer than LEAST_BASE nothing is said.
    """
    if spans < LEAST_BASE:
        return Signals((), tuple(asked), too_short=True)
    warned = []
    ordered = sorted(asked, key=lambda one: (one.chance, one.about, one.key))
    for place, one in enumerate(ordered):
        if one.chance > float(FALSE_ALARMS) / (len(ordered) - place):
            break
        warned.append(one)
    return Signals(tuple(warned), tuple(asked))


def fisher(new: tuple[int, int], before: tuple[int, int], *, only_more: bool = False) -> float:
    """How often two shares differ as much or more where they are one, by Fisher's exact test. Raises ValueError."""
    (part, whole), (old_part, old_whole) = new, before
    if not 0 <= part <= whole or not 0 <= old_part <= old_whole:
        raise ValueError("A share needs 0 <= part <= whole.")
    together, everything = part + old_part, whole + old_whole
    least, most = max(0, together - old_whole), min(together, whole)
    ways = [comb(whole, at) * comb(old_whole, together - at) for at in range(least, most + 1)]
    total = comb(everything, together)
    here = ways[part - least]
    counted = ways[part - least :] if only_more else [one for one in ways if one <= here]
    return float(Fraction(sum(counted), total))


def share_words(part: int, whole: int) -> str:
    """A share with its counts, and its limits where it is of few."""
    if not whole:
        return "none to judge by"
    said = f"{part} of {whole} ({rounded(Fraction(part, whole) * 100)} %)"
    limits = share_limits(part, whole)
    return f"{said}; most likely {100 * limits.low:.0f} to {100 * limits.high:.0f} %" if whole < 100 else said


def by_span(rows: Mapping[str, Sequence[int]], length: int) -> dict[str, list[int]]:
    """Monthly counts as counts of `length` months, the newest last; a rest at the beginning is left out."""
    found = {}
    for key, counts in rows.items():
        skipped = len(counts) % length
        found[key] = [sum(counts[at : at + length]) for at in range(skipped, len(counts), length)]
    return found


# ----------------------------------------------------------------------------------------------------------- the sums


def _root(of: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function passes zero."""
    while high - low > NEAR * max(1.0, high):
        middle = (low + high) / 2
        if of(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _poisson_at_most(count: int, mean: float) -> float:
    if mean <= 0:
        return 1.0
    if mean < count:  # summed away from the middle: the terms fall, and few are needed
        first = exp((count + 1) * log(mean) - mean - lgamma(count + 2))
        return 1 - _falling(first, lambda at: mean / (count + 2 + at), inf)
    first = exp(count * log(mean) - mean - lgamma(count + 1))
    return min(1.0, _falling(first, lambda at: (count - at) / mean, count))


def _binomial_at_least(part: int, whole: int, share: float) -> float:
    if part <= 0:
        return 1.0
    if part > whole or share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    odds = share / (1 - share)
    if part >= whole * share:
        first = _binomial(part, whole, share)
        return min(1.0, _falling(first, lambda at: odds * (whole - part - at) / (part + 1 + at), whole - part))
    first = _binomial(part - 1, whole, share)
    return 1 - _falling(first, lambda at: (part - 1 - at) / (odds * (whole - part + 2 + at)), part - 1)


def _falling(first: float, ratio: Callable[[int], float], most: float) -> float:
    """A sum of terms that fall, each the last one times its ratio."""
    total, term, at = first, first, 0
    while at < most and term > total * TINY:
        term *= ratio(at)
        total += term
        at += 1
    return total


def _binomial(part: int, whole: int, share: float) -> float:
    ways = lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)
    return exp(ways + part * log(share) + (whole - part) * log(1 - share))


def _two_sided(part: int, whole: int, share: float) -> float:
    """Twice the smaller tail: it agrees with the limits, which leave as much on each side."""
    at_least = _binomial_at_least(part, whole, share)
    at_most = 1 - _binomial_at_least(part + 1, whole, share)
    return min(1.0, 2 * min(at_least, at_most))


def _times(ratio: float) -> str:
    return "many times" if ratio == inf else f"{ratio:.2f} times"
