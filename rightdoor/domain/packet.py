"""What one person without an account may read of one case around one meeting: a window, few tries, revocable at once.

The link alone opens nothing: the words are told by mouth. What the link leads to rests on a ground that is asked again
at each opening. (MTG-7; practice.md 4.4, steps 5 and 8)
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from .errors import RuleBroken

MOST_TRIES = 5
WORDS = 5  # how many are spoken
LONGEST = timedelta(hours=24 + 72)

State = Literal["waits", "open", "over", "locked", "revoked", "no_ground"]


@dataclass(frozen=True, slots=True)
class PacketFacts:
    """What is established about one packet. `ground_holds`: None where nobody has asked."""

    opens_at: datetime
    closes_at: datetime
    is_locked: bool = False
    is_revoked: bool = False
    ground_holds: bool | None = None


def state_of(packet: PacketFacts, now: datetime) -> State:
    """How the packet stands. Anything but "open" shows nothing, and the same nothing."""
    if packet.is_revoked:
        return "revoked"
    if packet.is_locked:
        return "locked"
    if now >= packet.closes_at:
        return "over"
    if packet.ground_holds is not True:
        return "no_ground"
    return "open" if now >= packet.opens_at else "waits"


def locks(wrong_tries: int) -> bool:
    """Is this the try after which nothing opens any more?"""
    return wrong_tries >= MOST_TRIES


def check_may_make(
    *, reader: str, agency: str, items: frozenset[str], opens_at: datetime, closes_at: datetime,
    window: tuple[datetime, datetime], now: datetime,
) -> None:  # fmt: skip
    """One named person of one agency, something chosen, a window inside that of the meeting. Raises RuleBroken."""
    if not reader.strip() or not agency:
        raise RuleBroken("Say who reads this, and of which agency.")
    if not items:
        raise RuleBroken("Choose what goes into the packet.")
    if closes_at <= opens_at:
        raise RuleBroken("The packet must close after it opens.")
    if closes_at <= now:
        raise RuleBroken("This window has passed already. Choose a later end.")
    if opens_at < window[0] or closes_at > window[1]:
        raise RuleBroken("Stay inside the time around the meeting: no earlier and no later than it is proposed here.")


def spoken(text: str) -> str:
    """What somebody typed of the words they were told: small letters, one space, nothing else."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(re.findall(r"[a-z]+", plain))


def same_person(one: str, other: str) -> bool:
    """Do two names as people write them name the same person, as far as letters tell? Order and case do not matter."""

    def parts(name: str) -> frozenset[str]:
        plain = unicodedata.normalize("NFKD", name).casefold()
        return frozenset(re.findall(r"[^\W\d_]+", plain))

    mine, theirs = parts(one), parts(other)
    return bool(mine) and bool(theirs) and (mine <= theirs or theirs <= mine)
