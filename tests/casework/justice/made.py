"""Records of this slice as a form would send them. All invented."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from rightdoor.casework.cases.models import Case
from rightdoor.casework.justice import actions
from rightdoor.casework.justice.models import CourtDate, Offender, Proceeding, Relief
from rightdoor.domain.permission import Viewer

SECRET = "Zebulon"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def prosecution(viewer: Viewer, case: Case, now: Any, **changed: Any) -> Proceeding:
    told = {
        "kind": "prosecution",
        "status": "charged",
        "agency": SECRET,
        "opened_on": date(2026, 3, 2),
        "number": "Z-1",
    }
    return actions.record_entry(viewer, case, "proceedings", told={**told, **changed}, now=now)


def court_date(viewer: Viewer, case: Case, now: Any, *, proceeding: str = "", **changed: Any) -> CourtDate:
    told = {
        "kind": "trial",
        "starts_at": now + 10 * DAY + 255 * MINUTE,
        "state": "set",
        "court": SECRET,
        "youth_needed": True,
    }
    return actions.record_entry(viewer, case, "court-dates", told={**told, **changed}, proceeding=proceeding, now=now)


def offender(viewer: Viewer, case: Case, now: Any, **changed: Any) -> Offender:
    return actions.record_entry(viewer, case, "offenders", told={"role": "buyer", "name": SECRET, **changed}, now=now)


def relief(viewer: Viewer, case: Case, now: Any, kind: str = "t_status", **told: Any) -> Relief:
    return actions.record_relief(viewer, case, kind=kind, told={"words": SECRET, **told}, now=now)
