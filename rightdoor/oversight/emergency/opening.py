"""Which of the two acts opens a case in an emergency: at once, or after a second person for a fourth in a week."""

from __future__ import annotations

from datetime import datetime

from rightdoor.domain.permission import Viewer
from rightdoor.oversight.emergency.actions import ask_for_opening, open_case
from rightdoor.oversight.emergency.models import Opening
from rightdoor.oversight.emergency.queries import A_WEEK, openings_this_week


def open_in_emergency(viewer: Viewer, *, case_code: str, reason: str, proved_at: datetime, now: datetime) -> Opening:
    """Open one case for one hour; the fourth time in a week it only asks, and a second person opens it. (SR-45)

    `proved_at` is when the person last proved the second factor. Raises NotPermitted, and RuleBroken: for a reason of
    less than twenty characters, a proof older than five minutes, an unknown code, an hour that would be lengthened,
    while the role rests, and when nobody is there who could look at it afterwards.
    """
    if openings_this_week(viewer.code, now) >= A_WEEK:
        return ask_for_opening(viewer, case_code=case_code, reason=reason, proved_at=proved_at, now=now)
    return open_case(viewer, case_code=case_code, reason=reason, proved_at=proved_at, now=now)
