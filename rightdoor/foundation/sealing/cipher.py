"""The cipher: one key, one text, one label. Knows no database, no file, no setting.

A sealed value is, byte for byte::

    version (1) · suite (1) · key id (16) · nonce (12 or 16) · ciphertext · tag (16 or 32)

Suite 1 is AES-256-GCM with a 12 byte nonce and a 16 byte tag (NIST SP 800-38D). Suite 2 is AES-256-CTR with a 16 byte
initial counter and HMAC-SHA-256 over header, label, nonce and ciphertext, checked before anything is decrypted
(encrypt-then-MAC); its two keys come from the data key by HKDF-Expand (RFC 5869).

The header and the label are authenticated with the text, so a value that is copied to another row, moved to another
column, or given a laxer class by hand in the database does not open. Texts are padded to whole blocks before they are
encrypted, so a length gives away neither a short name nor an empty answer.
"""

import hmac
import os
import struct
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

VERSION = 1
GCM = 1
CTR_HMAC = 2
SUITES = (GCM, CTR_HMAC)

KEY_BYTES = 32
KEY_ID_BYTES = 16
HEADER_BYTES = 2 + KEY_ID_BYTES

_NONCE_BYTES = {GCM: 12, CTR_HMAC: 16}
_TAG_BYTES = {GCM: 16, CTR_HMAC: 32}

SHORT_BLOCK = 32
LONG_BLOCK = 64


class SealBroken(Exception):  # noqa: N818 - the word of this slice; the name is what the log shows
    """A value could not be sealed or opened. Says no more: which check failed would help only a forger."""

    def __init__(self) -> None:
        super().__init__("A sealed value did not open.")


def new_key() -> bytes:
    """A fresh 256-bit key."""
    return os.urandom(KEY_BYTES)


def encode_label(parts: Sequence[str]) -> bytes:
    """Parts, each preceded by its length, so that ("ab", "c") and ("a", "bc") differ."""
    out = [len(parts).to_bytes(4, "big")]
    for part in parts:
        raw = part.encode()
        out.append(len(raw).to_bytes(4, "big"))
        out.append(raw)
    return b"".join(out)


def pad(plain: bytes) -> bytes:
    """Add one 0x80 and zeros up to a whole block: 32 bytes, then multiples of 64 (ISO/IEC 7816-4)."""
    length = len(plain) + 1
    if length <= SHORT_BLOCK:
        whole = SHORT_BLOCK
    else:
        whole = -(-length // LONG_BLOCK) * LONG_BLOCK
    return plain + b"\x80" + bytes(whole - length)


def unpad(padded: bytes) -> bytes:
    """Undo ``pad``. Called on authenticated text only, so a fault here is ours and tells nobody anything."""
    end = padded.rfind(b"\x80")
    if end < 0 or padded[end + 1 :].strip(b"\x00"):
        raise SealBroken
    return padded[:end]


def seal_bytes(
    plain: bytes, *, key: bytes, key_id: bytes, label: bytes, suite: int, nonce: bytes | None = None
) -> bytes:
    """Seal ``plain`` under ``key``. ``nonce`` is for known-answer tests only; otherwise it is random."""
    header = bytes((VERSION, suite)) + key_id
    if suite not in SUITES or len(key_id) != KEY_ID_BYTES or len(key) != KEY_BYTES:
        raise SealBroken
    if nonce is None:
        nonce = os.urandom(_NONCE_BYTES[suite])
    padded = pad(plain)
    if suite == GCM:
        return header + nonce + AESGCM(key).encrypt(nonce, padded, header + label)
    encrypting_key, authenticating_key = _two_keys(key)
    ciphertext = _counter_mode(encrypting_key, nonce, padded)
    return header + nonce + ciphertext + _tag(authenticating_key, header + label, nonce, ciphertext)


def key_id_of(blob: bytes) -> bytes:
    """The id of the key that a sealed value asks for. Raises SealBroken for anything that is not a sealed value."""
    if len(blob) < HEADER_BYTES or blob[0] != VERSION or blob[1] not in SUITES:
        raise SealBroken
    return bytes(blob[2:HEADER_BYTES])


def open_bytes(blob: bytes, *, key: bytes, label: bytes) -> bytes:
    """The text of a sealed value. Raises SealBroken unless every byte of value and label is as it was sealed."""
    key_id_of(blob)
    suite = blob[1]
    header = bytes(blob[:HEADER_BYTES])
    nonce_end = HEADER_BYTES + _NONCE_BYTES[suite]
    if len(blob) < nonce_end + SHORT_BLOCK + _TAG_BYTES[suite]:
        raise SealBroken
    nonce = bytes(blob[HEADER_BYTES:nonce_end])
    if suite == GCM:
        try:
            return unpad(AESGCM(key).decrypt(nonce, bytes(blob[nonce_end:]), header + label))
        except InvalidTag:
            raise SealBroken from None
    encrypting_key, authenticating_key = _two_keys(key)
    ciphertext = bytes(blob[nonce_end : -_TAG_BYTES[suite]])
    tag = bytes(blob[-_TAG_BYTES[suite] :])
    if not hmac.compare_digest(tag, _tag(authenticating_key, header + label, nonce, ciphertext)):
        raise SealBroken
    return unpad(_counter_mode(encrypting_key, nonce, ciphertext))


def wrap_key(key: bytes, *, under: bytes, label: bytes, suite: int) -> bytes:
    """``key`` encrypted under another key and bound to ``label``: suite byte, then the wrapped key.

    Suite 1 wraps with AES-256-GCM (61 bytes). Suite 2 wraps with AES-KW (RFC 3394, 41 bytes); AES-KW takes no
    associated data, so the wrapping key is derived from ``under`` and the label, which binds them as tightly.
    """
    if suite == GCM:
        nonce = os.urandom(_NONCE_BYTES[GCM])
        return bytes((GCM,)) + nonce + AESGCM(under).encrypt(nonce, key, b"\x01" + label)
    if suite == CTR_HMAC:
        return bytes((CTR_HMAC,)) + aes_key_wrap(derive(under, b"rightdoor wrap" + label), key)
    raise SealBroken


def unwrap_key(wrapped: bytes, *, under: bytes, label: bytes) -> bytes:
    """Undo ``wrap_key``. Raises SealBroken for another key, another label or a changed byte."""
    body = bytes(wrapped[1:])
    try:
        if wrapped[:1] == b"\x01":
            key = AESGCM(under).decrypt(body[:12], body[12:], b"\x01" + label)
        elif wrapped[:1] == b"\x02":
            key = aes_key_unwrap(derive(under, b"rightdoor wrap" + label), body)
        else:
            raise SealBroken
    except (InvalidTag, InvalidUnwrap, ValueError):
        raise SealBroken from None
    if len(key) != KEY_BYTES:
        raise SealBroken
    return key


def derive(key: bytes, purpose: bytes) -> bytes:
    """One 256-bit key for one purpose: the first block of HKDF-Expand with SHA-256 (RFC 5869, 2.3)."""
    return hmac.digest(key, purpose + b"\x01", "sha256")


def _two_keys(key: bytes) -> tuple[bytes, bytes]:
    return derive(key, b"rightdoor suite 2 encrypt"), derive(key, b"rightdoor suite 2 authenticate")


def _counter_mode(key: bytes, nonce: bytes, text: bytes) -> bytes:
    stream = Cipher(algorithms.AES(key), modes.CTR(nonce)).encryptor()
    return stream.update(text) + stream.finalize()


def _tag(key: bytes, associated: bytes, nonce: bytes, ciphertext: bytes) -> bytes:
    length = struct.pack(">Q", len(associated))
    return hmac.digest(key, length + associated + nonce + ciphertext, "sha256")
