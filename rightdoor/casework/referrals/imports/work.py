"""What the jobs of every kind of sheet do: act for the person who asked, as that person stands now."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.referrals.imports.actions import note_failed, take_sheet
from rightdoor.casework.referrals.imports.sheets import SheetKind
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts.queries import accounts_by_code
from rightdoor.foundation.fence import acting_as
from rightdoor.foundation.imports.keeping import asked_import


def take_in_the_background(code: str, kind: SheetKind, now: datetime) -> None:
    """Takes a sheet whose author asked for it. Run twice, the second time finds nothing to do."""
    sheet = asked_import(code, kind.key)
    if sheet is None:
        return
    viewer = viewer_of(accounts_by_code([sheet.author])[sheet.author], now)
    with acting_as(viewer, now):
        try:
            take_sheet(viewer, sheet, kind, now=now)
        except (RuleBroken, NotPermitted) as refusal:
            if asked_import(code, kind.key):  # not taken meanwhile, by the same job
                note_failed(viewer, sheet, kind, why=str(refusal), now=now)
