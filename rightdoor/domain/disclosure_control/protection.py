"""How much room a hidden count must keep."""

from __future__ import annotations

from dataclasses import dataclass

from .primary import LISTED, SMALL, Rule
from .problem import Cell


@dataclass(frozen=True, slots=True)
class Room:
    """An attacker's interval of a count must reach `down` under it, `up` over it, and be at least `width` wide."""

    down: int = 0
    up: int = 0
    width: int = 0


def room_for(cell: Cell, why: str, rule: Rule) -> Room:
    """The room of a count that must be hidden, for an outsider.

    A small count keeps the whole range that the rule tells of it, 1 to threshold - 1: then what is printed adds nothing
    to the rule. A count that is hidden for its providers keeps as much doubt, on whichever side.
    """
    if cell.room is not None:
        return Room(*cell.room)
    if not rule.full_range:
        return Room(width=1)
    if 0 < cell.count < rule.threshold and why in (SMALL, LISTED):
        return Room(cell.count - 1, rule.threshold - 1 - cell.count)
    return Room(width=max(1, min(rule.threshold - 1, cell.count)))
