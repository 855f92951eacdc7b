"""Orders, subpoenas and emergencies open what they may, to whom they name, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.clients.disclosure import decision_on
from rightdoor.casework.clients.models import Ground
from rightdoor.casework.consents.actions.orders import (
    OrderTold,
    confirm_court_order,
    note_on_court_order,
    record_court_order,
    record_emergency,
    record_subpoena,
    settle_subpoena,
)
from rightdoor.casework.consents.models import CourtOrder
from rightdoor.casework.consents.queries import held_by_subpoena
from rightdoor.domain.confidentiality import Item
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.notices.models import Notice
from tests.casework.consents.conftest import DAY, Stage
from tests.casework.consents.test_what_a_release_opens import put_on
from tests.people import REGION, make_person


def order(stage: Stage, **changed: object) -> CourtOrder:
    said = {
        "told": OrderTold("An invented court", "12-345", "School records of one year", ("EDU",)),
        "from_agency": stage.school.code,
        "to_account": stage.nurse.code,
        "starts_at": stage.now,
        "ends_at": stage.now + 10 * DAY,
        "now": stage.now,
        **changed,
    }
    return record_court_order(stage.viewer, stage.client, **said)


@pytest.mark.rule("MR-5")
def test_an_order_opens_nothing_before_notice_safety_and_a_second_person(stage: Stage) -> None:
    put_on(stage, stage.nurse, "medical")
    item = Item("EDU", stage.school.code)
    recorded = order(stage)
    with pytest.raises(RuleBroken):
        confirm_court_order(stage.second, recorded, now=stage.now)
    assert not Ground.objects.filter(kind="COURT").exists()
    note_on_court_order(
        stage.viewer, recorded, notice_attempt="Called twice.", safety_steps="Went to an aunt.", now=stage.now
    )
    with pytest.raises(NotPermitted):
        confirm_court_order(stage.viewer, recorded, now=stage.now)
    assert not decision_on(stage.nurse, stage.client, item, stage.now).allowed
    confirm_court_order(stage.second, recorded, now=stage.now)
    found = decision_on(stage.nurse, stage.client, item, stage.now)
    assert (found.allowed, found.basis, found.ground_code) == (True, "COURT", recorded.code)
    assert not decision_on(stage.nurse, stage.client, Item("EDU", stage.school.code), stage.now + 10 * DAY).allowed
    assert not decision_on(stage.nurse, stage.client, Item("MH", stage.school.code), stage.now).allowed


def test_an_order_names_its_court_its_classes_and_one_recipient(stage: Stage) -> None:
    for changed in (
        {"told": OrderTold("", "1", "x", ("EDU",))},
        {"told": OrderTold("A court", "1", "x", ())},
        {"told": OrderTold("A court", "1", "x", ("ADVPRIV",))},
        {"to_agency": stage.clinic.code},
        {"to_account": ""},
        {"from_agency": ""},
    ):
        with pytest.raises(RuleBroken):
            order(stage, **changed)
    assert not CourtOrder.objects.exists()


@pytest.mark.rule("SR-25")
def test_a_subpoena_tells_holds_and_opens_nothing(stage: Stage) -> None:
    head = make_person(
        "Hedda Head",
        now=stage.now,
        roles=(("agency_head", ""),),
        agency=stage.case.holder,
        discipline="care_coordinator",
    )
    before = Ground.objects.count()
    subpoena = record_subpoena(
        stage.viewer,
        stage.client,
        issued_by="An invented lawyer",
        number="S-1",
        asked_for="All records of the advocate",
        received_at=stage.now,
        now=stage.now,
    )
    assert Ground.objects.count() == before
    assert held_by_subpoena([stage.client.code]) == {stage.client.code}
    told = set(Notice.objects.filter(kind="subpoena.received").values_list("account_code", flat=True))
    assert told == {stage.viewer.code, head.code}
    advocates = Item("ADV", stage.scene.advocate.agency, partitioned=True)
    put_on(stage, stage.nurse, "medical")
    assert not decision_on(stage.nurse, stage.client, advocates, stage.now).allowed
    with pytest.raises(RuleBroken):
        settle_subpoena(stage.viewer, subpoena, outcome=" ", now=stage.now + DAY)
    settle_subpoena(stage.viewer, subpoena, outcome="Quashed; counsel told us.", now=stage.now + DAY)
    assert held_by_subpoena([stage.client.code]) == frozenset()


def emergency(stage: Stage, **changed: object):
    said = {
        "happened": "She did not wake up.",
        "why": "The clinic must know now.",
        "from_agency": stage.case.holder,
        "to_account": stage.nurse.code,
        "classes": ("HLTH",),
        "hours": 24,
        "now": stage.now,
        **changed,
    }
    return record_emergency(stage.viewer, stage.client, **said)


def test_an_emergency_opens_to_one_named_person_for_its_hours(stage: Stage, advocate: Viewer) -> None:
    put_on(stage, stage.nurse, "medical")
    put_on(stage, advocate, "victim_advocate")
    item = Item("HLTH", stage.case.holder)
    recorded = emergency(stage)
    found = decision_on(stage.nurse, stage.client, item, stage.now)
    assert (found.basis, found.ground_code) == ("EMERG", recorded.code)
    assert not decision_on(advocate, stage.client, item, stage.now).allowed
    assert not decision_on(stage.nurse, stage.client, item, stage.now + timedelta(hours=24)).allowed


@pytest.mark.parametrize(
    "changed",
    [
        {"hours": 73},
        {"hours": 0},
        {"classes": ()},
        {"classes": ("ADVPRIV",)},
        {"why": ""},
        {"to_account": ""},
        {"happened": " "},
    ],
)
def test_an_emergency_without_end_name_or_reason_is_refused(stage: Stage, changed: dict[str, object]) -> None:
    with pytest.raises(RuleBroken):
        emergency(stage, **changed)
    assert not Ground.objects.filter(kind="EMERG").exists()


def test_nobody_else_records_orders(stage: Stage) -> None:
    assert make_person("Rex Region", now=stage.now, roles=(("team_member", REGION),)).code
    with pytest.raises(NotPermitted):
        record_subpoena(
            stage.scene.detective,
            stage.client,
            issued_by="Somebody",
            number="",
            asked_for="Everything",
            received_at=stage.now,
            now=stage.now,
        )
