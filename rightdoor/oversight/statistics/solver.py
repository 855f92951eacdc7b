"""HiGHS behind the questions of `domain.disclosure_control.solving`. numpy and highspy are imported here only.

One thread, one seed and no time-dependent choice, so that the same counts give the same pattern on every machine with
the same version. Never load ortools into the same process: both bring a HiGHS of their own, and they clash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import highspy
import numpy as np

from rightdoor.domain.disclosure_control.solving import Chosen, Extreme, SolverFailed

SEED = 20250101
_OK = highspy.HighsModelStatus.kOptimal
_NONE = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)


class Highs:
    """The solver that is used."""

    def __init__(self) -> None:
        self.name = f"HiGHS {highspy.Highs().version()}"

    def polytope(
        self,
        equations: Sequence[Mapping[int, float]],
        right: Sequence[float],
        low: Sequence[float],
        high: Sequence[float],
        *,
        whole: bool = False,
    ) -> _Polytope:
        """A system kept in the solver between questions: the next one starts where the last one ended."""
        return _Polytope(equations, right, low, high, whole=whole)

    def chooser(self, costs: Sequence[float]) -> _Chooser:
        """A set-covering model that grows by covers."""
        return _Chooser(costs)


def _quiet() -> highspy.Highs:
    it = highspy.Highs()
    it.setOptionValue("output_flag", False)
    it.setOptionValue("threads", 1)
    it.setOptionValue("parallel", "off")
    it.setOptionValue("random_seed", SEED)
    return it


def _model(
    equations: Sequence[Mapping[int, float]],
    right: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    *,
    whole: bool,
) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(low), len(equations)
    lp.col_cost_ = np.zeros(len(low))
    lp.col_lower_, lp.col_upper_ = np.array(low, dtype=float), np.array(high, dtype=float)
    lp.row_lower_ = lp.row_upper_ = np.array(right, dtype=float)
    starts, index, value = [0], [], []
    for row in equations:
        for column, part in sorted(row.items()):
            index.append(column)
            value.append(float(part))
        starts.append(len(index))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    lp.a_matrix_.index_ = np.array(index, dtype=np.int32)
    lp.a_matrix_.value_ = np.array(value, dtype=float)
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(low)
    return lp


class _Polytope:
    def __init__(
        self,
        equations: Sequence[Mapping[int, float]],
        right: Sequence[float],
        low: Sequence[float],
        high: Sequence[float],
        *,
        whole: bool,
    ) -> None:
        self._whole = whole
        self._solver = _quiet()
        if not whole:
            self._solver.setOptionValue("presolve", "off")  # it would forget where the last question ended
            self._solver.setOptionValue("solver", "simplex")
            self._solver.setOptionValue("simplex_strategy", 4)  # primal: only the costs change between questions
        else:
            self._solver.setOptionValue("mip_rel_gap", 0.0)
            self._solver.setOptionValue("mip_abs_gap", 1e-6)
        self._solver.passModel(_model(equations, right, low, high, whole=whole))
        self._costs: dict[int, float] = {}

    def bound(self, columns: Sequence[int], low: Sequence[float], high: Sequence[float]) -> None:
        if columns:
            self._solver.changeColsBounds(
                len(columns),
                np.array(columns, dtype=np.int32),
                np.array(low, dtype=float),
                np.array(high, dtype=float),
            )

    def least(self, costs: Mapping[int, float]) -> Extreme | None:
        changed = {**dict.fromkeys(self._costs, 0.0), **costs}
        self._costs = dict(costs)
        self._solver.changeColsCost(
            len(changed), np.array(list(changed), dtype=np.int32), np.array(list(changed.values()), dtype=float)
        )
        self._solver.run()
        status = self._solver.getModelStatus()
        if status not in (_OK, *_NONE):
            self._solver.clearSolver()  # a bad start is not carried to the next question
            self._solver.run()
            status = self._solver.getModelStatus()
        if status in _NONE:
            return None
        if status != _OK:
            raise SolverFailed(f"the solver ended with {self._solver.modelStatusToString(status)}")
        found = self._solver.getSolution()
        prices = [] if self._whole else list(found.row_dual)
        return Extreme(float(self._solver.getInfo().objective_function_value), list(found.col_value), prices)


class _Chooser:
    def __init__(self, costs: Sequence[float]) -> None:
        self._solver = _quiet()
        self._solver.setOptionValue("mip_rel_gap", 0.0)
        self._solver.setOptionValue("mip_abs_gap", 1e-6)
        size = len(costs)
        lp = _model([], [], [0.0] * size, [1.0] * size, whole=False)
        lp.col_cost_ = np.array(costs, dtype=float)
        self._solver.passModel(lp)
        self._columns = np.arange(size, dtype=np.int32)
        self._kind = False

    def add_cover(self, parts: Mapping[int, float], least: float) -> None:
        columns = sorted(parts)
        self._solver.addRow(
            float(least),
            highspy.kHighsInf,
            len(columns),
            np.array(columns, dtype=np.int32),
            np.array([parts[column] for column in columns], dtype=float),
        )

    def choose(self, *, whole: bool, seconds: float) -> Chosen | None:
        if whole != self._kind and len(self._columns):
            kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
            self._solver.changeColsIntegrality(
                len(self._columns), self._columns, np.full(len(self._columns), int(kind), dtype=np.uint8)
            )
            self._kind = whole
        # The solver's clock runs over all its questions.
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + max(seconds, 0.01))
        self._solver.run()
        status = self._solver.getModelStatus()
        found = self._solver.getSolution()
        if status == _OK:
            shares = [float(share) for share in found.col_value]
            return Chosen(shares, float(self._solver.getInfo().objective_function_value), proven=True)
        if status in _NONE:
            raise SolverFailed("no pattern fits every condition")
        return None
