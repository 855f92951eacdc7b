"""Receipts: sixteen characters with which a reporter comes back, and of which only a keyed digest is kept. (INT-13)

80 bits, so guessing is hopeless; the alphabet leaves out letters that are misread. A receipt may be derived from the
form that was sent, so that the same form sent twice gives the same receipt and makes one report.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # 32 characters, 5 bits each; no I, L, O, U
LENGTH = 16
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})


def new_receipt() -> str:
    """A fresh receipt from the system's random source: XXXX-XXXX-XXXX-XXXX."""
    return _spelled(secrets.token_bytes(LENGTH))


def receipt_from(form: str) -> str:
    """The receipt of a form with this one-time id; only this installation can compute it."""
    return _spelled(_keyed("receipt of a form", form))


def digest_of(receipt: str) -> str:
    """What is kept of a receipt. "" for a text that cannot be one."""
    bare = normalise(receipt)
    return _keyed("digest of a receipt", bare).hex() if bare else ""


def normalise(text: str) -> str:
    """What a person typed, without spaces and hyphens, misread letters mended; "" when it cannot be a receipt."""
    bare = "".join(text.upper().translate(_READ_AS).replace("-", " ").split())
    return bare if len(bare) == LENGTH and set(bare) <= set(ALPHABET) else ""


def _spelled(raw: bytes) -> str:
    letters = "".join(ALPHABET[byte & 31] for byte in raw[:LENGTH])
    return "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4))


def _keyed(purpose: str, text: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"{purpose}\0{text}".encode(), sha256)
