"""What leaders of the state are shown of a closed quarter or year: every figure out of its cube, and nothing else.

"*" is hidden to protect privacy, "0" is none, "-" is not told in this detail. Shares and changes are worked out from
shown counts alone. There is no other way to cut a cube than its own tables. (STAT-3, STAT-4, STAT-7)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from rightdoor.domain.disclosure_control.figures import in_words, worked_out
from rightdoor.domain.disclosure_control.problem import Figure
from rightdoor.domain.disclosure_control.tables import Dimension
from rightdoor.domain.measures.funnel import ENDING_WORDS, FUNNEL, INSIDE, OUTSIDE, STOPPED_WORDS
from rightdoor.domain.measures.trends import Point, series_of
from rightdoor.foundation.ui.charts import Bar, Chart, Group, bar_chart
from rightdoor.foundation.ui.tile_map import HIDDEN, HIDDEN_WORDS, Square, tile_map
from rightdoor.oversight.statistics import cubes
from rightdoor.oversight.statistics.cubes import ALL, NO_TIER
from rightdoor.oversight.statistics.grids import Grid
from rightdoor.oversight.statistics.models import Cube
from rightdoor.oversight.statistics.queries import Head
from rightdoor.packs.pack import Pack

NOT_TOLD = "-"
YEARS = 10  # in the series
QUARTER_WORDS = ("January to March", "April to June", "July to September", "October to December")
RESPONSES = {
    ALL: "All",
    "owed": "Owed a response",
    "met": "In time",
    "missed": "Late",
    "not_owed": "Turned away before a response was due",
}
STEPS = {
    ALL: "Referred",
    "came_eligible": "Found eligible",
    "came_tiered": "Given a response tier",
    "came_staffed": "Emergency staffing held",
    "planned": "Service plan adopted",
}
VISITS = {"first": "First of this person in the year", "again": "A further one of the same person"}
ENDED = {
    "completed": "Goals met or services completed",
    "moved_on": "Moved on to others",
    "lost_contact": "Contact was lost",
    "declined": "Declined to go on",
    "not_a_victim": "Found not to be a victim",
    "other": "Another reason",
    "unknown": "Reason not known",
}
ABOUT = (
    "Each referral counts once, in the quarter in which its response clock started, and as it stood 90 days after that "
    "quarter ended. So every quarter is seen as long after as any other, and what changes later is not told.",
    "In time: the first emergency response meeting was held by the time that was due. Late: it was held later, or not "
    "at all. What an agency keeps apart is not counted.",
    "Counts under the threshold are hidden, and as many others as are needed so that nobody can work them out from "
    "totals, other tables, other quarters or anything published before. An independent audit has passed.",
)


@dataclass(frozen=True, slots=True)
class Section:
    """Tables and pictures about one thing."""

    key: str
    title: str
    grids: tuple[Grid, ...] = ()
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatePage:
    """Everything that is shown of a span, of the whole state or one of its regions."""

    name: str
    label: str
    region: str
    sections: tuple[Section, ...]
    proof: tuple[tuple[str, str], ...]


class View:
    """The shown counts of a span, by the values of their dimensions."""

    def __init__(self, cube: Cube | None, pack: Pack) -> None:
        self.cube, self.pack, self.dims = cube, pack, cubes.dimensions(pack)
        self.printed: Mapping[str, int] = cube.printed if cube is not None and cube.state == "shown" else {}
        self.hidden = frozenset(cube.hidden if cube is not None and cube.state == "shown" else ())
        self.threshold = pack.statistics.small_count_threshold

    def key(self, **values: str) -> str:
        """Of a count. A dimension at its top is left out."""
        assert self.cube is not None
        return cubes.key(self.cube.name, self.dims, **{name: value for name, value in values.items() if value})

    def count(self, **values: str) -> int | None:
        """A shown count; None for one that is hidden or not told."""
        return self.printed.get(self.key(**values)) if self.cube is not None else None

    def told(self, **values: str) -> str:
        """The count as it is printed."""
        if self.cube is None:
            return NOT_TOLD
        key = self.key(**values)
        if key in self.printed:
            return str(self.printed[key])
        return HIDDEN if key in self.hidden else NOT_TOLD

    def share(self, of: Mapping[str, str], base: Mapping[str, str]) -> str:
        """A share as it was audited with the cube."""
        if self.cube is None:
            return NOT_TOLD
        key = self.key(**of)
        if key not in self.printed and key not in self.hidden:
            return NOT_TOLD
        figure = Figure("", "share", key, self.key(**base))
        if self.printed.get(figure.base) == 0:
            return NOT_TOLD  # a share of nothing is none
        return in_words("share", worked_out(figure, self.printed, self.threshold))


def label_of(year: int, quarter: int) -> str:
    """2025, or January to March 2025."""
    return f"{QUARTER_WORDS[quarter - 1]} {year}" if quarter else str(year)


def page_of(pack: Pack, now: Cube, before: Cube | None, heads: Sequence[Head], region: str, outside: str) -> StatePage:
    """The page of a cube that is shown. `outside`: persons outside as they were published, or why there are none."""
    here, then = View(now, pack), View(_comparable(now, before), pack)
    place = {"region": region} if region else {}
    sections = [
        _all(here, then, place, outside),
        _responses(here, then, place),
        _funnel(here, then, place),
        _endings(here, then, place),
        _sources(here, then, place),
    ]
    if not region:
        sections.append(_regions(here, then))
        if not now.quarter:
            sections.append(_map(here))
        sections.append(_series(heads, now.quarter))
    if then.cube is None:
        sections = [replace(one, grids=tuple(_alone(grid) for grid in one.grids)) for one in sections]
    return StatePage(now.name, label_of(now.year, now.quarter), region, tuple(sections), _proof(now))


def _alone(grid: Grid) -> Grid:
    """The table without its columns of a year before, of which there is nothing to tell."""
    kept = [at for at, head in enumerate(grid.heads) if not head.startswith(("A year before", "Change"))]
    rows = tuple(tuple(row[at] for at in kept) for row in grid.rows)
    return replace(grid, heads=tuple(grid.heads[at] for at in kept), rows=rows)


def change(here: View, then: View, values: Mapping[str, str]) -> str:
    """By how much a shown count changed against a shown one of a year before."""
    after, before = here.count(**values), then.count(**values)
    if after is None or before is None:
        return NOT_TOLD if then.cube is None else HIDDEN
    figure = Figure("", "change", "after", "before")
    found = worked_out(figure, {"after": after, "before": before}, here.threshold)
    return NOT_TOLD if found is None else in_words("change", found)


# --------------------------------------------------------------------------------------------------------- sections


def _all(here: View, then: View, place: Mapping[str, str], outside: str) -> Section:
    rows = [_counted("Referrals", here, then, place)]
    notes = []
    if here.told(**place, visit="first") != NOT_TOLD:
        rows.append(_counted("Persons inside the platform", here, then, {**place, "visit": "first"}))
        notes.append(INSIDE)
    if outside and not place:
        rows.append(("Persons as providers outside counted them", outside, NOT_TOLD, NOT_TOLD))
        notes.append(OUTSIDE)
    return Section(
        "all", "All together", (_beside("All referrals", "What is counted", rows, then),), notes=tuple(notes)
    )


def _responses(here: View, then: View, place: Mapping[str, str]) -> Section:
    tiers = [("All tiers", ""), *((_tier(one), one) for one in here.dims["tier"].leaves())]
    rows = []
    for label, tier in tiers:
        values = {**place, **({"tier": tier} if tier else {})}
        told = [here.told(**values, response=one) for one in ("owed", "met", "missed", "not_owed")]
        if tier and set(told) == {NOT_TOLD}:
            continue
        of, base = {**values, "response": "met"}, {**values, "response": "owed"}
        rows.append((label, *told, here.share(of, base), then.share(of, base)))
    heads = (
        "Tier",
        *(RESPONSES[one] for one in ("owed", "met", "missed", "not_owed")),
        "Share in time",
        "A year before",
    )
    return Section("responses", "Response in time", (Grid("Responses by tier", heads, tuple(rows)),))


def _funnel(here: View, then: View, place: Mapping[str, str]) -> Section:
    rows, groups, before = [], [], ""
    for step, words in STEPS.items():
        values = {**place, **({} if step == ALL else {"way": step})}
        base = {**place, **({} if before in ("", ALL) else {"way": before})}
        share = here.share(values, base) if before else NOT_TOLD
        rows.append((words, here.told(**values), share, then.told(**values), change(here, then, values)))
        count = here.count(**values)
        said = here.told(**values) if share == NOT_TOLD else f"{here.told(**values)} ({share})"
        groups.append(
            Group(words, [Bar("", count, said if count is not None else f"{HIDDEN} {HIDDEN_WORDS}", short=said)])
        )
        before = step
    heads = ("Step", "Referrals", "Of the step before", "A year before", "Change")
    stopped = [
        (words, here.told(**place, way=one), then.told(**place, way=one), change(here, then, {**place, "way": one}))
        for one, words in _stopped(here.pack, here.dims["way"])
    ]
    chart = bar_chart("How far referrals came", groups, of="Step", head="Referrals")
    grids = (
        Grid("How far referrals came, year against year", heads, tuple(rows), " ".join(FUNNEL.rules)),
        Grid("Where the others stopped", ("Stopped", "Referrals", "A year before", "Change"), tuple(stopped)),
    )
    return Section("funnel", "From referral to what became of it", grids, (chart,))


def _endings(here: View, then: View, place: Mapping[str, str]) -> Section:
    named = {
        **ENDING_WORDS,
        **{f"closed-{key}": f"Closed: {words[:1].lower()}{words[1:]}" for key, words in ENDED.items()},
    }
    rows = [
        _counted(named.get(one, one), here, then, {**place, "ending": one})
        for one, depth in here.dims["ending"].walk()
        if depth
    ]
    return Section("endings", "What became of the cases", (_beside("Cases and how they ended", "Case", rows, then),))


def _sources(here: View, then: View, place: Mapping[str, str]) -> Section:
    labels = here.pack.trafficking.sources
    rows = [
        _counted("Not known" if one == "unknown" else labels.label(one), here, then, {**place, "source": one})
        for one in here.dims["source"].leaves()
    ]
    return Section("sources", "Where referrals come from", (_beside("Referrals by source", "Source", rows, then),))


def _regions(here: View, then: View) -> Section:
    rows = []
    for one in here.dims["region"].leaves():
        of, base = {"region": one, "response": "met"}, {"region": one, "response": "owed"}
        values = {"region": one}
        rows.append(
            (_region(here.pack, one), here.told(**values), then.told(**values), change(here, then, values),
             here.told(**base), here.share(of, base), then.share(of, base))
        )  # fmt: skip
    word = here.pack.word("region")
    heads = (
        _capital(word),
        "Referrals",
        "A year before",
        "Change",
        "Owed a response",
        "Share in time",
        "A year before, share",
    )
    return Section("regions", f"By {word}", (Grid(f"Referrals by {word}", heads, tuple(rows)),))


def _map(here: View) -> Section:
    word = here.pack.word("area")
    title = f"Where it happened, by {word}"
    if here.told(area="unknown") == NOT_TOLD or any(one.tile is None for one in here.pack.areas):
        return Section("map", title, notes=(f"Not told by {word} for this year.",))
    squares = [Square(one.tile, one.name, here.count(area=one.key)) for one in here.pack.areas if one.tile]
    drawn = tile_map(title, squares, of=_capital(word), what="referrals")
    notes = (
        f"{_capital(word)} not known: {here.told(area='unknown')}.",
        "A square says where it was said to have happened. It says nothing of how often it happens: that depends on "
        "who looks and who refers.",
    )
    return Section("map", title, charts=(drawn,), notes=notes)


def _series(heads: Sequence[Head], quarter: int) -> Section:
    """The same span of other years, with what chance alone may make of a count."""
    same = sorted((one for one in heads if one.quarter == quarter), key=lambda one: one.year)[-YEARS:]
    points = [Point(label_of(one.year, quarter), one.headline.get("all"), str(one.version)) for one in same]
    found = series_of(points)
    groups, rows = [], []
    said = {one.after: one.change.in_words if one.change else one.why for one in found.steps}
    for point, head in zip(found.points, same, strict=True):
        if point.count is None or point.limits is None:
            words, short = f"{HIDDEN} {HIDDEN_WORDS}" if head.state == "shown" else "Nothing is shown", HIDDEN
            bar = Bar("", None, words, short=short)
        else:
            reach = f"{point.limits.low:.0f} to {point.limits.high:.0f}"
            bar = Bar("", point.limits.low, f"{point.count} ({reach})", point.limits.high, short=str(point.count))
        groups.append(Group(point.label, [bar]))
        if point.label in said:
            rows.append((point.label, said[point.label]))
    notes = (
        "In brackets: between what the number lies that chance would scatter around, with 95 % confidence. The chart "
        "is drawn dark up to the lower end and light up to the upper one.",
        "A rise in referrals is not a rise in trafficking: more people may be looking. Nothing is compared across a "
        "change of what is counted.",
    )
    chart = bar_chart("Referrals over the years", groups, of="Time", head="Referrals")
    steps = (
        (Grid("From one to the next", ("Time", "What may be concluded"), tuple(rows), is_text=True),) if rows else ()
    )
    return Section("series", "Over the years", steps, (chart,) if groups else (), notes)


def _proof(cube: Cube) -> tuple[tuple[str, str], ...]:
    told = cube.certificate
    asked = sum(one["asked"] for one in told["questions"].values())
    method = {
        "optimal": "the fewest counts that suffice are hidden",
        "heuristic": "found within the time that it was given; fewer might have sufficed",
    }
    return (
        ("Counts shown", str(len(cube.printed))),
        ("Counts hidden", str(len(cube.hidden))),
        ("Threshold", f"fewer than {told['threshold']} are hidden"),
        ("Method", method.get(cube.method, cube.method)),
        ("Audit", f"passed; {asked} questions asked of what is shown"),
        ("Rows in which all, or all but one, are alike", str(len(told["to_be_read"]))),
        ("Solver", str(told["solver"])),
        ("Certificate", str(told["pattern"])[:16]),
    )


# ------------------------------------------------------------------------------------------------------------- files


def tables_as_rows(cube: Cube, pack: Pack) -> Iterator[tuple[str, list[list[str]]]]:
    """Every table of a cube with its title; "*" for what is hidden. Areas that are hidden are left out."""
    here = View(cube, pack)
    for names in cubes.TABLES[cube.detail]:
        dims = [here.dims[name] for name in names]
        rows = [[*(_dimension(pack, one.name) for one in dims), "Referrals"]]
        for places in product(*([value for value, _ in one.walk()] for one in dims)):
            values = {one.name: value for one, value in zip(dims, places, strict=True) if value != ALL}
            said = here.told(**values)
            if said == HIDDEN and "area" in values:
                continue
            rows.append([*(_value(pack, one, value) for one, value in zip(dims, places, strict=True)), said])
        yield " by ".join(["Referrals", *(_dimension(pack, one.name).lower() for one in dims)]), rows


def about_rows(cube: Cube) -> list[list[str]]:
    """What a file says of itself."""
    return [
        ["Time", label_of(cube.year, cube.quarter)],
        *(["About", one] for one in ABOUT),
        ["*", HIDDEN_WORDS],
        ["0", "none"],
        *([name, said] for name, said in _proof(cube)),
    ]


# ------------------------------------------------------------------------------------------------------------- words


def _beside(title: str, head: str, rows: Sequence[tuple[str, ...]], then: View) -> Grid:
    about = "" if then.cube is not None else "The same a year before is not counted, or was counted in another way."
    return Grid(title, (head, "Referrals", "A year before", "Change"), tuple(rows), about)


def _counted(label: str, here: View, then: View, values: Mapping[str, str]) -> tuple[str, str, str, str]:
    return label, here.told(**values), then.told(**values), change(here, then, values)


def _comparable(now: Cube, before: Cube | None) -> Cube | None:
    if before is None or before.state != "shown" or before.definition_version != now.definition_version:
        return None
    return before


def _stopped(pack: Pack, way: Dimension) -> list[tuple[str, str]]:
    reasons = pack.eligibility_words.ineligible_reasons
    found = []
    for value, _ in way.walk():
        if value.startswith("reason-"):
            key = value.removeprefix("reason-")
            found.append((value, f"Not eligible: {'reason not known' if key == 'unknown' else reasons.label(key)}"))
        elif value in STOPPED_WORDS and value != "planned":
            found.append((value, STOPPED_WORDS[value]))
    return found


def _tier(key: str) -> str:
    return "No tier" if key == NO_TIER else f"Tier {key}"


def _region(pack: Pack, key: str) -> str:
    return "Not known" if key == "unknown" else pack.region(key).name


def _dimension(pack: Pack, name: str) -> str:
    own = {"response": "Response", "tier": "Tier", "source": "Source", "way": "How far it came", "ending": "Case"}
    if name in ("region", "area"):
        return _capital(pack.word(name))
    return own.get(name, "First or further")


def _value(pack: Pack, dimension: Dimension, value: str) -> str:
    if value == ALL:
        return "All"
    if dimension.name == "tier":
        return _tier(value)
    if dimension.name == "region":
        return _region(pack, value)
    if value == "unknown":
        return "Not known"
    if dimension.name == "area":
        return pack.area(value).name
    if dimension.name == "source":
        return pack.trafficking.sources.label(value)
    if dimension.name == "way":
        named = {**STEPS, "not_eligible": "Not eligible, or not decided", **dict(_stopped(pack, dimension))}
        return named.get(value, value)
    if dimension.name == "ending":
        group = value.removeprefix("closed-")
        return ENDING_WORDS.get(value) or f"Closed: {ENDED.get(group, group)}"
    return (RESPONSES if dimension.name == "response" else VISITS).get(value, value)


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
