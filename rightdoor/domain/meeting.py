"""Convening: times inside the clock, who is there, who is excused, and how long an invitation opens a case.

(MTG-2, MTG-3; Roadmap, notice of meetings; practice.md 3.2 and 4.4, step 4)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from .clock import due_after
from .errors import RuleBroken
from .membership import core_seats

ANSWERS = ("invited", "accepted", "excused", "delegated")
ATTENDANCE = (*ANSWERS, "present", "absent")
COUNTS_AS_THERE = frozenset({"present"})
COUNTS_AS_COMING = frozenset({"accepted", "delegated", "present"})

STEP = timedelta(minutes=30)
NOTICE = timedelta(hours=1)  # the least time in which people can still be called together
APART = timedelta(hours=3)  # proposals closer than this are no choice


@dataclass(frozen=True, slots=True)
class Quorum:
    """The core disciplines that are (or will be) there, and those lacking, in the pack's order."""

    present: tuple[str, ...]
    lacking: tuple[str, ...]

    @property
    def is_reached(self) -> bool:
        """Every core discipline is there. An emergency staffing may go on without; what lacks is then shown,
        not hidden.
        """
        return not self.lacking


def quorum(core: Sequence[str], disciplines: Sequence[str]) -> Quorum:
    """Which of the pack's core disciplines are among those given."""
    seats = core_seats(core, disciplines)
    return Quorum(seats.present, seats.lacking)


def access_window(
    starts_at: datetime, *, opens_hours_before: int = 24, closes_hours_after: int = 72
) -> tuple[datetime, datetime]:
    """From when until when an invitation opens a case: both ends count as inside."""
    return due_after(starts_at, -opens_hours_before), due_after(starts_at, closes_hours_after)


def propose_times(
    now: datetime, due_at: datetime, *, count: int = 3, zone: ZoneInfo, day_start: int = 8, day_end: int = 17
) -> list[datetime]:
    """Up to `count` times to meet, in order, in the state's zone. Never after `due_at`, and never before people can
    be called.

    Working hours on weekdays come first, then working hours on any day; only a clock that leaves none of these gets
    other hours. When it is too late for notice, the answer is the due time itself; once it has passed, the next half
    hour.
    """
    times = list(_half_hours(now + NOTICE, due_at, zone))
    if not times:
        at = due_at if now < due_at else next(_half_hours(now, now + 2 * STEP, zone))
        return [at.astimezone(zone)][:count]

    def by_day(at: datetime) -> bool:
        return day_start <= at.hour and (at.hour, at.minute) < (day_end, 0)

    chosen: list[datetime] = []
    for wanted in (lambda at: by_day(at) and at.weekday() < 5, by_day, lambda at: True):
        for at in times:
            if len(chosen) < count and wanted(at) and all(abs(_apart(at, other)) >= APART for other in chosen):
                chosen.append(at)
        if chosen and wanted is by_day:
            break
    return sorted(chosen, key=lambda at: at.timestamp())


def check_may_excuse(
    notice_at: datetime, starts_at: datetime, delegate: str, *, by: str = "", needs_delegate: bool = False
) -> None:
    """A member gives notice before the meeting starts and names who comes instead where the seat is core. Raises
    RuleBroken.

    `delegate` and `by` are codes of people; `delegate` is "" when nobody comes. (MTG-3)
    """
    if notice_at >= starts_at:
        raise RuleBroken("The meeting has begun. The coordinator records who was absent.")
    if needs_delegate and not delegate.strip():
        raise RuleBroken("Your discipline is part of the core. Name who comes in your place.")
    if delegate.strip() and delegate.strip() == by.strip():
        raise RuleBroken("Name someone other than yourself.")


def check_may_answer(answer: str, now: datetime, starts_at: datetime) -> None:
    """An invitation is accepted, declined with notice, or passed to a delegate, before the meeting. Raises
    RuleBroken.
    """
    if answer not in {"accepted", "excused", "delegated"}:
        raise RuleBroken("Say whether you come, are excused, or send someone in your place.")
    if now >= starts_at:
        raise RuleBroken("The meeting has begun. The coordinator records who was there.")


def _half_hours(earliest: datetime, latest: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Every full and half hour from `earliest` to `latest`, both included, counted in elapsed time."""
    step = int(STEP.total_seconds())
    at = ceil(earliest.timestamp() / step) * step
    while at <= latest.timestamp():
        yield datetime.fromtimestamp(at, zone)
        at += step


def _apart(one: datetime, other: datetime) -> timedelta:
    return timedelta(seconds=one.timestamp() - other.timestamp())
