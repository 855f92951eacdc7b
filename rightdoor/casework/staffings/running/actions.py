"""Acts on a meeting of several cases: called, put in order, a case added or taken off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import standing_of as standing_to_case
from rightdoor.casework.clients.actions import end_standing
from rightdoor.casework.consents.queries import consent_for_rules, coordination_of
from rightdoor.casework.staffings.letting import before_key, let_in, remind_before
from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.running.queries import codes_let_in, kept_from, turns_of, who_works_on
from rightdoor.community.meetings.actions import Invitee, convene_meeting, invite
from rightdoor.community.meetings.models import Meeting
from rightdoor.community.meetings.queries import invitations_of
from rightdoor.community.meetings.queries import standing_of as standing_to_meeting
from rightdoor.community.partners.models import Room
from rightdoor.community.teams.queries import never_on_a_case
from rightdoor.domain import running_order as rule
from rightdoor.domain.consent import check_may_hold_ongoing_staffing
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jobs.queue import call_off


@dataclass(frozen=True, slots=True)
class Turn:
    """A case and the minutes that it gets."""

    case: Case
    minutes: int


@action("staffing.scheduled")
def convene_for_cases(
    viewer: Viewer,
    *,
    region: str,
    kind: str,
    turns: Sequence[Turn],
    starts_at: datetime,
    mode: str,
    core: Sequence[Invitee],
    now: datetime,
    room: Room | None = None,
) -> list[Staffing]:
    """Calls one meeting at which several cases have their turn, in the order given: a staffing each. (MTG-1)

    The chosen core of the team is invited for every case, whoever works on a case for that one alone. What opens to
    whom is asked for each case by itself; to be invited opens nothing. Nobody who is kept apart from a case is let in
    for it. Raises NotPermitted, NotVisible, RuleBroken. (SR-05, SR-06)
    """
    if kind not in {"ongoing", "case_review"}:
        raise RuleBroken("Choose the kind of staffing from the list.")
    rule.check_plan([turn.minutes for turn in turns])
    if len({turn.case.pk for turn in turns}) < len(turns):
        raise RuleBroken("One case is on the agenda twice. Take one of them off.")
    for turn in turns:
        _check_may_have_its_turn(viewer, turn.case, region, kind, now)
    for_case = {turn.case.pk: _for_case(viewer, turn.case, core, now) for turn in turns}
    everybody = {code: one for people in for_case.values() for code, one in people.items()}
    if not everybody:
        raise RuleBroken("Invite at least one member besides yourself.")
    everybody[viewer.code] = Invitee(viewer.code, "care_coordinator", "core")
    meeting = convene_meeting(
        viewer,
        region=region,
        kind=kind,
        mode=mode,
        room=room,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=sum(turn.minutes for turn in turns)),
        invitees=list(everybody.values()),
        now=now,
    )
    made = [
        _give_turn(viewer, meeting, turn, place, list(for_case[turn.case.pk].values()), now)
        for place, turn in enumerate(turns, start=1)
    ]
    _plan(meeting)
    for staffing in made:
        staffing.refresh_from_db(fields=["turn_at"])
    record(viewer, "staffing.scheduled", made[0], kind_of=kind, invited=len(everybody), cases=len(made))
    return made


@action("staffing.scheduled")
def put_on_agenda(viewer: Viewer, meeting: Meeting, turn: Turn, *, now: datetime) -> Staffing:
    """A further case at the end of a meeting that was not held yet: the core is let in for it, and who works on it.

    Raises NotPermitted, NotVisible, RuleBroken.
    """
    check_may(viewer, "meeting.invite", standing_to_meeting(viewer, meeting))
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    there = turns_of(meeting)
    if meeting.state != "convened" or meeting.kind not in {"ongoing", "case_review"} or not there:
        raise RuleBroken("Only an ongoing meeting that was not held yet takes another case.")
    if any(one.case_id == turn.case.pk for one in there):
        raise RuleBroken("This case is on the agenda already.")
    rule.check_plan([*(one.planned_minutes or _length(meeting) for one in there), turn.minutes])
    _check_may_have_its_turn(viewer, turn.case, meeting.region, meeting.kind, now)
    core = [
        Invitee(row.account.code, row.discipline, row.kind)
        for row in invitations_of(meeting)
        if row.kind == "core" and row.account.is_active and row.account.code != viewer.code
    ]
    people = list(_for_case(viewer, turn.case, core, now).values())
    invite(viewer, meeting, invitees=people, now=now)
    for one in there:
        if not one.planned_minutes:  # it had the meeting to itself
            one.planned_minutes = _length(meeting)
            one.save(update_fields=["planned_minutes"])
    made = _give_turn(viewer, meeting, turn, max(one.place for one in there) + 1, people, now)
    meeting.ends_at += timedelta(minutes=turn.minutes)
    meeting.save(update_fields=["ends_at"])
    _plan(meeting)
    made.refresh_from_db(fields=["turn_at"])
    record(viewer, "staffing.scheduled", made, kind_of=meeting.kind, invited=len(people))
    return made


@action("staffing.agenda_set")
def move_in_order(viewer: Viewer, staffing: Staffing, *, up: bool, now: datetime) -> None:
    """One place earlier or later in the running order; whoever is invited sees the new time of their own cases.

    Raises NotPermitted, RuleBroken once this case was held.
    """
    check_may(viewer, "staffing.schedule", standing_to_case(viewer, staffing.case, now))
    Meeting.objects.select_for_update().get(pk=staffing.meeting_id)
    if staffing.state != "scheduled":
        raise RuleBroken("This case was held already. The order of the others can still change.")
    there = turns_of(staffing.meeting)
    line = next(one for one in there if one.pk == staffing.pk)
    _renumber(rule.moved(there, line, up=up))
    _plan(staffing.meeting)
    record(viewer, "staffing.agenda_set", staffing, direction="up" if up else "down")


@action("staffing.called_off")
def take_off(viewer: Viewer, staffing: Staffing, *, now: datetime) -> None:
    """Takes a case off a meeting of several: its turn is called off, and what it opened closes at once.

    The last case of a meeting stays: its meeting is moved or called off as a whole. Raises NotPermitted, RuleBroken.
    """
    check_may(viewer, "staffing.schedule", standing_to_case(viewer, staffing.case, now))
    Meeting.objects.select_for_update().get(pk=staffing.meeting_id)
    held = Staffing.objects.select_for_update(of=("self",)).get(pk=staffing.pk)
    if held.state != "scheduled" or staffing.kind == "emergency":
        raise RuleBroken("Only an ongoing staffing that was not held yet is taken off.")
    there = [one for one in turns_of(staffing.meeting) if one.pk != staffing.pk]
    if not there:
        raise RuleBroken("This is the only case of the meeting. Move the meeting instead.")
    for code in sorted(codes_let_in(staffing) - {viewer.code}):
        end_standing(viewer, staffing.case.client, account_code=code, about=staffing.code, now=now)
    staffing.state = "cancelled"
    staffing.save(update_fields=["state"])
    call_off(before_key(staffing))
    _renumber(there)
    _plan(staffing.meeting)
    record(viewer, "staffing.called_off", staffing)


def _check_may_have_its_turn(viewer: Viewer, case: Case, region: str, kind: str, now: datetime) -> None:
    check_may(viewer, "staffing.schedule", standing_to_case(viewer, case, now))
    if case.region != region or not viewer.covers_as("care_coordinator", region):
        raise NotVisible
    if case.state != "open":
        raise RuleBroken(f"Case {case.code} is closed. Reopen it first, or take it off the agenda.")
    if kind != "ongoing":
        return
    try:
        check_may_hold_ongoing_staffing(consent_for_rules(coordination_of(case.client, now)), now)
    except RuleBroken as refusal:
        raise RuleBroken(f"Case {case.code}: {refusal}") from refusal


def _for_case(viewer: Viewer, case: Case, core: Sequence[Invitee], now: datetime) -> dict[str, Invitee]:
    """Whom this case lets in: the chosen core, and who works on it; nobody who is kept apart, nobody on leave."""
    assigned = who_works_on(case, now)
    found = {one.account_code: one for one in core}
    for code, discipline in assigned.items():
        found.setdefault(code, Invitee(code, discipline, "additional"))
    apart = kept_from(case, found)
    active = set(Account.objects.filter(code__in=found, is_active=True).values_list("code", flat=True))
    return {
        code: one
        for code, one in found.items()
        if code in active and code not in apart and code != viewer.code and not never_on_a_case(one.discipline)
    }


def _give_turn(
    viewer: Viewer, meeting: Meeting, turn: Turn, place: int, people: Sequence[Invitee], now: datetime
) -> Staffing:
    staffing = Staffing.objects.create(
        code=new_code(),
        case=turn.case,
        meeting=meeting,
        region=turn.case.region,
        kind=meeting.kind,
        starts_at=meeting.starts_at,
        place=place,
        planned_minutes=turn.minutes,
    )
    let_in(viewer, staffing, people, now)
    remind_before(staffing, now)
    return staffing


def _renumber(order: Sequence[Staffing]) -> None:
    for place, one in enumerate(order, start=1):
        one.place = place
    Staffing.objects.bulk_update(order, ["place"])


def _plan(meeting: Meeting) -> None:
    """When each turn begins, kept in its row: whoever sees one line cannot work it out from the others."""
    turns = turns_of(meeting)
    starts = rule.begins(meeting.starts_at, [one.planned_minutes or _length(meeting) for one in turns])
    for one, at in zip(turns, starts, strict=True):
        one.turn_at = at
    Staffing.objects.bulk_update(turns, ["turn_at"])


def _length(meeting: Meeting) -> int:
    return int((meeting.ends_at - meeting.starts_at) / timedelta(minutes=1))
