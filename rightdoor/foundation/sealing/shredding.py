"""The shred: a subject's keys are destroyed, and a signed certificate says what that means and when it is complete.

Who may ask, who must agree, and whether a legal hold stands against it is decided before anybody comes here (by
`oversight/privacy`). Here nothing can be taken back, so it is the last step of all.

With the keys gone, every sealed value about the subject is noise, here and in every copy of the main database of any
age. Copies of the keyring from before hold the keys still, wrapped under the root keys of their time: the shred is
complete everywhere once those root keys are destroyed, which the turning epochs do (`rotation.py`).
"""

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import transaction

from rightdoor.foundation.sealing import keyring
from rightdoor.foundation.sealing.models import DestroyedSubject, Epoch
from rightdoor.foundation.sealing.roots import INSTALLATION, RootKeyUnusable

Eraser = Callable[[frozenset[str], datetime], int]

_erasers: dict[str, Eraser] = {}
_TITLE = "certificate of a shred"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was destroyed, and when nothing of it can come back. Names nobody: the subject stands in it as a digest."""

    subject: str  # SHA-256 of the code, in hexadecimal
    permit: str  # code of the request
    keys: int
    erased: tuple[tuple[str, int], ...]  # what else was deleted: kind, rows
    destroyed_at: datetime
    completes_with: tuple[tuple[str, int], ...]  # owner of the root key ("" this site), last epoch that must end
    latest_on: datetime | None  # when these epochs will have ended; None: somebody ends them by hand
    public_key: str
    signature: str

    def as_json(self) -> str:
        """The certificate as it is printed, kept and verified."""
        return json.dumps(_body(self) | {"signature": self.signature}, indent=2, sort_keys=True)


def erases(kind: str) -> Callable[[Eraser], Eraser]:
    """Register what else is deleted with a subject's keys. The function gets the codes and returns how many rows went.

    For what no key of the subject seals, and would stay readable: drafts, rows of an index.
    """

    def register(function: Eraser) -> Eraser:
        _erasers[kind] = function
        return function

    return register


def shred(subject: str, *, now: datetime, permit: str = "", codes: Iterable[str] = ()) -> Certificate:
    """Destroy every key of a subject, and drafts and index rows about it. Returns the signed certificate.

    ``codes`` are those of the records about the subject (cases, referrals, documents), ``permit`` that of the request
    on which two people agreed. It cannot be undone, and is not undone when the caller's transaction is. Safe to run
    again, for one that was interrupted: the certificate then tells the facts of the first time.
    """
    about = frozenset({subject, *codes})
    with transaction.atomic():
        erased = {kind: erase(about, now) for kind, erase in sorted(_erasers.items())}
    # Before the keys: with the note alone, a restore would destroy them again; with the keys alone, bring them back.
    _note_outside(subject, now)
    keyring.destroy_subject(subject, now=now)
    row = DestroyedSubject.objects.get(subject=subject)
    if not row.permit and not row.erased:
        row.permit, row.erased = permit, erased
        row.save(update_fields=["permit", "erased"])
    return _signed(row)


def certificate_of(subject: str) -> Certificate | None:
    """The certificate of a subject that was shredded, written anew from the facts that were kept; None for others."""
    row = DestroyedSubject.objects.filter(subject=subject).first()
    return None if row is None else _signed(row)


def completed_on(certificate: Certificate) -> datetime | None:
    """When the last root key died that could open an old copy of the keys; None as long as one lives."""
    ends = []
    for root, last in certificate.completes_with:
        rows = dict(Epoch.objects.filter(root=root, number__lte=last).values_list("number", "dropped_at"))
        if last not in rows or None in rows.values():
            return None
        ends += [at for at in rows.values() if at is not None]
    return max([certificate.destroyed_at, *ends])


def is_genuine(text: str, *, public_key: str = "") -> bool:
    """Whether a certificate was signed by this installation (or by the holder of ``public_key``), and not changed."""
    try:
        told = json.loads(text)
        signature = bytes.fromhex(told.pop("signature"))
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key or _public_hex()))
        key.verify(signature, _canonical(told))
    except (ValueError, KeyError, TypeError, AttributeError, InvalidSignature):
        return False
    return bool(told.get("type") == _TITLE)


def apply_again(now: datetime) -> int:
    """After a keyring was restored: destroy again what had been shredded since that copy. Returns how many subjects."""
    known = set(DestroyedSubject.objects.values_list("subject", flat=True))
    again = 0
    for subject in dict.fromkeys(_noted_outside()):
        if subject not in known:
            keyring.destroy_subject(subject, now=now)
            again += 1
    return again


def outside_path() -> Path:
    """The file outside both databases that holds the codes of the subjects that were shredded."""
    return Path(settings.ENV.home) / "audit" / "shredded.log"


def _signed(row: DestroyedSubject) -> Certificate:
    key = _signing_key()
    facts = Certificate(
        subject=hashlib.sha256(f"rightdoor shredded {row.subject}".encode()).hexdigest(),
        permit=row.permit,
        keys=row.keys,
        erased=tuple(sorted(row.erased.items())),
        destroyed_at=row.destroyed_at,
        completes_with=tuple(sorted(row.epochs.items())),
        latest_on=_latest(row),
        public_key=key.public_key().public_bytes_raw().hex(),
        signature="",
    )
    parts = {name: getattr(facts, name) for name in Certificate.__slots__}
    return Certificate(**parts | {"signature": key.sign(_canonical(_body(facts))).hex()})


def _latest(row: DestroyedSubject) -> datetime | None:
    # An agency ends its own epochs; nobody can promise for it.
    if not settings.ENV.epoch_days or set(row.epochs) != {INSTALLATION}:
        return None
    return row.destroyed_at + timedelta(days=settings.ENV.epoch_days) * (settings.ENV.epochs_kept + 1)


def _body(certificate: Certificate) -> dict[str, Any]:
    told = asdict(certificate)
    del told["signature"]
    return told | {
        "type": _TITLE,
        "format": 1,
        "erased": dict(certificate.erased),
        "completes_with": [
            {"root": root or "this site", "last_epoch": number} for root, number in certificate.completes_with
        ],
        "destroyed_at": _moment(certificate.destroyed_at),
        "latest_on": _moment(certificate.latest_on) if certificate.latest_on else None,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _canonical(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _signing_key() -> Ed25519PrivateKey:
    path = Path(settings.ENV.home) / "keys" / "certificates.key"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}-{os.getpid()}-{os.urandom(4).hex()}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise RootKeyUnusable(f"The signing key {path} can be read by other accounts. Set its mode to 0600.")
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except (OSError, ValueError):
        raise RootKeyUnusable(f"The signing key {path} cannot be used. Restore it from the escrow copy.") from None


def _public_hex() -> str:
    return _signing_key().public_key().public_bytes_raw().hex()


def _note_outside(subject: str, now: datetime) -> None:
    if subject in _noted_outside():
        return
    path = outside_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        file.write(f"{subject} {_moment(now)}\n".encode())
        file.flush()
        os.fsync(file.fileno())


def _noted_outside() -> Iterator[str]:
    path = outside_path()
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield line.split()[0]
