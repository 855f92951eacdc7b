"""A release is put in force with everything that the law asks for, and with nothing less. (practice.md 4.2)"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rightdoor.casework.clients.models import Ground
from rightdoor.casework.consents.actions.releases import (
    custody_changed,
    flag_person,
    record_release,
    resume_after_check,
    revoke_release,
)
from rightdoor.casework.consents.models import Release, Signature
from rightdoor.casework.consents.queries import releases_of, state_of
from rightdoor.casework.consents.told import Flags, Signed
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.notices.models import Notice
from tests.casework.consents.conftest import BORN, CLEAR, DAY, Stage

ALLEGED = Flags(alleged_exploiter=True, abuser_of_other_parent=False, under_investigation=False)


def ground_of(release: Release) -> Ground:
    return Ground.objects.get(code=release.code)


def refused(stage: Stage, **changed: object) -> str:
    """What the act says, having left nothing behind."""
    with pytest.raises(RuleBroken) as said:
        record_release(stage.viewer, stage.client, told=stage.told(**changed), now=stage.now)
    assert not Release.objects.exists()
    assert not Ground.objects.exists()
    return str(said.value)


@pytest.mark.rule("RO-1")
def test_a_release_signed_by_everybody_opens_exactly_what_it_lists(stage: Stage) -> None:
    release = stage.release()
    ground = ground_of(release)
    assert (ground.kind, ground.classes, ground.from_agency, ground.to_agency) == (
        "ROI",
        ["HLTH"],
        stage.clinic.code,
        stage.school.code,
    )
    assert ground.starts_at == stage.now - timedelta(minutes=10)
    assert ground.ends_at == stage.now + 30 * DAY
    assert ground.minor_signed is True
    assert state_of(release, stage.now) == "in_force"
    assert Signature.objects.filter(release=release).count() == 2


@pytest.mark.rule("RO-1")
def test_a_release_without_a_guardians_signature_is_refused(stage: Stage) -> None:
    only_the_client = (Signed("client", stage.now - DAY, "Nora Nowhere"),)
    assert "guardian" in refused(stage, signatures=only_the_client)


@pytest.mark.rule("RO-2")
@pytest.mark.parametrize(("days", "event"), [(None, "until the case closes"), (None, ""), (366, ""), (-1, "")])
def test_an_end_that_is_missing_too_late_or_past_is_refused(stage: Stage, days: int | None, event: str) -> None:
    end = None if days is None else stage.now + days * DAY
    assert refused(stage, expires_at=end, event=event)


@pytest.mark.rule("RO-3")
def test_a_release_of_everything_is_refused(stage: Stage) -> None:
    from rightdoor.domain.consent import RELEASABLE

    everything = tuple(sorted(RELEASABLE))
    assert refused(stage, classes=everything, initials=dict.fromkeys(everything, "N.N."))
    assert refused(stage, classes=())


@pytest.mark.rule("RO-4")
def test_a_release_has_one_discloser_and_one_recipient(stage: Stage) -> None:
    assert refused(stage, from_agency="")
    assert refused(stage, to_agency="")
    assert refused(stage, to_account=stage.nurse.code)
    assert refused(stage, to_agency=stage.clinic.code)


@pytest.mark.rule("RO-5")
@pytest.mark.parametrize("klass", ["SUD", "MH", "EDU", "IMM", "LOC"])
def test_a_special_class_without_initials_of_its_own_is_refused(stage: Stage, klass: str) -> None:
    assert refused(stage, classes=(klass,), initials={}, intermediary_named=True, notice_attached=True)


@pytest.mark.rule("RO-5", "SR-26")
@pytest.mark.parametrize("klass", ["ADVPRIV", "PSY", "PRIV", "PROS", "PERF", "REP"])
def test_what_is_privileged_is_never_released(stage: Stage, klass: str) -> None:
    assert refused(stage, classes=(klass,), initials={klass: "N.N."})


@pytest.mark.rule("SR-27", "RO-5")
def test_substance_use_asks_for_the_intermediary_and_the_notice(stage: Stage) -> None:
    told = {"classes": ("SUD",), "initials": {"SUD": "N.N."}}
    assert "intermediary" in refused(stage, **told, intermediary_named=False, notice_attached=True)
    assert "notice" in refused(stage, **told, intermediary_named=True, notice_attached=False)
    release = stage.release(**told, intermediary_named=True, notice_attached=True)
    assert ground_of(release).names_intermediary is True


@pytest.mark.rule("RO-6")
def test_what_was_not_understood_is_not_a_release(stage: Stage) -> None:
    assert refused(stage, language="")
    assert refused(stage, understands_language=None)
    assert refused(stage, interpreter="A cousin", interpreter_is_relative=True)
    assert refused(stage, interpreter="Somebody", interpreter_is_relative=None)
    assert refused(stage, told_right_to_revoke=None)
    assert refused(stage, told_not_required=False)


@pytest.mark.rule("RO-7", "SR-29")
def test_a_minor_who_consented_alone_to_care_signs_alone_and_only_for_that(stage: Stage) -> None:
    alone = (Signed("client", stage.now - timedelta(minutes=5), "Nora Nowhere"),)
    release = stage.release(route="minor_alone", classes=("HLTH",), signatures=alone)
    assert ground_of(release).minor_signed is True
    with pytest.raises(RuleBroken):
        record_release(
            stage.viewer,
            stage.client,
            told=stage.told(route="minor_alone", classes=("EDU",), initials={"EDU": "N.N."}, signatures=alone),
            now=stage.now,
        )


@pytest.mark.rule("RO-7")
def test_custody_needs_its_proof(stage: Stage) -> None:
    at = stage.now - timedelta(minutes=5)
    assert "custody" in refused(stage, route="custodian", signatures=(Signed("custodian", at, "A worker"),))
    with_proof = (Signed("custodian", at, "A worker", authority="Order of custody 12-345"),)
    assert stage.release(route="custodian", signatures=with_proof).pk


@pytest.mark.rule("RO-8", "SR-41")
@pytest.mark.parametrize(
    "flags",
    [
        Flags(True, False, False, False),
        Flags(False, True, False, False),
        Flags(False, False, True, False),
        Flags(None, False, False, False),
    ],
)
def test_whoever_may_have_done_harm_does_not_sign(stage: Stage, flags: Flags) -> None:
    father = stage.person("Milo Nowhere", flags=flags)
    at = stage.now - timedelta(minutes=5)
    signatures = (Signed("client", at, "Nora Nowhere"), Signed("guardian", at, "Milo Nowhere", father.code))
    assert refused(stage, signatures=signatures)


@pytest.mark.rule("RO-8")
def test_a_flag_that_comes_later_suspends_at_once_and_tells_the_coordinator(stage: Stage) -> None:
    release = stage.release()
    assert flag_person(stage.viewer, stage.mother, flags=ALLEGED, now=stage.now + DAY) == [release]
    release.refresh_from_db()
    assert (release.suspended_why, ground_of(release).suspended_at) == ("flag", stage.now + DAY)
    assert Notice.objects.filter(kind="release.suspended", account_code=stage.case.coordinator).count() == 1
    with pytest.raises(RuleBroken):
        resume_after_check(stage.viewer, release, now=stage.now + DAY)
    flag_person(stage.viewer, stage.mother, flags=CLEAR, now=stage.now + 2 * DAY)
    release.refresh_from_db()
    assert release.suspended_at is not None  # cleared again, it waits for a person to check it
    resume_after_check(stage.viewer, release, now=stage.now + 2 * DAY)
    assert ground_of(release).suspended_at is None


@pytest.mark.rule("RO-8")
def test_a_flag_leaves_releases_alone_that_somebody_else_signed(stage: Stage) -> None:
    release = stage.release()
    father = stage.person("Milo Nowhere")
    assert flag_person(stage.viewer, father, flags=ALLEGED, now=stage.now) == []
    release.refresh_from_db()
    assert release.suspended_at is None


@pytest.mark.rule("RO-9")
@pytest.mark.parametrize("how", ["spoken", "written"])
def test_a_release_is_taken_back_by_a_word_and_at_once(stage: Stage, how: str) -> None:
    release = stage.release()
    at = stage.now + timedelta(hours=1)
    revoked = revoke_release(stage.viewer, release, how=how, now=at)
    assert ground_of(release).ended_at == at
    assert (revoked.release.ended_why, revoked.release.revoked_how) == ("revoked", how)
    assert revoked.went_out == ()
    with pytest.raises(RuleBroken):
        revoke_release(stage.viewer, release, how=how, now=at)
    with pytest.raises(RuleBroken):
        resume_after_check(stage.viewer, release, now=at)


@pytest.mark.rule("RO-10")
def test_refusing_or_revoking_changes_nothing_about_the_help(stage: Stage) -> None:
    def services() -> tuple[object, ...]:
        stage.case.refresh_from_db()
        referral = stage.case.referral
        return (referral.state, referral.tier, referral.due_at, referral.ineligible_reason, stage.case.state)

    before = services()
    release = stage.release()
    assert services() == before
    revoke_release(stage.viewer, release, how="spoken", now=stage.now + DAY)
    assert services() == before


@pytest.mark.rule("RO-11")
def test_a_guardians_release_never_runs_past_the_eighteenth_birthday(stage: Stage) -> None:
    stage.now = datetime(BORN.year + 18, BORN.month, BORN.day, 18, 0, tzinfo=UTC) - 10 * DAY
    release = stage.release()
    assert release.expires_at < stage.now + 10 * DAY
    assert ground_of(release).ends_at == release.expires_at


@pytest.mark.rule("RO-11")
def test_custody_that_changes_suspends_what_a_guardian_signed(stage: Stage) -> None:
    release = stage.release()
    alone = (Signed("client", stage.now - timedelta(minutes=5), "Nora Nowhere"),)
    own = stage.release(route="minor_alone", signatures=alone)
    assert custody_changed(stage.viewer, stage.client, now=stage.now + DAY) == [release]
    assert ground_of(release).suspended_at == stage.now + DAY
    assert ground_of(own).suspended_at is None


def test_the_same_form_sent_twice_makes_one_release(stage: Stage) -> None:
    first = record_release(stage.viewer, stage.client, told=stage.told(), now=stage.now, code="ABCD-2345")
    again = record_release(stage.viewer, stage.client, told=stage.told(), now=stage.now, code="ABCD-2345")
    assert first.pk == again.pk
    assert Ground.objects.count() == 1


def test_only_the_coordinator_of_the_case_records_a_release(stage: Stage, other_coordinator: Viewer) -> None:
    for viewer in (other_coordinator, stage.scene.detective):
        with pytest.raises(NotPermitted):
            record_release(viewer, stage.client, told=stage.told(), now=stage.now)


def test_what_a_release_says_is_sealed_and_opens_for_the_coordinator(stage: Stage) -> None:
    release = stage.release()
    stored = b"".join(bytes(blob) for row in Release.objects.values_list("told_sealed") for blob in row) + b"".join(
        bytes(blob) for row in Signature.objects.values_list("told_sealed") for blob in row
    )
    assert b"school" not in stored
    assert b"Nowhere" not in stored
    (shown,) = releases_of(stage.viewer, stage.client, stage.now, only=release)
    assert shown.told == replace(stage.told(), signatures=shown.told.signatures)
    assert [signed.role for signed in shown.told.signatures] == ["client", "guardian"]
    assert (shown.from_name, shown.to_name) == ("Invented Clinic", "Invented School")
