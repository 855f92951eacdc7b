import dataclasses
import itertools
import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from rightdoor.foundation.sealing import cipher, keyring, roots, rotation
from rightdoor.foundation.sealing.cipher import SealBroken
from rightdoor.foundation.sealing.models import DataKey, HolderKey
from rightdoor.foundation.sealing.root_files import FileKeys
from rightdoor.foundation.sealing.seals import COMPARTMENTS

pytestmark = [pytest.mark.django_db(databases=["default", "keyring"]), pytest.mark.req("PRIV-3")]

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
TEXT = "Marigold Testcase, née Đặng"

ELSEWHERE = {
    "table": "clients_alias",
    "column": "alias_sealed",
    "row": "CDFG-2347",
    "subject": "HJKM-7903",
    "holder": "NPQR-4443",
    "klass": "CORE",
    "schema": 2,
}


def test_what_was_sealed_opens_with_the_same_label(sealing, suite, label):
    blob = sealing.seal(TEXT, label)
    assert sealing.open_sealed(blob, label) == TEXT
    assert blob[1] == suite
    assert b"Marigold" not in blob


@pytest.mark.parametrize("part", ELSEWHERE)
def test_a_value_moved_elsewhere_does_not_open(sealing, suite, label, part):
    moved = dataclasses.replace(label, **{part: ELSEWHERE[part]})
    blob = sealing.seal(TEXT, label)
    sealing.seal("the new place has a key of its own", moved)
    with pytest.raises(SealBroken):
        sealing.open_sealed(blob, moved)


@pytest.mark.parametrize("part", ELSEWHERE)
def test_every_part_of_a_label_is_authenticated_by_itself(label, part):
    assert dataclasses.replace(label, **{part: ELSEWHERE[part]}).encoded() != label.encoded()


def test_a_value_sealed_with_the_key_of_another_compartment_does_not_open(sealing, label):
    """Rightly labelled, under a key that whoever made it could use: still not where it belongs."""
    private = dataclasses.replace(label, klass="ADVPRIV")
    sealing.seal("makes the key", label)
    key = keyring.keys_for([label.place], suite=1)[label.place]
    blob = cipher.seal_bytes(b"x", key=key.key, key_id=key.id, label=private.encoded(), suite=1)
    with pytest.raises(SealBroken):
        sealing.open_sealed(blob, private)


@pytest.mark.slow
def test_no_class_opens_the_values_of_another(sealing, label):
    labels = [dataclasses.replace(label, klass=klass) for klass in COMPARTMENTS]
    blobs = sealing.seal_many([(TEXT, one) for one in labels])
    for (mine, blob), other in itertools.product(zip(labels, blobs, strict=True), labels):
        if mine != other:
            with pytest.raises(SealBroken):
                sealing.open_sealed(blob, other)


def test_each_compartment_has_its_own_key_and_each_subject_too(sealing, label):
    labels = [dataclasses.replace(label, klass=klass) for klass in ("ID", "CORE", "ADV", "ADVPRIV", "PSY", "SUD")]
    labels.append(dataclasses.replace(label, subject="HJKM-7903"))
    ids = [blob[2:18] for blob in sealing.seal_many([(TEXT, one) for one in labels])]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 6


def test_many_values_open_with_one_query(sealing, label, django_assert_num_queries):
    labels = [dataclasses.replace(label, row=f"ROW-{n}", subject=f"SUBJECT-{n % 7}") for n in range(40)]
    blobs = sealing.seal_many([(f"text {n}", one) for n, one in enumerate(labels)])
    with django_assert_num_queries(1, connection=connections["keyring"]):
        opened = sealing.open_many(list(zip(blobs, labels, strict=True)))
    assert opened == [f"text {n}" for n in range(40)]


def test_one_spoilt_value_spoils_the_whole_answer(sealing, label):
    other = dataclasses.replace(label, row="CDFG-2347")
    good, bad = sealing.seal_many([(TEXT, label), (TEXT, other)])
    with pytest.raises(SealBroken):
        sealing.open_many([(good, label), (bad[:-1] + bytes([bad[-1] ^ 1]), other)])


def test_a_column_never_written_is_empty_and_an_emptied_one_is_broken(sealing, label):
    assert sealing.open_many([(None, label), (memoryview(sealing.seal("", label)), label)]) == ["", ""]
    assert sealing.open_json(None, label) is None
    with pytest.raises(SealBroken):
        sealing.open_sealed(b"", label)


def test_structures_come_back_as_they_were(sealing, label):
    value = {"aliases": ["Tess Demo", "Đ"], "age": 15, "known": None}
    assert sealing.open_json(sealing.seal_json(value, label), label) == value


def test_a_label_with_a_missing_part_or_unknown_class_is_refused_at_once(label):
    for part, value in [
        ("row", ""),
        ("subject", ""),
        ("row", 5),
        ("klass", "AGG"),
        ("klass", "SECRET"),
        ("holder", None),
    ]:
        with pytest.raises(ValueError, match="data class|Every part"):
            dataclasses.replace(label, **{part: value})


def test_a_destroyed_subject_neither_opens_nor_seals_again(sealing, label):
    blob = sealing.seal(TEXT, label)
    other = dataclasses.replace(label, subject="HJKM-7903")
    kept = sealing.seal("kept", other)
    assert sealing.destroy_subject(label.subject, now=NOW) == 1
    with pytest.raises(SealBroken):
        sealing.open_sealed(blob, label)
    with pytest.raises(SealBroken):
        sealing.seal(TEXT, label)
    assert sealing.destroy_subject(label.subject, now=NOW) == 0
    assert not DataKey.objects.filter(subject=label.subject).exists()
    assert sealing.open_sealed(kept, other) == "kept"


def test_a_keyring_row_given_to_another_subject_does_not_open(sealing, label):
    blob = sealing.seal(TEXT, label)
    stolen = dataclasses.replace(label, subject="HJKM-7903")
    DataKey.objects.filter(subject=label.subject).update(subject=stolen.subject)
    for one in (label, stolen):
        with pytest.raises(SealBroken):
            sealing.open_sealed(blob, one)


def test_the_keyring_holds_no_key_in_clear(sealing, label):
    blob = sealing.seal(TEXT, label)
    opened = keyring.keys_by_id([blob[2:18]])[blob[2:18]]
    row = DataKey.objects.get()
    assert opened.key not in bytes(row.wrapped)
    assert FileKeys(roots.folder()).root_key(1) not in bytes(row.holder_key.wrapped)
    assert opened.key.hex() not in repr(opened)


def test_the_process_keeps_holder_keys_only_and_not_many(sealing, label, monkeypatch):
    monkeypatch.setattr(keyring, "holder_keys", keyring._HolderKeys(size=3))
    labels = [dataclasses.replace(label, holder=f"AGENCY-{n}") for n in range(6)]
    blobs = sealing.seal_many([(TEXT, one) for one in labels])
    assert len(keyring.holder_keys) == 3
    assert sealing.open_many(list(zip(blobs, labels, strict=True))) == [TEXT] * 6


def test_a_new_epoch_keeps_every_value_readable_and_ends_the_old_root(sealing, suite, label):
    labels = [dataclasses.replace(label, subject=f"SUBJECT-{n}", holder=f"AGENCY-{n % 3}") for n in range(9)]
    blobs = sealing.seal_many([(TEXT, one) for one in labels])
    copies = {row.pk: bytes(row.wrapped) for row in DataKey.objects.all()}
    with pytest.raises(roots.RootKeyUnusable):
        rotation.drop_epoch(1, now=NOW)
    assert rotation.turn_epoch(suite=suite, now=NOW) == 2
    assert not set(copies.values()) & {bytes(row.wrapped) for row in DataKey.objects.all()}
    rotation.drop_epoch(1, now=NOW)
    assert roots.epochs() == [2]
    assert not HolderKey.objects.filter(epoch=1).exists()
    assert sealing.open_many(list(zip(blobs, labels, strict=True))) == [TEXT] * 9


def test_a_root_key_still_needed_cannot_be_dropped(sealing, label):
    sealing.seal(TEXT, label)
    roots.create_root_key(2)
    with pytest.raises(roots.RootKeyUnusable):
        rotation.drop_epoch(1, now=NOW)
    assert roots.epochs() == [1, 2]


def test_the_root_key_is_made_once_and_for_its_account_only(home, db, sealing):
    path = home / "keys" / "root-1.key"
    before = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert (home / "keys").stat().st_mode & 0o777 == 0o700
    assert sealing.ensure_root_key() == 1
    roots.create_root_key(1)
    assert path.read_bytes() == before
    assert [entry.name for entry in (home / "keys").iterdir()] == ["root-1.key"]


def test_a_root_key_that_others_can_read_is_refused(sealing, home, label):
    (home / "keys" / "root-1.key").chmod(0o640)
    with pytest.raises(roots.RootKeyUnusable, match="0600"):
        sealing.seal(TEXT, label)


def test_a_lost_or_damaged_root_key_is_never_replaced_by_a_new_one(sealing, home, label):
    sealing.seal(TEXT, label)
    path = home / "keys" / "root-1.key"
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(roots.RootKeyUnusable, match="damaged"):
        sealing.ensure_root_key()
    path.unlink()
    with pytest.raises(roots.RootKeyUnusable, match="escrow"):
        sealing.ensure_root_key()
    assert not path.exists()


def test_an_account_reads_its_own_drafts_and_no_one_elses(sealing):
    place = {"table": "drafts_draft", "column": "fields_sealed", "row": "CDFG-2346"}
    blob = sealing.seal_for_account("ACCT-ONE", TEXT, **place)
    assert sealing.open_for_account("ACCT-ONE", blob, **place) == TEXT
    with pytest.raises(SealBroken):
        sealing.open_for_account("ACCT-TWO", blob, **place)


def test_step_state_opens_until_its_minute_and_in_its_own_form(sealing, suite):
    state = {"step": 2, "what": TEXT}
    token = sealing.sealed_state(state, 30, now=NOW, purpose="public report")
    assert "Marigold" not in token
    assert sealing.open_state(token, now=NOW + timedelta(minutes=30, seconds=-1), purpose="public report") == state
    for late, purpose in [(timedelta(minutes=30), "public report"), (timedelta(), "another form")]:
        with pytest.raises(SealBroken):
            sealing.open_state(token, now=NOW + late, purpose=purpose)


@pytest.mark.parametrize("token", ["", "x", "====", "Đ", "AQE" * 40, "{}"])
def test_step_state_that_is_not_ours_is_refused(sealing, token):
    with pytest.raises(SealBroken):
        sealing.open_state(token, now=NOW, purpose="public report")


def test_step_state_spoilt_anywhere_is_refused(sealing):
    token = sealing.sealed_state({"a": 1}, 30, now=NOW, purpose="public report")
    for place in range(len(token.rstrip("="))):
        spoilt = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(SealBroken):
            sealing.open_state(spoilt, now=NOW, purpose="public report")


def test_step_state_needs_no_database(sealing, django_assert_num_queries):
    with django_assert_num_queries(0), django_assert_num_queries(0, connection=connections["keyring"]):
        token = sealing.sealed_state({"a": 1}, 30, now=NOW, purpose="public report")
        sealing.open_state(token, now=NOW, purpose="public report")


def test_nothing_of_the_text_reaches_the_log(sealing, label, caplog):
    caplog.set_level(logging.DEBUG)
    sealing.open_sealed(sealing.seal(TEXT, label), label)
    assert "Marigold" not in caplog.text


def test_a_page_of_fifty_opens_in_a_few_milliseconds(sealing, label):
    import time

    labels = [
        dataclasses.replace(label, row=f"R-{row}", subject=f"S-{row}", column=column)
        for row in range(50)
        for column in ("name_sealed", "birth_sealed", "note_sealed")
    ]
    pairs = list(zip(sealing.seal_many([(TEXT, one) for one in labels]), labels, strict=True))
    took = []
    for _ in range(25):
        begun = time.thread_time()  # of this thread alone: what others do on the machine does not count
        sealing.open_many(pairs)
        took.append(time.thread_time() - begun)
    assert min(took) < 0.020  # about 2 ms on a quiet machine


def test_a_list_opens_although_the_keys_of_one_were_destroyed(now) -> None:
    from django.test.utils import CaptureQueriesContext

    from rightdoor.foundation.sealing import seals
    from rightdoor.foundation.sealing.seals import SealContext

    labels = [
        SealContext("clients_identity", "who", f"ROW{n}-CODE", f"SUB{n}-CODE", "HOLD-CODE", "ID") for n in range(4)
    ]
    blobs = seals.seal_many([(f"name {n}", label) for n, label in enumerate(labels)])
    seals.destroy_subject("SUB2-CODE", now=now)
    with CaptureQueriesContext(connections["keyring"]) as asked:
        opened = seals.open_each([*zip(blobs, labels, strict=True), (None, labels[0]), (b"\x00nonsense", labels[0])])
    assert opened == ["name 0", "name 1", None, "name 3", "", None]
    assert len(asked) <= 2
