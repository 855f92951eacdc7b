"""A figure that says what it counted: verdicts on rows, and what they come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from typing import Literal

Kind = Literal["met", "missed", "pending", "excluded", "outside"]
Public = Literal["shown", "hidden", "after_audit"]

INTERVAL_BELOW = 100  # from here on a share is told without its uncertainty
Z = 1.959963984540054  # of the normal distribution, for 95 %


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one counted thing is to a measure. `reason`: why it is excluded or was missed; "" where nobody said."""

    kind: Kind
    reason: str = ""


MET = Verdict("met")
PENDING = Verdict("pending")
OUTSIDE = Verdict("outside")


def missed(reason: str = "") -> Verdict:
    """It was owed, and not done."""
    return Verdict("missed", reason)


def excluded(reason: str) -> Verdict:
    """It does not count, and for this reason."""
    return Verdict("excluded", reason)


@dataclass(frozen=True, slots=True)
class Definition:
    """A measure in words. `version` is raised when the same rows would give another figure."""

    name: str
    title: str
    unit: str  # what is counted, in the plural
    numerator: str
    denominator: str
    rules: tuple[str, ...]
    version: int
    source: str

    def filled(self, **values: object) -> Definition:
        """The same with a pack's numbers in its sentences."""
        return replace(
            self,
            name=self.name.format(**values),
            title=self.title.format(**values),
            numerator=self.numerator.format(**values),
            denominator=self.denominator.format(**values),
            rules=tuple(rule.format(**values) for rule in self.rules),
        )

    @property
    def in_words(self) -> str:
        """The whole definition as a paragraph, for the place beside the figure."""
        said = [f"{self.title}.", f"Counted: {self.numerator}.", f"Out of: {self.denominator}.", *self.rules]
        return " ".join(said)


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true share lies with 95 % confidence."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took, with those counted that still wait. None: not reached yet.

    `done` and `waiting` are how many rows stand behind it.
    """

    median: timedelta | None
    ninetieth: timedelta | None
    done: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What the rows come to at a cut-off.

    `numerator` and `denominator` are None where nobody knows them, or where the `parts` must not be added up.
    `excluded` and `missed` are counts by reason, `outside` is what was not asked about, `counts` are figures told
    beside, `mix` is how the denominator divides. `provisional`: the period is not over and the figure can still rise.
    `part` names one of several figures under the same definition.
    """

    definition: Definition
    as_of: datetime
    numerator: int | None
    denominator: int | None
    pending: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)
    missed: Mapping[str, int] = field(default_factory=dict)
    outside: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    mix: Mapping[str, int] | None = None
    parts: tuple[Measured, ...] = ()
    times: Times | None = None
    aim: Fraction | None = None
    provisional: bool = False
    part: str = ""

    @property
    def share(self) -> Fraction | None:
        """Exactly. None where there is nothing to divide by."""
        if self.numerator is None or not self.denominator:
            return None
        return Fraction(self.numerator, self.denominator)

    @property
    def interval(self) -> Interval | None:
        """Of a share of fewer than 100."""
        if self.numerator is None or not self.denominator or self.denominator >= INTERVAL_BELOW:
            return None
        return wilson(self.numerator, self.denominator)

    @property
    def reaches_aim(self) -> bool | None:
        """None: there is no aim, or no share."""
        return None if self.aim is None or self.share is None else self.share >= self.aim


def tally(verdicts: Iterable[Verdict], definition: Definition, as_of: datetime) -> Measured:
    """The figure that verdicts come to."""
    kinds: Counter[Kind] = Counter()
    reasons: Counter[str] = Counter()
    misses: Counter[str] = Counter()
    for one in verdicts:
        kinds[one.kind] += 1
        if one.kind == "excluded":
            reasons[one.reason] += 1
        elif one.kind == "missed":
            misses[one.reason or "not_told"] += 1
    return Measured(
        definition,
        as_of,
        numerator=kinds["met"],
        denominator=kinds["met"] + kinds["missed"],
        pending=kinds["pending"],
        excluded=by_key(reasons),
        missed=by_key(misses),
        outside=kinds["outside"],
    )


def by_key(counted: Mapping[str, int]) -> dict[str, int]:
    """Counts in the order of their keys, so that the same rows in another order are told the same."""
    return {key: counted[key] for key in sorted(counted)}


def wilson(numerator: int, denominator: int) -> Interval:
    """Wilson's 95 % interval of a share; it stays inside of 0 and 1 and holds for small numbers. Raises ValueError."""
    if not 0 <= numerator <= denominator or not denominator:
        raise ValueError("A share needs 0 <= numerator <= denominator, and something to divide by.")
    share, square = numerator / denominator, Z * Z
    middle = (share + square / (2 * denominator)) / (1 + square / denominator)
    reach = Z / (1 + square / denominator) * sqrt(share * (1 - share) / denominator + square / (4 * denominator**2))
    # At the ends the formula gives 0 and 1 but for the last digit of a float.
    low = 0.0 if numerator == 0 else max(0.0, middle - reach)
    high = 1.0 if numerator == denominator else min(1.0, middle + reach)
    return Interval(low, high)


def rounded(value: Fraction, places: int = 1) -> Decimal:
    """To so many places, half away from zero, from the exact value. (reporting, counting rules)"""
    scaled = abs(value) * 10**places
    # In whole numbers of the last place, so that no half is made or lost by dividing.
    whole = (scaled.numerator * 2 + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


def percent(share: Fraction, places: int = 1) -> Decimal:
    """A share in percent: 356 of 681 is 52.3."""
    return rounded(share * 100, places)


def change(before: int, after: int, places: int = 1) -> Decimal | None:
    """By how many percent a count changed, from the counts themselves. None where there was nothing before."""
    return rounded(Fraction(after - before, before) * 100, places) if before else None


def in_public(one: Measured, threshold: int) -> Public:
    """May this figure be told outside, by the rule for small counts?

    "hidden": the counted, the rest or the whole is under the threshold. "after_audit": none is counted, or all are,
    and only an audit of the whole release can say that this gives nobody away. A figure that is hidden is told with
    neither its counts nor its share.
    """
    if one.numerator is None:
        return "hidden"
    if one.denominator is None:
        return "hidden" if 0 < one.numerator < threshold else "shown" if one.numerator else "after_audit"
    rest = one.denominator - one.numerator
    if any(0 < count < threshold for count in (one.numerator, rest, one.denominator)):
        return "hidden"
    return "shown" if one.numerator and rest else "after_audit"
