"""The forms of funders and national collections, filled with what the platform counts, by the crosswalk. (STAT-5)

Each line of a form is a code of theirs in their order. What the platform does not collect stands in it as not
collected; what has no code there is told beside the lines, so that nobody is lost without a word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rightdoor.domain.grant_report import Counts, Line, Table

from .crosswalk import Crosswalk, crosswalk
from .pack import Pack

SERVED = "served"
NEW = "served|standing=new"
BEFORE = "served|standing=before"
# Lines of the form that ask for what nobody here records.
SPECIAL = (
    "Deaf or hard of hearing",
    "Homeless",
    "Immigrants, refugees or asylum seekers",
    "LGBTQ",
    "Veterans",
    "Victims with disabilities: cognitive, physical or mental",
    "Victims with limited English proficiency",
    "Other",
)
GROUPS: Mapping[str, str] = {
    "A": "Information and referral",
    "B": "Personal advocacy and accompaniment",
    "C": "Emotional support or safety services",
    "D": "Shelter and housing services",
    "E": "Criminal and civil justice system assistance",
}


class Person(Protocol):
    """What a form asks of a person; codes of the yearly form and keys of the pack."""

    @property
    def status(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def age(self) -> str: ...
    @property
    def gender(self) -> str: ...
    @property
    def race(self) -> str: ...
    @property
    def standing(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def services(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Disposed:
    """One disposition in a report of an office that prosecutes."""

    nibrs: str
    disposition: str


class _Form:
    """A report as it grows: counts by key, sums, tables."""

    def __init__(self) -> None:
        self.cells: dict[str, int] = {}
        self.sums: list[tuple[str, tuple[str, ...]]] = []
        self.tables: list[Table] = []
        self.notes: list[str] = []

    def total(self, key: str, count: int) -> None:
        self.cells[key] = count

    def split(self, total: str, parts: Mapping[str, int]) -> None:
        """These parts add up to the total: every person in exactly one."""
        self.cells.update(parts)
        self.sums.append((total, tuple(parts)))

    def either(self, total: str, key: str, count: int) -> None:
        """Some of the total are so, the others are not."""
        self.split(total, {key: count, f"{key}:no": self.cells[total] - count})

    def add(self, table: Table) -> None:
        self.tables.append(table)

    def done(self) -> Counts:
        return Counts(tuple(self.tables), self.cells, tuple(self.sums), tuple(self.notes))


def voca(people: Iterable[Person], walk: Crosswalk | None = None) -> Counts:
    """The performance measures of a quarter. Who people are counts the new ones; the rest everybody served."""
    walk = walk or crosswalk()
    form, served = _begun(people)
    new = [one for one in served if one.standing == "new"]
    form.add(_everybody("P", "Individuals"))
    for field, title in (("race", "Race and ethnicity"), ("gender", "Gender identity"), ("age", "Age")):
        _split_by(
            form, walk, new, ours=field, theirs="voca_pmt", field=field, of=NEW, title=f"{title}, new individuals"
        )
    _kinds(form, served)
    lines = [
        Line("Human Trafficking: Labor", "served|kind=labor or both"),
        Line("Human Trafficking: Sex", "served|kind=sex or both"),
        Line("Multiple victimizations", "served|kind=both"),
        Line("Trafficking of a kind that is not known (no line of the form)", "served|kind=unknown"),
        Line("Every other kind of victimization"),
    ]
    about = "Everybody served. Who was sold for sex and for labor counts in both lines and once among the multiple."
    form.add(Table("V", "Type of victimization", about, "people", tuple(lines), SERVED))
    form.add(
        Table(
            "S",
            "Special classifications",
            "Told by the person only. Not collected by this platform.",
            "people",
            tuple(Line(one) for one in SPECIAL),
        )
    )
    for group, title in GROUPS.items():
        _service_group(form, walk, served, group, title)
    elsewhere = [one for one in served if any(not _group_of(walk, service) for service in one.services)]
    form.either(SERVED, "served|services=elsewhere", len(elsewhere))
    form.add(
        Table(
            "X",
            "Services whose line of the form is not known",
            "Services of this state's list for which the crosswalk names no group. Ask the funder where they belong.",
            "people",
            (Line("Individuals served", "served|services=elsewhere"),),
            SERVED,
        )
    )
    return form.done()


def tims(people: Iterable[Person], walk: Crosswalk | None = None) -> Counts:
    """Clients of half a year by the headings of the published snapshot."""
    walk = walk or crosswalk()
    form, served = _begun(people)
    form.add(_everybody("C", "Clients", new="New clients", before="Continuing clients", share=True))
    for field, theirs, title in (
        ("age", "age", "Adults and minors"),
        ("kind", "trafficking", "Type of trafficking"),
        ("gender", "gender", "Gender"),
    ):
        _split_by(form, walk, served, ours=field, theirs="tims", field=theirs, of=SERVED, title=title, share=True)
    return form.done()


def htcds(people: Iterable[Person], walk: Crosswalk | None = None) -> Counts:
    """Totals in the words of the standard, which is made for rows: no row about one person is given."""
    walk = walk or crosswalk()
    form, served = _begun(people, with_those_ruled_out=True)
    form.add(
        Table("T", "Everybody", "Whoever had an open case in the year.", "people", (Line("People", SERVED),), SERVED)
    )
    status = Counter(_status(walk, one.status) for one in served)
    form.split(SERVED, {f"served|status={one}": status[one] for one in (*_codes(walk, "TraffickingStatus"), "blank")})
    form.add(
        Table(
            "TS",
            "TraffickingStatus",
            "As determined at last.",
            "people",
            tuple(Line(one, f"served|status={one}") for one in (*_codes(walk, "TraffickingStatus"), "blank")),
            SERVED,
        )
    )
    _kinds(form, served)
    form.add(
        Table(
            "TE",
            "TypeOfExploitation",
            "Whoever was sold for sex and for labor counts in both.",
            "people",
            (
                Line("SexualExploitation", "served|kind=sex or both"),
                Line("ForcedLabour", "served|kind=labor or both"),
                Line("blank", "served|kind=unknown"),
            ),
            SERVED,
        )
    )
    state = Counter(
        {"active": "Active", "missing": "Active", "unknown": "blank"}.get(one.outcome, "Closed") for one in served
    )
    form.split(SERVED, {f"served|state={one}": state[one] for one in ("Active", "Closed", "blank")})
    form.add(
        Table(
            "CS",
            "Status",
            "Of the case at the end of the year. Follow-up and closed with a referral are not kept apart here.",
            "people",
            (
                *(Line(one, f"served|state={one}") for one in ("Active", "Closed", "blank")),
                Line("FollowUp"),
                Line("ClosedReferred"),
            ),
            SERVED,
        )
    )
    return form.done()


def nibrs(
    pack: Pack, arrests: Mapping[str, int], disposed: Sequence[Disposed], dispositions: Mapping[str, str]
) -> Counts:
    """Arrests by law with its offense code, and dispositions by offense. `arrests`: by key of the pack's charges."""
    field = crosswalk().vocabulary("nibrs").field("offense")
    codes = field.codes if field else ()
    form = _Form()
    by_code = Counter(one.nibrs if one.nibrs in codes else "U" for one in disposed)
    form.total("disposed", len(disposed))
    form.split("disposed", {f"disposed|offense={one}": by_code[one] for one in (*codes, "U")})
    form.add(
        Table(
            "D",
            "Dispositions by offense",
            "As offices that prosecute reported them for the year. U: no code was reported.",
            "dispositions",
            (Line("All", "disposed"), *(Line(one, f"disposed|offense={one}") for one in (*codes, "U"))),
            "disposed",
        )
    )
    trafficking = Counter(one.disposition for one in disposed if one.nibrs in {"64A", "64B"})
    form.total("trafficking", sum(trafficking.values()))
    form.sums.append(("trafficking", ("disposed|offense=64A", "disposed|offense=64B")))
    form.split("trafficking", {f"trafficking|came={one}": trafficking[one] for one in dispositions})
    form.add(
        Table(
            "T",
            "What became of 64A and 64B",
            "Human trafficking alone.",
            "dispositions",
            (
                Line("All", "trafficking"),
                *(Line(label, f"trafficking|came={one}") for one, label in dispositions.items()),
            ),
            "trafficking",
        )
    )
    offense = {one.charge: " or ".join(one.nibrs) for one in pack.statistics.offenses}
    laws = {one.key: f"{one.label} ({offense.get(one.key, 'no code settled')})" for one in pack.statistics.charges}
    laws["other"] = "Another law (no code settled)"
    form.total("arrests", sum(arrests.values()))
    form.split("arrests", {f"arrests|law={one}": arrests.get(one, 0) for one in laws})
    form.add(
        Table(
            "A",
            "Arrests by law",
            "As police agencies reported them for the year, with the offense code of the law. Where a law takes in"
            " both, the report did not say which it was.",
            "arrests",
            (Line("All", "arrests"), *(Line(label, f"arrests|law={one}") for one, label in laws.items())),
            "arrests",
        )
    )
    form.notes.append(
        "Charges on cases of the platform name their law in free words; they have no code and are not here."
    )
    return form.done()


# ------------------------------------------------------------------------------------------------------------- pieces


def _begun(people: Iterable[Person], *, with_those_ruled_out: bool = False) -> tuple[_Form, list[Person]]:
    everybody = list(people)
    served = [one for one in everybody if with_those_ruled_out or one.status != "not_trafficking"]
    form = _Form()
    form.total(SERVED, len(served))
    new = sum(one.standing == "new" for one in served)
    form.split(SERVED, {NEW: new, BEFORE: len(served) - new})
    form.notes.append("People whom this platform served, each once, confirmed and suspected together.")
    if not with_those_ruled_out:
        form.notes.append("Whoever was found not to be trafficked is not counted.")
    return form, served


def _everybody(
    code: str, title: str, *, new: str = "New individuals", before: str = "Served before", share: bool = False
) -> Table:
    lines = (Line("All served", SERVED), Line(new, NEW), Line(before, BEFORE))
    about = "With an open case at some time of the span. New: no case was open before."
    return Table(code, title, about, "people", lines, SERVED, share)


def _split_by(
    form: _Form,
    walk: Crosswalk,
    people: Sequence[Person],
    *,
    ours: str,
    theirs: str,
    field: str,
    of: str,
    title: str,
    share: bool = False,
) -> None:
    """A table of one field: theirs in their order, each person in one line; without a code, in the last."""
    found = walk.vocabulary(theirs).field(field)
    codes = found.codes if found else ()
    values = Counter(_code(walk, ours, theirs, field, getattr(one, ours)) for one in people)
    lines = [(one, one) for one in codes]
    if any(not line.to for line in walk.map(ours, theirs, field).lines):
        lines.append(("", "Without a code there"))
    name = f"{theirs} {field}"
    form.split(of, {f"{of}|{name}={code}": values[code] for code, _ in lines})
    rows = tuple(Line(label, f"{of}|{name}={code}") for code, label in lines)
    form.add(Table(field, title, "Each person once.", "people", rows, of, share))


def _code(walk: Crosswalk, ours: str, theirs: str, field: str, value: str) -> str:
    codes = walk.codes(ours, theirs, field, value)
    return codes[0] if len(codes) == 1 else ""


def _kinds(form: _Form, served: Sequence[Person]) -> None:
    """The kinds with both counted in each: the four parts, and the two lines that overlap."""
    kinds = Counter(one.kind if one.kind in {"sex", "labor", "both"} else "unknown" for one in served)
    form.split(SERVED, {f"served|kind={one}": kinds[one] for one in ("sex", "labor", "both", "unknown")})
    for one in ("sex", "labor"):
        key = f"served|kind={one} or both"
        form.either(SERVED, key, kinds[one] + kinds["both"])
        form.sums.append((key, (f"served|kind={one}", "served|kind=both")))


def _service_group(form: _Form, walk: Crosswalk, served: Sequence[Person], group: str, title: str) -> None:
    key = f"served|services={group}"
    form.either(SERVED, key, sum(any(_group_of(walk, one) == group for one in person.services) for person in served))
    lines = (Line("Individuals served", key), Line("Number of times, line by line"))
    form.add(Table(group, f"{group}. {title}", "People who had such a service in the span.", "people", lines, SERVED))


def _group_of(walk: Crosswalk, service: str) -> str:
    return next(iter(walk.codes("services", "voca_pmt", "services", service)), "")


def _codes(walk: Crosswalk, field: str) -> tuple[str, ...]:
    found = walk.vocabulary("htcds").field(field)
    return found.codes if found else ()


def _status(walk: Crosswalk, value: str) -> str:
    """Ruled out is no status of the yearly form, which counts victims alone."""
    if value == "not_trafficking":
        return "Not a victim"
    return next(iter(walk.codes("status", "htcds", "TraffickingStatus", value)), "blank")


BUILDERS: Mapping[str, Callable[[Collection[Person]], Counts]] = {"voca": voca, "tims": tims, "htcds": htcds}
