"""What a sheet of results tells, row by row, and what must not be in it. Pure: reads no table of the database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rightdoor.casework.screening import choices
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.domain.screening import step_of_band
from rightdoor.foundation.imports.cells import Problem, as_choice, as_day, as_text, folded
from rightdoor.foundation.imports.columns import Column, Told, read_rows
from rightdoor.foundation.imports.reading import Table, letter

_OF_A_PERSON = frozenset(
    {"dob", "birth", "birthdate", "birthday", "born", "ssn", "social", "medicaid", "mrn", "address", "street", "phone"}
    | {
        "telephone",
        "mobile",
        "email",
        "mail",
        "surname",
        "nickname",
        "alias",
        "aliases",
        "guardian",
        "mother",
        "father",
    }
)
_NAMES = frozenset({"name", "names", "first", "last", "given", "family", "initials"})
# Whoever was screened, under a heading that says nothing else; and the numbers under which they are kept elsewhere.
_WHOM = frozenset(
    {"client", "child", "youth", "minor", "patient", "student", "participant", "victim", "survivor", "person"}
    | {"clients", "children", "youths", "minors", "patients", "students", "participants", "victims", "survivors"}
)
_FILED = frozenset({"case", "file", "chart", "record", "docket", "referral"})
_NUMBERED = frozenset({"number", "numbers", "no", "num", "nr", "id", "ids", "identifier", "code", "ref", "reference"})
_NO_PERSON = frozenset({"tool", "instrument", "agency", "organization", "program", "school", "site", "screener"})
_TELLING = re.compile(r"@\w|\b\d{3}-\d{2}-\d{4}\b|\b\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b")
_LIKE_A_NAME = re.compile(r"[A-Z][A-Za-z'’-]+(?:, *| +)(?:[A-Z](?:\.|[A-Za-z'’-]*) +){0,2}[A-Z][A-Za-z'’-]*\.?")
_VERSION = re.compile(r"[vV]?\d{1,4}(?:[.\-/]\d{1,4}){0,3}[a-z]?")


@dataclass(frozen=True, slots=True)
class Known:
    """What a row may say here: tools, areas with their region, agencies that the viewer may bring results of."""

    tools: Mapping[str, Instrument]
    areas: Mapping[str, str]  # key -> name
    region_of: Callable[[str], str]
    served: frozenset[str] | None  # the regions of a coordinator; None: wherever the agency works
    agencies: Mapping[str, str]  # code -> name
    agency: str  # where a row says none
    area_word: str  # the state's word for an area
    today: date


@dataclass(frozen=True, slots=True)
class Line:
    """One result, ready to be counted."""

    row: int
    tool: str
    version: str
    agency: str
    region: str
    area: str
    month: date
    result: str
    band: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a sheet: the lines that are sound, and what is wrong with the others."""

    lines: tuple[Line, ...]
    faults: tuple[Any, ...]  # imports.columns.Fault


def refused_columns(table: Table, chosen: Mapping[str, int]) -> list[str]:
    """Why this sheet is not let in: columns that could tell of a person, as sentences; empty when there are none."""
    used = set(chosen.values())
    found = []
    for at, heading in enumerate(table.headings):
        words = set(folded(heading).split())
        cells = [row.cells[at].strip() for row in table.rows if row.cells[at].strip()]
        place = f"Column {letter(at)}"
        if words & _OF_A_PERSON or (words & _NAMES and not words & _NO_PERSON):
            found.append(f"{place} could hold who somebody is. Take it out of the sheet, then send it again.")
        elif at not in used and (words & _WHOM or (words & _FILED and words & _NUMBERED)):
            found.append(f"{place} could lead to whoever was screened. Take it out of the sheet, then send it again.")
        elif any(_TELLING.search(cell) for cell in cells):
            found.append(
                f"{place} holds telephone numbers, e-mail or other numbers of people. Take it out of the sheet."
            )
        elif at not in used and _mostly(cells, _is_date):
            found.append(f"{place} holds dates that are not the day of the screening. Take it out of the sheet.")
        elif at not in used and _mostly(cells, _is_like_a_name):
            found.append(f"{place} looks like names. Take it out of the sheet, then send it again.")
    return found


def columns_of(known: Known) -> list[Column]:
    """What the columns of a sheet may tell."""
    tools = {key: (one.title, *one.aliases) for key, one in known.tools.items()}
    areas = {key: (name,) for key, name in known.areas.items()}
    results = {key: (label,) for key, label in choices.RESULTS.items() if key}
    steps = {key: (label,) for key, label in choices.STEPS.items()}
    agencies = {key: (name,) for key, name in known.agencies.items()}
    return [
        Column(
            "tool", "Tool", lambda cell: as_choice(cell, tools), ("instrument", "screening tool"), must_be_told=True
        ),
        Column("version", "Version", _version, ("tool version", "edition")),
        Column("day", "Day", as_day, ("date", "screening date", "date screened", "screened on"), must_be_told=True),
        Column("area", "Area", lambda cell: as_choice(cell, areas), (known.area_word, "residence")),
        Column("result", "Result", lambda cell: as_choice(cell, results), ("outcome",)),
        Column("band", "Band", lambda cell: as_text(cell, longest=200), ("level", "level of concern", "score band")),
        Column("step", "What followed", lambda cell: as_choice(cell, steps), ("next step", "action")),
        Column("agency", "Agency", lambda cell: as_choice(cell, agencies), ("organization", "screening agency")),
    ]


def look(table: Table, known: Known, chosen: Mapping[str, int]) -> Looked:
    """Every row read and judged. Nothing is guessed: what does not fit is a fault with its cell and what to do."""
    lines, faults = [], []
    for told in read_rows(table, columns_of(known), chosen, {}):
        line = _line(told, known)
        faults += told.faults
        if line is not None and not told.faults:
            lines.append(line)
    return Looked(tuple(lines), tuple(faults))


def _line(told: Told, known: Known) -> Line | None:
    values = told.values
    tool, on = known.tools.get(str(values.get("tool") or "")), values.get("day")
    if tool is None or not isinstance(on, date):
        return None
    if on > known.today:
        told.fault("day", "This day has not come yet.", "Check the date.")
    result, step = str(values.get("result") or ""), str(values.get("step") or "")
    said = str(values.get("band") or "").strip()
    band = next((one for one in tool.scoring.bands if folded(said) in {folded(one.code), folded(one.label)}), None)
    if said and band is None:
        named = "; ".join(one.label for one in tool.scoring.bands) or "none"
        told.fault("band", "The tool has no such band.", f"Write one of: {named}.")
    if band is not None and band.result and result and result != band.result:
        told.fault("result", "The result does not go with the band.", "Mend one of the two.")
    if not said and not result:
        told.fault("result", "Neither result nor band.", "Fill one of them in.")
    area = str(values.get("area") or "")
    region = known.region_of(area)
    if known.served is not None and region not in known.served:
        told.fault("area", "This lies in no region of yours.", "Take the row out; its own coordinator brings it.")
    if band is not None:
        result = result or band.result or ""
        step = step or step_of_band(band).step or ""
    return Line(
        row=told.row,
        tool=tool.key,
        version=str(values.get("version") or ""),
        agency=str(values.get("agency") or known.agency),
        region=region,
        area=area,
        month=on.replace(day=1),
        result=result,
        band=band.code[:64] if band else "",
        next_step=step,
    )


def _version(cell: str) -> str:
    text = cell.strip()
    if text and not _VERSION.fullmatch(text):
        raise Problem("Not a version.", "Write numbers, such as 3.0 or 2018.")
    return text


def _is_like_a_name(cell: str) -> bool:
    plain = "".join(one for one in unicodedata.normalize("NFKD", cell) if not unicodedata.combining(one))
    return bool(_LIKE_A_NAME.fullmatch(plain.replace("Đ", "D").replace("đ", "d")))


def _is_date(cell: str) -> bool:
    try:
        return as_day(cell) is not None
    except Problem:
        return False


def _mostly(cells: Sequence[str], fits: Callable[[str], bool]) -> bool:
    return bool(cells) and sum(1 for _ in _hits(cells, fits)) * 2 >= len(cells)


def _hits(cells: Sequence[str], fits: Callable[[str], bool]) -> Iterator[str]:
    return (cell for cell in cells if fits(cell))
