"""A year's list of who is asked, frozen once they are; what became of each; which version of an answer stands.

The share that answers is told of the frozen list. Whoever comes later may answer, and is told apart, so that nobody can
make the share look better by choosing whom to ask afterwards. A source whose clients are all in the platform types
nothing; one whose clients are partly there leaves those out, so that nobody is counted twice. (STAT-1; reporting 5)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from ..errors import RuleBroken

State = Literal["listed", "asked", "submitted", "nil", "declined", "no_answer", "platform"]
Source = Literal["typed", "platform", "both"]

STATES: Mapping[str, str] = {
    "listed": "Not asked yet",
    "asked": "Asked",
    "submitted": "Answered",
    "nil": "Nobody served",
    "declined": "Declined",
    "no_answer": "No answer",
    "platform": "Counted from the platform",
}
SOURCES: Mapping[str, str] = {
    "typed": "Answers the form",
    "platform": "All of its clients are in the platform: nothing to type",
    "both": "Answers the form for those who are not in the platform",
}
KINDS: Mapping[str, str] = {
    "provider": "Service provider",
    "safe_house": "Safe house",
    "prosecutor": "Office that prosecutes",
    "police": "Law enforcement",
    "hotline": "Hotline",
    "licensing": "Licensing of businesses",
}
DECLINED: Mapping[str, str] = {
    "federal_law": "Understands federal law to forbid it",
    "no_duty": "Sees no duty to report",
    "no_staff": "Has nobody to do it",
    "no_records": "Has no records of it",
    "records_lost": "Lost its records",
    "closed": "No longer serves",
    "other": "Another reason",
}
REMINDED_BEFORE = (30, 14, 3)  # days before the last day
REMINDED_AFTER = (7, 21)  # and after it
BETWEEN_REMINDERS = timedelta(days=3)
LINK_LASTS = timedelta(days=120)
MOST_VERSIONS = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One source on a year's list. `is_late`: added after the list was frozen, outside of the share."""

    state: State
    source: Source = "typed"
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """One answer of a source: its number, when it came, whether it says that nobody was served."""

    number: int
    at: datetime
    is_nil: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How a year stands. `asked` is the frozen list; `answered` holds what answered, nil returns too."""

    asked: int
    answered: int
    nil: int
    declined: int
    no_answer: int
    waiting: int
    platform: int
    late: int


def check_year(year: int, opens_on: date, due_on: date) -> None:
    """The days fit the year whose people are counted. Raises RuleBroken."""
    if not 2000 <= year <= 2200:
        raise RuleBroken("Write the year with four digits.")
    if due_on <= opens_on:
        raise RuleBroken("The last day must lie after the first.")
    if opens_on <= date(year, 12, 31):
        raise RuleBroken(f"Open it once {year} is over: until then nobody can count it.")
    if due_on - opens_on > timedelta(days=366):
        raise RuleBroken("Let the last day lie within a year of the first.")


def check_may_list(frozen_at: datetime | None, *, is_removal: bool) -> bool:
    """May the list change? True where the entry is added late, outside of the share. Raises RuleBroken for a removal
    from a frozen list.
    """
    if frozen_at is None:
        return False
    if is_removal:
        raise RuleBroken("The list is frozen: whoever was asked stays on it. Say that it declined, and why.")
    return True


def check_may_freeze(entries: Collection[Entry], frozen_at: datetime | None) -> None:
    """Raises RuleBroken for an empty list, or one that is frozen."""
    if frozen_at is not None:
        raise RuleBroken("This list is frozen already.")
    if not entries:
        raise RuleBroken("Put at least one provider on the list.")


def check_may_answer(
    entry: Entry, *, frozen_at: datetime | None, ended_at: datetime | None, says_nobody: bool = False
) -> None:
    """May this source answer now? Corrections are answers too. Raises RuleBroken."""
    if frozen_at is None:
        raise RuleBroken("This year has not been opened.")
    if ended_at is not None:
        raise RuleBroken("This year is closed. Ask whoever keeps the list to open it for a correction.")
    if entry.source == "platform":
        raise RuleBroken(
            "All of your clients of this year are counted from the platform. There is nothing to type."
            if not says_nobody
            else "Your clients of this year are in the platform, so it cannot be that nobody was served."
        )


def next_state(entry: Entry, did: Literal["asked", "submitted", "nil", "declined", "ended"]) -> State:
    """What an entry becomes. A later answer stands above a refusal. Raises RuleBroken for what cannot follow."""
    if entry.source == "platform":
        return "platform"
    if did == "asked":
        return "asked" if entry.state == "listed" else entry.state
    if did in ("submitted", "nil"):
        return "submitted" if did == "submitted" else "nil"
    if did == "declined":
        if entry.state in ("submitted", "nil"):
            raise RuleBroken("This provider has answered. Send a correction instead.")
        return "declined"
    return "no_answer" if entry.state in ("listed", "asked") else entry.state


def tally(entries: Iterable[Entry]) -> Tally:
    """How a year stands, over its entries. Those added late are counted in `late` and nowhere else."""
    held = list(entries)
    due = [one.state for one in held if not one.is_late]
    return Tally(
        asked=len(due),
        answered=sum(one in ("submitted", "nil", "platform") for one in due),
        nil=due.count("nil"),
        declined=due.count("declined"),
        no_answer=due.count("no_answer"),
        waiting=due.count("asked") + due.count("listed"),
        platform=due.count("platform"),
        late=sum(one.is_late and one.state in ("submitted", "nil", "platform") for one in held),
    )


def next_version(versions: Sequence[Version]) -> int:
    """The number of the answer that comes next. Every older one stays. Raises RuleBroken."""
    if len(versions) >= MOST_VERSIONS:
        raise RuleBroken("This was corrected many times. Call whoever keeps the list before you send another.")
    return max((one.number for one in versions), default=0) + 1


def standing(versions: Iterable[Version], asof: datetime) -> Version | None:
    """The answer that stood at a moment: the newest that had come by then. None where none had.

    Asked with the moment at which a report froze its figures, it always gives the same.
    """
    came = [one for one in versions if one.at <= asof]
    return max(came, key=lambda one: one.number, default=None)


def reminders_on(due_on: date) -> tuple[date, ...]:
    """The days on which whoever has not answered is reminded, in order."""
    before = [due_on - timedelta(days=days) for days in REMINDED_BEFORE]
    return (*before, *(due_on + timedelta(days=days) for days in REMINDED_AFTER))


def may_remind(entry: Entry, last_reminded_at: datetime | None, now: datetime) -> bool:
    """Is a reminder due to nobody's annoyance: asked, without an answer, and none within three days?"""
    if entry.state not in ("asked", "no_answer"):
        return False
    return last_reminded_at is None or now - last_reminded_at >= BETWEEN_REMINDERS


def check_decline(reason: str) -> str:
    """Raises RuleBroken for a reason that is not on the list."""
    if reason not in DECLINED:
        raise RuleBroken("Choose why this provider declines.")
    return reason
