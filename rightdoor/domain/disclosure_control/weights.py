"""What hiding a count costs: more for larger counts and for those that most people look at."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Mapping

from .problem import Cell, Problem

UNIT = 1000  # a weight is a whole number; this is one
LEVELS = {0: 25, 1: 5}  # the grand total, if it may be hidden at all; totals of one value of one dimension
JITTER = 40  # out of UNIT: below any difference that policy makes
STABLE = 50  # so much cheaper if it was hidden last time: patterns that jump about tell something


def weight_of(cell: Cell, key: bytes = b"") -> int:
    """log(1 + n) + 1, times its level; with a key a jitter that nobody can foresee.

    The jitter blunts the attack that asks "for which counts would this pattern have been the cheapest?". Zero counts
    weigh one at least, so that they are not hidden for nothing.
    """
    if cell.weight is not None:
        return cell.weight
    weight = round(UNIT * (math.log(1 + cell.count) + 1)) * LEVELS.get(cell.depth, 1)
    if cell.hidden_last_time:
        weight -= STABLE
    if key:
        weight += int.from_bytes(hmac.new(key, cell.key.encode(), hashlib.sha256).digest()[:4], "big") % JITTER
    return max(weight, 1)


def weights_of(problem: Problem, key: bytes = b"") -> Mapping[str, int]:
    """Key -> weight of every cell."""
    return {name: weight_of(cell, key) for name, cell in problem.cells.items()}
