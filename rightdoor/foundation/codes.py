"""Codes: short random names for records.

A code says nothing about the record and follows no sequence, so it may stand in an address, a log line, a mail
subject, a file name or a job argument. Primary keys never leave the server.
"""

import re
import secrets

# No 0/O, 1/I/L, 8/B, 5/S, Z, U/V: a code is read out over the telephone and typed from paper.
# No A or E either: with vowels, chance would sooner or later spell a word that no child's record should carry.
ALPHABET = "234679CDFGHJKMNPQRTWXY"
LENGTH = 8
# Older or foreign codes may use the wider set; what matters to a reader of the pattern is that no sentence fits it.
PATTERN = re.compile(r"\A[0-9A-Z]{4}-[0-9A-Z]{4}\Z")

_LOOKALIKES = str.maketrans({"—": "-", "–": "-", "‑": "-", "−": "-", "_": "-"})


def new_code() -> str:
    """A fresh code such as ``K7MQ-4XPR``: 22^8, about 36 bits, from the system's random source."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def normalise(text: str) -> str:
    """What a person typed, as a code: upper case, one hyphen in the middle, spaces dropped.

    Text that cannot be a code comes back trimmed and in upper case, so a lookup with it finds nothing.
    """
    folded = text.replace("\0", "").strip().upper().translate(_LOOKALIKES)  # the database refuses to look for a null
    bare = re.sub(r"[\s-]", "", folded)
    if len(bare) == LENGTH and bare.isascii() and bare.isalnum():
        return f"{bare[:4]}-{bare[4:]}"
    return folded


def is_code(text: object) -> bool:
    """True for text that has the shape of a code."""
    return isinstance(text, str) and PATTERN.match(text) is not None
