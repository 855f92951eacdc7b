"""Rows that say something about everybody in them, without any small count. (AU6)"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .problem import Problem, Sum


@dataclass(frozen=True, slots=True)
class Telling:
    """Of the people of `row` all, or all but one, are in `part`."""

    row: str
    part: str
    but_one: bool

    @property
    def sentence(self) -> str:
        """For whoever signs the release."""
        return f"{self.row}: {'all but one' if self.but_one else 'all'} are {self.part}"


def telling_rows(problem: Problem, printed: Mapping[str, int]) -> list[Telling]:
    """Every printed row in which one category takes everybody, or everybody but one. Whoever knows that a person is in
    the row then knows the rest. A person reads them before release: whether it harms depends on what the category says.
    """
    found = []
    for one in problem.sums:
        people = printed.get(one.total, 0)
        if not one.tells or people == 0 or len(one.parts) < 2:
            continue
        for part in one.parts:
            if part in printed and printed[part] and people - printed[part] in (0, 1):
                found.append(Telling(one.total, part, but_one=printed[part] != people))
    return sorted(found, key=lambda it: (it.row, it.part))


def zeros_that_tell(sums: Iterable[Sum], printed: Mapping[str, int]) -> set[str]:
    """Zeros that are part of a total which is not printed, and so are not shown either: of a few people whose number is
    hidden they tell what these are not, and where only one other part is left, what all of them are. (AU6)
    """
    over: dict[str, list[str]] = {}
    for one in sums:
        for part in one.parts:
            if printed.get(part) == 0:
                over.setdefault(part, []).append(one.total)
    found: set[str] = set()
    more = True
    while more:  # a zero that is not shown is a total that is not shown
        new = {key for key, totals in over.items() if any(it not in printed or it in found for it in totals)}
        more = new != found
        found = new
    return found
