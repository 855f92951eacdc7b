"""The code of a source without an account: sixteen characters, 80 bits, of which only a keyed digest is kept.

It follows from the entry and a number by a secret of this installation, so that a form that is sent twice shows the
same; a new number ends the code before. It travels in a form and never in an address.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # 32 characters, 5 bits each; no I, L, O, U
LENGTH = 16
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})


def code_of(entry: str, number: int) -> str:
    """The code of an entry under a number, in groups of four."""
    raw = _keyed("yearly answer, code", entry, str(number))
    letters = "".join(ALPHABET[byte & 31] for byte in raw[:LENGTH])
    return "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4))


def digest_of(code: str) -> str:
    """What is kept of a code. "" for a text that cannot be one."""
    bare = "".join(code[:60].upper().translate(_READ_AS).replace("-", " ").split())
    if len(bare) != LENGTH or not set(bare) <= set(ALPHABET):
        return ""
    return _keyed("yearly answer, digest", bare).hex()


def _keyed(*parts: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), "\0".join(parts).encode(), sha256)
