"""Cell keys: noise that is the same for the same people, however often they are asked for.

Only for tables that people make themselves, which the product does not offer: every person of the count needs a random
key of their own, so totals alone cannot be treated so. Kept for whoever brings such tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Noise:
    """For this count, a cell key over `above` and up to `to` adds `noise`."""

    count: int
    above: Fraction
    to: Fraction
    noise: int


def cell_key(record_keys: Iterable[Fraction]) -> Fraction:
    """The part after the point of the people's keys together."""
    return sum(record_keys, Fraction(0)) % 1


def perturbed(record_keys: Sequence[Fraction], table: Sequence[Noise]) -> int:
    """The count of these people as it may be told. Raises LookupError where the table says nothing."""
    count, key = len(record_keys), cell_key(record_keys)
    for row in table:
        if row.count == count and (row.above < key <= row.to or (key == 0 and row.above == 0)):
            return count + row.noise
    raise LookupError(f"the noise table has no row for a count of {count} and this cell key")
