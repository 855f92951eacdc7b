"""Meetings without a case and their minutes, for pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rightdoor.community.meetings.models import Meeting
from rightdoor.community.meetings.queries import meeting_for
from rightdoor.community.meetings.words import KINDS, WITH_CASES
from rightdoor.community.minutes.models import TopicNote
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.jurisdiction.active import active_pack


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A topic of the agenda with what was written on it."""

    key: str
    label: str
    text: str = ""
    version: int = 0
    written_at: datetime | None = None
    written_by: str = ""


def kinds_offered() -> list[tuple[str, str]]:
    """The kinds without a case for which the pack has an agenda."""
    known = {agenda.kind for agenda in active_pack().agendas}
    return [(key, words) for key, words in KINDS.items() if key in known and key not in WITH_CASES]


def meeting_without_case(viewer: Viewer, code: str) -> Meeting:
    """The meeting, if the viewer may know of it and no case has its turn there. Raises NotVisible."""
    meeting = meeting_for(viewer, code)
    if meeting.kind not in dict(kinds_offered()):
        raise NotVisible
    return meeting


def notes_of(meeting: Meeting) -> list[ShownNote]:
    """The agenda in the pack's order, each topic with its minutes. Two queries."""
    rows = {row.topic: row for row in TopicNote.objects.filter(meeting=meeting)}
    names = dict(Account.objects.filter(code__in={row.written_by for row in rows.values()}).values_list("code", "name"))
    found = []
    for topic in active_pack().agenda(meeting.kind).topics:
        row = rows.get(topic.key)
        if row is None:
            found.append(ShownNote(topic.key, str(topic.label)))
            continue
        by = names.get(row.written_by, "")
        found.append(ShownNote(topic.key, str(topic.label), row.text, row.version, row.written_at, by))
    return found
