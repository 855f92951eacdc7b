"""Referrals as rows for counting: choices, months and spans. No code, no day, no word of what was told.

Only clear columns are read. What stands sealed (kind, age, status) is counted where somebody may open it, later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from rightdoor.casework.referrals.models import Referral
from rightdoor.foundation.jurisdiction.active import local

# Hours from the start of the clock to the staffing, as bands that no single child can be told by.
BANDS = ((24, "up to 24 h"), (48, "24 to 48 h"), (72, "48 to 72 h"), (168, "3 to 7 days"))
LONGER = "over 7 days"


@dataclass(frozen=True, slots=True)
class CountedReferral:
    """One referral without anything that leads back to it."""

    region: str
    month: str  # 2026-03, of receipt, in the state's zone
    source: str
    channel: str
    state: str
    tier: int | None
    ineligible_reason: str
    response: str  # met, missed, or "" while nothing was held
    response_within: str  # a band, or ""
    late_cause: str


def counted_referrals(since: datetime, until: datetime) -> Iterator[CountedReferral]:
    """Every referral received from `since` on and before `until`, for the statistics."""
    rows = Referral.objects.filter(received_at__gte=since, received_at__lt=until).only(
        "region",
        "received_at",
        "source",
        "channel",
        "state",
        "tier",
        "ineligible_reason",
        "clock_started_at",
        "due_at",
        "stopped_at",
        "late_cause",
    )
    for row in rows.order_by("-received_at", "-id").iterator(chunk_size=2000):
        clock = row.clock
        yield CountedReferral(
            region=row.region,
            month=f"{local(row.received_at):%Y-%m}",
            source=row.source,
            channel=row.channel,
            state=row.state,
            tier=row.tier,
            ineligible_reason=row.ineligible_reason,
            response=clock.state(row.stopped_at) if clock and row.stopped_at else "",
            response_within=band(row.clock_started_at, row.stopped_at) if row.stopped_at else "",
            late_cause=row.late_cause,
        )


def band(started_at: datetime, held_at: datetime) -> str:
    """How soon the staffing was held, as a band; its upper end belongs to it."""
    hours = (held_at - started_at).total_seconds() / 3600
    return next((words for limit, words in BANDS if hours <= limit), LONGER)
