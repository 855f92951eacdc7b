"""A file is put away in sealed parts and comes back whole, or not at all."""

from __future__ import annotations

from datetime import datetime

import pytest

from rightdoor.foundation.files import store
from rightdoor.foundation.files.models import StoredFile, StoredPart
from rightdoor.foundation.sealing import seals
from rightdoor.foundation.sealing.cipher import SealBroken

CONTENT = b"Invented words of an invented letter. " * 5000  # three parts


@pytest.fixture
def stored(now: datetime) -> StoredFile:
    """A file of an invented client."""
    return store.put(CONTENT, subject="CDFG-2346", holder="HJKM-7902", klass="HLTH", kind="txt", now=now)


@pytest.mark.req("CASE-10", "PRIV-3")
def test_a_file_comes_back_as_it_was_put_away(stored: StoredFile) -> None:
    assert store.take(StoredFile.objects.get(pk=stored.pk)) == CONTENT


@pytest.mark.req("CASE-10", "PRIV-3")
def test_no_word_of_a_file_lies_in_clear(stored: StoredFile) -> None:
    parts = list(StoredPart.objects.filter(file=stored))
    assert len(parts) == 3
    assert not any(b"Invented" in bytes(part.body_sealed) for part in parts)


def _cut_short(file: StoredFile) -> None:
    StoredPart.objects.filter(file=file, number=2).delete()


def _without_its_middle(file: StoredFile) -> None:
    StoredPart.objects.filter(file=file, number=1).delete()


def _parts_in_another_order(file: StoredFile) -> None:
    first, second = StoredPart.objects.filter(file=file).order_by("number")[:2]
    first.body_sealed, second.body_sealed = second.body_sealed, first.body_sealed
    first.save()
    second.save()


def _one_byte_changed(file: StoredFile) -> None:
    part = StoredPart.objects.filter(file=file, number=1).get()
    body = bytearray(bytes(part.body_sealed))
    body[500] ^= 1
    part.body_sealed = bytes(body)
    part.save()


def _of_a_laxer_class(file: StoredFile) -> None:
    StoredFile.objects.filter(pk=file.pk).update(klass="EVID")  # the same compartment, and not the same label


def _of_another_client(file: StoredFile) -> None:
    StoredFile.objects.filter(pk=file.pk).update(subject="CDFG-7777")


@pytest.mark.req("PRIV-3")
@pytest.mark.parametrize(
    "spoil",
    [
        _cut_short,
        _without_its_middle,
        _parts_in_another_order,
        _one_byte_changed,
        _of_a_laxer_class,
        _of_another_client,
    ],
)
def test_a_file_that_was_tampered_with_does_not_open(stored: StoredFile, spoil: object) -> None:
    spoil(stored)  # type: ignore[operator]
    with pytest.raises(SealBroken):
        store.take(StoredFile.objects.get(pk=stored.pk))


@pytest.mark.req("PRIV-3")
def test_a_part_of_one_file_is_no_part_of_another(stored: StoredFile, now: datetime) -> None:
    other = store.put(CONTENT, subject="CDFG-2346", holder="HJKM-7902", klass="HLTH", kind="txt", now=now)
    theirs = StoredPart.objects.get(file=other, number=0)
    StoredPart.objects.filter(file=stored, number=0).update(body_sealed=bytes(theirs.body_sealed))
    with pytest.raises(SealBroken):
        store.take(stored)


@pytest.mark.req("PRIV-3")
def test_with_the_keys_of_the_client_the_file_is_gone(stored: StoredFile, now: datetime) -> None:
    seals.destroy_subject("CDFG-2346", now=now)
    with pytest.raises(SealBroken):
        store.take(stored)
