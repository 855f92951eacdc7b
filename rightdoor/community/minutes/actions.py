"""Acts on the minutes of meetings without a case."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rightdoor.community.meetings.models import Meeting
from rightdoor.community.meetings.queries import standing_of
from rightdoor.community.meetings.words import WITH_CASES
from rightdoor.community.minutes.models import TakenFigures, TopicNote
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.measures.trends import CAREFULLY, Careful
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.jurisdiction.active import active_pack

_FIGURE = re.compile(r"none|[0-9]{1,7}|fewer than [0-9]{1,4}|[0-9]{1,4} or more|[0-9]{1,7} to [0-9]{1,7}")
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure with its label, under a heading that lines share.

    `before`: the same of the time before; "" where it is not written, or there is none to stand beside. `change`: what
    may be concluded of the two, as a word of `domain.measures.trends`; "" where nothing is said.
    """

    group: str
    label: str
    figure: str
    before: str = ""
    change: Careful | Literal[""] = ""

    @property
    def is_a_figure(self) -> bool:
        """Short labels and figures, and nothing else: no words of anybody."""
        return (
            bool(_FIGURE.fullmatch(self.figure))
            and (not self.before or bool(_FIGURE.fullmatch(self.before)))
            and (not self.change or self.change in CAREFULLY)
            and len(self.group + self.label) <= _LONGEST
        )


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


def add_figures(
    viewer: Viewer,
    meeting: Meeting,
    *,
    topic: str,
    about: str,
    title: str,
    lines: Sequence[FigureLine],
    now: datetime,
) -> TakenFigures:
    """Puts totals under a topic of a meeting that is still to come, as they stand now; from then on they stay so.

    Records no event of its own: called inside the act that makes the figures. `about` says which they are: the same
    are taken once, to whichever meeting. A figure is a number or its size ("12", "fewer than 11", "11 or more",
    "none"), never words, so that nothing about a person gets here by this way. Raises NotPermitted, and RuleBroken for
    a meeting of cases, one that has begun or was called off, a topic not on its agenda, or figures taken before.
    """
    check_may(viewer, "meeting.minute", standing_of(viewer, meeting))
    if meeting.kind in WITH_CASES:
        raise RuleBroken("At this meeting cases have their turn. Choose a meeting about the work.")
    if meeting.state != "convened" or meeting.starts_at < now:
        raise RuleBroken("This meeting is over. Take the figures to the next one.")
    if topic not in active_pack().agenda(meeting.kind).choices():
        raise RuleBroken("Choose a topic of this agenda.")
    if not all(line.is_a_figure for line in lines):
        raise ValueError("A line of figures is a short label and a figure.")
    row, made = TakenFigures.objects.get_or_create(
        about=about,
        defaults={
            "meeting": meeting,
            "topic": topic,
            "title": title,
            "lines": [[line.group, line.label, line.figure, line.before, line.change] for line in lines],
            "taken_at": now,
            "taken_by": viewer.code,
        },
    )
    if not made:
        raise RuleBroken("These figures were taken to a meeting already. They stand in its minutes.")
    return row
