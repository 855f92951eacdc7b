"""Files of the list of cases: asked for, agreed to and recorded as every file of rows is. (UX-6, SR-11)"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rightdoor.casework.cases.queries import CaseFilters, exportable_cases
from rightdoor.casework.cases.words import MODES, STATES
from rightdoor.casework.referrals.exports import Listing, moment
from rightdoor.foundation.jurisdiction.active import active_pack

HEADINGS = ("Code", "Region", "State", "Mode", "Tier", "Cadence", "Opened", "Closed", "Copy")


def _cells(row: Mapping[str, Any], now: datetime) -> tuple[Any, ...]:
    pack = active_pack()
    cadences = {one.key: one.label for one in pack.clocks.cadence}
    return (
        row["code"],
        pack.region(row["region"]).name,
        STATES[row["state"]],
        MODES[row["mode"]],
        row["tier"] or "",
        cadences.get(row["cadence"], row["cadence"]),
        moment(row["opened_at"]),
        moment(row["closed_at"]),
    )


CASES = Listing(
    "cases",
    HEADINGS,
    rows=lambda viewer, filters, now: exportable_cases(viewer, filters, now),
    cells=_cells,
    filters=lambda told: CaseFilters(**told),
    notices="case_export",
)
