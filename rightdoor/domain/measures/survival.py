"""Kaplan-Meier: how long something takes when some still wait for it.

Leaving those who wait out of a median makes it look short, and counting them as done shorter still. Each one counts
for as long as it has waited.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from math import prod

from .measured import Times

HALF, TENTH = Fraction(1, 2), Fraction(1, 10)
NEAR = 1e-9  # closer than this to a limit, floats do not decide


def times_of(spans: Iterable[tuple[timedelta, bool]]) -> Times:
    """The median and the 90th percentile of spans, each with whether it ended (True) or still runs (False).

    The percentile is the shortest span by which at most that share still waits; None while it is not reached.
    """
    ended: Counter[timedelta] = Counter()
    running: Counter[timedelta] = Counter()
    for span, is_over in spans:
        (ended if is_over else running)[max(span, timedelta(0))] += 1
    at_risk = sum(ended.values()) + sum(running.values())
    found: dict[Fraction, timedelta] = {}
    factors: list[tuple[int, int]] = []  # who still waits, of whom, at each end: their product is the share that waits
    waits = 1.0
    for span in sorted(ended.keys() | running.keys()):
        if span in ended:  # those who still run at the very span are at risk in it
            left = at_risk - ended[span]
            factors.append((left, at_risk))
            waits *= left / at_risk
            for limit in (HALF, TENTH):
                if limit not in found and _at_most(waits, factors, limit):
                    found[limit] = span
        at_risk -= ended[span] + running[span]
    return Times(found.get(HALF), found.get(TENTH), sum(ended.values()), sum(running.values()))


def _at_most(waits: float, factors: list[tuple[int, int]], limit: Fraction) -> bool:
    """Is the product at most the limit? Exactly, where rounding could decide."""
    if abs(waits - float(limit)) > NEAR:
        return waits < limit
    above, below = prod(one for one, _ in factors), prod(one for _, one in factors)
    return above * limit.denominator <= below * limit.numerator
