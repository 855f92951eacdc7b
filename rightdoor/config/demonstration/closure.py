"""Cases that have ended, and one review of how the work went. All of it is invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.closure.actions import (
    begin_review,
    close_case,
    hold_review,
    recommend,
    release_lesson,
    reopen_case,
    write_lesson,
    write_review,
)
from rightdoor.casework.closure.queries import loose_ends, people_for_review
from rightdoor.casework.services.actions import record_advocacy_reason
from rightdoor.config.demonstration.people import Member
from rightdoor.domain.closure import Closing
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import active_pack

QUIET_FOR = timedelta(days=45)  # after the last staffing: no task and no summary of it is on its way any more
DEBRIEFS = (
    "The first night went as the plan says, because the bed had been agreed on beforehand. The school came late to it.",
    "The advocate stayed the same from the first day on. That carried it. We should have asked for the sister sooner.",
    "We met in time, and twice without the clinic. The young person said: you kept telling me what comes next.",
)
GOES_ON = (
    "Counseling at the clinic, every second week. The advocate may be called any time.",
    "School with the tutor; the caseworker stays until the summer.",
    "None go on. The number of the advocate is on the plan.",
)
WHYS = (
    "The caseworker sees to it.",
    "It is not needed any more; the young person said so.",
    "The clinic goes on with it.",
)
REVIEW = {
    "trigger": "closure",
    "went_well": "The team met before the hours were over, and the same advocate stayed from the first day on.",
    "did_not": "The school heard of the plan two weeks late. The clinic was missing at two meetings.",
    "why": "Nobody had the task of telling the school. The clinic's time for meetings was never asked for.",
    "youth": "You kept telling me what comes next. I would have liked fewer people in the room.",
    "caregiver": "It was good to have one person to call.",
    "protocol_change": "yes",
    "protocol_words": "Name at the first staffing who tells the school.",
    "confidentiality": "Nothing reached anybody who should not know.",
    "escalated": "no",
    "wellbeing": "yes",
}
LESSONS = (
    "Name at the first staffing who tells the school, and by when.",
    "Ask the clinic for its time for meetings before the first one is called, not after.",
)


def show(
    cases: Sequence[tuple[Viewer, Case]],
    now: datetime,
    *,
    seed: str,
    reader: Viewer | None = None,
    advocate: Member | None = None,
) -> list[int]:
    """Ends the first of these cases of which nothing is under way, with a debrief; returns the keys of those that
    ended. With a `reader`, the case is reviewed before it ends, by the `advocate` too, and the reader releases what was
    learned.
    """
    random = Random(f"closure {seed}")  # noqa: S311 - an invention, the same each time
    for viewer, case in cases:
        case.refresh_from_db()
        last = case.staffings.order_by("-starts_at").first()
        if case.state != "open" or last is None or last.starts_at > now - QUIET_FOR:
            continue
        ends = [end for end, _ in loose_ends(viewer, case, standing_of(viewer, case, now), now)]
        if any(end.stops for end in ends):
            record_advocacy_reason(viewer, case, why="has_one", now=now)
            ends = [end for end, _ in loose_ends(viewer, case, standing_of(viewer, case, now), now)]
        if any(end.stops for end in ends):
            continue
        if reader is not None:
            if advocate is not None and len(people_for_review(case, now)) < 2:
                code, discipline = advocate.viewer.code, advocate.discipline
                add_to_case(viewer, case, account_code=code, discipline=discipline, need="advocacy", now=now)
            _review(viewer, case, reader, now)
        reasons = [one.key for one in active_pack().closure.reasons if not one.words_required]
        closing = Closing(
            reason=random.choice([reasons[0], *reasons]),
            told="in_person",
            told_words="At the last visit, with the advocate.",
            safety_plan="handed_over",
            last_contact_on=(now - timedelta(days=3)).date(),
            last_contact="At the last visit. May be called through the advocate.",
            going_on=random.choice(GOES_ON),
            debrief=random.choice(DEBRIEFS),
            whys={end.key: random.choice(WHYS) for end in ends},
        )
        team = [code for code, _ in people_for_review(case, now)]
        close_case(viewer, case, closing=closing, took_part=team, now=now)
        return [case.pk]
    return []


def open_again(viewer: Viewer, case: Case, now: datetime) -> None:
    """One of them is opened again."""
    case.refresh_from_db()
    if case.state == "closed":
        reopen_case(viewer, case, why="The young person called the advocate and asked for a place to stay.", now=now)


def _review(viewer: Viewer, case: Case, reader: Viewer, now: datetime) -> None:
    people = [code for code, _ in people_for_review(case, now)]
    if len({*people, viewer.code}) < 2:
        return
    review = begin_review(viewer, case, trigger="closure", participants=people, now=now)
    write_review(viewer, review, told=REVIEW, participants=people, version=0, now=now)
    review.refresh_from_db()
    due_on = (now + timedelta(days=60)).date()
    recommend(viewer, review, text=REVIEW["protocol_words"], owner=viewer.code, due_on=due_on, now=now)
    hold_review(viewer, review, now=now)
    for number, text in enumerate(LESSONS):
        lesson = write_lesson(viewer, review, text=text, now=now)
        if number == 0:
            release_lesson(reader, lesson, now=now)
