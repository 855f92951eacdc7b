"""Closed quarters and years as fixed tables, and what of them may be shown. Pure, but for the solver it is handed.

Every referral is looked at once, as it stood so many days after its quarter ended: so that each quarter is seen as long
after as any other, and no later correction can be worked out from two looks. A year is the sum of its quarters, and its
tables are protected together with theirs. (STAT-3, STAT-4)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime, timedelta

from rightdoor.domain.annual_report.beside import WHAT, same_as_in_a_report
from rightdoor.domain.disclosure_control.audit import audit
from rightdoor.domain.disclosure_control.certificate import certificate
from rightdoor.domain.disclosure_control.exact import Unprotectable, protect
from rightdoor.domain.disclosure_control.figures import printed_figures
from rightdoor.domain.disclosure_control.groups import zeros_that_tell
from rightdoor.domain.disclosure_control.ledger import EarlierCell, EarlierRelease, called_anew, with_ledger
from rightdoor.domain.disclosure_control.primary import Rule
from rightdoor.domain.disclosure_control.problem import Figure, Problem, Showing, Sum, Unsound
from rightdoor.domain.disclosure_control.solving import Solver, SolverFailed
from rightdoor.domain.disclosure_control.tables import CountTable, Dimension, joined, key_of
from rightdoor.domain.measures.funnel import UNKNOWN
from rightdoor.domain.measures.norms import Period, start_of
from rightdoor.oversight.statistics.models import name_of
from rightdoor.packs.pack import Pack

VERSION = 1  # of what is counted; raised when the same records would give other tables
SETTLES = timedelta(days=90)
ALL = "all"
NO_TIER = "none"
# The fixed tables, by how much they tell. There is no other way to cut the counts.
COARSE, MIDDLE, FINE = "coarse", "middle", "fine"
TABLES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    FINE: (
        ("region", "tier", "response"),
        ("region", "source"),
        ("region", "way"),
        ("region", "ending"),
        ("region", "visit"),
        ("area",),
    ),
    MIDDLE: (
        ("region", "response"),
        ("tier", "response"),
        ("region", "visit"),
        ("source",),
        ("way",),
        ("ending",),
        ("area",),
    ),
    COARSE: (("region", "response"), ("tier", "response"), ("source",), ("way",), ("ending",)),
}
# A step of the funnel and what it is told out of.
FUNNEL = (("came_eligible", ALL), ("came_tiered", "came_eligible"), ("came_staffed", "came_tiered"))
FUNNEL_STEPS = (*FUNNEL, ("planned", "came_staffed"))


@dataclass(frozen=True, slots=True, order=True)
class Leaf:
    """One referral's choices: everything that the tables are made of, and nothing else."""

    region: str
    area: str
    tier: str
    response: str
    source: str
    way: str
    ending: str
    visit: str


@dataclass(frozen=True, slots=True)
class Made:
    """What may be shown of a span, or why nothing may."""

    problem: Problem
    printed: Mapping[str, int]
    hidden: tuple[str, ...]
    figures: Mapping[str, str]
    certificate: Mapping[str, object]
    method: str
    detail: str
    seconds: float
    earlier: EarlierRelease


class Refused(Exception):  # noqa: N818 - said as the field says it
    """Nothing of this span may be shown. The sentence says why, without a count."""


# ------------------------------------------------------------------------------------------------------------ spans


def span_of(year: int, quarter: int, pack: Pack) -> Period:
    """The days of a quarter, or of a year."""
    if not quarter:
        return Period(date(year, 1, 1), date(year, 12, 31), pack.zone)
    after = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    return Period(date(year, 3 * quarter - 2, 1), after - timedelta(days=1), pack.zone)


def looked_at(year: int, quarter: int, pack: Pack) -> datetime:
    """When a quarter is looked at: from then on it is closed. A year is, with its last quarter."""
    return start_of(span_of(year, quarter or 4, pack).last + timedelta(days=1) + SETTLES, pack.zone)


def closed_spans(first: tuple[int, int], now: datetime, pack: Pack) -> list[tuple[int, int]]:
    """The quarters from `first` (year, quarter) on that are closed now, and after its quarters each whole year."""
    began, last = first[0] if first[1] == 1 else first[0] + 1, now.astimezone(pack.zone).year
    spans = [(year, quarter) for year in range(first[0], last + 1) for quarter in (1, 2, 3, 4, 0)]
    return [one for one in spans if (one >= first if one[1] else one[0] >= began) and looked_at(*one, pack) <= now]


# ------------------------------------------------------------------------------------------------------- dimensions


def dimensions(pack: Pack) -> dict[str, Dimension]:
    """The dimensions of a state by name. What a code list does not know any more is counted as not known."""
    reasons = tuple(dict.fromkeys([*(one.key for one in pack.eligibility_words.ineligible_reasons), UNKNOWN]))
    groups = tuple(dict.fromkeys([*(one.group for one in pack.closure.reasons), UNKNOWN]))
    return {
        one.name: one
        for one in (
            Dimension("region", ALL, {ALL: (*(one.key for one in pack.regions), UNKNOWN)}, tells=False),
            Dimension("area", ALL, {ALL: (*(one.key for one in pack.areas), UNKNOWN)}, tells=False),
            Dimension("tier", ALL, {ALL: (*(str(one.number) for one in pack.tiers), NO_TIER)}),
            Dimension("response", ALL, {ALL: ("owed", "not_owed"), "owed": ("met", "missed")}),
            Dimension("source", ALL, {ALL: (*(one.key for one in pack.trafficking.sources), UNKNOWN)}),
            Dimension(
                "way",
                ALL,
                {
                    ALL: ("not_eligible", "came_eligible"),
                    "not_eligible": ("undecided", "ineligible"),
                    "ineligible": tuple(f"reason-{one}" for one in reasons),
                    "came_eligible": ("eligible", "came_tiered"),
                    "came_tiered": ("tiered", "came_staffed"),
                    "came_staffed": ("staffed", "planned"),
                },
            ),
            Dimension(
                "ending",
                ALL,
                {ALL: ("no_case", "open", "closed"), "closed": tuple(f"closed-{one}" for one in groups)},
            ),
            Dimension("visit", ALL, {ALL: ("first", "again")}),
        )
    }


def leaf_of(told: Mapping[str, str], dims: Mapping[str, Dimension]) -> Leaf:
    """A row's choices, each as one of the last values of its dimension."""
    values = {}
    for one in fields(Leaf):
        leaves = dims[one.name].leaves()
        value = told.get(one.name, "")
        if value not in leaves:
            if one.name in ("way", "ending"):
                value = f"{value.partition('-')[0]}-{UNKNOWN}"
            elif one.name == "tier":
                value = NO_TIER
            else:
                value = UNKNOWN
        values[one.name] = value
    return Leaf(**values)


def written(rows: Mapping[Leaf, int]) -> list[list[object]]:
    """Rows as JSON can write them, in one order."""
    return [[*astuple(leaf), rows[leaf]] for leaf in sorted(rows)]


def read(tree: Iterable[Sequence[object]]) -> Counter[Leaf]:
    """What `written` wrote."""
    return Counter({Leaf(*(str(part) for part in line[:-1])): int(str(line[-1])) for line in tree})


# ------------------------------------------------------------------------------------------------------------ tables


def key(span: str, dims: Mapping[str, Dimension], **values: str) -> str:
    """The key of a count: `key("2025", dims, region="capital")`."""
    names = sorted(values)
    return key_of(f"{span} {WHAT}", [dims[name] for name in names], [values[name] for name in names])


def headline(span: str, printed: Mapping[str, int], dims: Mapping[str, Dimension]) -> dict[str, int]:
    """Of the printed counts those that a span is told beside others by: all, owed a response, met."""
    keys = {
        "all": key(span, dims),
        "owed": key(span, dims, response="owed"),
        "met": key(span, dims, response="met"),
    }
    return {name: printed[one] for name, one in keys.items() if one in printed}


def tables_of(span: str, rows: Mapping[Leaf, int], dims: Mapping[str, Dimension], detail: str) -> list[CountTable]:
    """The tables of a span in this detail."""
    found = []
    for names in TABLES[detail]:
        counts: Counter[tuple[str, ...]] = Counter()
        for leaf, many in rows.items():
            counts[tuple(getattr(leaf, name) for name in names)] += many
        found.append(CountTable(f"{span} {WHAT}", tuple(dims[name] for name in names), counts, top_must_show=False))
    return found


def year_sums(year: int, dims: Mapping[str, Dimension], rows: Mapping[Leaf, int]) -> list[Sum]:
    """A year is the sum of its quarters, in every count that both have."""
    cells, _ = joined(tables_of(str(year), rows, dims, COARSE))
    whole = f"{year} {WHAT}"
    quarters = [f"{name_of(year, quarter)} {WHAT}" for quarter in (1, 2, 3, 4)]
    return [Sum(cell.key, tuple(one + cell.key.removeprefix(whole) for one in quarters), tells=False) for cell in cells]


def all_hidden(span: str, rows: Mapping[Leaf, int], dims: Mapping[str, Dimension]) -> EarlierRelease:
    """A quarter of which nothing was shown, for the year that it is part of: its counts are still to be kept."""
    cells, sums = joined(tables_of(span, rows, dims, COARSE))
    rule = Rule()
    return EarlierRelease(
        span, tuple(EarlierCell(it.key, it.count, False, 0 < it.count < rule.threshold) for it in cells), tuple(sums)
    )


def figures_of(span: str, dims: Mapping[str, Dimension], cells: Collection[str]) -> list[Figure]:
    """The shares that are told beside the counts, of those counts that there are."""
    places: list[dict[str, str]] = [{}, *({"region": one} for one in dims["region"].leaves())]
    tiers = [{"tier": one} for one in dims["tier"].leaves()]
    found = [
        _share(span, dims, values, {"response": "met"}, {"response": "owed"})
        for values in (*places, *tiers, *({**place, **tier} for place in places[1:] for tier in tiers))
    ]
    for part, whole in FUNNEL_STEPS:
        found += [_share(span, dims, place, {"way": part}, {} if whole == ALL else {"way": whole}) for place in places]
    return [one for one in found if one.of in cells and one.base in cells]


def _share(
    span: str,
    dims: Mapping[str, Dimension],
    values: Mapping[str, str],
    part: Mapping[str, str],
    whole: Mapping[str, str],
) -> Figure:
    of, base = key(span, dims, **values, **part), key(span, dims, **values, **whole)
    return Figure(f"share of {of}", "share", of, base)


# ----------------------------------------------------------------------------------------------------------- protect


def make(
    span: str,
    rows: Mapping[Leaf, int],
    pack: Pack,
    solver: Solver,
    *,
    details: Sequence[str],
    earlier: Callable[[Sequence[str], Sequence[Sum]], Sequence[EarlierRelease]],
    sums: Sequence[Sum] = (),
    seconds: float,
    timer: Callable[[], float],
    jitter_key: bytes = b"",
) -> Made:
    """What may be shown of these rows, joined with everything published earlier that can tell of them.

    The first of `details` that can be protected; the threshold is never lowered. Raises Refused where none can.
    """
    began = timer()
    why = ""
    for detail in details:
        try:
            return _make(span, rows, pack, solver, detail, earlier, sums, seconds, timer, jitter_key, began)
        except Unprotectable as beyond:
            why = (
                f"{len(beyond.cells)} counts cannot be protected: who is counted in a small one, or knows the rule, "
                "could work out another. The threshold is not lowered."
            )
        except _Faulty as fault:
            why = str(fault)
        except (Unsound, SolverFailed) as wrong:
            raise Refused("The counts contradict what was published earlier, or the solver gave no answer.") from wrong
    raise Refused(why)


class _Faulty(Exception):  # noqa: N818
    """The audit would not let it pass."""


def _make(
    span: str,
    rows: Mapping[Leaf, int],
    pack: Pack,
    solver: Solver,
    detail: str,
    earlier: Callable[[Sequence[str], Sequence[Sum]], Sequence[EarlierRelease]],
    sums: Sequence[Sum],
    seconds: float,
    timer: Callable[[], float],
    jitter_key: bytes,
    began: float,
) -> Made:
    dims = dimensions(pack)
    cells, own = joined(tables_of(span, rows, dims, detail))
    here = {cell.key for cell in cells}
    rule = Rule(threshold=max(Rule().threshold, pack.statistics.small_count_threshold))
    before = list(earlier(sorted(here), [*own, *sums]))
    same = same_as_in_a_report(
        {cell.key: cell.count for cell in cells}, ((cell.key, cell.count) for one in before for cell in one.cells)
    )
    before = called_anew(before, same)
    problem = with_ledger(span, cells, [*own, *sums], before, figures=figures_of(span, dims, here))
    pattern = protect(problem, rule, solver, seconds=seconds, timer=timer, jitter_key=jitter_key)
    hidden = set(pattern.hidden)
    printed = {name: problem.cells[name].count for name in problem.cells if name in here and name not in hidden}
    texts = printed_figures(problem, printed, rule.threshold)
    found = audit(problem, hidden, printed, rule, solver, texts)
    proof = certificate(problem, hidden, printed, rule, found, solver.name)
    if not proof["for_release"]:
        asked = ", ".join(sorted({one.question for one in found.faults})) or "the rule"
        raise _Faulty(f"The audit found that a hidden count could be worked out ({asked}).")
    small = set(pattern.primary)
    # Of a quarter of which nothing was shown the ledger has no entry, and the year's sums name its counts.
    named = {part for one in sums for part in one.parts} - here
    refused = [problem.cells[it] for it in sorted(named) if problem.cells[it].showing is Showing.NEVER_SHOWN]
    silent = zeros_that_tell(own, printed)
    told = {key: count for key, count in sorted(printed.items()) if key not in silent}
    return Made(
        problem=problem,
        printed=told,
        hidden=tuple(sorted(here - set(told))),
        figures=printed_figures(problem, told, rule.threshold),
        certificate=proof,
        method=pattern.status,
        detail=detail,
        seconds=timer() - began,
        earlier=EarlierRelease(
            f"leaders {span}",
            tuple(EarlierCell(it.key, it.count, it.key in printed, it.key in small) for it in [*cells, *refused]),
            (*own, *sums, *(Sum(key, (old,), tells=False) for old, key in sorted(same.items()))),
        ),
    )
