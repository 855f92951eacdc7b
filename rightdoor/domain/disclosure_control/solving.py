"""What is asked of a solver of linear programs. The rules of the field know no solver; one stands behind this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class SolverFailed(Exception):  # noqa: N818 - said as the field says it
    """The solver gave no answer that can be used. The sentence says which."""


@dataclass(frozen=True, slots=True)
class Extreme:
    """The end of a range: its value, a point where it is reached, and one price per equation (whose sign is the
    solver's own; who uses prices tries both).
    """

    value: float
    point: Sequence[float]
    prices: Sequence[float]


class Polytope(Protocol):
    """Points between bounds for which every equation holds. Kept between questions, so that each is quick."""

    def bound(self, columns: Sequence[int], low: Sequence[float], high: Sequence[float]) -> None:
        """Set the bounds of these columns."""
        ...

    def least(self, costs: Mapping[int, float]) -> Extreme | None:
        """A point of least cost; None if there is no point at all. Raises SolverFailed."""
        ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice: a share of 0 to 1 for each column, what it costs, and whether nothing cheaper can exist."""

    shares: Sequence[float]
    cost: float
    proven: bool


class Chooser(Protocol):
    """Chooses columns at least cost such that every cover holds."""

    def add_cover(self, parts: Mapping[int, float], least: float) -> None:
        """What is chosen, weighed by these parts, must come to so much."""
        ...

    def choose(self, *, whole: bool, seconds: float) -> Chosen | None:
        """The cheapest choice; `whole`: each column wholly or not at all. None: nothing was found in time."""
        ...


class Solver(Protocol):
    """Makes both, and says who it is for the certificate."""

    name: str

    def polytope(
        self,
        equations: Sequence[Mapping[int, float]],
        right: Sequence[float],
        low: Sequence[float],
        high: Sequence[float],
        *,
        whole: bool = False,
    ) -> Polytope:
        """`whole`: columns are whole numbers."""
        ...

    def chooser(self, costs: Sequence[float]) -> Chooser:
        """No column is chosen unless a cover asks for it."""
        ...
