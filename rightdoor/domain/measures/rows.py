"""What is counted. These dataclasses are also the words of the file format (docs/reference/measures.md).

A row holds choices, instants and days: no name, no code of a person, no word of what was told. Keys such as `meeting`
tell two rows apart and mean nothing else. Instants are kept in UTC; a time without a zone is refused with ValueError.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import cache
from typing import Literal, get_args

from .norms import utc

MeetingKind = Literal["emergency", "ongoing", "case_review"]
Consent = Literal["given", "refused", "not_known"]
Completion = Literal["completed", "not_completed", "not_known"]
Answer = Literal["not_asked", "asked", "submitted", "nil", "declined", "no_answer"]
MEETING_KINDS: tuple[str, ...] = get_args(MeetingKind)


class Row:
    """Any of them."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for name in _names(type(self)):  # type: ignore[arg-type] # a class can be hashed
            value = getattr(self, name)
            if isinstance(value, datetime):
                if value.tzinfo is not UTC:  # most come so out of a database, and there are many of them
                    object.__setattr__(self, name, utc(value))
            elif isinstance(value, tuple) and value and isinstance(value[0], datetime):
                object.__setattr__(self, name, tuple(utc(at) for at in value))


@cache
def _names(row: type[Row]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(row))  # type: ignore[arg-type] # every row is a dataclass


@dataclass(frozen=True, slots=True)
class TierSet(Row):
    """A tier that a referral was given. The first one counts from receipt whenever it was set; a later one has `at`."""

    tier: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReferralRow(Row):
    """A referral to care coordination.

    `received_at`: when the response clock started. `tiers`: in order; none: nobody has triaged it. `held_at`: when the
    first emergency response meeting was held, not when one was scheduled. `eligible`: the decision; `decided_at`: its
    time; `reason` of an ineligible one. `source`: who referred first, "" unknown. `late_cause`: why it was late.
    `due_at`: the time that the desk's clock set; where it is given, it is the one that counts.
    """

    received_at: datetime
    tiers: tuple[TierSet, ...] = ()
    held_at: datetime | None = None
    eligible: bool | None = None
    decided_at: datetime | None = None
    reason: str = ""
    withdrawn_at: datetime | None = None
    is_duplicate: bool | None = None
    source: str = ""
    late_cause: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutgoingRow(Row):
    """A referral that the team made to a service, and what came of it."""

    made_at: datetime
    outcome: Completion = "not_known"


@dataclass(frozen=True, slots=True)
class MeetingRow(Row):
    """A case's turn at a meeting, and when what it owes was first complete with the members.

    `record_shared_at`: the case summary of an emergency meeting, the notes of an ongoing one. `plan_shared_at`: the
    service plan; drafts do not count. `plan_is_owed` is False where the child was found not eligible there.
    """

    kind: MeetingKind
    started_at: datetime
    ended_at: datetime | None = None
    is_cancelled: bool | None = None
    record_shared_at: datetime | None = None
    plan_shared_at: datetime | None = None
    plan_is_owed: bool | None = None


@dataclass(frozen=True, slots=True)
class StaffingRow(Row):
    """A meeting at which a case was staffed. Two with the same `meeting` are one; "" is one of its own."""

    kind: MeetingKind
    held_at: datetime
    meeting: str = ""


@dataclass(frozen=True, slots=True)
class Scheduled(Row):
    """How often a case is reviewed from a moment on. None: on request."""

    since: datetime
    every_days: int | None = None


@dataclass(frozen=True, slots=True)
class CaseRow(Row):
    """A case. `accepted`: into care coordination; None: not decided. `schedule`: where it is not monthly."""

    referred_at: datetime
    accepted: bool | None = None
    staffings: tuple[StaffingRow, ...] = ()
    consent: Consent = "not_known"
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    schedule: tuple[Scheduled, ...] = ()
    reviews: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Stay(Row):
    """Days from the first to the last among them. None: still."""

    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class TrainingRow(Row):
    """A training that was delivered. It counts with its topic, its audience and a sign-in sheet."""

    training: str
    on: date
    topic: str = ""
    audience: str = ""
    has_sign_in: bool | None = None
    attendees: int = 0


@dataclass(frozen=True, slots=True)
class OutreachRow(Row):
    """An outreach event that took place."""

    event: str
    on: date
    attendance: int = 0


@dataclass(frozen=True, slots=True)
class CoordinatorRow(Row):
    """A coordinator, when they were active, and what they gave. Two who train together both list the training."""

    coordinator: str
    active: tuple[Stay, ...] = ()
    trainings: tuple[TrainingRow, ...] = ()
    outreach: tuple[OutreachRow, ...] = ()


@dataclass(frozen=True, slots=True)
class RegionRow(Row):
    """A region and the days on which its advisory team met. `since`: its first day, where it is younger."""

    region: str
    meetings: tuple[date, ...] = ()
    since: date | None = None


@dataclass(frozen=True, slots=True)
class AgreementRow(Row):
    """A memorandum of understanding. `reviews` are reviews and renewals. `ended_on`: given up or replaced."""

    signed_on: date
    reviews: tuple[date, ...] = ()
    expires_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Signature(Row):
    """A member agency and when it last signed. None: never."""

    agency: str
    signed_on: date | None = None


@dataclass(frozen=True, slots=True)
class ProtocolRow(Row):
    """A team's protocol: when it was last updated, and who signed that."""

    team: str
    updated_on: date | None = None
    members: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class ScreeningRow(Row):
    """What an agency told: eligible youth seen (None: nobody knows) and those of them who were screened."""

    agency: str
    screened: int
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class ScreenRow(Row):
    """One screening. `has_indicators` None: the result is open. `confirmed_at`: when the youth was found a victim."""

    tool: str
    version: str
    completed_at: datetime | None = None
    has_indicators: bool | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProviderRow(Row):
    """A provider on the year's frozen list. `is_valid`: of a submission. `due_on`: the last day to answer."""

    provider: str
    answer: Answer
    is_valid: bool | None = None
    due_on: date | None = None
