import dataclasses
from datetime import UTC, datetime

import pytest

from rightdoor.foundation.sealing import keyring, root_transit, roots, rotation, seals
from rightdoor.foundation.sealing.cipher import SealBroken
from rightdoor.foundation.sealing.models import DataKey, Epoch, HolderKey
from rightdoor.foundation.sealing.roots import RootKeyUnusable

pytestmark = [pytest.mark.django_db(databases=["default", "keyring"]), pytest.mark.req("PRIV-3")]

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


def forget():
    """As if the process began anew."""
    keyring.holder_keys.clear()
    root_transit.server.cache_clear()


def test_with_a_key_server_no_root_key_lies_on_this_machine(on_server, home, label, suite):
    blob = seals.seal("a text", label)
    forget()
    assert seals.open_sealed(blob, label) == "a text"
    assert set(on_server.keys) == {"rightdoor-root-1"}
    assert not list((home / "keys").glob("*.key")) if (home / "keys").exists() else True
    assert bytes(HolderKey.objects.get().wrapped).startswith(b"\x03vault:v1:")


def test_a_page_of_values_asks_the_server_once_a_holder_and_not_again(on_server, label):
    labels = [dataclasses.replace(label, subject=f"SUBJECT-{n}") for n in range(20)]
    blobs = seals.seal_many([("text", one) for one in labels])
    forget()
    on_server.asked.clear()
    for _ in range(3):
        seals.open_many(list(zip(blobs, labels, strict=True)))
    assert [path for path in on_server.asked if "decrypt" in path] == ["POST /v1/transit/decrypt/rightdoor-root-1"]


def test_what_is_open_stays_readable_while_the_server_is_away_and_the_rest_waits(on_server, label):
    blob = seals.seal("a text", label)
    on_server.stop()
    assert seals.open_sealed(blob, label) == "a text"
    other = dataclasses.replace(label, holder="ZZZZ-2345")
    with pytest.raises(RootKeyUnusable, match="does not answer"):
        seals.seal("another agency's first text", other)
    on_server.start_again()
    forget()
    assert seals.open_sealed(seals.seal("later", other), other) == "later"


def test_a_server_that_is_away_is_not_asked_by_every_page(on_server, label, monkeypatch):
    blob = seals.seal("a text", label)
    forget()
    on_server.stop()
    tries = []
    connection = root_transit.ServerKeys._connection
    monkeypatch.setattr(root_transit.ServerKeys, "_connection", lambda self: tries.append(1) or connection(self))
    for _ in range(5):
        with pytest.raises(RootKeyUnusable):
            seals.open_sealed(blob, label)
    assert len(tries) == 1
    on_server.start_again()


def test_a_sealed_server_and_a_stale_token_are_told_apart(on_server, label, tmp_path):
    blob = seals.seal("a text", label)
    forget()
    on_server.sealed = True
    with pytest.raises(RootKeyUnusable, match="not ready"):
        seals.open_sealed(blob, label)
    on_server.sealed = False
    (tmp_path / "token").write_text("s.of-last-week", "ascii")
    with pytest.raises(RootKeyUnusable, match="Renew the token"):
        seals.open_sealed(blob, label)
    (tmp_path / "token").unlink()
    with pytest.raises(RootKeyUnusable, match="cannot be read"):
        seals.open_sealed(blob, label)


def test_a_holder_key_that_was_changed_or_moved_does_not_open(on_server, label):
    seals.seal("a text", label)
    row = HolderKey.objects.get()
    server = roots.of()
    wrapped = bytes(row.wrapped)
    with pytest.raises(SealBroken):
        server.unwrap(1, wrapped, label=b"another label")
    spoilt = wrapped[:-6] + b"AAAAAA"
    with pytest.raises(SealBroken):
        server.unwrap(1, spoilt, label=keyring.holder_label(row.holder, "", 1))


def test_a_dropped_epoch_is_an_object_deleted_on_the_server(on_server, label, suite):
    blob = seals.seal("a text", label)
    copy = bytes(HolderKey.objects.get().wrapped)
    assert rotation.turn_epoch(suite=suite, now=NOW) == 2
    assert set(on_server.keys) == {"rightdoor-root-1", "rightdoor-root-2"}
    rotation.drop_epoch(1, now=NOW)
    assert set(on_server.keys) == {"rightdoor-root-2"}
    forget()
    assert seals.open_sealed(blob, label) == "a text"
    with pytest.raises(RootKeyUnusable):
        roots.of().unwrap(1, copy, label=keyring.holder_label(label.holder, "", 1))


def test_an_installation_moves_to_a_key_server_with_its_next_epoch(
    sealing, home, key_server, settings, label, tmp_path
):
    blob = seals.seal("from before", label)
    (tmp_path / "token").write_text("s.invented-token", "ascii")
    settings.ENV = dataclasses.replace(
        settings.ENV, key_server=key_server.address, key_server_token=str(tmp_path / "token")
    )
    forget()
    assert seals.open_sealed(blob, label) == "from before"
    assert rotation.turn_epoch(suite=1, now=NOW) == 2
    rotation.drop_epoch(1, now=NOW)
    assert not (home / "keys" / "root-1.key").exists()
    forget()
    assert seals.open_sealed(blob, label) == "from before"
    assert DataKey.objects.get().holder_key.epoch == 2


@pytest.mark.parametrize(
    "address", ["http://keys.example.org/v1/transit", "keys.example.org", "ftp://127.0.0.1/", "https:///v1", ""]
)
def test_an_address_without_encryption_or_host_is_refused(address):
    with pytest.raises(RootKeyUnusable, match="https"):
        root_transit.ServerKeys(address, "token", "", "rightdoor-root")


def test_forms_of_several_steps_work_with_a_key_server_and_while_it_is_away(on_server):
    token = seals.sealed_state({"a": 1}, 30, now=NOW, purpose="public report")
    on_server.stop()
    assert seals.open_state(token, now=NOW, purpose="public report") == {"a": 1}
    assert seals.sealed_state({"a": 2}, 30, now=NOW, purpose="public report")
    on_server.start_again()


def test_the_site_starts_while_its_key_server_is_away_and_a_new_one_does_not(on_server, label, caplog):
    blob = seals.seal("a text", label)
    forget()
    on_server.stop()
    assert seals.ensure_root_key() == 1
    assert "key server is away" in caplog.text
    Epoch.objects.all().delete()
    forget()
    with pytest.raises(RootKeyUnusable):
        seals.ensure_root_key()
    on_server.start_again()
    forget()
    assert seals.ensure_root_key() == 1
    assert seals.open_sealed(blob, label) == "a text"
