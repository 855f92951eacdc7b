"""What an attacker can still tell of a pattern. Nothing is published that this has not passed.

Written apart from `exact`, so that a mistake there is found here: its own list of what must be hidden, its own
equations (in the counts themselves, not in deviations), and no prices. It does not take the solver's word either: an
attacker's doubt is shown by two tables of whole people that fit everything printed, and each is added up here.

AU1  bounds        every hidden small count may still be anything that the rule allows, over all tables and years
AU2  whole people  and so it may in tables of whole numbers
AU3  the rule      somebody who guesses rightly which counts are small still cannot tell any of them
AU4  insiders      nor can a provider that knows its clients, nor a person who is alone in a count
AU5  figures       printed shares and changes come from printed counts only, and tell no small rest
AU6  groups        rows that tell of everybody in them: told to whoever signs
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .figures import printed_figures
from .groups import Telling, telling_rows
from .primary import Rule
from .problem import Cell, Problem, Showing
from .solving import Polytope, Solver

NEAR = 1e-6
QUESTIONS = ("AU1", "AU2", "AU3", "AU4", "AU5")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a pattern may not be published: which question, which count, in a sentence."""

    question: str
    key: str
    sentence: str


@dataclass(slots=True)
class Audit:
    """What was found. `intervals`: what an outsider can tell of each hidden count, in whole people."""

    faults: list[Fault] = field(default_factory=list)
    intervals: dict[str, tuple[int, int]] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=lambda: dict.fromkeys(QUESTIONS, 0))
    flags: list[Telling] = field(default_factory=list)
    rule_alone: list[str] = field(default_factory=list)
    ledger: list[str] = field(default_factory=list)
    protected: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """May it be published, as far as numbers go?"""
        return not self.faults


@dataclass(slots=True)
class _System:
    """Unknown counts that hang together: equations of whole numbers, and what is known of each beforehand."""

    keys: list[str]
    truth: list[int]
    equations: list[dict[int, int]]
    right: list[int]
    low: list[int]
    high: list[int]
    tables: list[tuple[int, ...]] = field(default_factory=list)  # whole tables that fit, each added up
    differing: list[int] = field(default_factory=list)  # per table: bit n set where column n is not the truth

    def fits(self, table: Sequence[int], low: Sequence[int], high: Sequence[int]) -> bool:
        """Do these whole counts add up, within these bounds?"""
        if any(not least <= value <= most for value, least, most in zip(table, low, high, strict=True)):
            return False
        return all(
            sum(part * table[column] for column, part in row.items()) == right
            for row, right in zip(self.equations, self.right, strict=True)
        )

    def keep(self, point: Sequence[float], low: Sequence[int], high: Sequence[int]) -> tuple[int, ...] | None:
        """The point as a whole table, if it is one that fits; kept for later questions."""
        table = tuple(round(value) for value in point)
        if any(abs(value - whole) > 1e-4 for value, whole in zip(point, table, strict=True)):
            return None
        if not self.fits(table, low, high):
            return None
        self.tables.append(table)
        self.differing.append(sum(1 << at for at, value in enumerate(table) if value != self.truth[at]))
        return table


def audit(
    problem: Problem,
    hidden: Iterable[str],
    printed: Mapping[str, int],
    rule: Rule,
    solver: Solver,
    figures: Mapping[str, str] | None = None,
) -> Audit:
    """Everything that is wrong with printing `printed` and hiding `hidden`. `figures`: name -> text as printed."""
    found = Audit()
    kept_back = set(hidden)
    protected = must_be_hidden(problem, rule)
    found.protected = sorted(protected)
    _check_printed(problem, kept_back, printed, protected, found)
    unknown = {
        key for key, cell in problem.cells.items() if cell.showing is not Showing.SHOWN_EARLIER and key not in printed
    }
    for system in _systems(problem, unknown, rule, found):
        _ask(system, problem, protected, rule, solver, found)
    known = {key: cell.count for key, cell in problem.cells.items() if key not in unknown}
    _check_figures(problem, known, rule, figures, found)
    found.flags = telling_rows(problem, known)
    found.faults.sort(key=lambda it: (it.question, it.key, it.sentence))
    return found


def must_be_hidden(problem: Problem, rule: Rule) -> dict[str, tuple[int, int, int]]:
    """Key -> (lowest that must stay possible, highest, least width) of every count that must not be known."""
    wanted = {}
    for key, cell in problem.cells.items():
        if cell.showing is Showing.SHOWN_EARLIER:
            continue  # it is out
        small = 1 <= cell.count <= rule.threshold - 1
        if cell.listed:
            pass
        elif rule.only_listed or not (small or (cell.count and (cell.inherited or _too_few_providers(cell, rule)))):
            continue
        if cell.room is not None:
            wanted[key] = (cell.count - cell.room[0], cell.count + cell.room[1], 0)
        elif not rule.full_range:
            wanted[key] = (cell.count, cell.count, 1)
        elif small:
            wanted[key] = (1, rule.threshold - 1, 0)
        else:
            wanted[key] = (cell.count, cell.count, max(1, min(rule.threshold - 1, cell.count)))
    return wanted


def _too_few_providers(cell: Cell, rule: Rule) -> bool:
    parts = sorted(part for part in cell.providers.values() if part)
    if not parts:
        return False
    if rule.insiders and 1 <= sum(parts[:-1]) <= rule.threshold - 1:
        return True
    return bool(rule.least_providers) and (len(parts) < rule.least_providers or parts[-1] > rule.dominant * cell.count)


def _check_printed(
    problem: Problem, kept_back: set[str], printed: Mapping[str, int], protected: Mapping[str, object], found: Audit
) -> None:
    """Is the pattern one of this problem, and are totals what they are?"""
    for key in sorted({*kept_back, *printed} - set(problem.cells)):
        found.faults.append(Fault("AU1", key, "the pattern names a count that is not in the tables"))
    for key, cell in problem.cells.items():
        if key in printed and printed[key] != cell.count:
            found.faults.append(Fault("AU1", key, "what is printed is not the count"))
        if key in printed and key in kept_back:
            found.faults.append(Fault("AU1", key, "hidden and printed at once"))
        if key not in printed and key not in kept_back and cell.showing in (Showing.MAY_HIDE, Showing.MUST_SHOW):
            found.faults.append(Fault("AU1", key, "neither hidden nor printed"))
        if key in kept_back and cell.showing is Showing.MUST_SHOW:
            found.faults.append(Fault("AU1", key, "must be shown and is hidden"))
        if key in printed and key in protected:
            found.faults.append(Fault("AU1", key, "must be hidden and is printed"))


def _systems(problem: Problem, unknown: set[str], rule: Rule, found: Audit) -> list[_System]:
    """The unknown counts in groups that hang together. Sums without an unknown say nothing."""
    neighbours: dict[str, list[int]] = {key: [] for key in unknown}
    kept: list[tuple[dict[str, int], int]] = []
    for one in problem.sums:
        inside = [key for key in (one.total, *one.parts) if key in unknown]
        if not inside:
            continue
        row = {key: (-1 if key == one.total else 1) for key in inside}
        right = sum(
            (1 if key == one.total else -1) * problem.cells[key].count
            for key in (one.total, *one.parts)
            if key not in unknown
        )
        for key in (one.total, *one.parts):
            if problem.cells[key].showing is Showing.SHOWN_EARLIER and key not in found.ledger:
                found.ledger.append(key)
        for key in inside:
            neighbours[key].append(len(kept))
        kept.append((row, right))
    found.ledger.sort()
    most = max(cell.count for cell in problem.cells.values()) + rule.threshold
    systems, seen = [], set()
    for start in sorted(unknown):
        if start in seen:
            continue
        seen.add(start)
        keys, rows, waiting = [start], set(), [start]
        while waiting:
            for number in neighbours[waiting.pop()]:
                rows.add(number)
                for key in kept[number][0]:
                    if key not in seen:
                        seen.add(key)
                        keys.append(key)
                        waiting.append(key)
        keys.sort()
        place = {key: at for at, key in enumerate(keys)}
        cells = [problem.cells[key] for key in keys]
        systems.append(
            _System(
                keys,
                [cell.count for cell in cells],
                [{place[key]: part for key, part in kept[number][0].items()} for number in sorted(rows)],
                [kept[number][1] for number in sorted(rows)],
                [cell.lowest for cell in cells],
                [most if cell.highest is None else cell.highest for cell in cells],
            )
        )
    return systems


def _ask(
    system: _System,
    problem: Problem,
    protected: Mapping[str, tuple[int, int, int]],
    rule: Rule,
    solver: Solver,
    found: Audit,
) -> None:
    """Every question of one group."""
    program = solver.polytope(system.equations, system.right, system.low, system.high)
    for at, key in enumerate(system.keys):
        ends = []
        for sign in (1, -1):
            end = program.least({at: float(sign)})
            if end is None:
                found.faults.append(Fault("AU1", key, "the true counts do not fit what is printed"))
                return
            system.keep(end.point, system.low, system.high)
            ends.append(sign * end.value)
        low, high = math.ceil(ends[0] - NEAR), math.floor(ends[1] + NEAR)
        found.intervals[key] = (low, high)
        if key in protected:
            _check_range(system, at, (low, high), protected[key], solver, found)
    mine = [at for at, key in enumerate(system.keys) if key in protected]
    if not mine:
        return
    if not rule.only_listed:
        _ask_one_who_knows_the_rule(system, problem, protected, rule, solver, found, mine, program)
    if rule.insiders:
        _ask_providers(system, problem, solver, found, mine, program)
        _ask_those_alone(system, problem, solver, found, mine, program)


def _check_range(
    system: _System,
    at: int,
    interval: tuple[int, int],
    wanted: tuple[int, int, int],
    solver: Solver,
    found: Audit,
) -> None:
    """AU1 and AU2 for one count."""
    key, (low, high) = system.keys[at], interval
    lowest, highest, width = wanted
    found.asked["AU1"] += 1
    if low > lowest or high < highest or high - low < width:
        known = f"exactly {low}" if low == high else f"{low} to {high}"
        found.faults.append(Fault("AU1", key, f"can be told to be {known}, which is less than the doubt it must keep"))
        return
    found.asked["AU2"] += 1
    values = [table[at] for table in system.tables]
    reached = [min(values, default=system.truth[at]), max(values, default=system.truth[at])]
    if reached[0] > lowest or reached[1] < highest or reached[1] - reached[0] < width:
        whole = solver.polytope(system.equations, system.right, system.low, system.high, whole=True)
        for end, sign in ((0, 1), (1, -1)):
            point = whole.least({at: float(sign)})
            table = None if point is None else system.keep(point.point, system.low, system.high)
            if table is not None:
                reached[end] = (min, max)[end](reached[end], table[at])
    if reached[0] > lowest or reached[1] < highest or reached[1] - reached[0] < width:
        found.faults.append(Fault("AU2", key, f"can be told in whole people: {reached[0]} to {reached[1]}"))


def _told(
    system: _System,
    least: Mapping[int, int],
    most: Mapping[int, int],
    asked: Sequence[int],
    solver: Solver,
    program: Polytope,
) -> list[int]:
    """Which of these columns somebody can tell exactly who knows that much more. Any whole table that fits and has
    another value there is doubt enough; the true table is always one that fits.
    """
    open_bits = sum(1 << at for at in asked)

    def agrees(table: Sequence[int]) -> bool:
        return all(table[at] >= value for at, value in least.items()) and all(
            table[at] <= value for at, value in most.items()
        )

    for table, differing in zip(system.tables, system.differing, strict=True):
        if open_bits & differing and agrees(table):
            open_bits &= ~differing
            if not open_bits:
                return []
    low = [max(value, least.get(at, value)) for at, value in enumerate(system.low)]
    high = [min(value, most.get(at, value)) for at, value in enumerate(system.high)]
    told = []
    changed = sorted({*least, *most})
    program.bound(changed, [low[at] for at in changed], [high[at] for at in changed])
    for at in asked:
        if not open_bits >> at & 1:
            continue
        doubt = False
        wide = False
        for sign in (1.0, -1.0):
            end = program.least({at: sign})
            if end is None:
                continue
            wide = wide or abs(sign * end.value - system.truth[at]) > 1 - NEAR
            whole_table = system.keep(end.point, low, high)
            if whole_table is not None:
                open_bits &= ~system.differing[-1]
                if whole_table[at] != system.truth[at]:
                    doubt = True
                    break
        if not doubt and wide:  # only in fractions so far: ask for whole people
            whole = solver.polytope(system.equations, system.right, low, high, whole=True)
            for sign in (1.0, -1.0):
                end = whole.least({at: sign})
                whole_table = None if end is None else system.keep(end.point, low, high)
                if whole_table is not None and whole_table[at] != system.truth[at]:
                    doubt = True
        if not doubt:
            told.append(at)
    program.bound(changed, [system.low[at] for at in changed], [system.high[at] for at in changed])
    return told


def _ask_one_who_knows_the_rule(
    system: _System,
    problem: Problem,
    protected: Mapping[str, tuple[int, int, int]],
    rule: Rule,
    solver: Solver,
    found: Audit,
    mine: Sequence[int],
    program: Polytope,
) -> None:
    small = [at for at in mine if 1 <= system.truth[at] <= rule.threshold - 1]
    found.asked["AU3"] += len(small)
    told = _told(system, dict.fromkeys(small, 1), dict.fromkeys(small, rule.threshold - 1), small, solver, program)
    if not told:
        return
    without = _told_without_print(problem, protected, rule, solver, [system.keys[at] for at in told])
    for at in told:
        key = system.keys[at]
        if key in without:
            found.rule_alone.append(key)
        else:
            found.faults.append(Fault("AU3", key, "can be told by somebody who guesses which counts are small"))


def _told_without_print(
    problem: Problem, protected: Mapping[str, object], rule: Rule, solver: Solver, keys: Sequence[str]
) -> set[str]:
    """Which of these follow from the rule alone, with no count printed: then the print is not to blame.

    Printed counts are only known to be zero or not small; the small ones only to be small.
    """
    names = list(problem.cells)
    place = {key: at for at, key in enumerate(names)}
    most = max(cell.count for cell in problem.cells.values()) + rule.threshold
    low, high = [], []
    for key in names:
        count = problem.cells[key].count
        if key in protected and 1 <= count < rule.threshold:
            low.append(1)
            high.append(rule.threshold - 1)
        elif key in protected:
            low.append(0)
            high.append(most)
        else:
            low.append(0 if count < rule.threshold else rule.threshold)
            high.append(count if count < rule.threshold else most)
    rows = [{place[one.total]: -1.0} | {place[key]: 1.0 for key in one.parts} for one in problem.sums]
    program = solver.polytope(rows, [0.0] * len(rows), low, high)
    told = set()
    for key in keys:
        least, greatest = program.least({place[key]: 1.0}), program.least({place[key]: -1.0})
        if least is not None and greatest is not None and -greatest.value - least.value < 1 - NEAR:
            told.add(key)
    return told


def _ask_providers(
    system: _System, problem: Problem, solver: Solver, found: Audit, mine: Sequence[int], program: Polytope
) -> None:
    names = sorted({name for key in system.keys for name, part in problem.cells[key].providers.items() if part})
    for name in names:
        own = [problem.cells[key].providers.get(name, 0) for key in system.keys]
        sole = {at: part for at, part in enumerate(own) if part and part == system.truth[at]}
        others = [at for at in mine if at not in sole]
        found.asked["AU4"] += len(others)
        least = {at: part for at, part in enumerate(own) if part}
        for at in _told(system, least, sole, others, solver, program):
            found.faults.append(Fault("AU4", system.keys[at], f"provider {name} can tell the others' part exactly"))


def _ask_those_alone(
    system: _System, problem: Problem, solver: Solver, found: Audit, mine: Sequence[int], program: Polytope
) -> None:
    totals: dict[str, list[str]] = {}
    parts: dict[str, list[str]] = {}
    for one in problem.sums:
        for key in one.parts:
            totals.setdefault(key, []).append(one.total)
            parts.setdefault(one.total, []).append(key)
    place = {key: at for at, key in enumerate(system.keys)}
    for at in mine:
        if system.truth[at] != 1:
            continue
        counted_in, waiting = {system.keys[at]}, [system.keys[at]]
        while waiting:
            here = waiting.pop()
            near = list(totals.get(here, []))
            if problem.cells[here].count == 1:  # a count of one within it is of the same person
                near += [key for key in parts.get(here, []) if problem.cells[key].count == 1]
            for key in near:
                if key not in counted_in:
                    counted_in.add(key)
                    waiting.append(key)
        inside = [place[key] for key in counted_in if key in place]
        only_this_one = {column: 1 for column in inside if system.truth[column] == 1}
        others = [column for column in mine if column not in only_this_one]
        found.asked["AU4"] += len(others)
        for column in _told(system, dict.fromkeys(inside, 1), only_this_one, others, solver, program):
            found.faults.append(
                Fault("AU4", system.keys[column], f"can be told by the one person counted in {system.keys[at]}")
            )


def _check_figures(
    problem: Problem, known: Mapping[str, int], rule: Rule, figures: Mapping[str, str] | None, found: Audit
) -> None:
    right = printed_figures(problem, known, rule.threshold)
    found.asked["AU5"] += len(right)
    for name in sorted({*(figures or {})} - set(right)):
        found.faults.append(Fault("AU5", name, "a figure is printed that the tables do not define"))
    for name, text in (figures or {}).items():
        if name in right and text != right[name]:
            why = "it must be hidden" if right[name] == "*" else f"the printed counts give {right[name]}"
            found.faults.append(Fault("AU5", name, f"is printed as {text}; {why}"))
    if rule.only_listed:
        return
    for figure in problem.figures:
        if figure.kind == "share" and figure.of in known and figure.base in known:
            rest = known[figure.base] - known[figure.of]
            if 0 < rest < rule.threshold:
                found.faults.append(
                    Fault("AU5", figure.name, f"{figure.base} and {figure.of} are printed, and differ by a small count")
                )
