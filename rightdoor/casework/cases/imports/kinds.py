"""The case list as a kind of sheet."""

from __future__ import annotations

from rightdoor.casework.cases.imports import rows
from rightdoor.casework.referrals.imports import rows as log
from rightdoor.casework.referrals.imports.sheets import SheetKind

CASES = SheetKind(
    key="case_list",
    title="Take over a list of open cases",
    lead="The list that you keep in a spreadsheet. Each row becomes a referral and its open case, once you say so.",
    records="cases",
    path="/cases/",
    job="cases.take_sheet",
    columns=rows.columns,
    understands=rows.understands,
    takes=rows.takes,
    person=lambda row: log.person(row.log),
    leaves_clock_open=lambda row: log.leaves_clock_open(row.log),
    record_code=lambda referral: referral.case.code,
)
