"""One-time codes: sixteen characters, 80 bits, of which only a keyed digest is kept.

A code follows from what it is for, by a secret of this installation: a form that is sent twice makes the same codes,
and a person who comes back to the page finds the same one, without a row or an event that says so.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # 32 characters, 5 bits each; no I, L, O, U
LENGTH = 16
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})


def code_of_account(survey_round: str, account: str) -> str:
    """The code of somebody with an account, in this round."""
    return _spelled(_keyed("survey, account", survey_round, account))


def code_of_slip(survey_round: str, form: str, group: str, number: int) -> str:
    """The code of one slip of those that a form makes."""
    return _spelled(_keyed("survey, slip", survey_round, form, group, str(number)))


def digest_of(code: str) -> str:
    """What is kept of a code. "" for a text that cannot be one."""
    bare = "".join(code[:60].upper().translate(_READ_AS).replace("-", " ").split())
    if len(bare) != LENGTH or not set(bare) <= set(ALPHABET):
        return ""
    return _keyed("survey, digest", bare).hex()


def _spelled(raw: bytes) -> str:
    letters = "".join(ALPHABET[byte & 31] for byte in raw[:LENGTH])
    return "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4))


def _keyed(*parts: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), "\0".join(parts).encode(), sha256)
