import dataclasses
import json
from datetime import UTC, datetime, timedelta

import pytest

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.drafts.keep import find_draft, keep_draft
from rightdoor.foundation.sealing import keyring, rotation, seals, shredding
from rightdoor.foundation.sealing.cipher import SealBroken
from rightdoor.foundation.sealing.models import DestroyedSubject, Epoch
from rightdoor.foundation.sealing.roots import RootKeyUnusable

pytestmark = [pytest.mark.django_db(databases=["default", "keyring"]), pytest.mark.req("PRIV-6")]

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
AUTHOR = Viewer("ACCT-2345", frozenset(), frozenset(), "", "", "Ada Invented")


@pytest.fixture
def sealed(sealing, label):
    blob = sealing.seal("a text", label)
    other = dataclasses.replace(label, klass="PSY")
    return [(blob, label), (sealing.seal("another", other), other)]


def test_a_shred_closes_every_value_and_says_what_it_destroyed(sealed, label):
    certificate = shredding.shred(label.subject, now=NOW, permit="PRMT-2346")
    assert seals.open_each(sealed) == [None, None]
    with pytest.raises(SealBroken):
        seals.seal("never again", label)
    assert (certificate.keys, certificate.permit, certificate.destroyed_at) == (2, "PRMT-2346", NOW)
    assert certificate.completes_with == (("", 1),)
    assert certificate.latest_on == NOW + timedelta(days=14)
    assert label.subject not in certificate.as_json()


def test_drafts_about_the_client_and_its_records_go_too_and_others_stay(sealed, label):
    for about in (label.subject, "REFR-2345", "CASE-9999"):
        keep_draft(AUTHOR, "a form", about, {"story": "half typed"}, now=NOW)
    certificate = shredding.shred(label.subject, now=NOW, codes=["REFR-2345"])
    assert dict(certificate.erased)["drafts"] == 2
    assert find_draft(AUTHOR, "a form", label.subject) is None
    assert find_draft(AUTHOR, "a form", "REFR-2345") is None
    assert find_draft(AUTHOR, "a form", "CASE-9999") is not None


def test_a_shred_that_was_interrupted_and_run_again_gives_the_same_certificate(sealed, label):
    first = shredding.shred(label.subject, now=NOW, permit="PRMT-2346")
    again = shredding.shred(label.subject, now=NOW + timedelta(days=3), permit="ELSE-2346")
    assert again == first
    assert shredding.certificate_of(label.subject) == first
    assert shredding.outside_path().read_text("utf-8").count(label.subject) == 1
    assert shredding.certificate_of("NEVR-2346") is None


def test_a_shred_killed_before_its_keys_were_gone_is_finished_by_the_next_run(sealed, label, monkeypatch):
    def killed(subject, *, now):
        raise KeyboardInterrupt

    real = keyring.destroy_subject
    monkeypatch.setattr(keyring, "destroy_subject", killed)
    with pytest.raises(KeyboardInterrupt):
        shredding.shred(label.subject, now=NOW)
    monkeypatch.setattr(keyring, "destroy_subject", real)
    assert shredding.apply_again(NOW) == 1
    assert seals.open_each(sealed) == [None, None]
    assert shredding.apply_again(NOW) == 0


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("keys", 1),
        ("destroyed_at", "2026-11-01T15:00:00Z"),
        ("subject", "0" * 64),
        ("completes_with", []),
        ("type", "x"),
    ],
)
def test_a_certificate_that_was_changed_is_not_genuine(sealed, label, part, value):
    text = shredding.shred(label.subject, now=NOW).as_json()
    assert shredding.is_genuine(text)
    assert not shredding.is_genuine(json.dumps({**json.loads(text), part: value}))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"signature": 5}', '{"signature": "00"}', "not json"])
def test_what_is_no_certificate_is_not_genuine(sealing, text):
    assert not shredding.is_genuine(text)


def test_a_certificate_is_verified_with_the_public_key_alone_and_by_no_other(sealed, label):
    certificate = shredding.shred(label.subject, now=NOW)
    assert shredding.is_genuine(certificate.as_json(), public_key=certificate.public_key)
    assert not shredding.is_genuine(certificate.as_json(), public_key="11" * 32)


def test_a_shred_is_complete_when_its_epoch_was_dropped_and_not_before(sealed, label):
    certificate = shredding.shred(label.subject, now=NOW)
    assert shredding.completed_on(certificate) is None
    rotation.turn_epoch(suite=1, now=NOW + timedelta(days=7))
    assert shredding.completed_on(certificate) is None
    rotation.drop_epoch(1, now=NOW + timedelta(days=8))
    assert shredding.completed_on(certificate) == NOW + timedelta(days=8)


def test_an_older_epoch_that_was_never_dropped_keeps_a_shred_open(sealed, label):
    rotation.turn_epoch(suite=1, now=NOW)
    certificate = shredding.shred(label.subject, now=NOW)
    rotation.turn_epoch(suite=1, now=NOW)
    rotation.drop_epoch(2, now=NOW + timedelta(days=8))
    assert shredding.completed_on(certificate) is None
    rotation.drop_epoch(1, now=NOW + timedelta(days=9))
    assert shredding.completed_on(certificate) == NOW + timedelta(days=9)


def test_with_an_agencys_own_key_the_certificate_waits_for_both_and_promises_no_day(sealed, label, key_boxes):
    (key_boxes / label.holder).mkdir()
    rotation.give_own_root(label.holder, suite=1, now=NOW)
    certificate = shredding.shred(label.subject, now=NOW)
    assert certificate.completes_with == (("", 1), (label.holder, 1))
    assert certificate.latest_on is None
    rotation.turn_epoch(suite=1, now=NOW)
    rotation.drop_epoch(1, now=NOW)
    assert shredding.completed_on(certificate) is None
    rotation.turn_epoch(suite=1, now=NOW, root=label.holder)
    rotation.drop_epoch(1, now=NOW + timedelta(days=1), root=label.holder)
    assert shredding.completed_on(certificate) == NOW + timedelta(days=1)


def test_a_key_that_an_agency_gave_back_is_waited_for_too(sealed, label, key_boxes):
    (key_boxes / label.holder).mkdir()
    rotation.give_own_root(label.holder, suite=1, now=NOW)
    rotation.take_back(label.holder, suite=1, now=NOW)
    assert dict(shredding.shred(label.subject, now=NOW).completes_with) == {"": 1, label.holder: 1}


def test_where_epochs_are_turned_by_hand_no_day_is_promised(sealed, label, settings):
    settings.ENV = dataclasses.replace(settings.ENV, epoch_days=0)
    assert shredding.shred(label.subject, now=NOW).latest_on is None
    assert not rotation.is_due(days=0, now=NOW + timedelta(days=9999))


def test_a_signing_key_that_others_can_read_is_refused(sealed, label, home):
    shredding.shred(label.subject, now=NOW)
    (home / "keys" / "certificates.key").chmod(0o644)
    with pytest.raises(RootKeyUnusable, match="0600"):
        shredding.certificate_of(label.subject)


def test_the_keys_that_were_destroyed_are_remembered_so_that_nobody_takes_them_for_lost(sealed, label):
    ids = {row.bytes for row in keyring.DataKey.objects.values_list("id", flat=True)}
    shredding.shred(label.subject, now=NOW)
    assert {one.bytes for one in DestroyedSubject.objects.get().key_ids} == ids
    assert Epoch.objects.filter(root="", number=1).exists()
