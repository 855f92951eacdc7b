"""The cheapest pattern of hidden counts that leaves every attacker his room.

One choice per count: hidden or not. For a pattern, each attacker's linear program says how far a count may deviate;
where that is too little, its prices say which counts would have to be hidden too, as one condition (a cut) on the
choices. The cheapest choice under all cuts so far is asked again, until every attacker is left enough doubt: then
nothing cheaper exists. (Fischetti and Salazar 2001; several attackers after Salazar.)

A cut holds for whatever prices the solver returns, good or bad: it is worked out here from the prices and the sums. The
pattern is believed only after `audit`, which shares nothing with this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .attackers import KNOWS_RULE, Attacker, attackers_of, ceiling
from .primary import Rule, primary_cells
from .problem import Problem, Showing
from .protection import Room
from .solving import Chooser, Polytope, Solver
from .weights import weights_of

SLACK = 1e-6  # people; what a solver's arithmetic may be off by
WHOLE = 0.5
ROUNDS = 60  # of cuts on shares before whole choices are asked for

OPTIMAL = "optimal"
HEURISTIC = "heuristic"


class Unprotectable(Exception):  # noqa: N818 - said as the field says it
    """Hiding everything that may be hidden is not enough. `cells` are the counts; the remedy is a coarser table."""

    def __init__(self, cells: Sequence[tuple[str, str]]) -> None:
        self.cells = tuple(cells)
        key, attacker = self.cells[0]
        more = f" and {len(self.cells) - 1} more" if len(self.cells) > 1 else ""
        super().__init__(
            f"{key} cannot be protected ({attacker}){more}. Merge values, move to a larger area or pool years; "
            "the threshold is not lowered"
        )


class _OutOfTime(Exception):  # noqa: N818
    pass


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is hidden, and at what cost.

    `hidden`     keys that are not printed, in order: `primary` for their own sake (key -> why), `secondary` for others'
    `cost`       sum of the weights of `secondary`; `bound`: nothing costs less than this
    `rule_alone` small counts that somebody who guesses which counts are small can tell without any printed count
    """

    hidden: tuple[str, ...]
    primary: Mapping[str, str]
    secondary: tuple[str, ...]
    cost: int
    bound: float
    status: str
    seconds: float
    cuts: int = 0
    rule_alone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Cut:
    """Choices weighed by `parts` must come to one. `need`: for whom. No parts: nothing helps."""

    parts: Mapping[int, float]
    need: str


@dataclass(slots=True)
class _View:
    """An attacker in one component: rooms of every column, and what he must be left."""

    name: str
    down: list[float]
    up: list[float]
    needs: dict[int, Room]
    narrow: list[int]  # columns of which he knows more than an outsider


@dataclass(frozen=True, slots=True)
class _Point:
    """Counts that an outsider must think possible under a choice: deviations, and a bit for each of one or more."""

    values: Sequence[float]
    away: int


@dataclass(slots=True)
class _Component:
    """Counts that hang together by sums. `always`: hidden in any case."""

    keys: list[str]
    rows: list[dict[int, float]]
    always: list[bool]
    weights: list[int]
    views: list[_View]
    lp: Polytope
    chooser: Chooser
    known: set[tuple[tuple[int, float], ...]] = field(default_factory=set)


def protect(
    problem: Problem,
    rule: Rule,
    solver: Solver,
    *,
    seconds: float = 600.0,
    timer: Callable[[], float],
    jitter_key: bytes = b"",
) -> Pattern:
    """The pattern to print. `timer` counts seconds. With no time left the pattern is good, not proven cheapest, and
    says so. Raises Unprotectable.
    """
    began = timer()
    primary = primary_cells(problem, rule)
    if forced := [key for key in primary if problem.cells[key].showing is Showing.MUST_SHOW]:
        raise Unprotectable([(key, "it must be shown") for key in forced])
    weights = weights_of(problem, jitter_key)
    attackers = attackers_of(problem, rule, primary)
    components, lost = _components(problem, rule, primary, weights, attackers, solver)
    if lost:
        raise Unprotectable([(key, "worked out from what must be shown") for key in lost])
    alone: list[str] = []
    for part in components:
        alone += _check_protectable(part)
    secondary: list[str] = []
    bound, status, cuts = 0.0, OPTIMAL, 0
    for part in components:
        chosen, least, proven = _solve(part, lambda: seconds - (timer() - began))
        secondary += [part.keys[at] for at in chosen if not part.always[at]]
        bound += least
        cuts += len(part.known)
        if not proven:
            status = HEURISTIC
    unprinted = {key for key, cell in problem.cells.items() if cell.showing is Showing.NEVER_SHOWN}
    return Pattern(
        hidden=tuple(sorted({*primary, *secondary, *unprinted})),
        primary=dict(sorted(primary.items())),
        secondary=tuple(sorted(secondary)),
        cost=sum(weights[key] for key in secondary),
        bound=bound,
        status=status,
        seconds=timer() - began,
        cuts=cuts,
        rule_alone=tuple(sorted(alone)),
    )


# -- presolve


def _components(
    problem: Problem,
    rule: Rule,
    primary: Mapping[str, str],
    weights: Mapping[str, int],
    attackers: Sequence[Attacker],
    solver: Solver,
) -> tuple[list[_Component], list[str]]:
    """What hangs together, without what everybody knows; and primary counts that everybody can work out."""
    open_cells = {key for key, cell in problem.cells.items() if cell.showing in (Showing.MAY_HIDE, Showing.NEVER_SHOWN)}
    sums = [({one.total: -1.0} | dict.fromkeys(one.parts, 1.0)) for one in problem.sums]
    while True:  # a sum with one unknown tells it
        left = [{key: part for key, part in row.items() if key in open_cells} for row in sums]
        told = {next(iter(row)) for row in left if len(row) == 1}
        if not told:
            break
        open_cells -= told
    lost = sorted(key for key in primary if key not in open_cells)
    if lost:
        return [], lost
    rows = [row for row in left if row]
    head = {key: key for key in open_cells}

    def top(key: str) -> str:
        while head[key] != key:
            head[key] = head[head[key]]
            key = head[key]
        return key

    for row in rows:
        first, *others = row
        for other in others:
            head[top(other)] = top(first)
    groups: dict[str, list[str]] = {}
    for key in sorted(open_cells):
        groups.setdefault(top(key), []).append(key)
    highest = ceiling(problem, rule)
    found = []
    for keys in groups.values():
        if not any(key in primary for key in keys):
            continue
        place = {key: at for at, key in enumerate(keys)}
        own = [{place[key]: part for key, part in row.items()} for row in rows if next(iter(row)) in place]
        size = len(keys)
        costs = [weights[key] for key in keys]
        always = [key in primary or problem.cells[key].showing is Showing.NEVER_SHOWN for key in keys]
        found.append(
            _Component(
                keys,
                own,
                always,
                costs,
                [view for it in attackers if (view := _view(it, problem, keys, place, highest)).needs],
                solver.polytope(own, [0.0] * len(own), [0.0] * size, [0.0] * size),
                solver.chooser([0.0 if sure else float(cost) for sure, cost in zip(always, costs, strict=True)]),
            )
        )
    return found, []


def _view(attacker: Attacker, problem: Problem, keys: Sequence[str], place: Mapping[str, int], highest: int) -> _View:
    down, up = [], []
    for key in keys:
        cell = problem.cells[key]
        low = max(cell.lowest, attacker.least.get(key, cell.lowest))
        high = min(highest if cell.highest is None else cell.highest, attacker.most.get(key, highest))
        down.append(float(cell.count - low))
        up.append(float(high - cell.count))
    needs = {place[key]: room for key, room in attacker.needs.items() if key in place}
    narrow = sorted(place[key] for key in {*attacker.least, *attacker.most} if key in place)
    return _View(attacker.name, down, up, dict(sorted(needs.items())), narrow)


def _check_protectable(part: _Component) -> list[str]:
    """Would hiding everything be enough? Raises Unprotectable. Returns counts that the rule alone tells, and stops
    asking for them: no pattern could help, and no printed count is to blame.
    """
    everything = [1.0] * len(part.keys)
    alone, beyond = [], []
    points: list[_Point] = []
    for view in part.views:
        for cut in _too_little(part, view, everything, None, points):
            at = part.keys.index(cut.need)
            if view.name == KNOWS_RULE:
                alone.append(cut.need)
                del view.needs[at]
            else:
                beyond.append((cut.need, view.name))
    if beyond:
        raise Unprotectable(beyond)
    return alone


# -- the attackers' programs


def _too_little(
    part: _Component,
    view: _View,
    shares: Sequence[float],
    left: Callable[[], float] | None = None,
    points: list[_Point] | None = None,
) -> list[_Cut]:
    """One cut for every need that this choice does not meet.

    `points` were found under the same choice. What an outsider must think possible, and what agrees with the little
    that an insider knows more, the insider must think possible too: most needs of insiders are met without asking.
    """
    size = len(part.keys)
    points = [] if points is None else points
    met = 0
    for point in points:
        if all(-view.down[at] - SLACK <= point.values[at] <= view.up[at] + SLACK for at in view.narrow):
            met |= point.away
    open_needs = {at: room for at, room in view.needs.items() if room != Room(width=1) or not met >> at & 1}
    if not open_needs:
        return []
    part.lp.bound(
        range(size),
        [-view.down[at] * shares[at] for at in range(size)],
        [view.up[at] * shares[at] for at in range(size)],
    )
    reached_up, reached_down = [0.0] * size, [0.0] * size

    def push(at: int, sign: float) -> tuple[float, Sequence[float]]:
        """How far this count can be pushed, and the prices there."""
        if left is not None and left() <= 0:
            raise _OutOfTime
        end = part.lp.least({at: -sign})
        if end is None:  # the true counts always fit
            raise AssertionError("the true counts do not fit their own sums")
        for other, value in enumerate(end.point):
            if value > reached_up[other]:
                reached_up[other] = value
            elif -value > reached_down[other]:
                reached_down[other] = -value
        points.append(_Point(end.point, sum(1 << to for to, value in enumerate(end.point) if abs(value) >= 1 - SLACK)))
        return -end.value, end.prices

    cuts = []
    for at, room in open_needs.items():
        for need, sign, reached in ((room.up, 1.0, reached_up), (room.down, -1.0, reached_down)):
            if reached[at] < need - SLACK:
                got, prices = push(at, sign)
                if got < need - SLACK:
                    worth = _worth(part, view, at, sign, prices, shares)
                    cuts.append(_cut(part, worth, need, part.keys[at]))
        if reached_up[at] + reached_down[at] < room.width - SLACK:
            up, prices_up = push(at, 1.0)
            if reached_up[at] + reached_down[at] < room.width - SLACK:
                down, prices_down = push(at, -1.0)
                if up + down < room.width - SLACK:
                    worth_up = _worth(part, view, at, 1.0, prices_up, shares)
                    worth_down = _worth(part, view, at, -1.0, prices_down, shares)
                    worth = {one: worth_up.get(one, 0.0) + worth_down.get(one, 0.0) for one in {*worth_up, *worth_down}}
                    cuts.append(_cut(part, worth, room.width, part.keys[at]))
    return cuts


def _worth(
    part: _Component, view: _View, at: int, sign: float, prices: Sequence[float], shares: Sequence[float]
) -> dict[int, float]:
    """Column -> by how much hiding it can widen this end at most, at these prices. True for any prices at all, by weak
    duality; of the two signs the one is taken that says more.
    """
    best: dict[int, float] = {}
    best_total = float("inf")
    for turn in (1.0, -1.0):
        rest: dict[int, float] = {at: sign}
        for price, row in zip(prices, part.rows, strict=True):
            price = round(price * turn, 7)
            if price:
                for column, coefficient in row.items():
                    rest[column] = rest.get(column, 0.0) + price * coefficient
        worth = {}
        for column, value in rest.items():
            give = value * view.up[column] if value > 0 else -value * view.down[column]
            if give > SLACK / 1000:
                worth[column] = give
        total = sum(give * shares[column] for column, give in worth.items())
        if total < best_total:
            best, best_total = worth, total
    return best


def _cut(part: _Component, worth: Mapping[int, float], need: float, key: str) -> _Cut:
    """The condition on the choices, after what is hidden in any case; no choice gives more than what is lacking."""
    lacking = need - sum(give for column, give in worth.items() if part.always[column])
    if lacking <= SLACK:
        return _Cut({}, key)
    parts = {
        column: min(1.0, round(give / lacking + 5e-8, 7))  # rounded up: a cut never asks more than it may
        for column, give in sorted(worth.items())
        if not part.always[column]
    }
    return _Cut(parts, key)


# -- the choice


def _solve(part: _Component, left: Callable[[], float]) -> tuple[list[int], float, bool]:
    """(columns hidden, a cost that nothing undercuts, whether these columns cost no more)."""
    shares = [1.0 if sure else 0.0 for sure in part.always]
    bound = 0.0
    try:
        for _ in range(ROUNDS):
            if not _add(part, _all_cuts(part, shares, left)):
                break
            found = part.chooser.choose(whole=False, seconds=left())
            if found is None:
                raise _OutOfTime
            shares, bound = _with_always(part, found.shares), found.cost
        while True:
            if left() <= 0:
                raise _OutOfTime
            found = part.chooser.choose(whole=True, seconds=left())
            if found is None or not found.proven:
                raise _OutOfTime
            shares, bound = _with_always(part, found.shares), found.cost
            shares = [1.0 if share > WHOLE else 0.0 for share in shares]
            cuts = _all_cuts(part, shares, left)
            if not cuts:
                return _hidden(shares), bound, True
            if not _add(part, cuts):  # known and not kept: the solver's arithmetic gave out, so nothing is proven
                raise _OutOfTime
    except _OutOfTime:
        return _good(part, shares), bound, False


def _all_cuts(part: _Component, shares: Sequence[float], left: Callable[[], float]) -> list[_Cut]:
    """What every attacker lacks under this choice; insiders are asked once the outsider is left enough."""
    points: list[_Point] = []
    outsider, *others = part.views
    cuts = _too_little(part, outsider, shares, left, points)
    return cuts or [cut for view in others for cut in _too_little(part, view, shares, left, points)]


def _with_always(part: _Component, shares: Sequence[float]) -> list[float]:
    return [1.0 if sure else min(1.0, max(0.0, share)) for sure, share in zip(part.always, shares, strict=True)]


def _hidden(shares: Sequence[float]) -> list[int]:
    return [at for at, share in enumerate(shares) if share > WHOLE]


def _add(part: _Component, cuts: Iterable[_Cut]) -> int:
    """Tell the chooser of these cuts; how many it did not know."""
    new = 0
    for cut in cuts:
        name = tuple(cut.parts.items())
        if name and name not in part.known:
            part.known.add(name)
            part.chooser.add_cover(cut.parts, 1.0)
            new += 1
    return new


def _good(part: _Component, shares: Sequence[float]) -> list[int]:
    """A pattern that protects, found quickly: from the last choice rounded up, hide what helps most for its cost until
    every need is met; then show again, dearest first, whatever is not needed.
    """
    hidden = {at for at, share in enumerate(shares) if share > SLACK or part.always[at]}

    def lacking(chosen: set[int]) -> list[_Cut]:
        pattern = [1.0 if at in chosen else 0.0 for at in range(len(part.keys))]
        points: list[_Point] = []
        return next((cuts for view in part.views if (cuts := _too_little(part, view, pattern, None, points))), [])

    while cuts := [cut for cut in lacking(hidden) if cut.parts]:
        before = len(hidden)
        missing = dict.fromkeys(range(len(cuts)), 1.0)
        while missing:
            gain: dict[int, float] = {}
            for at, still in missing.items():
                for column, give in cuts[at].parts.items():
                    if column not in hidden:
                        gain[column] = gain.get(column, 0.0) + min(give, still)
            if not gain:
                break
            best = min(
                gain,
                key=lambda column: (-gain[column] / part.weights[column] if part.weights[column] else -1e18, column),
            )
            hidden.add(best)
            missing = {
                at: still - cuts[at].parts.get(best, 0.0)
                for at, still in missing.items()
                if still - cuts[at].parts.get(best, 0.0) > SLACK
            }
        if len(hidden) == before:
            break
    for at in sorted(hidden, key=lambda column: (-part.weights[column], column)):
        if not part.always[at] and not lacking(hidden - {at}):
            hidden.discard(at)
    return sorted(hidden)
