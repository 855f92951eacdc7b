"""What was published earlier, and what can be worked out from it together with what is published now.

Nothing that was printed can be taken back. An earlier release therefore enters the problem with its counts fixed, its
hidden counts still to be kept, and its sums; and so does every difference between an old count and a new one of nearly
the same people, which nobody prints and anybody can take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .problem import Cell, Figure, Problem, Showing, Sum, Unsound, problem_of


@dataclass(frozen=True, slots=True)
class EarlierCell:
    """A count of an earlier release: printed, or hidden. `small`: it was hidden because it was small itself."""

    key: str
    count: int
    shown: bool
    small: bool = False


@dataclass(frozen=True, slots=True)
class EarlierRelease:
    """One release as it was printed."""

    name: str
    cells: tuple[EarlierCell, ...]
    sums: tuple[Sum, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """`larger` counts everybody whom `smaller` counts, and more: a district before and after its border moved, a
    count before and after late reports, several years and one of them.
    """

    larger: str
    smaller: str

    @property
    def key(self) -> str:
        """The key of the count that nobody prints."""
        return f"{self.larger} less {self.smaller}"


def called_anew(releases: Sequence[EarlierRelease], names: Mapping[str, str]) -> list[EarlierRelease]:
    """The same with other keys for some counts: those that a new release has under another key."""
    return [
        EarlierRelease(
            one.name,
            tuple(replace(cell, key=names.get(cell.key, cell.key)) for cell in one.cells),
            tuple(
                Sum(total, parts, told.tells)
                for told in one.sums
                for total, parts in [(names.get(told.total, told.total), tuple(names.get(it, it) for it in told.parts))]
                if total not in parts  # that it is the same count was all that this said
            ),
        )
        for one in releases
    ]


def with_ledger(
    name: str,
    cells: Sequence[Cell],
    sums: Sequence[Sum],
    releases: Sequence[EarlierRelease] = (),
    differences: Sequence[Difference] = (),
    figures: Sequence[Figure] = (),
) -> Problem:
    """The problem of this release joined with every earlier one. Raises Unsound."""
    known = {cell.key: cell for cell in cells}
    if len(known) != len(cells):
        return problem_of(name, cells, sums, figures)  # says which cell stands twice
    all_sums = list(sums)
    for release in releases:
        all_sums += release.sums
        for old in release.cells:
            known[old.key] = _met_again(known.get(old.key), old, release.name)
    for pair in differences:
        for key in (pair.larger, pair.smaller):
            if key not in known:
                raise Unsound(f"a difference names {key}, which is no cell")
        more = known[pair.larger].count - known[pair.smaller].count
        if more < 0:
            raise Unsound(f"{pair.larger} counts fewer people than {pair.smaller}; name the larger one first")
        known[pair.key] = Cell(
            pair.key, more, Showing.NEVER_SHOWN, depth=known[pair.larger].depth + 1, in_release=False
        )
        all_sums.append(Sum(pair.larger, (pair.smaller, pair.key), tells=False))
    return problem_of(name, list(known.values()), all_sums, figures, [release.name for release in releases])


def _met_again(now: Cell | None, old: EarlierCell, release: str) -> Cell:
    if now is None:
        showing = Showing.SHOWN_EARLIER if old.shown else Showing.NEVER_SHOWN
        return Cell(old.key, old.count, showing, inherited=old.small and not old.shown, in_release=False)
    if now.count != old.count:
        raise Unsound(
            f"{old.key} is {now.count} now and was {old.count} in {release}; give the corrected count a key of its own "
            "and name the difference between them"
        )
    if old.shown:
        return replace(now, showing=Showing.SHOWN_EARLIER)
    return replace(now, inherited=now.inherited or old.small, hidden_last_time=True)
