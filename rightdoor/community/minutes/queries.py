"""Meetings without a case and their minutes, for pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rightdoor.community.meetings.models import Meeting
from rightdoor.community.meetings.queries import meeting_for, visible_meetings
from rightdoor.community.meetings.words import KINDS, WITH_CASES
from rightdoor.community.minutes.models import TakenFigures, TopicNote
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.measures.trends import CAREFULLY
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.jurisdiction.active import active_pack

SAID_OF: Mapping[str, str] = {**CAREFULLY}  # by plain text, as it is stored


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """A figure beside the same of the time before, and what may be concluded of the two, in words."""

    label: str
    figure: str
    before: str
    says: str


@dataclass(frozen=True, slots=True)
class ShownFigures:
    """Totals that were taken to a topic: each heading with its labels and figures.

    `compared`: the same lines beside those of the time before, where any stands beside one.
    """

    title: str
    groups: list[tuple[str, list[tuple[str, str]]]]
    taken_at: datetime
    taken_by: str
    compared: list[tuple[str, list[ComparedLine]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A topic of the agenda with what was written on it, and the totals that were brought before it."""

    key: str
    label: str
    text: str = ""
    version: int = 0
    written_at: datetime | None = None
    written_by: str = ""
    figures: tuple[ShownFigures, ...] = ()


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
    """The agenda in the pack's order, each topic with its minutes and its totals. Three queries."""
    rows = {row.topic: row for row in TopicNote.objects.filter(meeting=meeting)}
    taken = list(TakenFigures.objects.filter(meeting=meeting).order_by("taken_at", "id"))
    writers = {row.written_by for row in rows.values()} | {one.taken_by for one in taken}
    names = dict(Account.objects.filter(code__in=writers).values_list("code", "name"))
    found = []
    for topic in active_pack().agenda(meeting.kind).topics:
        row = rows.get(topic.key)
        figures = tuple(_shown(one, names) for one in taken if one.topic == topic.key)
        if row is None:
            found.append(ShownNote(topic.key, str(topic.label), figures=figures))
            continue
        by = names.get(row.written_by, "")
        found.append(ShownNote(topic.key, str(topic.label), row.text, row.version, row.written_at, by, figures))
    return found


def next_meeting(viewer: Viewer, region: str, kind: str, now: datetime) -> Meeting | None:
    """The region's next meeting of this kind that has not begun, if the viewer may know of it; or None."""
    coming = visible_meetings(viewer).filter(region=region, kind=kind, state="convened", starts_at__gte=now)
    return coming.order_by("starts_at", "id").first()


def taken_to(viewer: Viewer, about: Iterable[str]) -> dict[str, Meeting]:
    """Where totals were taken: what they are about -> the meeting, as far as the viewer may know of it. One query."""
    rows = TakenFigures.objects.filter(about__in=list(about), meeting__in=visible_meetings(viewer))
    return {row.about: row.meeting for row in rows.select_related("meeting")}


def lines_taken(region: str, what: str) -> dict[str, list[list[str]]]:
    """Every total of a region that was taken to a meeting: what it is about -> its lines, as they were written.

    `what`: the first word of what they are about. For a program that must not tell the same twice in two ways: asked
    without a viewer, because what is told is told whoever may see it. One query.
    """
    rows = TakenFigures.objects.filter(about__startswith=f"{what}/{region}/").order_by("pk")
    return {row.about: row.lines for row in rows}


def compared(lines: Iterable[Sequence[str]], *, always: bool = False) -> list[tuple[str, list[ComparedLine]]]:
    """Lines with the time before beside them, under their headings.

    Nothing where no line has one, unless that is asked for always.
    """
    found: dict[str, list[ComparedLine]] = {}
    is_compared = always
    for group, label, figure, *beside in lines:
        before, change = (*beside, "", "")[:2]
        is_compared = is_compared or bool(before)
        found.setdefault(group, []).append(ComparedLine(label, figure, before, SAID_OF.get(change, "")))
    return list(found.items()) if is_compared else []


def _shown(taken: TakenFigures, names: dict[str, str]) -> ShownFigures:
    groups: dict[str, list[tuple[str, str]]] = {}
    for group, label, figure, *_ in taken.lines:
        groups.setdefault(group, []).append((label, figure))
    return ShownFigures(
        taken.title, list(groups.items()), taken.taken_at, names.get(taken.taken_by, ""), compared(taken.lines)
    )
