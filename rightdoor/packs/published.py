"""What a state printed before it had this program, as earlier releases: it joins every audit like one of our own."""

from __future__ import annotations

from rightdoor.domain.disclosure_control.ledger import EarlierCell, EarlierRelease
from rightdoor.domain.disclosure_control.problem import Sum

from .pack import Pack

COUNTED = "provider-persons"  # a person at two agencies is counted by both
TOTAL = "total"


def printed_by_the_state(pack: Pack) -> list[EarlierRelease]:
    """The printed reports of a pack, by year. Their cells are called as ours: `2017 provider-persons|age=juvenile`."""
    found = []
    for report in sorted(pack.printed_reports, key=lambda one: one.year):
        named = {name: printed_key(report.year, name) for name in report.cells}
        found.append(
            EarlierRelease(
                name=f"printed {report.year}",
                cells=tuple(EarlierCell(named[name], count, shown=True) for name, count in report.cells.items()),
                sums=tuple(Sum(named[one.total], tuple(named[part] for part in one.parts)) for one in report.sums),
            )
        )
    return found


def printed_key(year: int, name: str) -> str:
    """The key of a cell that the pack calls `total`, or `age=juvenile`."""
    measure = f"{year} {COUNTED}"
    return measure if name == TOTAL else f"{measure}|{name}"
