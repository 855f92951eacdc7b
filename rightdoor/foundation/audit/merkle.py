"""Hash trees as in RFC 6962, section 2.1, and the bytes of an event that are hashed."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

NOTHING = "0" * 64  # stands before the first checkpoint

# The columns of an event in the trail's own order; one more column is one more format.
COLUMNS = (
    "id",
    "at",
    "actor",
    "actor_agency",
    "session",
    "verb",
    "kind",
    "code",
    "subject",
    "holder",
    "classes",
    "basis",
    "outcome",
    "request_id",
    "details",
)


def canonical(event: dict[str, Any]) -> bytes:
    """The bytes of an event: JSON, keys sorted, no spaces, ASCII."""
    chosen = {name: event[name] for name in COLUMNS}
    return json.dumps(chosen, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def leaf(content: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(b"\x00" + content).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over the hashes of the entries, in their order."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()


def checkpoint(
    *, number: int, first: int, last: int, count: int, root: str, previous: str, sealed_at: str, key: str
) -> bytes:
    """The text that is signed for one batch. It holds hashes, numbers and one time, so it may be given to anyone."""
    lines = ["rightdoor audit checkpoint 1", number, f"{first}-{last}", count, root, previous, sealed_at, key]
    return "".join(f"{line}\n" for line in lines).encode()


def digest(text: bytes) -> str:
    """The name of a checkpoint: what the next one points to."""
    return hashlib.sha256(text).hexdigest()
