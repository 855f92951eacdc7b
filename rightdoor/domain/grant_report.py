"""Reports to those who give money, and national collections: totals alone, small ones only on a recorded ground.

Federal law lets those who are paid under it give totals that identify nobody, and forbids the rest. A grant report goes
to a funder and not to the public: where the law asks for the exact count, one person asks for it and says which law and
to whom it goes, a second one approves, and all of it stays on record. Each approval is for one report. Everything else
is protected like a publication. (STAT-5; reporting 2, 3.2)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .disclosure_control.problem import Cell, Problem, Sum, problem_of
from .errors import RuleBroken

FORMS: Mapping[str, str] = {
    "voca": "Victims of Crime Act, performance measures of a quarter",
    "tims": "Trafficking victims' services, half a year",
    "nibrs": "Arrests and dispositions by national offense code, a year",
    "htcds": "Case data in the words of the international standard, a year",
}
GROUNDS: Mapping[str, str] = {
    "voca": "Money under the Victims of Crime Act: totals for the funder (28 CFR 94.115)",
    "tvpa": "Money under the Trafficking Victims Protection Act (22 U.S.C. 7105(b)(2))",
    "ucr": "Uniform crime reporting to the FBI (34 U.S.C. 41309)",
    "bjs": "Yearly figures for the Bureau of Justice Statistics (34 U.S.C. 20709)",
}
# A form that no law asks for is always protected.
GROUNDS_OF: Mapping[str, tuple[str, ...]] = {"voca": ("voca",), "tims": ("tvpa",), "nibrs": ("ucr", "bjs"), "htcds": ()}

# First and last month of each part of a year.
PARTS: Mapping[str, tuple[str, int, int]] = {
    "q1": ("January to March", 1, 3),
    "q2": ("April to June", 4, 6),
    "q3": ("July to September", 7, 9),
    "q4": ("October to December", 10, 12),
    "h1": ("January to June", 1, 6),
    "h2": ("July to December", 7, 12),
    "year": ("The whole year", 1, 12),
}
PARTS_OF: Mapping[str, tuple[str, ...]] = {
    "voca": ("q1", "q2", "q3", "q4"),
    "tims": ("h1", "h2"),
    "nibrs": ("year",),
    "htcds": ("year",),
}

# Of a request for exact counts.
REQUEST_STATES: Mapping[str, str] = {
    "asked": "Waits for a second person",
    "approved": "Approved, and made",
    "declined": "Refused",
    "taken_back": "Taken back",
}

HIDDEN = "*"
NOT_COLLECTED = "-"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table. `cell`: the key of its count; "" where the platform does not collect it."""

    label: str
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the form has it, its definition beside it."""

    code: str
    title: str
    about: str
    unit: str
    lines: tuple[Line, ...]
    whole: str = ""  # the key of the count of everybody whom the table is about
    has_shares: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """A report before anything is printed: its tables, every count by key, and which counts add up to which."""

    tables: tuple[Table, ...]
    cells: Mapping[str, int]
    sums: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[str, ...] = ()


def span_of(form: str, year: int, part: str) -> tuple[date, date]:
    """First and last day. Raises RuleBroken for a form or a part that the form does not have."""
    if part not in PARTS_OF.get(form, ()):
        raise RuleBroken("Choose a form, and a span of time that it asks for.")
    _, first, last = PARTS[part]
    following = date(year + last // 12, last % 12 + 1, 1)
    return date(year, first, 1), following - timedelta(days=1)


def check_asked(form: str, until: date, *, is_exact: bool, ground: str, recipient: str, today: date) -> None:
    """May this report be made? `recipient`: to whom it goes. Raises RuleBroken."""
    if form not in FORMS:
        raise RuleBroken("Choose a form.")
    if until >= today:
        raise RuleBroken("This span of time is not over yet.")
    if not recipient.strip():
        raise RuleBroken("Say to whom it goes.")
    if is_exact and ground not in GROUNDS_OF[form]:
        raise RuleBroken("Say which law asks for the exact counts. Without one, small counts are hidden.")
    if not is_exact and ground:
        raise RuleBroken("A law is named where exact counts are asked for.")


def check_may_decide(state: str, *, asked_by: str, by: str) -> None:
    """May this person approve or refuse exact counts? Nobody decides on what they asked for. Raises RuleBroken."""
    if state != "asked":
        raise RuleBroken(f"This request is “{REQUEST_STATES[state]}”. There is nothing to decide.")
    if not by or asked_by == by:
        raise RuleBroken("A second person decides on exact counts.")


def check_may_take_back(state: str, *, asked_by: str, by: str) -> None:
    """May this person take the request back? Whoever asked, until somebody decided. Raises RuleBroken."""
    if asked_by != by:
        raise RuleBroken("Only who asked for it takes it back.")
    if state != "asked":
        raise RuleBroken(f"This request is “{REQUEST_STATES[state]}”. There is nothing to take back.")


def check_beside(region: str, told: Collection[str]) -> None:
    """May a protected report be made beside protected ones of the same form and span, which were made for the regions
    `told` ("" is the whole state)? Each was protected alone: the state less its regions is a count that nobody audited.
    Raises RuleBroken.
    """
    if told and ("" in told) != (region == ""):
        went = "the whole state" if "" in told else "a region"
        raise RuleBroken(
            f"A report of this form and span went out for {went}. Beside it this one could tell what is hidden there."
            " Ask for exact counts where a law asks for them."
        )


def problem_for(name: str, counts: Counts) -> Problem:
    """The counts as one question to disclosure control: nothing that can be worked out is left aside."""
    parts = {part for _, all_parts in counts.sums for part in all_parts}
    cells = [Cell(key, count, depth=2 if key in parts else 0) for key, count in counts.cells.items()]
    return problem_of(name, cells, [Sum(total, all_parts) for total, all_parts in counts.sums])


def shares(shown: Mapping[str, int], cell: str, whole: str) -> str:
    """A share with one decimal, out of two counts that are shown; half away from zero. Empty where either is not."""
    if cell not in shown or not shown.get(whole):
        return ""
    tenths = (shown[cell] * 2000 + shown[whole]) // (2 * shown[whole])
    return f"{tenths // 10}.{tenths % 10} %"


def printed(counts: Counts, hidden: Collection[str]) -> list[dict[str, object]]:
    """The tables as they are printed: numbers, "*" for hidden ones, "-" for what is not collected.

    Where everybody whom a table is about is a hidden count, so is each of its lines: a zero would tell what these few
    people are not, and so what all of them are.
    """
    shown = {key: count for key, count in counts.cells.items() if key not in hidden}
    return [
        {
            "code": table.code,
            "title": table.title,
            "about": table.about,
            "unit": table.unit,
            "columns": [table.unit.capitalize(), *(["Share"] if table.has_shares else [])],
            "rows": [{"label": line.label, "cells": _cells(line, table, shown)} for line in table.lines],
        }
        for table in counts.tables
    ]


def _cells(line: Line, table: Table, shown: Mapping[str, int]) -> Sequence[str]:
    told = shown if not table.whole or table.whole in shown else {}
    if not line.cell:
        return [NOT_COLLECTED, *([""] if table.has_shares else [])]
    said = [f"{told[line.cell]:,}" if line.cell in told else HIDDEN]
    if table.has_shares:
        said.append(shares(told, line.cell, table.whole) if line.cell in told else HIDDEN)
    return said
