"""A region's team and a staffing in each state, made through acts only. All people are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rightdoor.casework.cases.actions import determine_victim_status
from rightdoor.casework.clients import actions as clients
from rightdoor.casework.clients.disclosure import Whereabouts, Who
from rightdoor.casework.clients.models import Client, Ground
from rightdoor.casework.plans.actions import Service, write_plan
from rightdoor.casework.referrals import actions as referrals
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.staffings import actions
from rightdoor.casework.staffings.models import Staffing
from rightdoor.community.meetings.actions import Invitee, record_attendance
from rightdoor.community.teams import actions as teams
from rightdoor.community.teams.models import InvestigativeProtocol
from rightdoor.domain.permission import CLEARED, Viewer
from rightdoor.domain.response_tier import TriageFacts
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack

GIVEN, FAMILY = "Nora", "Nowhere"
SECRETS = (GIVEN, FAMILY, "555-0100", "Invented Street")
WHEREABOUTS = ("555-0100", "Invented Street")  # class LOC: closed to a team, whatever its protocol says
CONFIRMED = TriageFacts("confirmed", True, None, None)
SUSPECTED = TriageFacts("suspected", None, None, None)
SAFE = TriageFacts("confirmed", False, False, True)


def area_of(region: str) -> str:
    """An area of this region that lies in a judicial district."""
    pack = active_pack()
    return next(area.key for area in pack.region(region).areas if pack.sharing.district_of(area.key))


def district_of(region: str) -> str:
    """The judicial district of `area_of`: where the cases of these tests lie."""
    return active_pack().sharing.district_of(area_of(region))


def has_protocol(district: str, *roster: Viewer, now: datetime) -> InvestigativeProtocol:
    """The district's protocol on record, confirmed by a second person a month ago, with these people on its roster."""
    since = now - timedelta(days=30)
    one, other = (
        Viewer(new_code(), frozenset({"administrator"}), frozenset({"*"}), new_code(), "", clearance=CLEARED)
        for _ in range(2)
    )
    protocol = InvestigativeProtocol.objects.filter(district=district, withdrawn_at__isnull=True).first()
    if protocol is None:
        protocol = teams.record_protocol(
            one,
            district=district,
            reference="Invented folder 1",
            signed_at=since,
            ends_at=since + timedelta(days=730),
            now=since,
        )
        teams.confirm_protocol(other, protocol, now=since)
    listed = set(protocol.roster.filter(until__isnull=True).values_list("account__code", flat=True))
    for person in roster:
        if person.code not in listed:
            teams.put_on_roster(one, protocol, account=Account.objects.get(code=person.code), now=since)
    return protocol


def released(
    viewer: Viewer, client: Client, to: Viewer, *classes: str, now: datetime, days: int = 30, **more: Any
) -> Ground:
    """A release from the agency that holds the client's record to the agency of `to`."""
    return clients.open_ground(
        viewer,
        client,
        kind="ROI",
        code=new_code(),
        classes=classes or ("CORE",),
        starts_at=now,
        ends_at=now + timedelta(days=days),
        **{"from_agency": client.holder, "to_agency": to.agency, **more},
        now=now,
    )


@dataclass(frozen=True)
class Scene:
    """Who is on the stage, and the act's moment. The district of their cases has its protocol, both members are on its
    roster; `without_protocol`: no ground but a release.
    """

    coordinator: Viewer
    detective: Viewer
    advocate: Viewer
    now: datetime
    without_protocol: bool = False

    def __post_init__(self) -> None:
        for region in () if self.without_protocol else self.coordinator.regions_as("care_coordinator"):
            has_protocol(district_of(region), self.detective, self.advocate, now=self.now)

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
        "area": area_of(region),
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
