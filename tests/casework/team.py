"""A region's team and a staffing in each state, made through acts only. All people are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rightdoor.casework.cases.actions import determine_victim_status
from rightdoor.casework.clients.disclosure import Whereabouts, Who
from rightdoor.casework.plans.actions import Service, write_plan
from rightdoor.casework.referrals import actions as referrals
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.staffings import actions
from rightdoor.casework.staffings.models import Staffing
from rightdoor.community.meetings.actions import Invitee, record_attendance
from rightdoor.domain.permission import Viewer
from rightdoor.domain.response_tier import TriageFacts

GIVEN, FAMILY = "Nora", "Nowhere"
SECRETS = (GIVEN, FAMILY, "555-0100", "Invented Street")
CONFIRMED = TriageFacts("confirmed", True, None, None)
SUSPECTED = TriageFacts("suspected", None, None, None)
SAFE = TriageFacts("confirmed", False, False, True)


@dataclass(frozen=True)
class Scene:
    """Who is on the stage, and the act's moment."""

    coordinator: Viewer
    detective: Viewer
    advocate: Viewer
    now: datetime

    def invitees(self) -> list[Invitee]:
        return [
            Invitee(self.detective.code, "local_law_enforcement", "core"),
            Invitee(self.advocate.code, "victim_advocate", "core"),
        ]


def received(
    scene: Scene, *, facts: TriageFacts = CONFIRMED, age: int = 15, region: str = "capital", reported: bool = True
) -> Referral:
    """An eligible referral with its tier set and its mandated report recorded."""
    viewer, now = scene.coordinator, scene.now
    told: dict[str, Any] = {
        "kind": "sex",
        "relationship": "third_party",
        "setting": "online",
        "victim_status": facts.victim_status,
        "age": age,
        "age_is_estimated": False,
        "is_trafficking": True,
        "allegation_verifiable": True,
        "information_adequate": True,
    }
    referral = referrals.receive_referral(
        viewer,
        source="school",
        channel="standard",
        region=region,
        who=Who(GIVEN, FAMILY, ("Nono",), date(2011, 3, 4)),
        whereabouts=Whereabouts(address="1 Invented Street", phone="555-0100"),
        facts=told,
        story="Invented words about what happened.",
        now=now,
    )
    referrals.decide_referral_eligibility(viewer, referral, facts={}, now=now)
    referrals.triage_referral(viewer, referral, facts=facts, now=now)
    if reported:
        referrals.record_mandated_report(viewer, referral, made=True, made_at=now, by="A person", number="N-1", now=now)
    return referral


def scheduled(scene: Scene, referral: Referral | None = None, *, hours: float = 24, **changed: Any) -> Staffing:
    """The emergency staffing of a referral, `hours` from the scene's moment."""
    return actions.schedule_emergency_staffing(
        scene.coordinator,
        referral or received(scene),
        **{
            "starts_at": scene.now + timedelta(hours=hours),
            "minutes": 60,
            "mode": "virtual",
            "invitees": scene.invitees(),
            "now": scene.now,
            **changed,
        },
    )


def settle(scene: Scene, staffing: Staffing, *, at: datetime | None = None) -> datetime:
    """Everything that an emergency staffing must settle, at its start. Returns the moment at which it was settled."""
    at = at or staffing.starts_at + timedelta(minutes=30)
    viewer = scene.coordinator
    determine_victim_status(
        viewer, staffing.case, status="confirmed", evidence="Messages.", determined_by=scene.detective.code, now=at
    )
    actions.settle_staffing(
        viewer,
        staffing,
        continued_services="eligible",
        consent_plan="will_ask_guardian",
        consent_words="This week.",
        now=at,
    )
    due_on = at.date() + timedelta(days=7)
    write_plan(
        viewer,
        staffing.case,
        wishes="To stay near a sister.",
        services=[Service("medical_care", "An examination", "Agreed", scene.advocate.code, due_on)],
        now=at,
    )
    record_attendance(
        viewer, staffing.meeting, present={viewer.code: "virtual", scene.detective.code: "virtual"}, now=at
    )
    return at


def held(scene: Scene, staffing: Staffing | None = None) -> Staffing:
    """A staffing that was held at its start, with something in its minutes."""
    staffing = staffing or scheduled(scene)
    at = settle(scene, staffing)
    actions.write_minutes(
        scene.coordinator, staffing, topic="safety_assessment", text="A safe place was found.", version=0, now=at
    )
    actions.record_decision(scene.coordinator, staffing, topic="safety_assessment", text="Stay there.", now=at)
    actions.add_action_item(
        scene.coordinator,
        staffing,
        topic="medical_evaluation",
        text="Call the clinic.",
        owner=scene.advocate.code,
        due_on=at.date() + timedelta(days=2),
        now=at,
    )
    actions.hold_staffing(scene.coordinator, staffing, held_at=staffing.starts_at, now=at)
    return staffing
