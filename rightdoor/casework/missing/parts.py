"""What this slice adds to a case: its tab, lines of the timeline, the red flag, what is owed, what stops a closure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Due, Flag, Happenings, Look, OpenEnd, Parts, Tab, lines
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.missing.clocks import owed_on, situations
from rightdoor.casework.missing.queries import note_seen, open_episodes_of, openness
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.templatetags.words import day, when

SOMETHING = "Something on this case is not finished. Ask its coordinator."


def _is_open(look: Look) -> bool:
    return openness(look.viewer, look.case, look.now, look.tie) == "open"


# Kind of line: what it says, the moment, and who did it.
LINES = {
    "missing.reported": ("Recorded as missing", "started_at", "started_by"),
    "missing.recovered": ("Back from being missing", "recovered_at", ""),
    "missing.closed": ("Missing episode closed", "closed_at", ""),
}


def _happenings(kind: str, words: str, column: str, by: str) -> Happenings:
    def rows(case: Case) -> QuerySet[Any, dict[str, Any]]:
        return lines(case.missing_episodes.all(), at=column, kind=kind, klass="SAFE", holder=F("case__holder"), by=by)

    return Happenings(rows=rows, words={kind: words}, url=lambda kind, about: f"/missing/{about}/", group="Missing")


def _dues(viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime) -> list[Due]:
    """What is owed on running episodes, and after a return: three queries, however many cases."""
    found = []
    episodes = open_episodes_of(cases)
    seen = {one.pk for one in episodes if openness(viewer, one.case, now, ties.get(one.case.client_id)) == "open"}
    for situation in situations([one for one in episodes if one.pk in seen]):
        episode = situation.episode
        for owed in owed_on(situation):
            found.append(
                Due(
                    case_id=episode.case_id,
                    kind=f"missing.{owed.key}",
                    what=f"Missing: {owed.what[:1].lower()}{owed.what[1:]}"
                    if episode.state == "running"
                    else f"After the return: {owed.what[:1].lower()}{owed.what[1:]}",
                    due_at=owed.clock.due_at if owed.clock else None,
                    url=f"/missing/{episode.code}/",
                    about=episode.code,
                    owner=owed.owner or episode.case.coordinator,
                    klass="SAFE",
                )
            )
    return found


def _flags(look: Look) -> list[Flag]:
    how = openness(look.viewer, look.case, look.now, look.tie)
    if not how:
        return []
    seen = [one for one in open_episodes_of([look.case]) if how == "open" or one.state == "running"]
    flags = []
    for one in seen:
        url = f"/missing/{one.code}/" if how == "open" else ""
        if one.state == "running":
            since = one.departed_at or one.learned_at
            # Whether and when: for whom no more is open, the day and not the hour.
            flags.append(Flag(f"Missing since {when(since) if how == 'open' else day(since)}", "late", url=url))
        else:
            flags.append(Flag("Back; the return is open", "warning", url=url))
    note_seen(look.viewer, look.case, seen, look.now, look.tie)
    return flags


def _open_ends(look: Look) -> list[OpenEnd]:
    is_open = _is_open(look)
    ends = []
    for one in open_episodes_of([look.case]):
        if not is_open:  # it stops the closure for everybody, and tells only those to whom it is open
            ends.append(OpenEnd(SOMETHING, f"/cases/{look.case.code}/", stops=True))
        else:
            what = "The child is missing." if one.state == "running" else "The return from a missing episode is open."
            ends.append(OpenEnd(what, f"/missing/{one.code}/", stops=True))
    return ends


PARTS = Parts(
    tabs=(Tab("missing", "Missing", "missing/", 60, _is_open),),
    happenings=[_happenings(kind, *words) for kind, words in LINES.items()],
    dues=(_dues,),
    flags=(_flags,),
    open_ends=(_open_ends,),
)
