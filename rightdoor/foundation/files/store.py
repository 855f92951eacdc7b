"""Puts bytes away sealed, and takes them out again. Says nothing about who may: the caller has decided and recorded.

The sealed parts lie in the database: they are backed up, restored, and forgotten with the rest of the record, and an
act that fails leaves no file behind.
"""

from __future__ import annotations

from datetime import datetime

from rightdoor.foundation.codes import new_code
from rightdoor.foundation.files.models import StoredFile, StoredPart
from rightdoor.foundation.sealing import filekeys
from rightdoor.foundation.sealing.seals import SealContext

AT_ONCE = 32  # parts in one statement: 2 MiB


def put(content: bytes, *, subject: str, holder: str, klass: str, kind: str, now: datetime) -> StoredFile:
    """Seal and store a file. Raises SealBroken when the subject's keys were destroyed."""
    stored = StoredFile(
        code=new_code(), subject=subject, holder=holder, klass=klass, kind=kind, size=len(content), stored_at=now
    )
    stored.key_sealed, parts = filekeys.seal_file(content, label(stored))
    stored.parts = len(parts)
    stored.save(force_insert=True)
    StoredPart.objects.bulk_create(
        (StoredPart(file=stored, number=number, body_sealed=part) for number, part in enumerate(parts)),
        batch_size=AT_ONCE,
    )
    return stored


def take(stored: StoredFile) -> bytes:
    """The file's bytes. Raises SealBroken unless every part is there, in its place and as it was sealed."""
    parts = StoredPart.objects.filter(file=stored).order_by("number").values_list("body_sealed", flat=True)
    return filekeys.open_file(bytes(stored.key_sealed), [bytes(part) for part in parts], label(stored))


def drop(stored: StoredFile) -> None:
    """Forget a file that was refused: nobody will ever ask for it."""
    StoredPart.objects.filter(file=stored).delete()
    stored.delete()


def label(stored: StoredFile) -> SealContext:
    """The label of the file's key, and of each of its parts."""
    return SealContext("files_storedfile", "key", stored.code, stored.subject, stored.holder, stored.klass)
