"""A form that is sent twice makes one row; the code of somebody else's record is neither an error nor an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from rightdoor.casework.cases.actions import add_to_case, open_case
from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.disclosure import Whereabouts, Who
from rightdoor.casework.closure import actions as closure
from rightdoor.casework.consents.actions.releases import record_release
from rightdoor.casework.documents.actions import add_document
from rightdoor.casework.justice import actions as justice
from rightdoor.casework.justice.models import Proceeding, Relief, VictimRight
from rightdoor.casework.missing import actions as missing
from rightdoor.casework.missing.told import PlanTold
from rightdoor.casework.notes.actions import write_note
from rightdoor.casework.notes.queries import Told
from rightdoor.casework.plans import actions as plans
from rightdoor.casework.plans.decisions.actions import record_shared_decision
from rightdoor.casework.plans.reviews.actions import record_check_in, review_plan
from rightdoor.casework.referrals.actions import receive_referral
from rightdoor.casework.safety import actions as safety
from rightdoor.casework.safety.models import ReviewTrigger
from rightdoor.casework.services import actions as services
from rightdoor.casework.services.models import AdvocacyReason, ServiceStep
from rightdoor.casework.staffings import actions as staffings
from rightdoor.domain.permission import Viewer
from rightdoor.domain.shared_decision import Choice, Option
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import local
from tests.casework import team
from tests.casework.consents.conftest import DAY, Stage, stage
from tests.casework.team import Scene
from tests.casework.visiting import Visitor, hidden
from tests.people import OTHER_REGION

__all__ = ["stage"]

SENT = "CDFG-2346"
TOPIC = "safety_assessment"
SERVICE = "behavioral_health"
RIGHT = {"kind": "notice", "notice_of": "hearing", "state": "owed"}


@dataclass(frozen=True)
class At:
    """One sending of a form: by whom, on which case, with which code."""

    stage: Stage
    viewer: Viewer
    case: Case
    code: str

    @property
    def how(self) -> dict[str, Any]:
        return {"now": self.stage.now, "code": self.code}

    @property
    def today(self) -> date:
        return local(self.stage.now).date()

    def review(self) -> Any:
        found = self.case.reviews.first()
        return found or closure.begin_review(
            self.viewer, self.case, trigger="serious_event", participants=[], now=self.stage.now
        )

    def plan(self) -> Any:
        found = self.case.plans.filter(state="adopted").first()
        if found is None:
            line = plans.Service("medical_care", "An examination", "Agreed", self.viewer.code, self.today)
            found = plans.write_plan(
                self.viewer, self.case, wishes="To see my sister.", services=[line], now=self.stage.now
            )
            plans.adopt_plan(self.viewer, found, now=self.stage.now)
        return found

    def episode(self) -> Any:
        found = self.case.missing_episodes.first()
        learned_at = self.stage.now - timedelta(hours=1)
        return found or missing.start_episode(self.viewer, self.case, learned_at=learned_at, now=self.stage.now)

    def referral(self) -> Any:
        found = self.case.service_referrals.first()
        return found or services.make_service_referral(
            self.stage.viewer, self.case, category=SERVICE, why="To sleep.", provider="A house", now=self.stage.now
        )

    def above(self) -> str:
        found = Proceeding.objects.filter(case=self.case).first() or self.entry(
            "proceedings", {"kind": "child_welfare", "status": "open"}, code=""
        )
        return str(found.code)

    def entry(self, noun: str, told: dict[str, Any], *, of: str = "", code: str | None = None) -> Any:
        sent = self.code if code is None else code
        return justice.record_entry(
            self.viewer, self.case, noun, told=told, proceeding=of, now=self.stage.now, code=sent
        )


OPTIONS = (Option("The school nearby", "Friends", "Known there"), Option("Not now", "Rest", "Time", is_not_now=True))
CHOICE = Choice("Which school", OPTIONS, "A friend", 0, chosen=0, decided_by="client")
ACTS: dict[str, Callable[[At], Any]] = {
    "proceedings": lambda at: at.entry("proceedings", {"kind": "child_welfare", "status": "open"}),
    "offenders": lambda at: at.entry("offenders", {"role": "buyer", "name": "Zebulon"}),
    "arrests": lambda at: at.entry("arrests", {"on": date(2026, 3, 2)}, of=at.above()),
    "charges": lambda at: at.entry("charges", {"statute": "14:46.3"}, of=at.above()),
    "court-dates": lambda at: at.entry(
        "court-dates", {"kind": "trial", "starts_at": at.stage.now + 9 * DAY, "state": "set"}
    ),
    "rights": lambda at: at.entry("rights", RIGHT),
    "relief": lambda at: justice.record_relief(at.viewer, at.case, kind="t_status", told={"words": "Words"}, **at.how),
    "safety look": lambda at: safety.ask_for_review(at.viewer, at.case, trigger="new_contact", **at.how),
    "safety plan": lambda at: safety.write_safety_plan(at.viewer, at.case, parts={"words": "Sleep."}, **at.how),
    "no advocate": lambda at: services.record_advocacy_reason(at.viewer, at.case, why="has_one", **at.how),
    "service": lambda at: services.make_service_referral(
        at.viewer, at.case, category=SERVICE, why="To sleep.", provider="A house", **at.how
    ),
    "asked": lambda at: services.record_service_outcome(
        at.viewer, at.referral(), step="asked", happened_on=at.today, **at.how
    ),
    "accepted": lambda at: services.record_service_outcome(
        at.viewer, at.referral(), step="accepted", happened_on=at.today, **at.how
    ),
    "review": lambda at: closure.begin_review(
        at.viewer, at.case, trigger="serious_event", participants=[], **at.how
    ),
    "recommendation": lambda at: closure.recommend(
        at.viewer, at.review(), text="Call the school first.", owner=at.viewer.code, due_on=at.today + 9 * DAY, **at.how
    ),
    "lesson": lambda at: closure.write_lesson(at.viewer, at.review(), text="Call early and often.", **at.how),
    "episode": lambda at: missing.start_episode(
        at.viewer, at.case, learned_at=at.stage.now - timedelta(hours=1), **at.how
    ),
    "call": lambda at: missing.add_entry(
        at.viewer, at.episode(), kind="duty", key="police", at=at.stage.now, told={}, **at.how
    ),
    "return plan": lambda at: missing.write_plan(
        at.viewer, at.case, told=PlanTold(call="The aunt"), lines=(), **at.how
    ),
    "note": lambda at: write_note(
        at.viewer, at.case, data_class="CORE", told=Told("visit", at.stage.now, "Words.", "", ""), **at.how
    ),
    "document": lambda at: add_document(
        at.viewer, at.case, data_class="PLAN", title="A letter", name="a.txt", content=b"Words", **at.how
    ),
    "release": lambda at: record_release(
        at.viewer, at.case.client, told=at.stage.told(), **at.how
    ),
    "service plan": lambda at: plans.write_plan(
        at.viewer, at.case, wishes="To stay near a sister.",
        services=[plans.Service("medical_care", "An examination", "Agreed", at.viewer.code, at.today)], **at.how
    ),
    "plan review": lambda at: review_plan(
        at.viewer, at.plan(), goals={}, outcomes={}, ends="stands", next_on=at.today + 20 * DAY, **at.how
    ),
    "check in": lambda at: record_check_in(
        at.viewer, at.case, partner=at.stage.scene.detective.code, asked_on=at.today, said="Well.",
        **(at.how | {"code": at.code if at.plan() else ""}),
    ),
    "choice": lambda at: record_shared_decision(
        at.viewer, at.case, choice=CHOICE, **at.how
    ),
    "decision": lambda at: staffings.record_decision(
        at.viewer, at.case.staffings.get(), topic=TOPIC, text="Stay.", **at.how
    ),
    "action item": lambda at: staffings.add_action_item(
        at.viewer, at.case.staffings.get(), topic=TOPIC, text="Call.", owner=at.stage.scene.advocate.code,
        due_on=at.today + 5 * DAY, **at.how
    ),
    "referral": lambda at: receive_referral(
        at.viewer, source="school", channel="standard", region=at.case.region, who=Who("Nora", "Nowhere"),
        whereabouts=Whereabouts(), facts={"victim_status": "suspected"}, story="Words.", **at.how
    ),
}  # fmt: skip
# One alone of these stands on a case, whoever sends it: that the second is refused is their own rule.
ALONE = {"safety plan", "episode"}
# The form of a release is of this client's own people.
OF_THE_CLIENT = {"release"}


@pytest.fixture(autouse=True)
def _at_that_time(stage: Stage) -> Iterator[None]:
    with time_machine.travel(stage.now, tick=False):
        yield


@pytest.fixture
def case(stage: Stage) -> Case:
    """The stage's case, with a detective on it."""
    scene = stage.scene
    add_to_case(
        scene.coordinator, stage.case, account_code=scene.detective.code, discipline="local_law_enforcement",
        need="investigation", now=stage.now,
    )  # fmt: skip
    return stage.case


@pytest.fixture
def other(stage: Stage) -> Case:
    """Another child's case of the same coordinator."""
    made = team.scheduled(stage.scene).case
    add_to_case(
        stage.viewer, made, account_code=stage.scene.detective.code, discipline="local_law_enforcement",
        need="investigation", now=stage.now,
    )  # fmt: skip
    return made


@pytest.mark.req("UX-4")
@pytest.mark.parametrize("act", ACTS)
def test_what_is_sent_twice_stands_once(stage: Stage, case: Case, act: str) -> None:
    first = ACTS[act](At(stage, stage.viewer, case, SENT))
    rows = type(first)._default_manager.count()
    again = ACTS[act](At(stage, stage.viewer, case, SENT))

    assert again.pk == first.pk
    assert type(first)._default_manager.count() == rows
    assert AuditEvent.objects.latest("pk").details["repeated"] is True


@pytest.mark.req("UX-4", "PRIV-2")
@pytest.mark.parametrize("act", sorted(set(ACTS) - OF_THE_CLIENT))
def test_the_same_code_on_another_case_makes_a_row_of_that_case(
    stage: Stage, case: Case, other: Case, act: str
) -> None:
    first = ACTS[act](At(stage, stage.viewer, case, SENT))
    its_code = getattr(first, "code", SENT)
    for sent in (its_code,) if act == "referral" else (SENT, its_code):  # a referral stands in no place yet
        row = ACTS[act](At(stage, stage.viewer, other, sent))
        assert row.pk != first.pk
        assert getattr(row, "code", "") != its_code or act in {"asked", "accepted"}
        if act in ALONE | {"accepted"}:
            break


@pytest.mark.req("UX-4", "PRIV-2")
@pytest.mark.parametrize("act", sorted(set(ACTS) - ALONE - {"accepted"}))
def test_the_same_code_of_another_person_makes_a_row_of_theirs(stage: Stage, case: Case, act: str) -> None:
    first = ACTS[act](At(stage, stage.viewer, case, SENT))
    for sent in (SENT, getattr(first, "code", SENT)):
        assert ACTS[act](At(stage, stage.second, case, sent)).pk != first.pk


@pytest.mark.req("UX-4", "CASE-9")
def test_pages_hand_out_a_code_and_take_the_form_twice(stage: Stage, case: Case) -> None:
    visitor = Visitor(stage.viewer, stage.now)
    row = At(stage, stage.viewer, case, "").referral()
    forms = {
        f"/cases/{case.code}/justice/rights/": ("", RIGHT),
        f"/cases/{case.code}/relief/t_status/": ("", {"words": "Words"}),
        f"/cases/{case.code}/services/advocacy/": ("", {"why": "has_one"}),
        f"/cases/{case.code}/safety/reviews/": (f"/cases/{case.code}/safety/", {"trigger": "new_contact"}),
        f"/service-referrals/{row.code}/steps/": (
            f"/service-referrals/{row.code}/", {"step": "accepted", "happened_on": f"{local(stage.now):%m/%d/%Y}"}
        ),
    }  # fmt: skip
    for there, (page, told) in forms.items():
        sent = {**told, "code": hidden(visitor.page(page or there), "code")}
        assert [visitor.post(there, sent).status_code for _ in range(2)] == [302, 302], there

    assert VictimRight.objects.count() == Relief.objects.count() == AdvocacyReason.objects.count() == 1
    assert ReviewTrigger.objects.count() == 1
    assert ServiceStep.objects.filter(state="accepted").count() == 1


@pytest.mark.req("UX-4", "PRIV-2")
def test_a_code_of_a_record_that_is_hidden_from_its_sender_is_taken_like_any_other(
    stage: Stage, case: Case, other_coordinator: Viewer
) -> None:
    hidden_row = At(stage, stage.viewer, case, SENT).entry("rights", RIGHT)
    theirs = Scene(other_coordinator, stage.scene.detective, stage.scene.advocate, stage.now, without_protocol=True)
    elsewhere = open_case(other_coordinator, team.received(theirs, region=OTHER_REGION), now=stage.now)
    visitor, there = Visitor(other_coordinator, stage.now), f"/cases/{elsewhere.code}/justice/rights/"
    answers = [visitor.post(there, {**RIGHT, "code": sent}) for sent in (hidden_row.code, new_code())]

    assert [(one.status_code, one.headers["Location"]) for one in answers] == [
        (302, f"/cases/{elsewhere.code}/justice/")
    ] * 2
    assert VictimRight.objects.filter(case=elsewhere).count() == 2
    assert not VictimRight.objects.filter(case=elsewhere, code=hidden_row.code).exists()
