"""What is kept how long, what must not go, and who may let it go.

A schedule says for each kind of record how many years it is kept and from when; a class of data may have a rule of its
own, such as health records kept until a certain age. A hold wins over every schedule. Nothing goes by itself: a date
that is reached makes a proposal, one person asks for the disposal, another approves it. (PRIV-6; practice.md SR-25,
SR-43; security.md 3.11)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from .errors import RuleBroken

# Why a record may be destroyed before its schedule ends: a court says so, or the person asks and the law allows it.
BEFORE_ITS_TIME = ("court_expungement", "client_request")
REASONS = ("schedule", *BEFORE_ITS_TIME)


@dataclass(frozen=True, slots=True)
class Rule:
    """How long records of one class are kept: `years` after the case ended and, with `until_age`, at least until the
    person has reached that age.

    `data_class` "" is the rule for every class without its own. A `draft` has not been confirmed: nothing goes by it.
    """

    data_class: str
    years: int
    until_age: int | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """Something that stops every disposal of a subject's records until somebody lifts it; subject "" holds all."""

    code: str
    subject: str
    placed_at: datetime
    lifted_at: datetime | None = None

    def holds(self, subject: str, now: datetime) -> bool:
        """Is this subject held now?"""
        is_running = self.placed_at <= now and (self.lifted_at is None or now < self.lifted_at)
        return is_running and self.subject in {"", subject}


@dataclass(frozen=True, slots=True)
class Request:
    """A disposal that somebody asked for. People are codes."""

    subject: str
    reason: str  # one of REASONS
    asked_by: str
    due_on: date | None  # when the schedule lets the record go; None: not established, or not by any schedule
    authority: str = ""  # number of the order, for an expungement


def kept_until(
    classes: Iterable[str], rules: Iterable[Rule], *, ended_on: date | None, born_on: date | None
) -> date | None:
    """The first day on which a record with these classes may go, or None when it may not go by schedule at all.

    The longest of its classes decides. None for an open case, for a class without a rule, and under a draft. Where the
    birth date is not known and a rule names an age, the person is taken to have been born on the day the case ended:
    what is not known keeps a record longer, never shorter.
    """
    known = {rule.data_class: rule for rule in rules}
    days: list[date] = []
    for name in classes:
        rule = known.get(name) or known.get("")
        if ended_on is None or rule is None or rule.draft:
            return None
        days.append(_later(ended_on, rule.years))
        if rule.until_age is not None:
            days.append(_later(born_on or ended_on, rule.until_age))
    return max(days) if days else None


def is_held(subject: str, holds: Iterable[Hold], now: datetime) -> bool:
    """Does any hold stop the disposal of this subject's records?"""
    return any(hold.holds(subject, now) for hold in holds)


def check_may_dispose(request: Request, *, approver: str, holds: Iterable[Hold], now: datetime, today: date) -> None:
    """May `approver` let this record go? `today` is the day in the state's zone.

    Raises RuleBroken: a reason that is none, the same person twice, a hold, a schedule that has not ended, an
    expungement without its order.
    """
    if request.reason not in REASONS:
        raise RuleBroken("Say why the record is to be destroyed: its schedule has ended, a court, or the client.")
    if not approver or not request.asked_by or approver == request.asked_by:
        raise RuleBroken("A second person must approve the disposal. Ask somebody who did not ask for it.")
    if is_held(request.subject, holds, now):
        raise RuleBroken("A legal hold stops this disposal. It has to be lifted first.")
    if request.reason == "schedule" and (request.due_on is None or today < request.due_on):
        raise RuleBroken("The schedule does not let this record go yet.")
    if request.reason == "court_expungement" and not request.authority.strip():
        raise RuleBroken("Write the number of the court's order.")


def _later(day: date, years: int) -> date:
    """The same day `years` later; the end of February where there is no such day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
