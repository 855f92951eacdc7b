"""What every page of a staffing shows around its content: the head of the record, and what is still to be settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from rightdoor.casework.cases.queries import shown_client
from rightdoor.casework.referrals.queries import intake_facts, referral_facts
from rightdoor.casework.staffings import queries
from rightdoor.casework.staffings.choices import CONSENT_PLANS, CONTINUED, KINDS
from rightdoor.casework.staffings.models import Staffing
from rightdoor.domain import staffing as rule
from rightdoor.domain.errors import NotPermitted
from rightdoor.domain.permission import acts_open_to, may
from rightdoor.domain.referral import unsettled
from rightdoor.foundation.jurisdiction.active import active_pack

STATE_WORDS = {"scheduled": "Scheduled", "held": "Held", "cancelled": "Cancelled"}


@dataclass(frozen=True, slots=True)
class Point:
    """Something that must be settled before a staffing counts as held."""

    key: str
    label: str
    is_done: bool
    path: str
    act: str


def staffing_of(request: HttpRequest, code: str) -> Staffing:
    """The staffing of the address. Raises NotVisible."""
    return queries.staffing_for(request.viewer, code, request.now)


def frame(request: HttpRequest, staffing: Staffing) -> dict[str, Any]:
    """The head of the record and the acts that are open here."""
    viewer, now, case = request.viewer, request.now, staffing.case
    standing = queries.standing_for(viewer, staffing, now)
    summary_clock = queries.summary_clock(staffing)
    marks = [("Case", case.code)]
    if staffing.consent_plan:
        marks.append(("Consent", CONSENT_PLANS.get(staffing.consent_plan, "")))
    return {
        "staffing": staffing,
        "case": case,
        "meeting": staffing.meeting,
        "kind": KINDS[staffing.kind],
        "state": STATE_WORDS[staffing.state],
        "shown": shown_client(viewer, case, now),
        "marks": marks,
        "response_clock": queries.response_clock(staffing),
        "summary_clock": summary_clock,
        # The clock that matters now: until it is held the response, then the summary.
        "head_clock": summary_clock or queries.response_clock(staffing),
        "may": {act.replace(".", "_") for act in acts_open_to(viewer, standing)},
        "back": f"/staffings/{staffing.code}/",
        "is_frozen": staffing.summary_shared_at is not None,
    }


def points_of(staffing: Staffing) -> list[Point]:
    """What must be settled, in the order of the agenda's weight, each with its page. Empty unless it is scheduled."""
    facts = queries.facts_of(staffing)
    base = f"/staffings/{staffing.code}/"
    points = [Point("attendance", "Who was there", bool(facts.present), f"{base}attendance/", "Record")]
    if staffing.kind != "emergency":
        return points
    settled = facts.consent_plan is not None and facts.continued_services is not None
    said = CONTINUED.get(staffing.continued_services, "")
    return [
        Point("victim_status", "Victim status", facts.victim_status is not None, f"{base}status/", "Determine"),
        Point("settlement", f"Continued services and consent{f': {said}' if said else ''}", settled,
              f"{base}settlement/", "Settle"),
        Point("first_plan", f"First {active_pack().word('service_plan')}",
              facts.first_plan is True or not _owes_plan(facts),
              f"{base}plan/", "Write"),
        *points,
    ]  # fmt: skip


def _owes_plan(facts: rule.StaffingFacts) -> bool:
    return facts.continued_services != "not_eligible"


def intake_open(request: HttpRequest, staffing: Staffing) -> list[str]:
    """What intake has left open: the clock cannot stop with it. For coordinators; nobody else can mend it."""
    if staffing.kind != "emergency" or staffing.state != "scheduled":
        return []
    standing = queries.standing_for(request.viewer, staffing, request.now)
    if not may(request.viewer, "staffing.hold", standing):
        return []
    referral = staffing.case.referral
    told = referral_facts(request.viewer, referral, request.now, purpose="staffing")
    return unsettled(intake_facts(referral, told))


def case_facts(request: HttpRequest, staffing: Staffing) -> list[tuple[str, str, bool]]:
    """Facts of the case for the agenda: (what, words, is it established). Empty for whom they are closed."""
    referral = staffing.case.referral
    try:
        told = referral_facts(request.viewer, referral, request.now, purpose="agenda")
    except NotPermitted:
        return []
    pack = active_pack()
    words = pack.trafficking
    return [
        _fact("Status at referral", pack.eligibility_words.victim_statuses.label(told.victim_status)),
        _fact("Kind", words.kinds.label(told.kind) if told.kind else ""),
        _fact("Relationship", words.relationships.label(told.relationship) if told.relationship else ""),
        _fact("Setting", words.settings.label(told.setting) if told.setting else ""),
        _yes_no("Open investigation", told.open_investigation),
        _yes_no("Immediate safety concern", told.immediate_safety_concern),
        _yes_no("Safe and stable", told.safe_and_stable),
        _fact("Source", words.sources.label(referral.source)),
    ]


def _fact(what: str, words: str) -> tuple[str, str, bool]:
    return (what, words or "Not established", bool(words))


def _yes_no(what: str, value: bool | None) -> tuple[str, str, bool]:
    return (what, {True: "Yes", False: "No", None: "Not established"}[value], value is not None)


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def counted(count: int, one: str, many: str) -> str:
    """A small count as a person says it: "eight members"."""
    said = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{said} {one if count == 1 else many}"
