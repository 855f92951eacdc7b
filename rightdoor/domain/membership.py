"""Is a care coordination team whole? Its core disciplines, present or lacking. (Roadmap, core team; TEAM-2)"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CoreSeats:
    """The core disciplines of a team, in the pack's order: those with somebody in the seat and those without."""

    present: tuple[str, ...]
    lacking: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Every core discipline has somebody."""
        return not self.lacking


def core_seats(core: Sequence[str], seated: Sequence[str]) -> CoreSeats:
    """Which of the pack's core disciplines are among those seated. Other disciplines neither help nor hurt."""
    held = frozenset(seated)
    return CoreSeats(
        tuple(discipline for discipline in core if discipline in held),
        tuple(discipline for discipline in core if discipline not in held),
    )
