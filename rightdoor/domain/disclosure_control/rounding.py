"""Controlled rounding: every count is shown, rounded up or down to a step, and sums still add up."""

from __future__ import annotations

from collections.abc import Mapping

from .problem import Problem
from .solving import Solver


def controlled_rounding(problem: Problem, solver: Solver, step: int = 5) -> Mapping[str, int] | None:
    """Key -> rounded count, each to one of its two neighbours on the step (a multiple stays), at the least distance in
    all. None: no such rounding adds up.
    """
    keys = list(problem.cells)
    place = {key: at for at, key in enumerate(keys)}
    # A column is 0 for the lower neighbour and 1 for the upper one; what is a multiple has one neighbour.
    below = [problem.cells[key].count // step for key in keys]
    up = [float(problem.cells[key].count % step > 0) for key in keys]
    rows, right = [], []
    for one in problem.sums:
        rows.append({place[one.total]: -1.0} | {place[key]: 1.0 for key in one.parts})
        right.append(float(below[place[one.total]] - sum(below[place[key]] for key in one.parts)))
    costs = {at: float(step - 2 * (problem.cells[key].count % step)) for at, key in enumerate(keys) if up[at]}
    found = solver.polytope(rows, right, [0.0] * len(keys), up, whole=True).least(costs)
    if found is None:
        return None
    return {key: step * (below[at] + round(found.point[at])) for at, key in enumerate(keys)}
