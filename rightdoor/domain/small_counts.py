"""Totals as they may stand in minutes, which are read outside of the house: no small count, and none to be worked out.

A count under the threshold is not written, and neither is any figure from which such a count could be worked out. What
is left is tried out as a reader would do it who knows all of the figures and can add: a hidden count must still
possibly be half of the numbers below the threshold. (INT-11; STAT-3, STAT-7)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

USUAL_THRESHOLD = 11  # where a pack says nothing
MANY = 10**9

Row = tuple[str, int]
Span = tuple[int, int]  # from at least to at most, as far as a reader can tell
_How = Literal["small_hidden", "by_size"]
_OPEN: _How = "small_hidden"
_SIZE: _How = "by_size"


@dataclass(frozen=True, slots=True)
class Totals:
    """So many of a whole, divided in up to two ways: each list adds up to the part.

    `whole` None: there is no whole, and the part is all there is.
    """

    whole: int | None
    part: int
    first: tuple[Row, ...] = ()
    second: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """The same as it may stand in minutes: "12", "fewer than 11", "11 or more", "21 to 30" or "none".

    A text that is empty, or a list, was left out, because a small count could have been worked out from it.
    """

    whole: str
    part: str = ""
    first: tuple[tuple[str, str], ...] = ()
    second: tuple[tuple[str, str], ...] = ()


def written(totals: Totals, threshold: int = USUAL_THRESHOLD, step: int = 1) -> Written:
    """As many figures as can be, and nothing that gives a small count away.

    `step` 10: counts are said as "11 to 20", "21 to 30", on the same grid wherever they are. Tried from the fullest to
    the barest; the first from which no count below `threshold` can be told is taken.
    """
    first = tuple(row for row in totals.first if row[1])
    second = tuple(row for row in totals.second if row[1])
    most = totals.part if totals.whole is None else totals.whole
    if most < threshold:
        said = _said(most, threshold, _OPEN, step)
        return Written("", said) if totals.whole is None else Written(said)
    whole = "" if totals.whole is None else _said(totals.whole, threshold, _OPEN, step)
    # Which lists there are, and how the first, the second and the part are written.
    tries: tuple[tuple[tuple[Row, ...], tuple[Row, ...], tuple[_How, _How, _How]], ...] = (
        (first, second, (_OPEN, _OPEN, _OPEN)),
        (first, second, (_OPEN, _OPEN, _SIZE)),
        (first, second, (_OPEN, _SIZE, _SIZE)),
        (first, second, (_SIZE, _SIZE, _SIZE)),
        (first, (), (_SIZE, _SIZE, _SIZE)),
        ((), (), (_SIZE, _SIZE, _SIZE)),
    )
    for one, other, how in tries:
        if _hides(totals, ((one, how[0]), (other, how[1])), how[2], threshold, step):
            return Written(
                whole,
                _said(totals.part, threshold, how[2], step),
                tuple((key, _said(count, threshold, how[0], step)) for key, count in one),
                tuple((key, _said(count, threshold, how[1], step)) for key, count in other),
            )
    return Written(whole)


def numbers_left(threshold: int) -> int:
    """How many numbers a hidden count must still possibly be: half of those below the threshold, never fewer than two.

    All of them would leave out every list of a region in which fewer than the threshold are divided, which is most.
    """
    return max(2, threshold // 2)


_SAID = re.compile(
    r"(?P<none>none)|fewer than (?P<under>[0-9]+)|(?P<least>[0-9]+) or more"
    r"|(?P<low>[0-9]+) to (?P<high>[0-9]+)|(?P<exact>[0-9]+)"
)


def span_of(said: str) -> tuple[int, int | None] | None:
    """From at least to at most, as far as a written figure tells: None as its end, without end. None: it tells nothing.

    Nothing but the written figure goes in, so that whatever is made of the answer gives away no more than it does.
    """
    found = _SAID.fullmatch(said)
    if found is None:
        return None
    if found["none"]:
        return 0, 0
    if found["under"]:
        return 1, int(found["under"]) - 1
    if found["least"]:
        return int(found["least"]), None
    if found["low"]:
        return int(found["low"]), int(found["high"])
    return int(found["exact"]), int(found["exact"])


def _known(count: int, threshold: int, how: _How, step: int) -> Span:
    """What a reader knows of a count from how it is written."""
    if count == 0:
        return 0, 0
    if count < threshold:
        return 1, threshold - 1
    if how == _SIZE:
        return threshold, MANY
    # The grid does not move with the threshold, so that no two pages can be taken from each other.
    low = (count - 1) // step * step + 1
    return max(low, threshold), low + step - 1


def _said(count: int, threshold: int, how: _How, step: int) -> str:
    if count == 0:
        return "none"
    if count < threshold:
        return f"fewer than {threshold}"
    low, high = _known(count, threshold, how, step)
    if high == MANY:
        return f"{threshold} or more"
    return str(low) if low == high else f"{low} to {high}"


def _hides(totals: Totals, lists: Sequence[tuple[tuple[Row, ...], _How]], how: _How, threshold: int, step: int) -> bool:
    """Could each small count still be half of the numbers below the threshold, for a reader who can add?

    The counts hang together as a tree (each list adds up to the part, the part and the rest to the whole), so that
    narrowing upwards and then downwards gives exactly what can be known.
    """
    whole = (0, MANY) if totals.whole is None else _known(totals.whole, threshold, _OPEN, step)
    known = [[(count, _known(count, threshold, kind, step)) for _, count in rows] for rows, kind in lists if rows]
    low, high = _known(totals.part, threshold, how, step)
    high = min(high, whole[1])
    for rows in known:
        low = max(low, sum(span[0] for _, span in rows))
        high = min(high, sum(span[1] for _, span in rows))
    spans = [(totals.part, (low, high))]
    if totals.whole is not None:
        spans.append((totals.whole - totals.part, (max(0, whole[0] - high), whole[1] - low)))
    for rows in known:
        least, most = sum(span[0] for _, span in rows), sum(span[1] for _, span in rows)
        for count, span in rows:
            at_least = max(span[0], low - (most - span[1]))
            at_most = min(span[1], high - (least - span[0]))
            spans.append((count, (at_least, at_most)))
    return all(
        min(span[1], threshold - 1) - max(span[0], 1) + 1 >= numbers_left(threshold)
        for count, span in spans
        if 0 < count < threshold
    )
