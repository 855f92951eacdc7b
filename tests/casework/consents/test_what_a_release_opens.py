"""What a release opens to its recipient, and to nobody else; what closes when it ends; who is named then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.clients.actions import give_standing
from rightdoor.casework.clients.disclosure import SealedField, decision_on, open_fields
from rightdoor.casework.consents.actions.disclosures import record_outside_disclosure
from rightdoor.casework.consents.actions.releases import flag_person, revoke_release
from rightdoor.casework.consents.register import copies, register_of, went_out_under
from rightdoor.casework.consents.told import Flags, Signed
from rightdoor.domain.confidentiality import Item
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.sealing.seals import SealContext, seal_json
from tests.casework.consents.conftest import DAY, Stage
from tests.people import REGION, make_person


@pytest.fixture
def counselor(stage: Stage) -> Viewer:
    """A therapist of the school that a release names; on the case, which by itself opens nothing."""
    person = make_person(
        "Cleo Counselor",
        now=stage.now,
        roles=(("team_member", REGION),),
        discipline="therapist",
        agency=stage.school.code,
    )
    put_on(stage, person, "therapist")
    return person


def put_on(stage: Stage, person: Viewer, discipline: str) -> None:
    give_standing(
        stage.viewer,
        stage.client,
        account_code=person.code,
        kind="assigned",
        discipline=discipline,
        about=stage.case.code,
        starts_at=stage.now - DAY,
        now=stage.now,
    )


def opens(stage: Stage, viewer: Viewer, klass: str = "EDU", owner: str = "", *, later: timedelta = timedelta()) -> bool:
    item = Item(klass, owner or stage.clinic.code)
    return decision_on(viewer, stage.client, item, stage.now + later).allowed


def education(stage: Stage, **changed: object):
    return stage.release(classes=("EDU",), initials={"EDU": "N.N."}, **changed)


@pytest.mark.rule("RO-1", "RO-3", "RO-4")
def test_only_the_recipient_reads_only_what_is_listed_one_way_and_in_time(stage: Stage, counselor: Viewer) -> None:
    assert not opens(stage, counselor)
    education(stage)
    assert opens(stage, counselor)
    assert not opens(stage, counselor, "PLAN")
    assert not opens(stage, counselor, owner=stage.case.holder)
    assert not opens(stage, stage.nurse, owner=stage.school.code)
    assert not opens(stage, stage.scene.advocate)
    assert opens(stage, counselor, later=29 * DAY)
    assert not opens(stage, counselor, later=30 * DAY)


@pytest.mark.rule("SR-15", "RO-4")
def test_a_release_opens_nothing_to_whoever_has_no_place_on_the_case(stage: Stage) -> None:
    education(stage)
    colleague = make_person(
        "Cole Colleague",
        now=stage.now,
        roles=(("team_member", REGION),),
        discipline="therapist",
        agency=stage.school.code,
    )
    assert not opens(stage, colleague)


@pytest.mark.rule("RO-9")
def test_a_word_closes_it_from_the_next_read_on(stage: Stage, counselor: Viewer) -> None:
    release = education(stage)
    assert opens(stage, counselor)
    revoke_release(stage.viewer, release, how="spoken", now=stage.now + timedelta(minutes=1))
    assert not opens(stage, counselor, later=timedelta(minutes=1))


@pytest.mark.rule("RO-8")
def test_a_flag_closes_it_from_the_next_read_on(stage: Stage, counselor: Viewer) -> None:
    education(stage)
    flag_person(stage.viewer, stage.mother, flags=Flags(under_investigation=True), now=stage.now)
    assert not opens(stage, counselor)


@pytest.mark.rule("RO-5", "SR-22")
def test_where_somebody_stays_opens_to_the_named_person_alone(stage: Stage) -> None:
    put_on(stage, stage.nurse, "medical")
    other = make_person(
        "Nils Nurse", now=stage.now, roles=(("team_member", REGION),), discipline="medical", agency=stage.clinic.code
    )
    put_on(stage, other, "medical")
    stage.release(
        from_agency=stage.case.holder,
        to_agency="",
        to_account=stage.nurse.code,
        classes=("LOC",),
        initials={"LOC": "N.N."},
    )
    assert opens(stage, stage.nurse, "LOC", stage.case.holder)
    assert not opens(stage, other, "LOC", stage.case.holder)


@pytest.mark.rule("SR-27", "SR-28")
def test_help_with_substances_is_not_passed_on_by_whoever_received_it(stage: Stage, counselor: Viewer) -> None:
    put_on(stage, stage.scene.advocate, "victim_advocate")
    advocates_agency = stage.scene.advocate.agency
    stage.release(
        to_agency=advocates_agency,
        classes=("SUD",),
        initials={"SUD": "N.N."},
        intermediary_named=True,
        notice_attached=True,
    )
    assert opens(stage, stage.scene.advocate, "SUD")
    # What the advocate's agency has received is the clinic's still: no release of its own passes it on.
    assert not opens(stage, counselor, "SUD")
    assert not opens(stage, counselor, "SUD", advocates_agency)


@pytest.mark.rule("SR-29")
def test_care_that_a_minor_got_alone_needs_the_minors_own_signature(stage: Stage) -> None:
    put_on(stage, stage.scene.advocate, "victim_advocate")
    item = Item("HLTH", stage.clinic.code, minor_consented_alone=True)
    proof = Signed("custodian", stage.now - DAY, "A worker", authority="Order of custody 12-345")
    stage.release(to_agency=stage.scene.advocate.agency, route="custodian", signatures=(proof,))
    assert not decision_on(stage.scene.advocate, stage.client, item, stage.now).allowed
    own = (Signed("client", stage.now - DAY, "Nora Nowhere"),)
    stage.release(to_agency=stage.scene.advocate.agency, route="minor_alone", signatures=own)
    assert decision_on(stage.scene.advocate, stage.client, item, stage.now).allowed


@pytest.mark.rule("RO-9")
def test_everybody_who_read_under_a_release_is_named_when_it_is_taken_back(stage: Stage, counselor: Viewer) -> None:
    release = education(stage)
    label = SealContext("tests_paper", "told", "ABCD-2345", stage.client.code, stage.clinic.code, "EDU")
    field = SealedField(label, seal_json({"grade": "9"}, label))
    for _ in range(2):
        (told,) = open_fields(counselor, stage.client, [field], stage.now, verb="case.read")
        assert told == {"grade": "9"}
    record_outside_disclosure(
        stage.viewer,
        stage.client,
        kind="spoken",
        from_agency=stage.clinic.code,
        to_agency=stage.school.code,
        to="The principal",
        what="Which grade.",
        classes=("EDU",),
        release=release,
        told_at=stage.now,
        now=stage.now,
    )
    went_out = revoke_release(stage.viewer, release, how="spoken", now=stage.now + DAY).went_out
    assert {(one.to, one.agency) for one in copies(went_out)} == {
        ("Cleo Counselor", "Invented School"),
        ("The principal", "Invented School"),
    }
    assert next(one for one in went_out if one.to == "Cleo Counselor").times == 2
    assert {one.ground for one in went_out} == {release.code}
    assert went_out_under(stage.viewer, release, stage.now + DAY) == list(went_out)


def test_the_coordinators_own_reading_is_no_disclosure(stage: Stage) -> None:
    from rightdoor.casework.consents.queries import releases_of

    education(stage)
    releases_of(stage.viewer, stage.client, stage.now)
    assert register_of(stage.viewer, stage.client, stage.now) == []
