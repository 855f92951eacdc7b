"""The court dates that are coming, as a document: codes, kinds and days, and no name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rightdoor.casework.justice.choices import HEARINGS
from rightdoor.casework.justice.queries import ScheduleFilters, court_schedule, note_schedule_printed
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import day, when
from rightdoor.foundation.printing.pdf import render_pdf


def print_schedule(viewer: Viewer, filters: ScheduleFilters, *, now: datetime) -> bytes:
    """The tagged PDF of the schedule as this viewer may see it; that it was printed is kept. Raises NotPermitted."""
    check_may(viewer, "court_schedule.read")
    rows = court_schedule(viewer, filters, now)
    note_schedule_printed(viewer, len(rows))
    pack = active_pack()
    context: dict[str, Any] = {
        "title": "Court dates",
        "language": "en",
        "code": "",
        "notice": "Confidential. Codes only. Do not copy or pass on.",
        "made": f"{day(filters.since)} to {day(filters.until)}. Printed {when(now)} by {viewer.name}.",
        "headings": ["Day", "Kind", "Case", pack.word("region").capitalize()],
        "rows": [
            [day(one.day), HEARINGS.get(one.kind, "Court date"), one.case_code, pack.region(one.region).name]
            for one in rows
        ],
    }
    return render_pdf("justice/schedule.typ", context)
