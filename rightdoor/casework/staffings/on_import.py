"""What a list of open cases says of cadence: how often each is staffed, and when next. (UX-6, CASE-11)"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from rightdoor.casework.cases.imports.following import OnImport
from rightdoor.casework.cases.models import Case
from rightdoor.casework.staffings.cadence.actions import set_cadence
from rightdoor.casework.staffings.cadence.queries import cadence_label, days_of
from rightdoor.domain import cadence as rule
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.imports.cells import as_choice, as_day
from rightdoor.foundation.imports.columns import Column, Told
from rightdoor.foundation.jurisdiction.active import local

FROM_THE_LIST = "As written in the list that was taken over."


def _columns() -> list[Column]:
    choices = {key: (cadence_label(key),) for key in rule.KEYS}
    return [
        Column("cadence", "Cadence", partial(as_choice, choices=choices), ("how often", "frequency"), "The case"),
        Column("next_on", "Next meeting", as_day, ("next staffing", "next mdt", "next meeting date"), "The case"),
    ]


def _checks(told: Told, now: datetime) -> None:
    cadence, next_on = told.values.get("cadence"), told.values.get("next_on")
    if next_on is not None and not cadence:
        told.fault("cadence", "A next meeting, and no cadence.", "Fill in how often the case comes before the team.")
    if not cadence:
        return
    try:
        rule.check_may_set(
            cadence,
            every_days=days_of(cadence),
            why=FROM_THE_LIST,
            chosen_on=next_on,
            today=local(now).date(),
            is_open=True,
        )
    except RuleBroken as refusal:
        told.fault("next_on", str(refusal), "Correct the day, or empty the cell.")


def _follows(viewer: Viewer, case: Case, told: Mapping[str, Any], now: datetime) -> None:
    if told.get("cadence"):
        set_cadence(viewer, case, cadence=told["cadence"], why=FROM_THE_LIST, next_on=told.get("next_on"), now=now)


ON_IMPORT = OnImport(_columns, _checks, _follows)
