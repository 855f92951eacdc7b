"""Meetings of several cases, and how often each case comes up: one meeting ahead, one held with its summaries shared.

The meetings in the first region alone, on its newest cases: enough to show it, cheap enough for the small
demonstration. How often stands on the newest cases of every region.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from rightdoor.casework.cases.models import Case
from rightdoor.casework.consents.queries import coordination_of
from rightdoor.casework.staffings.actions import (
    file_and_share_summary,
    hold_staffing,
    open_summary,
    record_decision,
    write_minutes,
)
from rightdoor.casework.staffings.cadence.actions import set_cadence
from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.running.actions import Turn, convene_for_cases
from rightdoor.community.meetings.actions import Invitee, record_attendance
from rightdoor.config.demonstration.people import Member
from rightdoor.domain.errors import NotPermitted
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import active_pack

CASES = 6
MINUTES = (10, 15, 10, 20, 10, 10)
RHYTHMS = (
    ("crisis", "She left twice this month, and the safety plan changes every week."),
    ("stable", "School goes on, and the therapist sees her each week."),
    ("stable", "He lives with his aunt now; nothing has happened since."),
    ("long_term", "Services are in place. A look once a year is enough until the trial."),
    ("crisis", "The person accused was released, and she does not feel safe."),
    ("on_request", "He asked for fewer meetings. He calls when he wants one."),
    ("stable", "The foster family asks for a fixed day, and keeps it."),
)
CALM = (
    ("long_term", "Services are in place, and nobody needs a meeting before the trial."),
    ("on_request", "She calls when she wants one. She was told that she may at any time."),
    ("long_term", "The adoption is final; a look once a year is enough."),
    ("stable", "School and clinic work together, and both want a fixed day."),
)
NEW = timedelta(days=45)
SAID = (
    "The last weeks were calm. The advocate met her twice.",
    "The clinic has a place from next month on. Until then the nurse comes.",
    "School asks for a letter. The coordinator writes it this week.",
    "The court moved the hearing. The prosecutor tells the advocate the day.",
    "He would like to see his brother. Both homes agree to a visit.",
    "The aunt asks for help at night. A second adult stays on weekends.",
)


def set_rhythms(cases: Sequence[tuple[Viewer, Case]], now: datetime) -> None:
    """How often each of these cases comes before the team, and why: what is older is mostly calm."""
    for number, (viewer, case) in enumerate(cases):
        known = RHYTHMS if case.opened_at > now - NEW else CALM
        cadence, why = known[number % len(known)]
        with suppress(NotPermitted):  # whose coordinator is not cleared at present
            set_cadence(viewer, case, cadence=cadence, why=why, now=now)


def call_several(
    cases: Sequence[tuple[Viewer, Case]], core: Sequence[Member], *, starts_at: datetime, now: datetime
) -> list[Staffing]:
    """One meeting with up to six of these cases that have none ahead. Without consent for six it is a case review."""
    free = [
        (viewer, case)
        for viewer, case in cases
        if case.state == "open" and not case.staffings.filter(state="scheduled").exists()
    ]
    agreed = [(viewer, case) for viewer, case in free if coordination_of(case.client, now).basis is not None]
    kind, chosen = ("ongoing", agreed) if len(agreed) >= CASES else ("case_review", free)
    chosen = chosen[:CASES]
    if len(chosen) < 2:
        return []
    viewer, first = chosen[0]
    return convene_for_cases(
        viewer,
        region=first.region,
        kind=kind,
        turns=[Turn(case, minutes) for (_, case), minutes in zip(chosen, MINUTES, strict=False)],
        starts_at=starts_at,
        mode="mixed",
        core=[Invitee(one.viewer.code, one.discipline, one.kind) for one in core if one.viewer.code != viewer.code],
        now=now,
    )


def hold_several(viewer: Viewer, staffings: Sequence[Staffing], core: Sequence[Member], now: datetime) -> None:
    """Each case held by itself with its own minutes, and its summary shared; two members have read theirs."""
    meeting = staffings[0].meeting
    there = {row.account.code: "in_person" for row in meeting.invitations.select_related("account")}
    record_attendance(viewer, meeting, present=there, now=now)
    readers = {one.viewer.code: one.viewer for one in core[:2]}
    for number, staffing in enumerate(staffings):
        topics = [topic.key for topic in active_pack().agenda(staffing.kind).topics]
        text = SAID[number % len(SAID)]
        write_minutes(viewer, staffing, topic=topics[0], text=text, version=0, now=now)
        record_decision(viewer, staffing, topic=topics[-1], text="We go on as planned, and look again.", now=now)
        hold_staffing(viewer, staffing, held_at=staffing.starts_at, now=now)
        later = now + timedelta(hours=1, minutes=number)
        summary = file_and_share_summary(viewer, staffing, now=later)
        for code in summary.shares.values_list("account_code", flat=True):
            if code in readers:
                open_summary(readers[code], summary, now=later + timedelta(minutes=20))
