"""SEC-03, 04, 05, 07: a sealed value that was changed, moved or copied does not open; keys are used sparingly, fast."""

from __future__ import annotations

import dataclasses
import itertools
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rightdoor.config import keys
from rightdoor.foundation.sealing import cipher, keyring, seals
from rightdoor.foundation.sealing.cipher import SealBroken
from rightdoor.foundation.sealing.models import DataKey
from rightdoor.foundation.sealing.seals import COMPARTMENTS, SealContext
from tests.bars import sabotage

pytestmark = pytest.mark.req("PRIV-3")
both = pytest.mark.parametrize("suite", [1, 2], ids=["gcm", "ctr-hmac"])

LABEL = SealContext("clients_identity", "who_sealed", "CDFG-2346", "HJKM-7902", "NPQR-4444", "ID")


@pytest.fixture(autouse=True)
def _own_keys(settings: Any, tmp_path: Path) -> None:
    settings.ENV = dataclasses.replace(settings.ENV, home=tmp_path)
    keyring.holder_keys.clear()
    seals.ensure_root_key()
    keyring.holder_keys.clear()


# --------------------------------------------------------------------------------------------------- changed values


@pytest.mark.bar("SEC-03")
@both
def test_ten_thousand_flipped_bits_in_stored_values_are_ten_thousand_refusals(suite: int, settings: Any) -> None:
    settings.SEALING_SUITE = suite
    labels = [dataclasses.replace(LABEL, row=f"ROW-{n}", subject=f"SUBJECT-{n % 10}") for n in range(50)]
    texts = ["", "Marigold Testcase", "née Đặng " * 5, "Invented narrative. " * 60, "2011-03-04"]
    blobs = seals.seal_many([(texts[n % 5], label) for n, label in enumerate(labels)])
    chance = random.Random(3)
    spoilt = []
    for number in range(10_000):
        blob, label = bytearray(blobs[number % 50]), labels[number % 50]
        place = chance.randrange(8 * len(blob))
        blob[place // 8] ^= 1 << place % 8
        spoilt.append((bytes(blob), label))
    opened = seals.open_each(spoilt)
    assert [text for text in opened if text is not None] == []
    assert seals.open_each(list(zip(blobs, labels, strict=True))) == [texts[n % 5] for n in range(50)]


@sabotage("SEC-03", "the tag of a value is not checked")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def lax(blob: bytes, *, key: bytes, label: bytes) -> bytes:
        return unchecked(blob, key).decode(errors="replace").encode()

    def unchecked(blob: bytes, key: bytes) -> bytes:
        cipher.key_id_of(blob)
        if blob[1] == cipher.GCM:
            stream = Cipher(algorithms.AES(key), modes.CTR(bytes(blob[18:30]) + b"\0\0\0\2")).decryptor()
            return cipher.unpad(stream.update(bytes(blob[30:-16])))
        return cipher.unpad(cipher._counter_mode(cipher._two_keys(key)[0], bytes(blob[18:34]), bytes(blob[34:-32])))

    monkeypatch.setattr(cipher, "open_bytes", lax)


# ----------------------------------------------------------------------------------------------------- moved values

PARTS: dict[str, tuple[Any, ...]] = {
    "table": ("clients_identity", "referrals_referral"),
    "column": ("who_sealed", "story_sealed"),
    "row": ("CDFG-2346", "CDFG-2347"),
    "subject": ("HJKM-7902", "HJKM-7903"),
    "holder": ("NPQR-4444", "NPQR-4446"),
    "klass": ("ID", "ADVPRIV"),
    "schema": (1, 2),
}


def moved_everywhere(labels: list[SealContext]) -> list[str | None]:
    """Each label's value, tried at the place of every other."""
    blobs = seals.seal_many([("at home", label) for label in labels])
    pairs = list(zip(blobs, labels, strict=True))
    assert seals.open_many(pairs) == ["at home"] * len(labels)
    away = [(blob, there) for (blob, here), there in itertools.product(pairs, labels) if here != there]
    assert len(away) == len(labels) * (len(labels) - 1)
    return seals.open_each(away)


@pytest.mark.bar("SEC-04")
@both
def test_no_value_opens_at_another_row_column_subject_agency_class_or_version(suite: int, settings: Any) -> None:
    """Every combination of two of each: 128 places, 16,256 moves."""
    settings.SEALING_SUITE = suite
    labels = [SealContext(**dict(zip(PARTS, values, strict=True))) for values in itertools.product(*PARTS.values())]
    assert set(moved_everywhere(labels)) == {None}


@pytest.mark.bar("SEC-04")
def test_no_value_opens_under_another_data_class() -> None:
    assert set(moved_everywhere([dataclasses.replace(LABEL, klass=klass) for klass in COMPARTMENTS])) == {None}


@pytest.mark.bar("SEC-04")
@pytest.mark.parametrize("part", ["subject", "holder", "compartment"])
def test_a_key_moved_in_the_keyring_opens_nothing_at_its_new_place(part: str) -> None:
    there = {"subject": "HJKM-7903", "holder": "NPQR-4446", "compartment": "ADVPRIV"}[part]
    blob = seals.seal("at home", LABEL)
    DataKey.objects.filter(subject=LABEL.subject).update(**{part: there})
    moved = dataclasses.replace(LABEL, **{"klass" if part == "compartment" else part: there})
    for label in (LABEL, moved):
        with pytest.raises(SealBroken):
            seals.open_sealed(blob, label)


@sabotage("SEC-04", "the label is not part of what is authenticated")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SealContext, "encoded", lambda self: b"the same for all")


# ------------------------------------------------------------------------------------------------- nonces and uses


@pytest.mark.bar("SEC-05")
@pytest.mark.slow
def test_a_million_values_under_one_key_have_a_million_nonces() -> None:
    key, key_id = cipher.new_key(), os.urandom(16)
    nonces = {
        cipher.seal_bytes(b"", key=key, key_id=key_id, label=b"label", suite=cipher.GCM)[18:30]
        for _ in range(1_000_000)
    }
    assert len(nonces) == 1_000_000


@pytest.mark.bar("SEC-05")
def test_the_other_suite_does_not_repeat_itself_either() -> None:
    key, key_id = cipher.new_key(), os.urandom(16)
    nonces = {
        cipher.seal_bytes(b"", key=key, key_id=key_id, label=b"label", suite=cipher.CTR_HMAC)[18:34]
        for _ in range(20_000)
    }
    assert len(nonces) == 20_000


@sabotage("SEC-05", "nonces come from a small counter")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    real, count = cipher.seal_bytes, itertools.count()

    def counted(plain: bytes, *, suite: int, **how: Any) -> bytes:
        nonce = (next(count) % 10_000).to_bytes({1: 12, 2: 16}[suite], "big")
        return real(plain, suite=suite, **how | {"nonce": nonce})

    monkeypatch.setattr(cipher, "seal_bytes", counted)


@pytest.mark.bar("SEC-05")
def test_no_key_seals_more_than_a_million_values_of_a_world() -> None:
    """One child's whole way through the acts; `keys status` asks the same of an installation."""
    from tests.access.world import make_world

    make_world(story="Invented.")
    most, place = keys.most_used()
    assert 0 < most < 2**20, place


# ------------------------------------------------------------------------------------------------------------- cost


def best_of(rounds: int, work: Callable[[], object]) -> float:
    """The least time of this thread alone, in milliseconds: what other work on the machine takes does not count."""
    took = []
    for _ in range(rounds):
        begun = time.thread_time_ns()
        work()
        took.append(time.thread_time_ns() - begun)
    return min(took) / 1e6


@pytest.mark.bar("SEC-07")
@pytest.mark.parametrize(("suite", "aim"), [(1, 2.0), (2, 5.0)], ids=["gcm", "ctr-hmac"])
def test_a_list_of_fifty_clients_opens_within_its_share_of_a_page(suite: int, aim: float, settings: Any) -> None:
    """Three fields of each: unwrap fifty keys, open 150 values, the keyring's query left out.

    The aim is in milliseconds on the machine of the brief, where the yardstick (150 bare decryptions and 50 more for
    the keys) takes 0.2 ms; so it is held as a multiple of the yardstick, measured in the same breath.
    """
    settings.SEALING_SUITE = suite
    labels = [
        dataclasses.replace(LABEL, row=f"R-{row}", subject=f"S-{row}", column=column)
        for row in range(50)
        for column in ("name", "birth", "note")
    ]
    pairs = list(zip(seals.seal_many([("Marigold Testcase", one) for one in labels]), labels, strict=True))
    rows = stored_rows({cipher.key_id_of(blob) for blob, _ in pairs})
    key, nonce = cipher.new_key(), bytes(12)
    bare = AESGCM(key).encrypt(nonce, bytes(32), b"label")

    def yardstick() -> None:
        for _ in range(200):
            AESGCM(key).decrypt(nonce, bare, b"label")

    def ours() -> None:
        opened = {one.id: one for one in map(keyring._opened, rows)}
        assert len([seals._text(blob, ctx, opened) for blob, ctx in pairs]) == 150

    ours()
    floor, took = best_of(60, yardstick), best_of(60, ours)
    print(f"suite {suite}: {took:.2f} ms for 150 values of 50 clients; yardstick {floor:.2f} ms")
    assert took <= aim * max(1.0, floor / 0.2)


def stored_rows(ids: set[bytes]) -> list[Any]:
    """What the keyring's one query returns for these keys."""
    import uuid

    from django.db import connections

    with connections["keyring"].cursor() as cursor:
        cursor.execute(keyring._BY_ID, [[uuid.UUID(bytes=one) for one in ids]])
        return list(cursor.fetchall())


@sabotage("SEC-07", "holder keys are unwrapped anew for every value")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    real = keyring._opened

    def forgetful(row: Any) -> Any:
        for _ in range(3):
            keyring.holder_keys.clear()
            found = real(row)
        return found

    monkeypatch.setattr(keyring, "_opened", forgetful)
