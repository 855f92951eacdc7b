"""That an agenda was printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.queries import check_core_is_open, standing_for
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record


@action("record.printed")
def note_agenda_printed(viewer: Viewer, staffings: Sequence[Staffing], *, names: bool, now: datetime) -> None:
    """The viewer took a printed agenda of these cases, with names or under codes; an event for each case.

    Raises NotPermitted, and NotVisible where the core of one of them is not open to the viewer.
    """
    if not staffings:
        raise NotVisible
    for staffing in staffings:
        tie = standing_for(viewer, staffing, now)
        check_may(viewer, "staffing.read", tie)
        check_core_is_open(viewer, staffing, tie, now)
        record(viewer, "record.printed", staffing, classes=("CORE", "ID") if names else ("CORE",), what="agenda")
