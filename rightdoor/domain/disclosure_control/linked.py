"""Which part of what was published earlier can tell something of these counts, and of theirs alone.

Counts that no sum and no common key ties to this release say nothing of it: they were audited when they were printed.
Leaving them out keeps the question small, and changes no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from .ledger import EarlierRelease
from .problem import Sum


def linked_to(
    keys: Collection[str],
    sums: Sequence[Sum],
    releases: Iterable[EarlierRelease],
    twin: Callable[[str], str] = lambda key: "",
) -> tuple[EarlierRelease, ...]:
    """The earlier releases with those cells and sums alone that hang together with `keys` by `sums` and by their own.

    twin: the key under which something else counts the same people, or "". The order stays. A release of which nothing
    is left is left out.
    """
    held = list(releases)
    head: dict[str, str] = {}

    def top(key: str) -> str:
        head.setdefault(key, key)
        while head[key] != key:
            head[key] = head[head[key]]
            key = head[key]
        return key

    for one in (*sums, *(one for release in held for one in release.sums)):
        for part in one.parts:
            head[top(part)] = top(one.total)
    for key in {*keys, *(cell.key for release in held for cell in release.cells)}:
        if other := twin(key):
            head[top(key)] = top(other)
    wanted = {top(key) for key in keys}
    found = []
    for release in held:
        cells = tuple(cell for cell in release.cells if top(cell.key) in wanted)
        if cells:
            found.append(EarlierRelease(release.name, cells, tuple(s for s in release.sums if top(s.total) in wanted)))
    return tuple(found)
