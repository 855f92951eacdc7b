"""The tables of the report: which counts stand where, and what they are to disclosure control.

Persons in the platform are counted once ("inside"); what agencies count is counted by each of them ("outside"). The two
are never added, and no table holds both. Whatever is no count of people stands as it is; every count is a cell that is
protected together with all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ..disclosure_control.ledger import Difference, EarlierRelease, called_anew, with_ledger
from ..disclosure_control.primary import Rule
from ..disclosure_control.problem import Cell, Figure, Problem, Showing, Sum, Unsound
from ..disclosure_control.tables import CountTable, joined, key_of
from ..submission.year import KINDS
from .beside import same_in_a_report
from .folded import FOLDS, with_parts
from .inputs import Inputs, earlier_from
from .shapes import ADULT, COUNTED, JUVENILE, TOP, UNKNOWN, Shape, shape_of

Basis = Literal["inside", "outside", "agencies", "acts"]
OUTSIDE, INSIDE = "provider-persons", "persons"
NOT_COLLECTED = "-"


@dataclass(frozen=True, slots=True)
class Slot:
    """What stands in a place: a protected count, a figure worked out from printed counts, or words as they are."""

    kind: Literal["count", "figure", "words"]
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table."""

    key: str
    label: str
    slots: tuple[Slot, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table as it is laid out, before anything is printed or hidden."""

    code: str
    title: str
    about: str
    unit: str
    basis: Basis
    columns: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    breaks: tuple[tuple[str, str], ...] = ()
    chart: tuple[str, ...] | None = None  # columns that are drawn; None: as the table suggests


@dataclass(slots=True)
class Report:
    """Everything that is printed at once."""

    tables: list[ReportTable] = field(default_factory=list)
    problem: Problem = field(default_factory=lambda: Problem("", {}, ()))
    money: dict[str, int] = field(default_factory=dict)  # address -> dollars that must not be told
    named: list[tuple[str, str]] = field(default_factory=list)  # figures outside of tables: name, words
    unchanged: dict[str, str] = field(default_factory=dict)  # a count of what went out earlier -> the same count here


@dataclass(frozen=True, slots=True)
class _Spec:
    """A crossing of one or two dimensions of one measure."""

    code: str
    title: str
    about: str
    cross: str
    rows: str
    columns: str = ""
    coarse: bool = True  # of the columns, and of rows that are places
    fine_rows: bool = False
    without: tuple[str, ...] = ()  # merges that leave it out


_OUTSIDE = (
    _Spec("RT3", "Kind of trafficking, by status", "Each person once, by what the agency established.",
          "kind_status", "kind", "status"),
    _Spec("RT4", "Age group, by status", "Age at the first service of the year. Not known is a line of its own.",
          "age_status", "age", "status", fine_rows=True),
    _Spec("RT5", "Gender, by age", "As the person said it, or as the agency recorded it.", "gender_age", "gender",
          "age"),
    _Spec("RT6", "Race, by age", "Each person once; who has more than one race stands under that.", "race_age", "race",
          "age"),
    _Spec("RT7", "{Area} where it happened", "Persons in all, by place. More than one place is a line of its own.",
          "place_age", "place", fine_rows=True),
    _Spec("RT8", "Region where it happened, by age", "The same persons by region.", "place_age", "place", "age",
          without=("place_tables",)),
    _Spec("RT9", "Region where it happened, by kind", "The same persons by region.", "place_kind", "place", "kind",
          without=("place_tables",)),
    _Spec("RT10", "Region of home", "Where the persons lived before.", "origin", "origin"),
    _Spec("RT12", "How it stands at the end of the year, by age", "As the agency judged it at the end of the year.",
          "outcome_age", "outcome", "age"),
    _Spec("RT13", "New and continuing", "New: the agency served the person for the first time in this year.",
          "standing", "standing"),
    _Spec("RT13R", "Relation to the trafficker", "Who controlled the person, as far as it is known.", "relation",
          "relation", without=("relation",)),
)  # fmt: skip
_INSIDE = (
    _Spec("RT3P", "Kind of trafficking, by status, in the platform", "Each child or youth once, from their referrals.",
          "in_kind_status", "kind", "in_status"),
    _Spec("RT4P", "Age group, by status, in the platform", "Age at the first service of the year.", "in_age_status",
          "age", "in_status", fine_rows=True),
    _Spec("RT5P", "Gender, by age, in the platform", "As it was written down when the child became known.",
          "in_gender_age", "gender", "age"),
    _Spec("RT8P", "Region that coordinates, by age, in the platform", "The region of the case that was opened last.",
          "in_region_age", "region", "age"),
    _Spec("RT9P", "Region that coordinates, by kind, in the platform", "The same persons by kind of trafficking.",
          "in_region_kind", "region", "kind"),
    _Spec("RT12P", "How it stands at the end of the year, in the platform",
          "Open cases, and ended ones by the group of their reason.", "in_outcome_age", "in_outcome", "age"),
    _Spec("RT13P", "New and continuing, in the platform", "New: no case of the person was open before this year.",
          "in_standing", "standing"),
)  # fmt: skip


class _Builder:
    """Gathers tables, and what disclosure control needs of them."""

    def __init__(self, inputs: Inputs, merges: Sequence[str]) -> None:
        self.inputs = inputs
        self.merges = frozenset(merges)
        self.year = f"{inputs['year']}" if inputs["edition"] == 1 else f"{inputs['year']} corrected {inputs['edition']}"
        self.counted: list[CountTable] = []
        self.cells: list[Cell] = []
        self.sums: list[Sum] = []
        self.differences: list[Difference] = []
        self.figures: list[Figure] = []
        self.report = Report()

    def before(self, key: str) -> str:
        """The same count in the edition before this one."""
        return before(self.inputs["year"], self.inputs["edition"], key)

    def counts(self) -> tuple[list[Cell], list[Sum]]:
        """Every count, and the sums of the crossings."""
        cells, sums = joined(self.counted)
        return [*cells, *self.cells], sums

    # -- what stands in a table

    def count(self, key: str) -> Slot:
        """A protected count."""
        return Slot("count", key)

    def share(self, name: str, of: str, base: str, *, rest_is_a_cell: bool = False) -> Slot:
        """The share of one count in another. Whoever is told it can subtract: the rest is protected too."""
        self.figures.append(Figure(name, "share", of, base))
        if not rest_is_a_cell:
            self.differences.append(Difference(base, of))
        return Slot("figure", name)

    def named(self, name: str, label: str, of: str, base: str) -> None:
        """A share that stands in no table, for sentences."""
        self.share(name, of, base)
        self.report.named.append((name, label))

    def single(self, key: str, count: int, providers: Mapping[str, int] | None = None, *, within: str = "") -> Slot:
        """A count that is part of no sum. `within`: whom it is among, so that the others are protected too."""
        self.cells.append(Cell(key, count, providers=dict(providers or {}), depth=1))
        if within:
            self.differences.append(Difference(within, key))
        return self.count(key)

    def add(self, table: ReportTable) -> None:
        """The next table of the report."""
        self.report.tables.append(table)

    # -- crossings

    def cross(self, spec: _Spec, measure: str, unit: str, basis: Basis, *, by_provider: bool) -> None:
        """A table of one or two dimensions, and its counts. Its cells are called by `measure`."""
        if self.merges & set(spec.without):
            return
        rows = shape_of(spec.rows, self.inputs, self.merges, coarse=not spec.fine_rows)
        columns = shape_of(spec.columns, self.inputs, self.merges, coarse=True) if spec.columns else None
        shapes = [rows] if columns is None else [rows, columns]
        table = self.table_of(measure, shapes, self.inputs["crosses"].get(spec.cross, []), by_provider=by_provider)
        self.counted.append(table)
        heads = [(TOP, "All")] if columns is None else [(key, label) for key, label, _ in columns.walk()]
        dimensions = table.dimensions
        lines = []
        for key, label, level in rows.walk():
            slots = tuple(
                self.count(key_of(measure, dimensions, (key,) if columns is None else (key, column)))
                for column, _ in heads
            )
            lines.append(Line(key, label, slots, level))
        self.add(
            ReportTable(
                spec.code, self.words(spec.title), self.words(spec.about), unit, basis, tuple(heads), tuple(lines)
            )
        )

    def table_of(
        self,
        measure: str,
        shapes: Sequence[Shape],
        cross: Iterable[Sequence[Any]],
        *,
        by_provider: bool,
        top: bool = True,
    ) -> CountTable:
        """The counts of the inputs under these shapes; dimensions of the inputs beyond them are added up."""
        counts: dict[tuple[str, ...], int] = {}
        providers: dict[tuple[str, ...], dict[str, int]] = {}
        for codes, many, who in cross:
            at = tuple(shape.goes[code] for shape, code in zip(shapes, codes, strict=False))
            counts[at] = counts.get(at, 0) + many
            if by_provider:
                mine = providers.setdefault(at, {})
                for name, part in who.items():
                    mine[name] = mine.get(name, 0) + part
        return CountTable(measure, tuple(shape.dimension for shape in shapes), counts, providers, top)

    def words(self, text: str) -> str:
        """In the state's own word for an area."""
        area = self.inputs["area"]
        return text.replace("{area}", area).replace("{Area}", area[:1].upper() + area[1:])


def report_of(inputs: Inputs, merges: Sequence[str] = ()) -> Report:
    """The report that these inputs come to, made coarser by `merges`. Raises Unsound where the inputs contradict
    themselves or what was published earlier.
    """
    it = _laid_out(inputs, merges)
    it.report.tables.sort(key=lambda one: _order(one.code))
    cells, sums = it.counts()
    sums = [*sums, *_ties(it, {cell.key: cell for cell in cells})]
    earlier = earlier_from(inputs["earlier"])
    if inputs["edition"] > 1:
        apart = _laid_out(inputs, [one for one in merges if one not in FOLDS]).counts()[0]
        cells, sums = with_parts(inputs, it.before, cells, sums, apart, earlier)
        it.report.unchanged, it.differences[len(it.differences) :] = _corrections(it, cells, earlier)
    beside, twice = same_in_a_report(
        {cell.key: cell.count for cell in cells}, {cell.key: cell.count for one in earlier for cell in one.cells}
    )
    it.report.unchanged |= beside
    sums += twice
    earlier = called_anew(earlier, it.report.unchanged)
    it.report.problem = with_ledger(
        f"annual report {it.year}", cells, [*sums, *it.sums], earlier, it.differences, it.figures
    )
    return it.report


def _laid_out(inputs: Inputs, merges: Sequence[str]) -> _Builder:
    it = _Builder(inputs, merges)
    _agencies(it)
    if "outside" not in it.merges:
        _outside(it)
    if "inside" not in it.merges:
        _inside(it)
    if "referrals" not in it.merges:
        _referrals(it)
    if "performance" not in it.merges:
        _performance(it)
    _not_recorded_yet(it)
    if "justice" not in it.merges:
        _justice(it)
    _trend(it)
    if "outside" not in it.merges:
        _quality(it)
    return it


def before(year: int, edition: int, key: str) -> str:
    """The same count in the edition before this one; "" for the first edition."""
    if edition < 2:
        return ""
    old = f"{year}" if edition == 2 else f"{year} corrected {edition - 1}"
    return key.replace(f"{year} corrected {edition}", old, 1)


def _ties(it: _Builder, cells: Mapping[str, Cell]) -> list[Sum]:
    """Sums between measures: all tiers are the tiers together, and two measures may count out of the same whole.

    Whoever has the definitions knows these; a count that one of them hides must not stand in the other.
    """
    sums: list[Sum] = []
    tiers = [name for name, *_ in it.inputs["measures"] if name in ("R1", "R2", "R3")]
    for key, cell in cells.items():
        if tiers and (key == f"{it.year} R4" or key.startswith(f"{it.year} R4|")):
            parts = tuple(key.replace(" R4", f" {tier}", 1) for tier in tiers)
            if cell.count != sum(cells[part].count for part in parts):
                raise Unsound(f"{key} is {cell.count}, its tiers come to another count")
            sums.append(Sum(key, parts, tells=False))
    for one, other in _SAME:
        for key, cell in cells.items():
            twin = key.replace(f"{it.year} {one}", f"{it.year} {other}", 1)
            if twin != key and twin in cells and cells[twin].count == cell.count and _is_whole(key):
                sums.append(Sum(key, (twin,), tells=False))
    return sums


_SAME = (("S1", "S2"), ("referrals", "decisions"))  # told out of the same cases, the same referrals


def _is_whole(key: str) -> bool:
    parts = [part for part in key.split("|")[1:] if not part.startswith("region=")]
    return parts in ([], [f"result={COUNTED}"])


def _corrections(
    it: _Builder, cells: Sequence[Cell], earlier: Sequence[EarlierRelease]
) -> tuple[dict[str, str], list[Difference]]:
    """What a correction left as it was: old key -> key here. And what lies between every other count and its last
    print: nobody prints it, and anybody can take it.

    Whoever reads two editions takes what was not mentioned as not corrected, and is right. So an unchanged count is one
    count in both: hidden in one and printed in the other, it is known.
    """
    counts = {cell.key: cell.count for one in earlier for cell in one.cells}
    unchanged: dict[str, str] = {}
    found = []
    for cell in cells:
        edition, old = it.inputs["edition"], it.before(cell.key)
        if old in counts and counts[old] != cell.count:
            found.append(Difference(cell.key, old) if cell.count > counts[old] else Difference(old, cell.key))
        while counts.get(old) == cell.count:
            unchanged[old] = cell.key
            edition -= 1
            old = before(it.inputs["year"], edition, old)
    return unchanged, found


def _order(code: str) -> tuple[int, str]:
    number = ""
    for sign in code[2:]:
        if not sign.isdigit():
            break
        number += sign
    return int(number or 0), code


def _agencies(it: _Builder) -> None:
    columns = (
        ("asked", "Asked"), ("answered", "Answered"), ("nil", "Of them, nobody served"), ("declined", "Declined"),
        ("no_answer", "No answer"), ("late", "Added later, answered"),
    )  # fmt: skip
    lines = []
    for kind in (TOP, *KINDS):
        rows = [one for one in it.inputs["agencies"] if kind in (TOP, one[0])]
        if not rows and kind != TOP:
            continue
        due = [state for _kind, state, late, _mode, _form in rows if not late]
        answered = ("submitted", "nil", "platform")
        counts = (
            len(due), sum(one in answered for one in due), due.count("nil"), due.count("declined"),
            sum(one in ("no_answer", "asked", "listed") for one in due),
            sum(late and state in answered for _kind, state, late, _mode, _form in rows),
        )  # fmt: skip
        slots = tuple(Slot("words", f"{one:,}") for one in counts)
        lines.append(Line(kind, "All" if kind == TOP else KINDS[kind], slots, 0 if kind == TOP else 1))
    it.add(
        ReportTable(
            "RT1", "Who was asked, and who answered",
            "The list is frozen before anybody is asked; who was added later stands apart.", "agencies", "agencies",
            columns, tuple(lines), chart=("asked", "answered"),
        )
    )  # fmt: skip


def _outside(it: _Builder) -> None:
    measure, unit = f"{it.year} {OUTSIDE}", "persons, by agency"
    for spec in _OUTSIDE:
        it.cross(spec, measure, unit, "outside", by_provider=True)
    status = shape_of("status", it.inputs, it.merges)
    it.named("children_share", "17 and under, of persons by agency", f"{measure}|age={JUVENILE}", measure)
    it.named("sex_share", "Sex trafficking alone, of persons by agency", f"{measure}|kind=sex", measure)
    it.add(_by_status(it, "RT2", "Persons served, by status", measure, status, unit, "outside"))
    if "services" not in it.merges:
        _services(it, "RT11", "Services offered and received", "received", "services", measure, unit, "outside")


def _inside(it: _Builder) -> None:
    measure, unit = f"{it.year} {INSIDE}", "persons"
    for spec in _INSIDE:
        it.cross(spec, measure, unit, "inside", by_provider=False)
    status = shape_of("in_status", it.inputs, it.merges)
    it.add(_by_status(it, "RT2P", "Persons in the platform, by status", measure, status, unit, "inside"))
    if "services" not in it.merges:
        _services(it, "RT11P", "Services received, in the platform", "in_services", "in_services", measure, unit,
                  "inside")  # fmt: skip


def _by_status(
    it: _Builder, code: str, title: str, measure: str, status: Shape, unit: str, basis: Basis
) -> ReportTable:
    lines = []
    for key, label, level in status.walk():
        cell = key_of(measure, (status.dimension,), (key,))
        share = Slot("words", NOT_COLLECTED) if key == TOP else it.share(f"{code} {key}", cell, measure)
        lines.append(Line(key, label, (it.count(cell), share), level))
    about = "Confirmed, suspected, and what is not known; each person once at each agency."
    if basis == "inside":
        about = "The status as it was last determined; each person once."
    return ReportTable(code, title, about, unit, basis, ((TOP, "Persons"), ("share", "Share of all")), tuple(lines),
                       chart=(TOP,))  # fmt: skip


def _services(
    it: _Builder, code: str, title: str, cross: str, name: str, measure: str, unit: str, basis: Basis
) -> None:
    shape = shape_of(name, it.inputs, it.merges)
    counts = {codes[0]: (many, who) for codes, many, who in it.inputs["crosses"].get(cross, [])}
    offered = it.inputs["offered"]
    lines = []
    for key, label, _level in shape.walk():
        if key == TOP:
            continue
        many, who = counts.get(key, (0, {}))
        slots = [it.single(f"{measure}|services={key}", many, who if basis == "outside" else None, within=measure)]
        if basis == "outside":
            slots.append(Slot("words", f"{offered.get(key, 0):,}" if key != "none" else NOT_COLLECTED))
        lines.append(Line(key, label, tuple(slots)))
    columns = [(TOP, "Persons who received it")]
    if basis == "outside":
        columns.append(("offered", "Agencies that offer it"))
    it.add(
        ReportTable(code, title, "A person stands under every service that they received; the lines do not add up.",
                    unit, basis, tuple(columns), tuple(lines), chart=(TOP,))
    )  # fmt: skip


def _referrals(it: _Builder) -> None:
    for code, title, about, cross, name, measure in (
        ("RT14", "Where referrals came from", "Each referral of the year once, by its first source.", "sources",
         "source", "referrals"),
        ("RT14E", "What was decided on referrals", "Each referral once; not eligible by its one main reason.",
         "decisions", "decision", "decisions"),
        ("RT16", "Screenings by result", "Each screening that is over, once; a child may be screened more than once.",
         "screenings", "screened", "screenings"),
    ):  # fmt: skip
        shape = shape_of(name, it.inputs, it.merges)
        key = f"{it.year} {measure}"
        table = it.table_of(key, [shape], it.inputs["crosses"].get(cross, []), by_provider=False, top=False)
        it.counted.append(table)
        lines = tuple(
            Line(one, label, (it.count(key_of(key, (shape.dimension,), (one,))),), level)
            for one, label, level in shape.walk()
        )
        it.add(ReportTable(code, title, about, measure if measure != "decisions" else "referrals", "acts",
                           ((TOP, "All"),), lines))  # fmt: skip


def _performance(it: _Builder) -> None:
    results = shape_of("result", it.inputs, it.merges)
    for name, title, about, unit in it.inputs["measures"]:
        regions = shape_of("region", it.inputs, it.merges)
        measure = f"{it.year} {name}"
        cross = it.inputs["crosses"].get(f"measure {name}", [])
        if "performance_regions" in it.merges:
            cross = [[codes[1:], many, who] for codes, many, who in cross]
            shapes = [results]
        else:
            shapes = [regions, results]
        table = it.table_of(measure, shapes, cross, by_provider=False, top=False)
        it.counted.append(table)
        lines = []
        for region, label, level in regions.walk():
            if "performance_regions" in it.merges and region != TOP:
                continue
            keys = {
                result: key_of(measure, table.dimensions, (result,) if len(shapes) == 1 else (region, result))
                for result in ("met", COUNTED, "missed", "pending", "excluded")
            }
            slots = [it.count(keys["met"]), it.count(keys[COUNTED])]
            slots.append(it.share(f"RT15{name} {region}", keys["met"], keys[COUNTED], rest_is_a_cell=True))
            slots += [it.count(keys["pending"]), it.count(keys["excluded"])]
            lines.append(Line(region, label, tuple(slots), level))
        columns = (
            ("met", "Met"), (COUNTED, "Of"), ("share", "Share"), ("pending", "Not due yet"), ("excluded", "Left out"),
        )  # fmt: skip
        code = "RT15" + "".join(sign for sign in name.upper() if sign.isalnum())
        it.add(ReportTable(code, title, about, unit, "acts", columns, tuple(lines), chart=("met", COUNTED)))


def _not_recorded_yet(it: _Builder) -> None:
    slots = (Slot("words", NOT_COLLECTED),)
    lines = (Line("trainings", "Trainings held", slots), Line("outreach", "Outreach events", slots))
    it.add(
        ReportTable("RT17", "Trainings and outreach", "Not recorded in this program yet.", "events", "acts",
                    ((TOP, "All"),), lines, chart=())
    )  # fmt: skip


def _justice(it: _Builder) -> None:
    crosses = it.inputs["crosses"]
    charges = shape_of("charge", it.inputs, it.merges)
    arrests = f"{it.year} arrests"
    by_charge = [[codes[1:], many, who] for codes, many, who in crosses.get("arrests_place_charge", [])]
    it.counted.append(it.table_of(arrests, [charges], by_charge, by_provider=False, top=False))
    places = shape_of("place", it.inputs, it.merges, coarse=True)
    it.counted.append(
        it.table_of(arrests, [places], crosses.get("arrests_place_charge", []), by_provider=False, top=False)
    )
    for code, title, shape in (("RT19", "Arrests, by law", charges), ("RT19R", "Arrests, by region", places)):
        lines = tuple(
            Line(one, label, (it.count(key_of(arrests, (shape.dimension,), (one,))),), level)
            for one, label, level in shape.walk()
        )
        it.add(ReportTable(code, title, "As law enforcement counted them for the year.", "arrests", "acts",
                           ((TOP, "All"),), lines))  # fmt: skip
    dispositions = shape_of("disposition", it.inputs, it.merges)
    measure = f"{it.year} dispositions"
    it.counted.append(
        it.table_of(measure, [dispositions], crosses.get("dispositions", []), by_provider=False, top=False)
    )
    lines = tuple(
        Line(one, label, (it.count(key_of(measure, (dispositions.dimension,), (one,))),), level)
        for one, label, level in dispositions.walk()
    )
    it.add(ReportTable("RT19D", "Prosecutions, by disposition", "As the offices that prosecute reported them.",
                       "dispositions", "acts", ((TOP, "All"),), lines))  # fmt: skip
    _money(it)
    _calls(it)
    businesses = shape_of("business", it.inputs, it.merges)
    counts: dict[str, int] = {}
    for codes, many, _who in crosses.get("businesses", []):
        counts[codes[-1]] = counts.get(codes[-1], 0) + many
    found = tuple(
        Line(one, label, (it.single(f"{it.year} businesses|business={one}", counts.get(one, 0)),))
        for one, label, _level in businesses.walk()
        if one != TOP
    )
    it.add(ReportTable("RT20", "Illicit massage businesses", "As whoever licenses businesses counted them.",
                       "businesses", "acts", ((TOP, "All"),), found))  # fmt: skip


def _money(it: _Builder) -> None:
    least = max(it.inputs["threshold"], Rule().threshold)
    labels = (("ordered", "Restitution ordered"), ("paid", "Restitution paid"), ("forfeited", "Assets forfeited"))
    lines = []
    for key, label in labels:
        now, before = (it.inputs.get(name, {}).get(key, [0, 0]) for name in ("money", "money_before"))
        dollars, many = now[:2]
        if many and _tells_of_few(now, before, least):
            slot = Slot("words", "*")
            it.report.money[f"RT19M.{key}.{TOP}"] = dollars
        else:
            slot = Slot("words", f"{dollars:,}" if many else "0")
        lines.append(Line(key, label, (slot,)))
    it.add(
        ReportTable("RT19M", "Restitution and forfeiture",
                    f"Sums of fewer than {least} dispositions are hidden, and those that tell the sum of a few.",
                    "dollars", "acts", ((TOP, "Dollars"),), tuple(lines), chart=())
    )  # fmt: skip


def _tells_of_few(now: Sequence[int], before: Sequence[int], least: int) -> bool:
    """Does a sum of dollars tell that of a few dispositions? Of all of them; of those of other offices, to one that
    takes its own away; of the largest, where it is nearly all; or of those that lie between two editions.

    Both: dollars, of how many, and where that was kept the largest, and how many without the office that has most.
    """
    dollars, many = now[:2]
    largest, rest = now[2:] or (0, 0)
    if many < least or 0 < rest < least or largest > Rule().dominant * dollars:
        return True
    return bool(before[1]) and list(before[:2]) != [dollars, many] and abs(many - before[1]) < least


def _calls(it: _Builder) -> None:
    calls, kinds = shape_of("call", it.inputs, it.merges), shape_of("kind", it.inputs, it.merges)
    columns = [(key, label) for key, label, _ in kinds.walk()]
    lines = []
    for call, label, _level in calls.walk():
        if call == TOP:
            continue  # calls and people are not added up
        measure = f"{it.year} calls {call}"
        cross = [
            [codes[1:], many, who] for codes, many, who in it.inputs["crosses"].get("calls", []) if codes[0] == call
        ]
        it.counted.append(it.table_of(measure, [kinds], cross, by_provider=False, top=False))
        slots = tuple(it.count(key_of(measure, (kinds.dimension,), (kind,))) for kind, _ in columns)
        lines.append(Line(call, label, slots))
    it.add(
        ReportTable("RT18", "Hotlines", "As each line counts them; calls, situations and people are three things.",
                    "calls, situations or people", "acts", tuple(columns), tuple(lines))
    )  # fmt: skip


def _trend(it: _Builder) -> None:
    columns = (
        ("persons", "Persons, by agency"), ("juvenile", "17 and under"), ("adult", "18 and over"),
        ("unknown", "Age not known"), ("asked", "Asked"), ("answered", "Answered"),
    )  # fmt: skip
    lines = []
    for one in it.inputs["trend"]:
        told = (one.get(key) for key in ("total", "juvenile", "adult", "unknown", "asked", "answered"))
        slots = tuple(Slot("words", NOT_COLLECTED if value is None else f"{value:,}") for value in told)
        lines.append(Line(str(one["year"]), str(one["year"]), slots))
    if "outside" not in it.merges:
        measure = f"{it.year} {OUTSIDE}"
        due = [state for _kind, state, late, _mode, _form in it.inputs["agencies"] if not late]
        asked, answered = len(due), sum(one in ("submitted", "nil", "platform") for one in due)
        now = (
            it.count(measure), *(it.count(f"{measure}|age={one}") for one in (JUVENILE, ADULT, UNKNOWN)),
            Slot("words", f"{asked:,}"), Slot("words", f"{answered:,}"),
        )  # fmt: skip
        lines.append(Line(str(it.inputs["year"]), str(it.inputs["year"]), now))
    it.add(
        ReportTable(
            "RT21", "Year by year",
            "As each year's report printed it. Where the words or the list of agencies changed, no trend is drawn.",
            "persons, by agency", "outside", columns, tuple(lines),
            notes=("More agencies that answer make a larger count: read it beside how many were asked and answered.",),
            breaks=tuple((str(one["after"]), str(one["note"])) for one in it.inputs["breaks"]), chart=("persons",),
        )
    )  # fmt: skip


def _quality(it: _Builder) -> None:
    measure = f"{it.year} {OUTSIDE}"
    ways = (("not_asked", "Not asked"), ("unknown", "Asked, not known"), ("declined", "Not told by the person"))
    lines = []
    for name, label in (
        ("status", "Status"), ("kind", "Kind of trafficking"), ("age", "Age group"), ("gender", "Gender"),
        ("race", "Race"), ("place", "Place"), ("origin", "Place of home"), ("relation", "Relation to the trafficker"),
        ("standing", "New or continuing"), ("outcome", "How it stands"),
    ):  # fmt: skip
        if name == "relation" and "relation" in it.merges:
            continue
        source = "elsewhere" if name in ("place", "origin") else name
        ways_here = {missing: code for code, _label, missing in it.inputs["lists"][source]["codes"] if missing}
        slots = tuple(
            it.count(f"{measure}|{name}={ways_here[way]}") if way in ways_here else Slot("words", NOT_COLLECTED)
            for way, _ in ways
        )
        lines.append(Line(name, label, slots))
    modes = [mode for _kind, state, _late, mode, _form in it.inputs["agencies"] if state == "submitted"]
    forms = sorted(
        {form for _kind, state, _late, _mode, form in it.inputs["agencies"] if state == "submitted" and form}
    )
    notes = (
        f"Answers as totals: {modes.count('totals')}; as lines without identity: {modes.count('lines')}.",
        f"Versions of the form: {', '.join(forms) or 'none'}.",
        "A person whom two agencies served is counted by both; no share of such persons is guessed.",
    )
    it.add(
        ReportTable("RT22", "What is not known", "Persons of whom an item is missing, and why.", "persons, by agency",
                    "outside", ways, tuple(lines), notes=notes, chart=())
    )  # fmt: skip


def addresses(report: Report) -> dict[str, str]:
    """Address of every place that shows a count -> the count's key."""
    return {
        f"{table.code}.{line.key}.{column}": slot.value
        for table in report.tables
        for line in table.lines
        for (column, _), slot in zip(table.columns, line.slots, strict=True)
        if slot.kind == "count"
    }


def called(report: Report) -> dict[str, str]:
    """The key of each count -> the place where a reader finds it first: “Female, 13 to 17” (RT5)."""
    found: dict[str, str] = {}
    for table in report.tables:
        for line in table.lines:
            for (_, label), slot in zip(table.columns, line.slots, strict=True):
                if slot.kind == "count":
                    found.setdefault(slot.value, f"“{line.label}, {label}” ({table.code})")
    return found


def shown_by_problem(problem: Problem) -> set[str]:
    """Counts that this report would print if nothing had to be hidden."""
    return {key for key, it in problem.cells.items() if it.in_release and it.showing is not Showing.NEVER_SHOWN}
