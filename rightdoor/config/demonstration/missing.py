"""Children who are missing: one who is, and two who came back. All of it is invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from rightdoor.casework.cases.models import Case
from rightdoor.casework.missing.actions import (
    add_entry,
    close_episode,
    record_return,
    settle_task,
    start_episode,
    write_plan,
)
from rightdoor.casework.missing.models import Episode
from rightdoor.casework.missing.told import EpisodeTold, Places, PlannedLine, PlanTold
from rightdoor.domain.permission import Viewer

HOUR = timedelta(hours=1)
PLAN = PlanTold(
    call="Her aunt first, then the caseworker on call.",
    medical="The clinic by the park; ask for the nurse whom she knows.",
    talks_first="The advocate, over something to eat. No questions on the first evening.",
    would_help="Her own telephone back, and to see her sister once a week.",
    place="The house of the aunt, side door",
)
LINES = (("Meet her, with food and a change of clothes.", 2), ("Take her to the clinic, if she agrees.", 24))
TOLD = EpisodeTold(
    custody="state_care",
    last_seen_by="A teacher",
    happened="She was told about a move the day before.",
    danger={"trafficking": True, "self_harm": None, "pregnancy": False, "medicine": True},
    danger_words="Takes medicine for asthma; the inhaler is at home.",
    looks={"height": "5 ft 3 in", "hair": "Dark brown, to the shoulders", "clothing": "Gray hoodie, blue sneakers"},
)
PLACES = Places("The bus stop in front of the school", "A friend's place near the fairgrounds")
CAME_OF_IT = {
    "conversation": {"outcome": "held", "by": "The advocate", "reasons": "Afraid of the move.", "disclosure": False},
    "screening": {"outcome": "done", "by": "The caseworker", "tool": "The tool of the agency", "result": "On file."},
    "medical": {"outcome": "declined", "words": "Asked again in a week."},
    "placement": {"outcome": "changed", "words": "Nearer to her sister, as she asked."},
    "review": {"outcome": "done", "worked": "The aunt was called first.", "next_time": "Send the photo at once."},
}


def show(cases: Sequence[tuple[Viewer, Case]], now: datetime) -> int:
    """Of these cases, each with its coordinator, the newest three: one child is missing since yesterday, for the second
    time; the next came back weeks ago, the third this morning. Returns how many episodes there are then.
    """
    are_open = set(
        Case.objects.filter(pk__in=[case.pk for _, case in cases], state="open").values_list("pk", flat=True)
    )
    shown = [(viewer, case) for viewer, case in cases if case.pk in are_open][-3:]
    for place, (viewer, case) in enumerate(reversed(shown)):
        lines = [PlannedLine(what, viewer.code, hours) for what, hours in LINES]
        write_plan(viewer, case, told=PLAN, lines=lines, now=now)
        if place < 2:
            _came_back(viewer, case, now)
        else:
            _returned(viewer, _began(viewer, case, now - 30 * HOUR, now), now - 6 * HOUR, now)
    if shown:
        _is_missing(*shown[-1], now)
    return len(shown) + bool(shown)


def _began(viewer: Viewer, case: Case, learned_at: datetime, now: datetime) -> Episode:
    episode = start_episode(
        viewer,
        case,
        learned_at=learned_at,
        departed_at=learned_at - 3 * HOUR,
        last_seen_at=learned_at - 4 * HOUR,
        told=TOLD,
        places=PLACES,
        now=now,
    )
    told = {"by": "The caseworker on call", "agency": "An invented police department", "number": "INV-2214"}
    add_entry(viewer, episode, kind="duty", key="police", at=learned_at + HOUR, told=told, now=now)
    return episode


def _is_missing(viewer: Viewer, case: Case, now: datetime) -> None:
    episode = _began(viewer, case, now - 20 * HOUR, now)
    told = {"by": "The records desk", "number": "INV-N-77"}
    add_entry(viewer, episode, kind="duty", key="entry", at=now - 18 * HOUR, told=told, now=now)
    add_entry(viewer, episode, kind="told", key="court", at=now - 17 * HOUR, told={"who": "The clerk"}, now=now)
    seen = {"by": "A shop's clerk, by telephone", "words": "Somebody like her bought a ticket."}
    add_entry(
        viewer,
        episode,
        kind="contact",
        key="sighting",
        at=now - 6 * HOUR,
        told=seen,
        place="The bus station",
        now=now,
    )


def _came_back(viewer: Viewer, case: Case, now: datetime) -> None:
    episode = _began(viewer, case, now - 240 * HOUR, now)
    back_at = now - 200 * HOUR
    _returned(viewer, episode, back_at, now)
    for number, (step, told) in enumerate(CAME_OF_IT.items(), start=1):
        add_entry(viewer, episode, kind="return", key=step, at=back_at + 4 * number * HOUR, told=told, now=now)
    for number in range(1, len(LINES) + 1):
        settle_task(viewer, episode, number=number, state="done", now=now)
    close_episode(viewer, episode, now=now)


def _returned(viewer: Viewer, episode: Episode, back_at: datetime, now: datetime) -> None:
    record_return(
        viewer,
        episode,
        recovered_at=back_at,
        found_by="Her cousin",
        condition="Tired, no injury seen.",
        place="The cousin's house",
        now=now,
    )
