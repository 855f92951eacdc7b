"""Ongoing coordination rests on consent or on what the law puts in its place, and on nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.cases.actions import enter_ongoing_coordination, return_to_investigative
from rightdoor.casework.consents.actions.coordination import (
    end_legal_alternative,
    record_legal_alternative,
    record_participation_consent,
    record_participation_refusal,
    withdraw_participation,
)
from rightdoor.casework.consents.actions.releases import flag_person
from rightdoor.casework.consents.queries import coordination_of
from rightdoor.casework.consents.told import Flags
from rightdoor.casework.staffings.actions import schedule_staffing
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.notices.models import Notice
from tests.casework.consents.conftest import DAY, Stage


def consent(stage: Stage, **changed: object):
    said = {"basis": "guardian", "person": stage.mother, "given_at": stage.now, "now": stage.now, **changed}
    return record_participation_consent(stage.viewer, stage.client, **said)


def rests_on(stage: Stage, later: timedelta = timedelta()) -> str:
    found = coordination_of(stage.client, stage.now + later).basis
    return found.basis if found else ""


def test_without_an_answer_the_case_stays_in_the_investigative_response(stage: Stage) -> None:
    with pytest.raises(RuleBroken):
        enter_ongoing_coordination(stage.viewer, stage.case, stage.now)
    assert not AuditEvent.objects.filter(verb="case.ongoing_entered").exists()


def test_consent_lets_the_case_go_on_and_back_again(stage: Stage) -> None:
    given = consent(stage)
    enter_ongoing_coordination(stage.viewer, stage.case, stage.now)
    stage.case.refresh_from_db()
    assert stage.case.mode == "ongoing"
    assert AuditEvent.objects.get(verb="case.ongoing_entered").details["rests_on"] == given.code
    with pytest.raises(RuleBroken):
        enter_ongoing_coordination(stage.viewer, stage.case, stage.now)
    return_to_investigative(stage.viewer, stage.case, stage.now)
    stage.case.refresh_from_db()
    assert stage.case.mode == "investigative"


@pytest.mark.parametrize("kind", ["state_custody", "court_order", "minor_alone"])
def test_what_the_law_puts_in_its_place_stands_although_the_guardian_refused(stage: Stage, kind: str) -> None:
    record_participation_refusal(
        stage.viewer, stage.client, refused_at=stage.now, words="The father refused.", now=stage.now
    )
    assert rests_on(stage) == ""
    alternative = record_legal_alternative(
        stage.viewer, stage.client, which=kind, document="Order 12-345", starts_at=stage.now, now=stage.now
    )
    assert rests_on(stage) == kind
    enter_ongoing_coordination(stage.viewer, stage.case, stage.now)
    end_legal_alternative(stage.viewer, alternative, now=stage.now + DAY)
    assert rests_on(stage, DAY) == ""


def test_an_alternative_without_its_document_is_refused(stage: Stage) -> None:
    with pytest.raises(RuleBroken):
        record_legal_alternative(
            stage.viewer, stage.client, which="court_order", document=" ", starts_at=stage.now, now=stage.now
        )


@pytest.mark.rule("RO-8")
@pytest.mark.parametrize("flags", [Flags(True, False, False), Flags(False, None, False)])
def test_whoever_may_have_done_harm_cannot_consent(stage: Stage, flags: Flags) -> None:
    father = stage.person("Milo Nowhere", flags=flags)
    with pytest.raises(RuleBroken):
        consent(stage, person=father)
    with pytest.raises(RuleBroken):
        record_legal_alternative(
            stage.viewer,
            stage.client,
            which="other_parent",
            document="The father",
            person=father,
            starts_at=stage.now,
            now=stage.now,
        )
    with pytest.raises(RuleBroken):
        consent(stage, person=None)


@pytest.mark.rule("RO-8")
def test_a_flag_that_comes_later_takes_the_consent_away(stage: Stage) -> None:
    consent(stage)
    assert rests_on(stage) == "guardian"
    flag_person(stage.viewer, stage.mother, flags=Flags(alleged_exploiter=True), now=stage.now)
    assert rests_on(stage) == ""


def test_a_word_withdraws_it_and_the_coordinator_is_told(stage: Stage) -> None:
    given = consent(stage)
    withdraw_participation(stage.second, given, now=stage.now + DAY)
    assert rests_on(stage, DAY) == ""
    assert Notice.objects.filter(kind="consent.withdrawn", account_code=stage.viewer.code).count() == 1
    with pytest.raises(RuleBroken):
        withdraw_participation(stage.second, given, now=stage.now + DAY)


def test_consent_with_an_end_ends(stage: Stage) -> None:
    consent(stage, expires_at=stage.now + DAY)
    assert rests_on(stage) == "guardian"
    assert rests_on(stage, DAY) == ""


@pytest.mark.req("MTG-1")
def test_a_staffing_of_ongoing_coordination_asks_for_consent(stage: Stage) -> None:
    def schedule() -> object:
        return schedule_staffing(
            stage.viewer,
            stage.case,
            kind="ongoing",
            starts_at=stage.now + 3 * DAY,
            minutes=45,
            mode="virtual",
            invitees=stage.scene.invitees(),
            now=stage.now,
        )

    with pytest.raises(RuleBroken):
        schedule()
    consent(stage)
    assert schedule().kind == "ongoing"


def test_another_regions_coordinator_changes_no_mode(stage: Stage, other_coordinator) -> None:
    consent(stage)
    with pytest.raises(NotPermitted):
        enter_ongoing_coordination(other_coordinator, stage.case, stage.now)
