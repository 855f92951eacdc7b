"""What was told outside stands in the register, with its ground; a report hands over the reported facts only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rightdoor.casework.clients.disclosure import decision_on
from rightdoor.casework.consents.actions.disclosures import (
    ReportTold,
    close_outside_disclosure,
    note_follow_up,
    record_outside_disclosure,
)
from rightdoor.casework.consents.actions.releases import revoke_release
from rightdoor.casework.consents.models import OutsideDisclosure
from rightdoor.casework.consents.queries import contacts_of, opened_told
from rightdoor.casework.consents.register import register_of
from rightdoor.casework.consents.sealed import told_field
from rightdoor.casework.consents.told import Flags
from rightdoor.domain.confidentiality import Item
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer
from tests.casework.consents.conftest import DAY, Stage, make_agency
from tests.casework.consents.test_what_a_release_opens import put_on
from tests.people import REGION, make_person


def tell(stage: Stage, **changed: object) -> OutsideDisclosure:
    said = {
        "kind": "spoken",
        "from_agency": stage.clinic.code,
        "to_agency": stage.school.code,
        "to": "The counselor",
        "what": "No sports for a while.",
        "classes": ("HLTH",),
        "told_at": stage.now,
        "now": stage.now,
        **changed,
    }
    return record_outside_disclosure(stage.viewer, stage.client, **said)


def report(stage: Stage, to_agency: str, **changed: object) -> OutsideDisclosure:
    said = {
        "kind": "report",
        "from_agency": stage.case.holder,
        "to_agency": to_agency,
        "to": "The hotline",
        "what": "What she told the nurse.",
        "classes": (),
        "report": ReportTold("Cora Coordinator", "R-77", ("names", "injury"), told_before=True),
        **changed,
    }
    return tell(stage, **said)


def test_every_disclosure_rests_on_something_that_held_at_that_time(stage: Stage) -> None:
    release = stage.release()
    assert tell(stage, release=release).release == release
    for changed in (
        {},  # nothing at all
        {"release": release, "classes": ("EDU",)},
        {"release": release, "classes": ()},
        {"release": release, "to_agency": stage.clinic.code},
        {"release": release, "told_at": stage.now - DAY},
        {"ground": "ZZZZ-2222"},
    ):
        with pytest.raises(RuleBroken):
            tell(stage, **changed)
    revoke_release(stage.viewer, release, how="spoken", now=stage.now)
    with pytest.raises(RuleBroken):
        tell(stage, release=release, told_at=stage.now + timedelta(hours=1), now=stage.now + DAY)
    assert OutsideDisclosure.objects.count() == 1


@pytest.mark.rule("MR-3")
def test_a_report_keeps_who_when_number_agency_content_and_its_follow_up(stage: Stage) -> None:
    desk = make_agency("Invented Child Welfare", "child_welfare")
    row = report(stage, desk.code)
    told = opened_told(stage.viewer, row, stage.now, verb="outside_disclosure.read")
    assert (told["by"], told["number"], told["content"], told["told_before"]) == (
        "Cora Coordinator",
        "R-77",
        ["names", "injury"],
        True,
    )
    assert row.follow_up_due_at == stage.now + 5 * DAY
    for lacking in (None, ReportTold("", "R", ("names",)), ReportTold("Cora", "R", ())):
        with pytest.raises(RuleBroken):
            report(stage, desk.code, report=lacking)


@pytest.mark.rule("MR-4")
def test_a_report_opens_the_reported_facts_and_no_other_record(stage: Stage) -> None:
    desk = make_agency("Invented Child Welfare", "child_welfare")
    worker = make_person(
        "Wes Worker", now=stage.now, roles=(("team_member", REGION),), discipline="child_welfare", agency=desk.code
    )
    put_on(stage, worker, "child_welfare")
    before = {klass: opens(stage, worker, klass) for klass in ("ADV", "HLTH", "MH", "CORE", "ID")}
    row = report(stage, desk.code)
    assert {klass: opens(stage, worker, klass) for klass in before} == before
    assert not opens(stage, worker, "ADV")
    reported = told_field(row).item
    assert reported is not None
    found = decision_on(worker, stage.client, reported, stage.now)
    assert (found.allowed, found.basis, found.ground_code) == (True, "MR", row.code)
    other = replace(reported, code="ABCD-2345")
    assert not decision_on(worker, stage.client, other, stage.now).allowed


def opens(stage: Stage, viewer: Viewer, klass: str) -> bool:
    owner = stage.scene.advocate.agency if klass == "ADV" else stage.case.holder
    return decision_on(viewer, stage.client, Item(klass, owner, code="ABCD-2345"), stage.now).allowed


@pytest.mark.rule("MR-5")
def test_what_was_compelled_is_not_closed_without_notice_and_safety(stage: Stage) -> None:
    row = report(stage, make_agency("Invented Child Welfare", "child_welfare").code)
    with pytest.raises(RuleBroken):
        close_outside_disclosure(stage.viewer, row, now=stage.now + DAY)
    with pytest.raises(RuleBroken):  # the written follow-up is owed
        close_outside_disclosure(
            stage.viewer, row, notice_attempt="Told her.", safety_steps="An aunt.", now=stage.now + DAY
        )
    note_follow_up(stage.viewer, row, done_at=stage.now + DAY, now=stage.now + DAY)
    with pytest.raises(RuleBroken):
        close_outside_disclosure(stage.viewer, row, notice_attempt="Told her.", now=stage.now + DAY)
    close_outside_disclosure(
        stage.viewer, row, notice_attempt="Told her.", safety_steps="An aunt.", now=stage.now + DAY
    )
    row.refresh_from_db()
    assert row.closed_at == stage.now + DAY


@pytest.mark.rule("SR-41")
@pytest.mark.parametrize("flags", [Flags(True, False, False, False), Flags(False, False, False, True), Flags()])
def test_whoever_must_not_be_contacted_is_no_contact_and_is_told_nothing(stage: Stage, flags: Flags) -> None:
    father = stage.person("Milo Nowhere", flags=flags)
    assert [one.who.name for one in contacts_of(stage.viewer, stage.client, stage.now)] == ["Mona Nowhere"]
    release = stage.release()
    with pytest.raises(RuleBroken):
        tell(stage, release=release, person=father)


def test_the_register_names_everybody_newest_first(stage: Stage) -> None:
    release = stage.release()
    tell(stage, release=release, told_at=stage.now, to="The counselor")
    tell(stage, release=release, told_at=stage.now + timedelta(hours=2), to="The principal", now=stage.now + DAY)
    entries = register_of(stage.viewer, stage.client, stage.now + DAY)
    assert [(one.to, one.agency, one.ground) for one in entries] == [
        ("The principal", "Invented School", release.code),
        ("The counselor", "Invented School", release.code),
    ]
