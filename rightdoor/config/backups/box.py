"""Files that only one private key opens: X25519, HKDF-SHA-256, AES-256-GCM in chunks (the STREAM construction).

A box is made with the public key alone, so the machine that writes backups cannot read them. The header is the
associated data of every chunk; each nonce holds the chunk's number and whether it is the last, so that chunks can be
neither swapped nor cut off.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"rightdoor box 1\n"
CHUNK = 1 << 20
_TAG = 16
_PUBLIC = 32


class BoxClosed(Exception):  # noqa: N818 - says what is the matter
    """The box does not open: another key, or it was changed or cut off."""


def new_key(path: Path) -> str:
    """Write a new private key to a file that must not exist yet. Returns the public key, in hexadecimal."""
    key = X25519PrivateKey.generate()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(f"{key.private_bytes_raw().hex()}\n")
        file.flush()
        os.fsync(file.fileno())
    return key.public_key().public_bytes_raw().hex()


def read_private(path: Path) -> X25519PrivateKey:
    """The private key in a file. Raises BoxClosed with a sentence."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            key = X25519PrivateKey.from_private_bytes(bytes.fromhex(file.read(200).decode("ascii").strip()))
    except (OSError, ValueError):
        raise BoxClosed(f"{path} holds no private key of backups.") from None
    if mode & 0o077:
        raise BoxClosed(f"{path} can be read by other accounts. Set its mode to 0600.")
    return key


def name_of(public: bytes) -> str:
    """A short name of a public key, to tell which private key is wanted."""
    return hashlib.sha256(public).hexdigest()[:16]


class BoxWriter:
    """Write into a box. Nothing of it can be read again on this machine."""

    def __init__(self, file: IO[bytes], public: bytes) -> None:
        once = X25519PrivateKey.generate()
        sender = once.public_key().public_bytes_raw()
        shared = once.exchange(X25519PublicKey.from_public_bytes(public))
        self._header = MAGIC + public + sender
        self._cipher = AESGCM(_derived(shared, self._header))
        self._file, self._waiting, self._number = file, bytearray(), 0
        self.digest, self.size = hashlib.sha256(), 0
        self._put(self._header)

    def write(self, data: bytes) -> int:
        """More of the content."""
        self._waiting += data
        while len(self._waiting) > CHUNK:  # the last chunk stays until it is known to be the last
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        """Seal the last chunk and see it to the disk."""
        self._seal(bytes(self._waiting), last=True)
        self._file.flush()
        os.fsync(self._file.fileno())

    def __enter__(self) -> BoxWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        if kind is None:  # else the box stays open at its end, and nobody takes it for whole
            self.close()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._put(self._cipher.encrypt(_nonce(self._number, last), chunk, self._header))
        self._number += 1

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self.digest.update(data)
        self.size += len(data)


def opened(file: IO[bytes], private: X25519PrivateKey) -> Iterator[bytes]:
    """The content of a box, chunk by chunk. Raises BoxClosed, at the latest at its end: use nothing before that."""
    header = file.read(len(MAGIC) + 2 * _PUBLIC)
    public, sender = header[len(MAGIC) : len(MAGIC) + _PUBLIC], header[len(MAGIC) + _PUBLIC :]
    if not header.startswith(MAGIC) or len(sender) != _PUBLIC:
        raise BoxClosed("This is no box of a backup.")
    if public != private.public_key().public_bytes_raw():
        raise BoxClosed(f"This box was made for another key, {name_of(public)}.")
    try:
        cipher = AESGCM(_derived(private.exchange(X25519PublicKey.from_public_bytes(sender)), header))
    except ValueError:
        raise BoxClosed("This box was damaged.") from None
    number, chunk = 0, file.read(CHUNK + _TAG)
    while True:
        following = file.read(CHUNK + _TAG)
        try:
            yield cipher.decrypt(_nonce(number, not following), chunk, header)
        except (InvalidTag, ValueError):
            raise BoxClosed("This box was changed or cut off.") from None
        if not following:
            return
        number, chunk = number + 1, following


def _derived(shared: bytes, header: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=hashlib.sha256(header).digest(), info=MAGIC).derive(shared)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
