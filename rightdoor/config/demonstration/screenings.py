"""Screenings, results and universal education of a region's partners and coordinators. All of it is invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.screening.actions import (
    answer_screening,
    begin_screening,
    enter_result,
    finish_screening,
    hand_on,
    log_education,
    stop_screening,
)
from rightdoor.casework.screening.models import Screening
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import local

TOOL, RESULT_ONLY = "demonstration-narrative", "cse-it"
EVERY_DAYS = 12  # between two of a region's screenings
SEEN = (
    ("purpose.sex", "Presents that nobody can explain, and a telephone that is not hers.", "colleague"),
    ("purpose.service", "Works nights in a kitchen and is not paid.", "record"),
    ("means.threat", "Is afraid of what would happen to a younger brother.", "seen"),
    ("means.papers", "Somebody else keeps the identity card.", "record"),
    ("act.move", "Was brought here from two towns away and does not know the street.", "colleague"),
    ("means.drugs", "Was offered something to sleep, every time.", "child_unasked"),
)
REASON = "Already with the team; nothing new since."


def screen(viewer: Viewer, areas: Sequence[str], region: str, now: datetime, *, number: int, seed: int) -> None:
    """One screening of a partner from beginning to end: with the narrative tool, or a result that is typed in."""
    random = Random(f"{seed}:{region}:screening:{number}")  # noqa: S311 - inventions, not secrets
    on = local(now).date()
    about = {"who": Who(age_estimate=random.randint(11, 17)), "whereabouts": Whereabouts(area=random.choice(areas))}
    if number % 4 == 3:
        band, step = random.choice(
            (("no_concern", "nothing_now"), ("possible_concern", "refer"), ("clear_concern", "refer"))
        )
        enter_result(viewer, tool=RESULT_ONLY, band=band, step=step, used_version="3.0", taken_on=on, now=now, **about)
    else:
        screening = begin_screening(viewer, tool=TOOL, taken_on=on, now=now, **about)
        seen = random.sample(SEEN, random.choice((0, 0, 1, 2, 3)))
        _answer(viewer, screening, seen, now)
        later = now + timedelta(minutes=20)
        if number % 9 == 5:
            screening = stop_screening(viewer, screening, now=later)
        else:
            purposes = [key for key, *_ in seen if key.startswith("purpose.")]
            step, reason = ("report", "") if purposes else ("monitor", "")
            if purposes and number % 5 == 0:
                step, reason = "refer", REASON
            screening = finish_screening(viewer, screening, step=step, reason=reason, now=later)
        if screening.next_step in {"report", "refer"}:
            hand_on(viewer, screening, region=region, now=later + timedelta(minutes=5))
    if number % 2:
        teach(viewer, areas, now, random)


def teach(viewer: Viewer, areas: Sequence[str], now: datetime, random: Random) -> None:
    """Universal education, given and entered."""
    log_education(
        viewer,
        given_on=local(now).date(),
        people=random.randint(1, 9),
        area=random.choice(areas),
        is_alone=random.choice((True, True, None)),
        limits_told=True,
        interpreter=random.choice(("not_needed", "not_needed", "by_phone")),
        cards_offered=random.choice((True, True, False)),
        resources_told=True,
        warm_referral=random.choice((True, False, None)),
        safe_contact_asked=random.choice((True, None)),
        now=now,
    )


def leave_open(viewer: Viewer, areas: Sequence[str], now: datetime) -> None:
    """A coordinator's own: one that is under way, one that is over."""
    on = local(now).date()
    about = {"who": Who(age_estimate=16), "whereabouts": Whereabouts(area=areas[0])}
    _answer(viewer, begin_screening(viewer, tool=TOOL, taken_on=on, now=now, **about), SEEN[2:4], now)
    over = begin_screening(viewer, tool=TOOL, taken_on=on, occasion="return", now=now, **about)
    _answer(viewer, over, SEEN[:2], now)
    finish_screening(viewer, over, step="report", now=now)


def _answer(viewer: Viewer, screening: Screening, seen: Sequence[tuple[str, str, str]], now: datetime) -> None:
    answers = dict.fromkeys(("purpose.sex", "purpose.images", "purpose.service", "purpose.debt"), "not_seen")
    answer_screening(
        viewer,
        screening,
        answers=answers | {key: "seen" for key, *_ in seen},
        evidence={key: words for key, words, _ in seen},
        sources={key: source for key, _, source in seen},
        now=now,
    )
