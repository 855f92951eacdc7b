"""For whom the program acts at this moment, and the signed word of it that the database believes.

The word names the process of the database that it is for and ends after half a minute, so that a copy of it opens
nothing elsewhere or later. Who can only slip in SQL cannot sign another: the key stands in a file here, and in a table
there that the serving role cannot read.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from django.conf import settings

from rightdoor.domain.permission import ALL_REGIONS, Viewer

LIFE = 30.0  # seconds that a word is believed, by the database's own clock
RENEW = 15.0  # and after how many a new one is sent along with the next statement
BLOCK = 64  # bytes of a block of SHA-256, for HMAC (RFC 2104)

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Acting:
    """For whom: `kind` is "viewer", "public" or "system". Everything else narrows or widens what a viewer reaches."""

    kind: str
    account: str = ""
    agency: str = ""
    reach: tuple[tuple[str, tuple[str, ...]], ...] = ()  # role -> its regions, "*" for the whole state
    at: datetime | None = None  # the moment of the request: windows of access are measured by it
    receipt: str = ""  # digest of the receipt that a stranger holds
    also: tuple[str, ...] = ()  # codes of rows that an act is about to write

    def told(self) -> dict[str, object]:
        """As the database reads it."""
        told: dict[str, object] = {"kind": self.kind}
        if self.account:
            told["account"] = self.account
        if self.agency:
            told["agency"] = self.agency
        if self.reach:
            told["reach"] = {role: _array(regions) for role, regions in self.reach}
        if self.at is not None:
            told["at"] = self.at.isoformat()
        if self.receipt:
            told["receipt"] = self.receipt
        if self.also:
            told["also"] = _array(self.also)
        return told


PUBLIC = Acting("public")
_SYSTEM = Acting("system")
_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)
_process: Acting | None = None


def now_acting() -> Acting | None:
    """For whom statements are sent now. None: for nobody, and no row of a client opens."""
    return _acting.get() or _process


@contextmanager
def acting_as(viewer: Viewer, at: datetime | None = None) -> Iterator[None]:
    """For this viewer until the block ends; whoever is not signed in acts as the public."""
    if viewer.is_system:
        raise ValueError("The system acts in jobs and commands only: see acting_as_system.")
    with _set(of(viewer, at)):
        yield


@contextmanager
def acting_as_system(why: str) -> Iterator[None]:
    """For the installation itself: a job or a command. `why` is read by people who look for these places."""
    with _set(_SYSTEM):
        yield


@contextmanager
def also(*codes: str) -> Iterator[None]:
    """An act writes rows of these codes although its person will not see them afterwards, or does not yet.

    Called inside an act, after it has asked whether the viewer may: a report that goes to another region, a child
    received for another region's team.
    """
    acting = now_acting()
    if acting is None or acting.kind == "system" or set(codes) <= set(acting.also):
        yield
        return
    with _set(replace(acting, also=tuple(sorted({*acting.also, *codes})))):
        yield


@contextmanager
def with_receipt(digest: str) -> Iterator[None]:
    """A stranger who holds the receipt of this digest: for the one report that it is of."""
    acting = now_acting()
    if acting is None or acting.kind != "public" or not digest:
        yield
        return
    with _set(replace(acting, receipt=digest)):
        yield


def for_this_process(why: str) -> None:
    """Commands and the tests: whatever this process does outside of a request is the installation's own work."""
    global _process
    _process = _SYSTEM


def to_the_end(parts: Iterable[Part], viewer: Viewer, at: datetime) -> Iterator[Part]:
    """The parts of an answer that is sent in pieces, each of them made for this viewer."""
    pieces = iter(parts)
    while True:
        with acting_as(viewer, at):
            try:
                part = next(pieces)
            except StopIteration:
                return
        yield part


def of(viewer: Viewer, at: datetime | None = None) -> Acting:
    """The viewer as the database is told: role by role, each with its regions."""
    if not viewer.code:
        return PUBLIC if at is None else replace(PUBLIC, at=at)
    pairs = viewer.reach
    if pairs is None:
        pairs = frozenset((role, region) for role in viewer.roles for region in viewer.regions)
    by_role: dict[str, set[str]] = {}
    for role, region in pairs:
        if role in viewer.roles:
            by_role.setdefault(role, set()).add(region or ALL_REGIONS)
    reach = tuple((role, tuple(sorted(regions))) for role, regions in sorted(by_role.items()))
    return Acting("viewer", viewer.code, viewer.agency, reach, at)


@contextmanager
def _set(acting: Acting | None) -> Iterator[None]:
    token = _acting.set(acting)
    try:
        yield
    finally:
        _acting.reset(token)


# ------------------------------------------------------------------------------------------------------------- signing


def sign(acting: Acting, *, process: int, ends: float) -> str:
    """The word: the HMAC of what follows, in hex, and what follows as JSON. `ends` is by the database's clock."""
    said = json.dumps({**acting.told(), "process": process, "ends": round(ends, 3)}, separators=(",", ":"))
    return hmac.digest(_key(), said.encode(), sha256).hex() + said


def pads() -> tuple[bytes, bytes]:
    """The two halves of the key that HMAC puts before what it hashes, as the database keeps them."""
    block = _key().ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def _array(texts: Iterable[str]) -> str:
    """As the database writes an array of texts: it reads this ten times faster than JSON's."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"


def _key() -> bytes:
    return sha256(b"rightdoor fence\0" + settings.FENCE_SECRET.encode()).digest()
