"""The referral log as a kind of sheet."""

from __future__ import annotations

from rightdoor.casework.referrals.imports import rows
from rightdoor.casework.referrals.imports.sheets import SheetKind

LOG = SheetKind(
    key="referral_log",
    title="Take over a referral log",
    lead="The log that you keep in a spreadsheet. Look at every row first; nothing is taken before you say so.",
    records="referrals",
    path="/referrals/",
    job="referrals.take_sheet",
    columns=rows.columns,
    understands=rows.understands,
    takes=rows.takes,
    person=rows.person,
    leaves_clock_open=rows.leaves_clock_open,
    record_code=lambda referral: referral.code,
)
