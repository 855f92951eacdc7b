"""Small counts, older vocabularies, what was printed earlier, and targets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from rightdoor.domain.victim_status import STATUSES

from ..crosswalk import crosswalk
from ..fault import Fault, one_of
from ..pack import Pack

LEAST_THRESHOLD = 11
_PART = r"[a-z]+=[a-z0-9_-]+"
PRINTED = re.compile(rf"{_PART}(\|{_PART})*")


def numbers(pack: Pack) -> Iterator[Fault]:
    if pack.statistics.small_count_threshold < LEAST_THRESHOLD:
        sentence = f"{pack.statistics.small_count_threshold} shows counts that can point at a child."
        remedy = f"Write {LEAST_THRESHOLD} or more; a single release may be approved lower."
        yield Fault("statistics.yaml", "small_count_threshold", sentence, remedy)
    for position, walk in enumerate(pack.statistics.crosswalk):
        if walk.means not in STATUSES:
            key = f"crosswalk[{position}].means"
            yield Fault("statistics.yaml", key, f"There is no status “{walk.means}”.", one_of(STATUSES))
    charges = [one.key for one in pack.statistics.charges]
    known = crosswalk().vocabulary("nibrs").field("offense")
    codes = known.codes if known else ()
    for offense in pack.statistics.offenses:
        key = f"offenses[{offense.charge}]"
        if offense.charge not in charges:
            yield Fault("statistics.yaml", f"{key}.charge", f"There is no charge “{offense.charge}”.", one_of(charges))
        for code in offense.nibrs:
            if code not in codes:
                yield Fault("statistics.yaml", f"{key}.nibrs", f"There is no offense “{code}”.", one_of(codes))
    for target in pack.targets:
        if target.aim <= 0 or (target.unit == "percent" and target.aim > 100):
            key = f"targets[{target.key}].aim"
            yield Fault(
                "measures.yaml", key, f"{target.aim} is no target.", "Write a positive number, percent up to 100."
            )


def printed(pack: Pack) -> Iterator[Fault]:
    """What was printed adds up: a wrong figure here would make every later report a wrong one."""
    file = "published.yaml"
    years = Counter(report.year for report in pack.printed_reports)
    for report in pack.printed_reports:
        where = f"printed_reports[{report.key}]"
        if years[report.year] > 1:
            yield Fault(file, f"{where}.year", f"{report.year} stands twice.", "Keep one report of a year.")
        if not 1900 <= report.year <= 2200:
            yield Fault(file, f"{where}.year", f"{report.year} is no year.", "Write the year with four digits.")
        if None not in (report.asked, report.answered) and (report.answered or 0) > (report.asked or 0):
            yield Fault(file, f"{where}.answered", "More answered than were asked.", "Correct one of the two.")
        if "total" not in report.cells:
            yield Fault(file, f"{where}.cells", "The total is missing.", "Add `total`.")
        for name, count in report.cells.items():
            if count < 0:
                yield Fault(file, f"{where}.cells.{name}", f"{count} is no count.", "Write zero or more.")
            if name != "total" and not PRINTED.fullmatch(name):
                remedy = "Write what is counted apart: age=juvenile, or age=juvenile|place=KEY, in this order."
                yield Fault(file, f"{where}.cells.{name}", f"“{name}” names no cell.", remedy)
            total = report.cells.get("total", count)
            if count > total:
                yield Fault(
                    file, f"{where}.cells.{name}", f"{count} is more than the total.", "Correct one of the two."
                )
        for at, one in enumerate(report.sums):
            there = f"{where}.sums[{at}]"
            if unknown := sorted({one.total, *one.parts} - set(report.cells)):
                yield Fault(file, there, f"There is no cell {unknown[0]}.", "Name cells of this report.")
            elif sum(report.cells[part] for part in one.parts) != report.cells[one.total]:
                yield Fault(file, there, f"The parts do not come to {one.total}.", "Correct the cells.")
