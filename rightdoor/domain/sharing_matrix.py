"""The sharing matrix: which discipline may read which class of another agency's record, and on which ground.

The cells are data (packs/sharing_matrix.toml) in the notation of practice.md 4.5. This module reads the notation,
says whether a pack's cell is stricter than the shipped one, and holds the whole as lookups that cost nothing to ask.

    O    own records only                       S            status only: yes, no or a date
    M    the investigative team of a district   M (limit)    only the part of the record that the limit names
         that has a signed protocol switched    R*           a release that is specific and names the intermediary
         on; until then a release, as R         R**, M**     one named person, for a time, never in bulk: a roster
                                                             names nobody so, and M** opens on no protocol
    R    a release                              O/R**        own records, or a release
    -    never, or only by a court's order      R/court      a release or a court's order
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

# fmt: off
CLASSES = frozenset({
    "AGG", "DIR", "ID", "CORE", "SAFE", "PLAN", "ADV", "ADVPRIV", "LE", "PROS", "CW", "HLTH", "EVID", "MH", "PSY",
    "SUD", "EDU", "JJ", "FINS", "FI", "IMM", "LOC", "PRIV", "REP", "OFF", "PERF",
})
# fmt: on
COLUMNS = (
    "coordinator",
    "advocate",
    "police",
    "child_welfare",
    "prosecutor",
    "medical",
    "mental_health",
    "juvenile_justice",
    "school",
    "survivor_consultant",
)
# What a cell may ask of an item before it opens it; an item says which of these it meets.
LIMITS: Mapping[str, str] = {
    "limited": "limited",
    "abuse_findings": "abuse findings",
    "state_care": "if in state care",
    "education_part": "edu part",
    "safety": "safety",
}
_LIMIT_OF = {said: key for key, said in LIMITS.items()}
_WAYS: Mapping[str, frozenset[str]] = {
    "O": frozenset({"own"}),
    "M": frozenset({"team", "release"}),  # what the team may not read yet, a release may open
    "R": frozenset({"release"}),
    "S": frozenset({"status"}),
    "-": frozenset(),
    "court": frozenset(),  # a court's order stands outside the matrix: the word only says so
}
_CELL = re.compile(r"(?P<ways>[A-Za-z-]+(?:/[A-Za-z]+)?)(?P<stars>\*{0,2})(?: \((?P<limit>[a-z ]+)\))?")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one discipline may do with one class of another agency's records. `limit` is one of LIMITS, or empty.

    `is_specific`: a release must be for this class by name and name the intermediary. `is_named`: the ground must name
    the person, and end.
    """

    text: str
    own: bool = False
    team: bool = False
    release: bool = False
    status: bool = False
    limit: str = ""
    is_specific: bool = False
    is_named: bool = False

    @property
    def is_closed(self) -> bool:
        """Never, or only by a court's order."""
        return not (self.own or self.team or self.release or self.status)

    def fits_in(self, wider: Cell) -> bool:
        """Does this cell open nothing that `wider` keeps shut? Status is not less than a release: it needs no
        signature.
        """
        if self.is_closed:
            return True
        ways = all(getattr(wider, way) or not getattr(self, way) for way in ("own", "team", "release", "status"))
        limit = wider.limit in ("", self.limit)
        return ways and limit and self.is_specific >= wider.is_specific and self.is_named >= wider.is_named


CLOSED = Cell("-")


def parse_cell(text: str) -> Cell:
    """The cell that `text` says, in the notation above. Raises ValueError with a sentence."""
    said = " ".join(text.replace("–", "-").split())
    match = _CELL.fullmatch(said)
    ways = match["ways"].split("/") if match else []
    limit = _LIMIT_OF.get(match["limit"] or "", "") if match else ""
    known = bool(match) and all(way in _WAYS for way in ways) and bool(limit) == bool(match and match["limit"])
    if not match or not known:
        raise ValueError(f"“{text}” is no cell of the matrix.")
    opened = frozenset[str]().union(*(_WAYS[way] for way in ways))
    if match["stars"] == "**":
        # A roster lists whole disciplines and runs for a year: it names nobody, and for no short time.
        opened -= {"team"}
    return Cell(
        text=said,
        own="own" in opened,
        team="team" in opened,
        release="release" in opened,
        status="status" in opened,
        limit=limit,
        is_specific=match["stars"] == "*",
        is_named=match["stars"] == "**",
    )


@dataclass(frozen=True, eq=False)
class Matrix:
    """The matrix in force: the shipped cells as a pack narrowed them, and the pack's disciplines by column.

    `cells` maps (column, class) to a cell; what is not in it is closed. Compared by identity: there is one a pack.
    """

    version: str
    cells: Mapping[tuple[str, str], Cell]
    disciplines: Mapping[str, str] = field(default_factory=dict)
    by_discipline: Mapping[str, Mapping[str, Cell]] = field(init=False, repr=False)
    coordinators_own: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rows = {column: {name: self.cells.get((column, name), CLOSED) for name in CLASSES} for column in set(COLUMNS)}
        by_discipline = {key: rows[column] for key, column in self.disciplines.items() if column in rows}
        object.__setattr__(self, "by_discipline", by_discipline)
        own = frozenset(name for name, cell in rows["coordinator"].items() if cell.own)
        object.__setattr__(self, "coordinators_own", own)

    def cell(self, column: str, data_class: str) -> Cell:
        """The cell of a column and a class; closed when the matrix has none."""
        return self.cells.get((column, data_class), CLOSED)

    def narrowed(self, cells: Mapping[tuple[str, str], Cell], disciplines: Mapping[str, str]) -> Matrix:
        """This matrix with stricter cells and a pack's disciplines. Raises ValueError for a cell that is looser."""
        for (column, name), cell in cells.items():
            if not cell.fits_in(self.cell(column, name)):
                raise ValueError(f"{column}, {name}: “{cell.text}” opens more than “{self.cell(column, name).text}”.")
        return replace(self, cells={**self.cells, **cells}, disciplines=dict(disciplines))

    def discipline_at(self, discipline: str, agency_discipline: str) -> str:
        """The discipline that counts for a person of `discipline` whose employer is of `agency_discipline`.

        An advocate whom the police or a prosecutor employs is police or prosecution, wherever the desk stands; one
        whom an advocacy agency employs stays an advocate in anybody's building. (SR-16, SR-17)
        """
        is_advocate = self.disciplines.get(discipline) == "advocate"
        is_of_the_system = self.disciplines.get(agency_discipline) in ("police", "prosecutor")
        return agency_discipline if is_advocate and is_of_the_system else discipline

    def team_cells(self) -> frozenset[tuple[str, str]]:
        """The (column, class) pairs that a district's signed protocol may switch on."""
        return frozenset(place for place, cell in self.cells.items() if cell.team)


def matrix_of(
    version: str, rows: Mapping[str, Mapping[str, str]], disciplines: Iterable[tuple[str, str]] = ()
) -> Matrix:
    """A matrix from text: class, then column, then cell. Raises ValueError for a class, column or cell not known."""
    cells: dict[tuple[str, str], Cell] = {}
    for name, row in rows.items():
        if name not in CLASSES:
            raise ValueError(f"“{name}” is no class of records.")
        for column, text in row.items():
            if column not in COLUMNS:
                raise ValueError(f"“{column}” is no column of the matrix.")
            cells[column, name] = parse_cell(text)
    return Matrix(version, cells, dict(disciplines))
