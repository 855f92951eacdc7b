"""Rows of a year that is as it should be; a test spoils what it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rightdoor.casework.closure.deidentified import CountedEnding, CountedReview
from rightdoor.casework.consents.deidentified import CountedDisclosure
from rightdoor.casework.justice.deidentified import CountedJustice
from rightdoor.casework.missing.deidentified import CountedReturn
from rightdoor.casework.plans.deidentified import CountedFollowing
from rightdoor.casework.referrals.deidentified import CountedIntake, CountedKind
from rightdoor.casework.screening.deidentified import CountedPartner
from rightdoor.casework.services.deidentified import CountedAdvocacy
from rightdoor.casework.staffings.deidentified import CountedCase, CountedStaffing
from rightdoor.community.assessments.deidentified import CountedAssessments
from rightdoor.community.meetings.deidentified import CountedInvitation, CountedMeeting
from rightdoor.community.minutes.deidentified import CountedFigures
from rightdoor.community.teams.deidentified import CountedAgency, CountedSeat, CountedTeam
from rightdoor.domain.looking_back import Lookback
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.oversight.emergency.deidentified import CountedOpening
from rightdoor.oversight.evidence.rows import Rows

REGION = "capital"
BACK = Lookback(datetime(2026, 3, 10, 15, 0, tzinfo=UTC))


def place(**changed: Any) -> CountedInvitation:
    told: dict[str, Any] = {
        "discipline": "local_law_enforcement",
        "kind": "core",
        "attendance": "present",
        "was_told": True,
        "gave_notice": False,
        "was_briefed": False,
        "heads_an_agency": False,
        "regions": (),
    }
    return CountedInvitation(**{**told, **changed})


def meeting(kind: str = "emergency", quarter: int = 0, *invited: CountedInvitation, region: str = REGION) -> Any:
    return CountedMeeting(kind, region, quarter, invited or (place(),))


def intake(**changed: Any) -> CountedIntake:
    told: dict[str, Any] = {
        "quarter": 0,
        "source": "school",
        "channel": "standard",
        "is_new": False,
        "is_decided": True,
        "is_ineligible": False,
        "has_reason": False,
        "has_tier": True,
        "has_mandated_report": True,
        "response": "met",
        "answered": 0,
    }
    return CountedIntake(**{**told, **changed})


def staffing(**changed: Any) -> CountedStaffing:
    told: dict[str, Any] = {
        "kind": "emergency",
        "quarter": 0,
        "has_notice": True,
        "has_attendance": True,
        "has_minutes": True,
        "has_decisions": True,
        "has_items": True,
        "has_summary": True,
        "shared": "met",
        "had_signed_guest": True,
    }
    return CountedStaffing(**{**told, **changed})


def case(**changed: Any) -> CountedCase:
    told: dict[str, Any] = {
        "opened": 1,
        "is_open": True,
        "is_past_first_review": True,
        "had_ongoing": True,
        "staffings": 3,
        "next": "scheduled",
        "has_cadence": True,
    }
    return CountedCase(**{**told, **changed})


def agency(*disciplines: str, **changed: Any) -> CountedAgency:
    told: dict[str, Any] = {
        "disciplines": frozenset(disciplines),
        "level": "local",
        "sits_now": True,
        "sat_a_year_before": True,
        "has_agreement": True,
        "is_trained": True,
    }
    return CountedAgency(**{**told, **changed})


def proceeding(kind: str = "police", came_of_it: str = "open") -> CountedJustice:
    return CountedJustice("proceeding", REGION, "2026 Q1", kind, came_of_it)


def good_rows() -> Rows:
    """Everything done, of a small region."""
    head = place(discipline="child_welfare", heads_an_agency=True)
    advisers = (place(discipline="survivor_consultant"), place(discipline="community_organization"))
    here, there = place(regions=(REGION,)), place(regions=("northshore",))
    return Rows(
        region=REGION,
        pack=active_pack(),
        team=CountedTeam(
            seats=(CountedSeat("local_law_enforcement", 1, True), CountedSeat("child_welfare", None, False)),
            agencies=(
                agency("local_law_enforcement"),
                agency("state_law_enforcement"),
                agency("federal_law_enforcement", sat_a_year_before=False),
                agency("child_welfare"),
            ),
        ),
        meetings=(
            meeting("founding", 6, head),
            *(meeting("advisory", quarter, head, *advisers) for quarter in range(4)),
            meeting(),
            meeting("emergency", 1, place(), place(attendance="absent", gave_notice=True)),
            meeting("ongoing"),
            meeting("roundtable", 2, here, there, region="northshore"),
        ),
        figures=(
            CountedFigures("late-responses", 1),
            CountedFigures("screening-trend", 1),
            CountedFigures("outcomes", 3),
        ),
        intakes=(
            *(intake(source=key) for key in ("school", "juvenile_justice", "tribal_agency")),
            intake(is_ineligible=True, has_reason=True, response="", answered=None),
            intake(quarter=5, response="missed", answered=5),
            intake(quarter=5, answered=5),
        ),
        kinds=(CountedKind(0, "both", "familial"), CountedKind(1, "sex", ""), CountedKind(5, "sex", "")),
        screeners=(CountedPartner(True), CountedPartner(True)),
        staffings=(staffing(), staffing(kind="ongoing"), *(staffing(kind="case_review", quarter=n) for n in range(4))),
        cases=(case(), case(next="on_request")),
        following=(CountedFollowing(False, True, True), CountedFollowing(True, False, False)),
        advocacy=(CountedAdvocacy(True, True), CountedAdvocacy(False, False)),
        returns=(CountedReturn(0, 0, True, 0),),
        endings=(CountedEnding(0, True, True),),
        reviews=(CountedReview(0, True),),
        proceedings=(proceeding(), proceeding("federal"), proceeding("prosecution", "charged")),
        proceedings_before=(proceeding(),),
        disclosures=(CountedDisclosure(0, "release"), CountedDisclosure(2, "law")),
        openings=(CountedOpening(0, True, True), CountedOpening(0, False, False)),
        assessments=CountedAssessments((2,), (1, 1)),
    )
