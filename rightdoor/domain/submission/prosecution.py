"""The yearly report of an office that prosecutes trafficking: one line for each disposition, no party named.

Lines are few and the facts stand in public courts, so they are kept like facts about persons. Money is in whole
dollars; a sentence has its month, and no day. (Act 386 of 2023: reporting 2, 7.1)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

DISPOSITIONS: Mapping[str, str] = {
    "pending": "Pending at the end of the year",
    "pleaded_as_charged": "Pleaded guilty as charged",
    "pleaded_to_less": "Pleaded guilty to a lesser charge",
    "convicted": "Convicted at trial",
    "acquitted": "Acquitted",
    "dismissed": "Dismissed or refused",
    "diverted": "Diverted",
    "handed_over": "Handed over to another court",
}
WITH_SENTENCE = frozenset({"pleaded_as_charged", "pleaded_to_less", "convicted"})
NIBRS: Mapping[str, str] = {
    "64A": "Human trafficking, commercial sex acts",
    "64B": "Human trafficking, involuntary servitude",
    "40A": "Prostitution",
    "40B": "Assisting or promoting prostitution",
    "40C": "Purchasing prostitution",
}
MONTHS: Mapping[str, str] = {
    "01": "January",
    "02": "February",
    "03": "March",
    "04": "April",
    "05": "May",
    "06": "June",
    "07": "July",
    "08": "August",
    "09": "September",
    "10": "October",
    "11": "November",
    "12": "December",
}
MOST_MONEY = 99_999_999  # eight digits: nine could be a number under which a person is kept
MOST_LINES = 150
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Prosecuted:
    """One disposition. Money in whole dollars; None: not ordered, or not known yet. `sentenced`: YYYY-MM or ""."""

    area: str
    statute: str
    nibrs: str
    disposition: str
    sentenced: str = ""
    restitution_ordered: int | None = None
    restitution_paid: int | None = None
    forfeited: int | None = None
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with a line, at which field, and how to mend it."""

    row: int
    field: str
    what: str
    mend: str


def faults_of(
    row: int,
    line: Prosecuted,
    year: int,
    *,
    areas: Collection[str],
    statutes: Collection[str],
    services: Collection[str],
) -> tuple[LineFault, ...]:
    """Everything that is wrong with one line of a year."""
    found: list[LineFault] = []

    def fault(field: str, what: str, mend: str) -> None:
        found.append(LineFault(row, field, what, mend))

    for field, value, known in (
        ("area", line.area, areas),
        ("statute", line.statute, statutes),
        ("nibrs", line.nibrs, NIBRS),
        ("disposition", line.disposition, DISPOSITIONS),
    ):
        if value not in known:
            fault(field, "Not one of the codes.", "Choose from the list.")
    if set(line.services) - set(services):
        fault("services", "Not one of the codes.", "Choose from the list.")
    _check_sentence(line, year, fault)
    for field, money in (
        ("restitution_ordered", line.restitution_ordered),
        ("restitution_paid", line.restitution_paid),
        ("forfeited", line.forfeited),
    ):
        if money is not None and not 0 <= money <= MOST_MONEY:
            fault(field, "Not an amount.", "Write whole dollars.")
    if line.restitution_paid and line.restitution_paid > (line.restitution_ordered or 0):
        fault("restitution_paid", "More was paid than ordered.", "Correct one of the two.")
    if line.restitution_ordered and line.disposition in DISPOSITIONS and line.disposition not in WITH_SENTENCE:
        fault("restitution_ordered", "Restitution goes with a sentence.", "Correct the disposition or the amount.")
    return tuple(found)


def _check_sentence(line: Prosecuted, year: int, fault: Callable[[str, str, str], None]) -> None:
    if not line.sentenced:
        return
    found = _MONTH.fullmatch(line.sentenced)
    if not found:
        fault("sentenced", "Not a month.", "Write the year and the month alone, such as 2026-03.")
    elif int(found.group(1)) != year:
        fault("sentenced", "This month lies in another year.", f"Report here what was sentenced in {year}.")
    elif line.disposition in DISPOSITIONS and line.disposition not in WITH_SENTENCE:
        fault("sentenced", "A sentence goes with a plea or a conviction.", "Correct the disposition or the month.")
