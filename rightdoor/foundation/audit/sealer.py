"""Seals the audit trail in batches, and verifies it against its seals.

A batch takes the events in the order of their ids, up to an id below which nothing can turn up any more: the sealer
notes the largest id and waits until every transaction that was under way at that moment has ended. It hashes the
events into a tree, names the batch before it, and signs the result. A copy of each checkpoint goes to a file outside
the database, so that cutting off the end of the trail is found too.

Later the sealer runs under an account of its own; then only ``signing_key`` and ``_outside`` move.
"""

import logging
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import connection, transaction

from rightdoor.foundation.audit import merkle
from rightdoor.foundation.audit.details import as_time
from rightdoor.foundation.audit.models import AuditBatch, AuditEvent

log = logging.getLogger("rightdoor.audit")

BATCH = 500
_LOCK = 7_402_001  # any number that no other advisory lock of ours uses
_AT_MOST_UNSEALED_MINUTES = 15
_SEALED_COLUMNS = (
    *("number", "first_id", "last_id", "count", "ids", "leaves", "root", "previous", "sealed_at", "key", "signature"),
)
_SEAL = "SELECT audit_seal(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


class SigningKeyUnusable(Exception):  # noqa: N818 - a state of the installation, told to its operator
    """The signing key is missing, readable by others, or damaged."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: in which batch, from which row on, in a sentence."""

    batch: int | None
    row: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found. ``unsealed`` events are newer than the last batch."""

    events: int
    batches: int
    unsealed: int
    demonstration: int
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        return not self.faults


def ensure_signing_key() -> str:
    """Make the signing key of a new installation; called once. Returns the public key, in hexadecimal.

    Raises SigningKeyUnusable when batches exist but the key is gone: a new one would pass for the old.
    """
    path = _private_path()
    if not path.exists():
        if AuditBatch.objects.exists():
            raise SigningKeyUnusable(f"The trail is sealed, but {path} is missing. Restore it from the escrow copy.")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex().encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            pass  # another process of the same start was quicker
    return signing_key().public_key().public_bytes_raw().hex()


def seal_batches(now: datetime, *, size: int = BATCH, patience: float = 5.0) -> int:
    """Seal what can be sealed. Returns the number of new batches. Safe to run twice, and at the same time.

    Returns 0 when another sealer is at work, or when a transaction stays open longer than ``patience`` seconds: the
    events wait for the next run.
    """
    ensure_signing_key()
    sealed = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return 0
        previous = AuditBatch.objects.order_by("-number").first()
        after = previous.last_id if previous else 0
        until = _settled_until(after, patience)
        while after < until:
            rows = list(AuditEvent.objects.filter(id__gt=after, id__lte=until).order_by("id")[:size])
            if not rows:
                break
            previous = _sealed(previous, rows, now)
            after = previous.last_id
            sealed += 1
    _copy_outside()
    return sealed


def verify(now: datetime, *, newest: int | None = None) -> Report:
    """Read the trail and hold it against its seals, its signatures and the copy outside the database.

    With ``newest`` only so many of the last batches are read, for a quick look; they are held against the batch before
    them.
    """
    public = public_key()
    faults: list[Fault] = []
    before, expected, last = merkle.NOTHING, 1, 0
    sealed_before: datetime | None = None
    ahead = AuditBatch.objects.order_by("-number")[newest : newest + 1].first() if newest is not None else None
    if ahead is not None:
        before, expected = merkle.digest(_body(ahead)), ahead.number + 1
        last, sealed_before = ahead.last_id, ahead.sealed_at
    first = expected
    bodies: dict[int, bytes] = {}
    sealed_events = demonstration = 0
    for batch in AuditBatch.objects.filter(number__gte=first).order_by("number").iterator(chunk_size=50):
        if batch.number != expected:
            faults.append(Fault(expected, None, f"Batch {expected} is missing."))
        elif batch.previous != before:
            faults.append(Fault(batch.number, None, f"Batch {batch.number} does not follow the batch before it."))
        if batch.first_id != last + 1 and batch.number == expected:
            faults.append(Fault(batch.number, last + 1, f"Batch {batch.number} leaves out rows from {last + 1} on."))
        body = _body(batch)
        bodies[batch.number] = body
        if public is not None and not _is_signed(public, batch.signature, body):
            faults.append(Fault(batch.number, batch.first_id, f"Batch {batch.number} bears no valid signature."))
        rows = list(AuditEvent.objects.filter(id__gte=batch.first_id, id__lte=batch.last_id).order_by("id"))
        sealed_events += len(rows)
        demonstration += sum(row.details.get("clock") == "demonstration" for row in rows)
        faults.extend(_faults_of_rows(batch, rows, sealed_before))
        before, expected, last = merkle.digest(body), batch.number + 1, batch.last_id
        sealed_before = batch.sealed_at
    faults.extend(_faults_outside(bodies, first))
    unsealed = AuditEvent.objects.filter(id__gt=last)
    for row in unsealed.order_by("id")[:1]:
        waiting = (now - row.at).total_seconds() / 60
        if waiting > _AT_MOST_UNSEALED_MINUTES and row.details.get("clock") != "demonstration":
            sentence = (
                f"Rows from {row.pk} on have waited {int(waiting)} minutes for their seal. Is the worker running?"
            )
            faults.append(Fault(None, row.pk, sentence))
    if public is None and bodies:
        faults.append(Fault(None, None, f"The public key {_public_path()} is missing: no signature could be checked."))
    from rightdoor.foundation.audit import witnesses  # it asks this module for the keys

    faults.extend(Fault(None, None, sentence) for sentence in witnesses.faults(newest=newest))
    waiting_rows = unsealed.count()
    return Report(sealed_events + waiting_rows, len(bodies), waiting_rows, demonstration, tuple(faults))


def as_dict(event: AuditEvent) -> dict[str, Any]:
    """An event as it is hashed and exported."""
    found = {name: getattr(event, name) for name in merkle.COLUMNS}
    found["at"] = as_time(event.at)
    return found


def export_lines() -> Iterator[dict[str, Any]]:
    """The whole trail for a verifier that has no database: one header, then batches, each after its events."""
    public = public_key()
    from rightdoor.foundation.audit import notes

    header = {"type": "export", "format": 1, "public_key": "", "origin": ""}
    if public:
        header |= {"public_key": public.public_bytes_raw().hex(), "origin": notes.origin_of(public)}
    yield header
    last = 0
    for batch in AuditBatch.objects.order_by("number").iterator(chunk_size=50):
        for event in AuditEvent.objects.filter(id__gt=last, id__lte=batch.last_id).order_by("id"):
            yield {"type": "event", **as_dict(event)}
        yield {
            "type": "checkpoint",
            "number": batch.number,
            "first": batch.first_id,
            "last": batch.last_id,
            "count": batch.count,
            "root": batch.root,
            "previous": batch.previous,
            "sealed_at": as_time(batch.sealed_at),
            "key": batch.key,
            "signature": batch.signature,
            "ids": batch.ids,
            "leaves": bytes(batch.leaves).hex(),
        }
        last = batch.last_id
    for event in AuditEvent.objects.filter(id__gt=last).order_by("id").iterator():
        yield {"type": "event", **as_dict(event)}


def outside_path() -> Path:
    """The file outside the database that holds a copy of each checkpoint."""
    return Path(settings.ENV.home) / "audit" / "checkpoints.log"


def _settled_until(after: int, patience: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(id), pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM audit_auditevent WHERE id > %s",
            [after],
        )
        largest, horizon = cursor.fetchone()
        if largest is None:
            return after
        deadline = time.monotonic() + patience
        while True:
            # Whoever seals inside of a transaction that wrote before sees what it wrote: it does not wait for itself.
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_snapshot_xip(pg_current_snapshot()) AS open(xid)"
                " WHERE open.xid::text::bigint < %s AND open.xid IS DISTINCT FROM pg_current_xact_id_if_assigned())",
                [horizon],
            )
            if not cursor.fetchone()[0]:
                return int(largest)
            if time.monotonic() >= deadline:
                log.warning("The seal waits for a long transaction", extra={"event": "audit.seal_waits"})
                return after
            time.sleep(0.02)


def _sealed(previous: AuditBatch | None, rows: list[AuditEvent], now: datetime) -> AuditBatch:
    key = signing_key()
    leaves = [merkle.leaf(merkle.canonical(as_dict(row))) for row in rows]
    batch = AuditBatch(
        number=previous.number + 1 if previous else 1,
        first_id=previous.last_id + 1 if previous else 1,
        last_id=rows[-1].pk,
        count=len(rows),
        ids=[row.pk for row in rows],
        leaves=b"".join(leaves),
        root=merkle.root(leaves).hex(),
        previous=merkle.digest(_body(previous)) if previous else merkle.NOTHING,
        sealed_at=now.astimezone(UTC),
        key=_key_id(key.public_key()),
    )
    batch.signature = key.sign(_body(batch)).hex()
    with connection.cursor() as cursor:
        cursor.execute(_SEAL, [getattr(batch, name) for name in _SEALED_COLUMNS])
        batch.pk = cursor.fetchone()[0]
    return batch


def _body(batch: AuditBatch) -> bytes:
    return merkle.checkpoint(
        number=batch.number,
        first=batch.first_id,
        last=batch.last_id,
        count=batch.count,
        root=batch.root,
        previous=batch.previous,
        sealed_at=as_time(batch.sealed_at),
        key=batch.key,
    )


def _faults_of_rows(batch: AuditBatch, rows: list[AuditEvent], sealed_before: datetime | None) -> Iterator[Fault]:
    stored = bytes(batch.leaves)
    leaves = [stored[start : start + 32] for start in range(0, len(stored), 32)]
    name = f"Batch {batch.number}"
    if len(leaves) != batch.count or len(batch.ids) != batch.count or merkle.root(leaves).hex() != batch.root:
        yield Fault(batch.number, batch.first_id, f"{name} was changed: its own hashes do not give its root.")
        return
    known = dict(zip(batch.ids, leaves, strict=True))
    found = {row.pk: merkle.leaf(merkle.canonical(as_dict(row))) for row in rows}
    for row_id in sorted(known.keys() | found.keys()):
        if row_id not in found:
            yield Fault(batch.number, row_id, f"{name}: row {row_id} was deleted.")
            return
        if row_id not in known:
            yield Fault(batch.number, row_id, f"{name}: row {row_id} was put in after the batch was sealed.")
            return
        if found[row_id] != known[row_id]:
            yield Fault(batch.number, row_id, f"{name}: row {row_id} was changed.")
            return
    if sealed_before is not None:
        for row in rows:
            # An act may take a while, and its event stands from its beginning; an hour is no act of this program.
            if (sealed_before - row.at).total_seconds() > 3600 and row.details.get("clock") != "demonstration":
                yield Fault(batch.number, row.pk, f"{name}: row {row.pk} is dated long before the batch it came in.")
                return


def _faults_outside(bodies: dict[int, bytes], first: int) -> Iterator[Fault]:
    path = outside_path()
    if not path.exists():
        if bodies:
            yield Fault(
                None, None, f"The copy of the checkpoints, {path}, is missing: a cut-off end would not be seen."
            )
        return
    copies = {number: copy for number, copy in _copies(path).items() if number >= first}
    for number in sorted(copies.keys() - bodies.keys()):
        yield Fault(number, None, f"Batch {number} is in the copy outside the database, but no longer in the database.")
        return
    for number in sorted(copies.keys() & bodies.keys()):
        if copies[number] != merkle.digest(bodies[number]):
            yield Fault(number, None, f"Batch {number} differs from its copy outside the database.")
            return


def _copy_outside() -> None:
    path = outside_path()
    copied = max(_copies(path), default=0) if path.exists() else 0
    missing = list(AuditBatch.objects.filter(number__gt=copied).order_by("number"))
    if not missing:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        for batch in missing:
            file.write(f"{batch.number} {merkle.digest(_body(batch))} {batch.signature}\n".encode())
        file.flush()
        os.fsync(file.fileno())


def _copies(path: Path) -> dict[int, str]:
    copies: dict[int, str] = {}
    for line in path.read_text(encoding="ascii").splitlines():
        words = line.split()
        if len(words) == 3 and words[0].isdigit():
            copies.setdefault(int(words[0]), words[1])  # the first word counts: the file is only ever added to
    return copies


def _is_signed(public: Ed25519PublicKey, signature: str, body: bytes) -> bool:
    try:
        public.verify(bytes.fromhex(signature), body)
    except (InvalidSignature, ValueError):
        return False
    return True


def signing_key() -> Ed25519PrivateKey:
    path = _private_path()
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            raw = bytes.fromhex(file.read(200).decode("ascii").strip())
        key = Ed25519PrivateKey.from_private_bytes(raw)
    except (OSError, ValueError):
        raise SigningKeyUnusable(f"The signing key {path} cannot be used. Restore it from the escrow copy.") from None
    if mode & 0o077:
        raise SigningKeyUnusable(f"The signing key {path} can be read by other accounts. Set its mode to 0600.")
    public = _public_path()
    if not public.exists():
        # No secret, but it lies among secrets, and nothing in that folder is for other accounts.
        with os.fdopen(os.open(public, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(key.public_key().public_bytes_raw().hex() + "\n")
    return key


def public_key() -> Ed25519PublicKey | None:
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(_public_path().read_text(encoding="ascii").strip()))
    except (OSError, ValueError):
        return None


def _key_id(public: Ed25519PublicKey) -> str:
    return merkle.digest(public.public_bytes_raw())[:16]


def _private_path() -> Path:
    return Path(settings.ENV.home) / "keys" / "audit.key"


def _public_path() -> Path:
    return Path(settings.ENV.home) / "keys" / "audit.pub"
