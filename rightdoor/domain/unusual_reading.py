"""Whose reading of a month asks for a look: far more clients than peers of the same role, at night, before leaving.

A line is a question, never a verdict: somebody may have had a hard month. What people are called, where they live and
whom they know is not asked. (security.md 3.5, "anomaly list monthly"; SEC-40)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from statistics import median
from typing import Literal

Why = Literal["many", "night", "leaving", "emergency"]

FEWEST_PEERS = 5  # fewer say nothing of what is ordinary
FLOOR = 12  # clients: nobody is listed for fewer, however little the others read
FLOOR_ALONE = 40  # and without enough peers only from here on
SPREADS = 6  # how many spreads beyond the middle are far
NIGHT_BEGINS, NIGHT_ENDS = 22, 5  # hours of the state's zone
NIGHTLY = 10  # readings at night, and
NIGHTLY_SHARE = 0.25  # this part of all of the person's readings
BEFORE_LEAVING_DAYS = 14
LEAVING_FLOOR = 8  # clients in the last days before the account was closed
EMERGENCIES = 2  # openings in a month: one is looked at by itself


@dataclass(frozen=True, slots=True)
class Reader:
    """What one person read of one agency's records in a month. `clients`: distinct. People are codes."""

    account: str
    role: str
    clients: int
    readings: int
    at_night: int = 0
    before_leaving: int = 0  # distinct clients in the last days before the account was closed
    emergencies: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """Somebody to ask, and why. `ordinary`: the middle of the peers' clients; `limit`: beyond it is far."""

    reader: Reader
    ordinary: int
    limit: int
    whys: tuple[Why, ...]


def limit_for(peers: Iterable[int]) -> tuple[int, int]:
    """The middle of these numbers of clients, and from where on a number is far from it.

    The middle and the middle distance from it (MAD): one person who reads everything does not move them, as a mean and
    a standard deviation would be moved. Below FEWEST_PEERS numbers a fixed limit holds.
    """
    numbers = sorted(peers)
    if not numbers:
        return 0, FLOOR_ALONE
    middle = median(numbers)
    if len(numbers) < FEWEST_PEERS:
        return round(middle), max(FLOOR_ALONE, round(3 * middle))
    spread = median([abs(number - middle) for number in numbers])
    # All alike: a spread of nothing would make everybody's next client unusual.
    return round(middle), max(FLOOR, round(middle + SPREADS * max(spread, middle / 10, 1)))


def unusual(readers: Iterable[Reader]) -> list[Finding]:
    """Whom to ask, by code. Peers are the others of the same role: nobody is measured against themselves."""
    everyone = sorted(readers, key=lambda one: (one.role, one.account))
    found = []
    for one in everyone:
        ordinary, limit = limit_for(
            other.clients for other in everyone if other.role == one.role and other.account != one.account
        )
        whys: list[Why] = []
        if one.clients > limit:
            whys.append("many")
        if one.at_night >= NIGHTLY and one.at_night >= NIGHTLY_SHARE * one.readings:
            whys.append("night")
        if one.before_leaving >= LEAVING_FLOOR:
            whys.append("leaving")
        if one.emergencies >= EMERGENCIES:
            whys.append("emergency")
        if whys:
            found.append(Finding(one, ordinary, limit, tuple(whys)))
    return found


def is_night(at: datetime, zone: tzinfo) -> bool:
    """Is it between ten in the evening and five in the morning where the state is?"""
    hour = at.astimezone(zone).hour
    return hour >= NIGHT_BEGINS or hour < NIGHT_ENDS
