import dataclasses
import json
import shutil
from datetime import UTC, datetime

import pytest

from rightdoor.foundation.sealing import keyring, root_transit, roots, rotation, seals
from rightdoor.foundation.sealing.models import DataKey, Epoch, HolderKey, KeyKeeper
from rightdoor.foundation.sealing.roots import AWAY, KeyAway, RootKeyUnusable
from tests.foundation.sealing.key_server import TOKEN

pytestmark = [pytest.mark.django_db(databases=["default", "keyring"]), pytest.mark.req("PRIV-3")]

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
def apart(sealing, key_boxes, label):
    """An agency with two records that has just taken its keys; another agency's record beside."""
    labels = {
        "first": label,
        "second": dataclasses.replace(label, subject="HJKM-7903", klass="ADV"),
        "other": dataclasses.replace(label, holder="ZZZZ-2345"),
    }
    blobs = {name: sealing.seal(name, one) for name, one in labels.items()}
    (key_boxes / label.holder).mkdir()
    assert rotation.give_own_root(label.holder, suite=1, now=NOW) == 2
    keyring.holder_keys.clear()
    return {name: (blobs[name], one) for name, one in labels.items()}


def test_an_agencys_keys_open_with_its_box_and_without_it_say_so(apart, key_boxes, label):
    assert seals.open_many(apart.values()) == ["first", "second", "other"]
    box = key_boxes / label.holder
    taken = shutil.move(box, key_boxes.parent / "taken-home")
    keyring.holder_keys.clear()
    with pytest.raises(KeyAway, match="The agency that holds this keeps its key"):
        seals.open_sealed(*apart["first"])
    seals.forget_away()
    assert seals.open_each(apart.values()) == [None, None, "other"]
    assert seals.away_now() == {label.holder}
    shutil.move(taken, box)
    assert seals.open_many(apart.values()) == ["first", "second", "other"]


def test_new_keys_of_the_agency_go_under_its_own_root_and_never_under_ours(apart, key_boxes, label):
    new = dataclasses.replace(label, subject="NEW2-7904", klass="PSY")
    blob = seals.seal("new", new)
    assert DataKey.objects.get(subject=new.subject).holder_key.root == label.holder
    assert seals.open_sealed(blob, new) == "new"
    shutil.rmtree(key_boxes / label.holder)
    keyring.holder_keys.clear()
    with pytest.raises(KeyAway):
        seals.seal("while it is away", dataclasses.replace(label, subject="NEW3-7904"))
    assert not DataKey.objects.filter(subject="NEW3-7904").exists()


def test_the_installations_root_key_does_not_open_what_an_agency_keeps(apart, label):
    row = HolderKey.objects.get(holder=label.holder, root=label.holder)
    ours = roots.of()
    for of_whom in ("", label.holder):
        with pytest.raises(seals.SealBroken):
            ours.unwrap(1, bytes(row.wrapped), label=keyring.holder_label(label.holder, of_whom, 1))


def test_an_agencys_key_that_was_taken_away_closes_its_records_within_a_minute(apart, key_boxes, label, monkeypatch):
    moment = [0.0]
    monkeypatch.setattr(keyring, "holder_keys", keyring._HolderKeys(16, clock=lambda: moment[0]))
    assert seals.open_sealed(*apart["first"]) == "first"
    assert seals.open_sealed(*apart["other"]) == "other"
    shutil.rmtree(key_boxes / label.holder)
    moment[0] = keyring.THEIRS_FOR - 1
    assert seals.open_sealed(*apart["first"]) == "first"
    moment[0] = keyring.THEIRS_FOR
    with pytest.raises(KeyAway):
        seals.open_sealed(*apart["first"])
    assert seals.open_sealed(*apart["other"]) == "other"


def test_the_move_can_be_repeated_and_taken_back(apart, label):
    assert rotation.give_own_root(label.holder, suite=1, now=NOW) == 0
    assert KeyKeeper.objects.get().holder == label.holder
    assert rotation.take_back(label.holder, suite=1, now=NOW) == 2
    assert not KeyKeeper.objects.exists()
    keyring.holder_keys.clear()
    assert seals.open_many(apart.values()) == ["first", "second", "other"]
    assert not DataKey.objects.exclude(holder_key__root="").exists()


def test_an_agency_turns_its_own_epochs_and_the_sites_turn_leaves_it_alone(apart, key_boxes, label):
    assert rotation.turn_epoch(suite=1, now=NOW, root=label.holder) == 2
    assert rotation.turn_epoch(suite=1, now=NOW) == 2
    assert DataKey.objects.filter(holder_key__root=label.holder, holder_key__epoch=2).count() == 2
    rotation.drop_epoch(1, now=NOW, root=label.holder)
    assert [path.name for path in (key_boxes / label.holder).iterdir()] == ["root-2.key"]
    assert seals.open_many(apart.values()) == ["first", "second", "other"]
    assert Epoch.objects.get(root=label.holder, number=1).dropped_at == NOW


def test_without_a_folder_or_a_box_no_key_is_moved(sealing, label, settings, tmp_path):
    blob = sealing.seal("stays", label)
    with pytest.raises(RootKeyUnusable, match="RIGHTDOOR_AGENCY_KEYS"):
        rotation.give_own_root(label.holder, suite=1, now=NOW)
    settings.ENV = dataclasses.replace(settings.ENV, agency_keys=tmp_path / "nowhere")
    with pytest.raises(RootKeyUnusable, match="not here"):
        rotation.give_own_root(label.holder, suite=1, now=NOW)
    assert not KeyKeeper.objects.exists()
    assert sealing.open_sealed(blob, label) == "stays"


def test_an_agency_may_keep_its_key_in_a_key_server_of_its_own(sealing, key_boxes, key_server, label):
    blob = sealing.seal("a text", label)
    box = key_boxes / label.holder
    box.mkdir()
    (box / "token").write_text(TOKEN, "ascii")
    (box / "server.json").write_text(json.dumps({"address": key_server.address, "token": "token"}), "utf-8")
    assert rotation.give_own_root(label.holder, suite=1, now=NOW) == 1
    assert set(key_server.keys) == {f"rightdoor-{label.holder.lower()}-1"}
    keyring.holder_keys.clear()
    assert seals.open_sealed(blob, label) == "a text"
    key_server.stop()
    keyring.holder_keys.clear()
    root_transit.server.cache_clear()
    with pytest.raises(KeyAway) as away:
        seals.open_sealed(blob, label)
    assert str(away.value) == AWAY
    key_server.start_again()


def test_a_note_that_names_no_server_is_told_to_the_operator(sealing, key_boxes, label):
    (key_boxes / label.holder).mkdir()
    (key_boxes / label.holder / "server.json").write_text("[]", "utf-8")
    with pytest.raises(RootKeyUnusable, match="server.json"):
        rotation.give_own_root(label.holder, suite=1, now=NOW)
