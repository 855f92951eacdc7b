"""Acts on the minutes of meetings without a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rightdoor.community.meetings.models import Meeting
from rightdoor.community.meetings.queries import standing_of
from rightdoor.community.meetings.words import WITH_CASES
from rightdoor.community.minutes.models import TopicNote
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.jurisdiction.active import active_pack


@dataclass(frozen=True, slots=True)
class Kept:
    """The text stands. `theirs` is what somebody else had kept meanwhile: then both stand, theirs first."""

    version: int
    theirs: str = ""


@action("meeting.minuted")
def write_note(viewer: Viewer, meeting: Meeting, *, topic: str, text: str, version: int, now: datetime) -> Kept:
    """Writes the minutes of one topic of a meeting without a case. A stale version loses nothing: both texts are kept.

    Raises NotPermitted, and RuleBroken for a meeting at which cases have their turn, one called off, or a topic that
    is not on its agenda. (MTG-1)
    """
    check_may(viewer, "meeting.minute", standing_of(viewer, meeting))
    if meeting.kind in WITH_CASES:
        raise RuleBroken("At this meeting cases have their turn. Write in the minutes of each case.")
    if meeting.state == "cancelled":
        raise RuleBroken("This meeting was called off.")
    if topic not in active_pack().agenda(meeting.kind).choices():
        raise RuleBroken("Choose a topic of this agenda.")
    row, made = TopicNote.objects.select_for_update().get_or_create(
        meeting=meeting, topic=topic, defaults={"written_at": now, "written_by": viewer.code}
    )
    said, theirs = text.strip(), ""
    if not made and row.version != version and row.text != said:
        theirs = row.text
        said = f"{theirs}\n\n{said}" if theirs and said else theirs or said
    row.text, row.version, row.written_at, row.written_by = said, row.version + 1, now, viewer.code
    row.save(update_fields=["text", "version", "written_at", "written_by"])
    record(viewer, "meeting.minuted", meeting, topic=topic, version=row.version)
    return Kept(row.version, theirs)
