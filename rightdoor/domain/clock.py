"""Deadlines: how much time is left, whether it was kept, and how to say so.

A deadline of hours counts elapsed hours, also across a change to or from daylight saving: "within 48 hours" means
that no more than 48 x 3,600 seconds have passed. Exactly on the second is on time. A deadline of calendar days ends
at 23:59:59 local time. (Roadmap, response times; practice.md 8, time rules; decisions, "Rules settled")
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

State = Literal["on_time", "at_risk", "late", "met", "missed", "paused"]
AT_RISK_BELOW = 0.25  # of the whole span: from here a coordinator should see it without looking for it


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline: when it started, when it is due, and whether what it waits for has happened.

    A paused clock (a client not located, for instance) needs a reason and is told apart from one that runs, so that a
    pause can never pass for punctuality. Raises ValueError for times without a zone, and for a clock due before it
    started.
    """

    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None
    paused_at: datetime | None = None
    pause_reason: str = ""

    def __post_init__(self) -> None:
        for moment in (self.started_at, self.due_at, self.stopped_at, self.paused_at):
            if moment is not None:
                _utc(moment)
        if _utc(self.due_at) < _utc(self.started_at):
            raise ValueError("A clock cannot be due before it started.")
        if self.paused_at is not None and not self.pause_reason.strip():
            raise ValueError("A paused clock needs a reason.")

    def state(self, now: datetime) -> State:
        """Where this deadline stands at `now`. A pause that began too late changes nothing: it is still late."""
        if self.stopped_at is not None:
            return "met" if _utc(self.stopped_at) <= _utc(self.due_at) else "missed"
        left = self.left(now)
        if left < timedelta(0):
            return "late"
        if self.paused_at is not None:
            return "paused"
        if left < (_utc(self.due_at) - _utc(self.started_at)) * AT_RISK_BELOW:
            return "at_risk"
        return "on_time"

    def left(self, now: datetime) -> timedelta:
        """Elapsed time until due: negative once late. A stopped clock stands at the moment it stopped, a paused one at
        its pause.
        """
        return _utc(self.due_at) - self._stands_at(now)

    def share_used(self, now: datetime) -> float:
        """How much of the span is used, never below 0; above 1.0 when late. A span of no length counts as used up."""
        span = _utc(self.due_at) - _utc(self.started_at)
        if not span:
            return 1.0
        return max(0.0, (self._stands_at(now) - _utc(self.started_at)) / span)

    def is_late(self, now: datetime) -> bool:
        """Is it late now, or was it missed?"""
        return self.state(now) in {"late", "missed"}

    def is_running(self) -> bool:
        """Is something still awaited, and not paused?"""
        return self.stopped_at is None and self.paused_at is None

    def _stands_at(self, now: datetime) -> datetime:
        return _utc(self.stopped_at or self.paused_at or now)


def due_after(start: datetime, hours: int) -> datetime:
    """The moment `hours` elapsed hours after `start`, in the zone of `start`."""
    return (_utc(start) + timedelta(hours=hours)).astimezone(start.tzinfo)


def end_of_day_after(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The last second, local time, of the day that lies `days` calendar days after the day of `start`."""
    _utc(start)
    day = start.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone)


def in_words(clock: Clock, now: datetime) -> str:
    """The clock as a short phrase: "19 h left", "2 h late", "met with 5 h to spare", "missed by 3 h", "paused"."""
    state = clock.state(now)
    if state == "paused":
        return "paused"
    span = span_in_words(abs(clock.left(now)))
    if state == "met":
        return f"met with {span} to spare"
    if state == "missed":
        return f"missed by {span}"
    if state == "late":
        return f"{span} late"
    return f"{span} left"


def span_in_words(span: timedelta) -> str:
    """A span in units that a person reckons with, rounded down: "2 d 4 h", "47 h", "2 h 5 min", "8 min", "under a
    minute".

    Hours up to two days, because the response times are told in hours; minutes below six hours only, before that they
    are noise.
    """
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    if hours >= 48:
        return f"{hours // 24} d {hours % 24} h" if hours % 24 else f"{hours // 24} d"
    if hours >= 6 or (hours and not minutes):
        return f"{hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else "under a minute"


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A clock needs times with a zone.")
    return moment.astimezone(UTC)
