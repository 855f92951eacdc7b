"""A client's referral to a service, followed until it is known what came of it; and who is owed a victim advocate.

A referral that nobody follows is a slip of paper. Each step has its day; what is not heard of in time is due. (CASE-5;
practice.md 3.5, closed loop; the days are the pack's.) Each confirmed victim gets a referral to advocacy or a recorded
reason why not; whether the state pays for the advocate is a rule of the pack. (practice.md 3.1)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from .errors import RuleBroken
from .report_flow import Hop, ReportFacts, hops_owed

STATES = ("sent", "accepted", "contacted", "started", "completed", "declined", "not_reached")
OPEN_STATES = frozenset({"sent", "accepted", "contacted", "started"})
ENDED_STATES = frozenset(STATES) - OPEN_STATES
# What was not reached may be taken up again; what was completed or declined is asked for anew.
TRANSITIONS: Mapping[str, frozenset[str]] = {
    "sent": frozenset({"accepted", "contacted", "started", "declined", "not_reached"}),
    "accepted": frozenset({"contacted", "started", "declined", "not_reached"}),
    "contacted": frozenset({"started", "completed", "declined", "not_reached"}),
    "started": frozenset({"completed", "declined", "not_reached"}),
    "not_reached": frozenset({"accepted", "contacted", "started"}),
    "declined": frozenset(),
    "completed": frozenset(),
}
DECLINED_BY = ("provider", "youth", "caregiver")
ASKED = "asked"  # a step that changes nothing: somebody asked, and it goes on


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The pack's days: until the provider has answered, until the first contact, and between looks after that."""

    acceptance_days: int
    first_contact_days: int
    outcome_days: int


def due_next(
    state: str, sent_on: date, last_step_on: date, first_contact_by: date | None, spans: FollowUp
) -> date | None:
    """The last day on which the next news is in time; None once it is known what came of the referral.

    A day that was agreed for the first contact counts instead of the pack's, and brings the answer forward, never
    back. Asking without an answer does not move the clock of a referral that nobody has answered.
    """
    contact = first_contact_by or sent_on + timedelta(days=spans.first_contact_days)
    if state == "sent":
        return min(sent_on + timedelta(days=spans.acceptance_days), contact)
    if state == "accepted":
        return contact
    if state in {"contacted", "started"}:
        return last_step_on + timedelta(days=spans.outcome_days)
    if state in ENDED_STATES:
        return None
    raise KeyError(state)


def end_of(day: date, zone: tzinfo) -> datetime:
    """The last second of a day: a deadline of days ends with the day. (practice.md 8, time rules)"""
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone)


def check_step(
    state: str, new: str, *, happened_on: date, last_on: date, today: date, declined_by: str = "", why: str = ""
) -> None:
    """May a referral in `state` take the step `new`, on that day? Raises RuleBroken; KeyError for an unknown state.

    Declined says by whom and why, not reached says what was tried: without that nobody learns from it.
    """
    if new == ASKED:
        if state not in OPEN_STATES:
            raise RuleBroken("What came of this referral is known. Make a new one if the service is needed again.")
    elif new not in TRANSITIONS:
        raise KeyError(new)
    elif new not in TRANSITIONS[state]:
        raise RuleBroken("This referral cannot take that step. Make a new referral if the service is needed again.")
    if happened_on > today:
        raise RuleBroken("This day lies ahead. Record the step once it has happened.")
    if happened_on < last_on:
        raise RuleBroken("This day lies before the step before it. Check the day.")
    if new == "declined" and declined_by not in DECLINED_BY:
        raise RuleBroken("Say who declined: the provider, the youth, or a caregiver.")
    if new in {"declined", "not_reached"} and not why.strip():
        raise RuleBroken("Say why it ended so. The next referral may go better for it.")


def check_disclosure(*, has_agency: bool, has_release: bool, classes: frozenset[str], released: frozenset[str]) -> None:
    """What goes along with a referral: only what a release in force to this very agency names. Raises RuleBroken.

    Without one the client is told where to go, or somebody goes along, and nothing about the client is handed over.
    (practice.md 4.2; CASE-5)
    """
    if not has_release:
        if classes:
            raise RuleBroken("Nothing about the client goes along without a release to this agency. Leave it out.")
        return
    if not has_agency:
        raise RuleBroken("A release is for one agency on record. Choose the agency, or send nothing along.")
    if not classes:
        raise RuleBroken("Say which kinds of record go along, or choose no release.")
    if classes - released:
        raise RuleBroken("The release does not name all of these kinds of record. Leave out what it does not name.")


# ------------------------------------------------------------------------------------------------------- advocacy


@dataclass(frozen=True, slots=True)
class AdvocacyDuty:
    """Is a referral to an advocate owed, and does the state pay for it? `funded` None: a fact is still unknown."""

    owed: bool
    funded: bool | None
    why: str


def advocacy_duty(facts: ReportFacts, funded_by: Hop | None, *, is_answered: bool) -> AdvocacyDuty:
    """Whether this client is owed a referral to advocacy, or a recorded reason why there is none. (practice.md 3.1)

    Each confirmed victim is, whatever the age and the kind of trafficking. `funded_by` is the pack's rule for the
    advocacy that the state pays for (the hop of its reporting line); where a fact of it is unknown, the answer is not
    yet, never no. `is_answered`: a referral was made, or a reason is on record.
    """
    funded: bool | None = None
    why = "This state names no rule for advocacy that it pays for."
    if funded_by is not None:
        (found,) = hops_owed(facts, [funded_by])
        funded, why = found.owed, found.why
    owed = facts.victim_status == "confirmed" and not is_answered
    return AdvocacyDuty(owed, funded, why)
