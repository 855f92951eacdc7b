"""What clears a person for client data: agreement signed, protocol read, training current, the agency's word. (TEAM-6)

The rule itself, that all of it must be there, is `domain.confidentiality`; here stands what is there. What was never
entered counts as not done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Max, Q, QuerySet, Value

from rightdoor.domain.permission import Clearance, Viewer
from rightdoor.foundation.access.models import AgencyAgreement, ClearanceRecord, Grant
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.jurisdiction.active import active_pack

AGREEMENT, PROTOCOL, TRAINING = "agreement", "protocol", "training:"
REMIND_BEFORE = timedelta(days=30)
# Roles that open a record about a person. Whoever gives roles holds none of them. (practice.md, SR-03)
OPENS_RECORDS = frozenset(
    {
        "care_coordinator",
        "team_member",
        "alliance_reviewer",
        "child_welfare_desk",
        "state_police_desk",
        "advocacy_desk",
        "screener",
        "provider",
        "duty_officer",
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a person's checklist. `ends_at` is None where nothing is in force."""

    key: str  # agreement, protocol, training:KEY, agency
    label: str
    done_at: datetime | None = None
    ends_at: datetime | None = None
    is_renewal_due: bool = False

    @property
    def is_done(self) -> bool:
        return self.ends_at is not None


@dataclass(frozen=True, slots=True)
class Checklist:
    """Everything that clears a person, in the order in which one does it."""

    account_code: str
    steps: tuple[Step, ...]

    @property
    def lacking(self) -> tuple[Step, ...]:
        """What is not done, or has run out."""
        return tuple(step for step in self.steps if not step.is_done)

    @property
    def is_complete(self) -> bool:
        """Nothing is lacking."""
        return not self.lacking

    @property
    def to_renew(self) -> tuple[Step, ...]:
        """What is in force and runs out within thirty days."""
        return tuple(step for step in self.steps if step.is_renewal_due)


def agreement_days() -> int:
    """How long a signature holds."""
    return active_pack().sharing.agreement_days


def trainings() -> Mapping[str, str]:
    """The trainings that the pack asks for: key to label."""
    return {choice.key: str(choice.label) for choice in active_pack().sharing.training}


def required() -> frozenset[str]:
    """What each person must have in force for the training to be current: the protocol read, and every training."""
    return frozenset({PROTOCOL, *(f"{TRAINING}{key}" for key in trainings())})


def with_clearance(grants: QuerySet[Grant], account: Account, now: datetime) -> QuerySet[Grant]:
    """The grants with `done` (keys in force) and `is_agreed` (the agency's agreement): in the same query."""
    in_force = ClearanceRecord.objects.filter(account_code=account.code, starts_at__lte=now, ends_at__gt=now)
    agreed = AgencyAgreement.objects.filter(agency_code=account.agency_code, starts_at__lte=now, ends_at__gt=now)
    return grants.annotate(done=ArraySubquery(in_force.values("what")), is_agreed=Exists(agreed))


def as_clearance(account: Account, done: Iterable[str], is_agreed: bool | None) -> Clearance:
    """The facts as the rule takes them. An account of no agency has nobody who answers for it: not established."""
    known = frozenset(done)
    return Clearance(
        active=account.is_active,
        second_factor=True,
        agreement_signed=AGREEMENT in known,
        training_current=required() <= known,
        agency_agreement=is_agreed if account.agency_code else None,
    )


def clearances_of(accounts: Iterable[Account], now: datetime) -> dict[str, Clearance]:
    """The clearance of several accounts, by code. Two queries."""
    known = {account.code: account for account in accounts}
    done: dict[str, set[str]] = {code: set() for code in known}
    for code, what in ClearanceRecord.objects.filter(
        account_code__in=known, starts_at__lte=now, ends_at__gt=now
    ).values_list("account_code", "what"):
        done[code].add(what)
    agreed = set(
        AgencyAgreement.objects.filter(
            agency_code__in={account.agency_code for account in known.values()}, starts_at__lte=now, ends_at__gt=now
        ).values_list("agency_code", flat=True)
    )
    return {code: as_clearance(account, done[code], account.agency_code in agreed) for code, account in known.items()}


def checklist_of(account: Account, now: datetime) -> Checklist:
    """What this person has done and what is lacking. Two queries."""
    rows = ClearanceRecord.objects.filter(account_code=account.code, starts_at__lte=now, ends_at__gt=now)
    latest: dict[str, ClearanceRecord] = {}
    for row in rows.order_by("ends_at", "pk"):
        latest[row.what] = row
    labels = {
        AGREEMENT: "Confidentiality agreement signed",
        PROTOCOL: "Protocol read",
        **{f"{TRAINING}{key}": f"Training: {label}" for key, label in trainings().items()},
    }
    steps = [_step(key, label, latest.get(key), now) for key, label in labels.items()]
    steps.append(_step("agency", "Agreement of your agency in force", agreement_of(account.agency_code, now), now))
    return Checklist(account.code, tuple(steps))


def agreement_of(agency_code: str, now: datetime) -> AgencyAgreement | None:
    """The agency's agreement in force, the one that lasts longest."""
    if not agency_code:
        return None
    rows = AgencyAgreement.objects.filter(agency_code=agency_code, starts_at__lte=now, ends_at__gt=now)
    return rows.order_by("-ends_at").first()


def agreements_of(agency_code: str) -> list[AgencyAgreement]:
    """Every agreement of an agency that is on record, the newest first."""
    return list(AgencyAgreement.objects.filter(agency_code=agency_code).order_by("-starts_at", "-pk")[:20])


def needs_clearance(viewer: Viewer) -> bool:
    """The viewer has a role that opens records about persons. Others have nothing to be cleared for."""
    return bool(viewer.roles & OPENS_RECORDS)


def runs_out_soon(viewer: Viewer, now: datetime) -> bool:
    """Something of the viewer's clearance, or of their agency's, runs out within thirty days. One query."""
    soon = now + REMIND_BEFORE
    mine = ClearanceRecord.objects.filter(account_code=viewer.code, starts_at__lte=now, ends_at__gt=now)
    theirs = AgencyAgreement.objects.filter(agency_code=viewer.agency, starts_at__lte=now, ends_at__gt=now)
    last = (
        mine.values_list("what")
        .annotate(last=Max("ends_at"))
        .union(theirs.values_list(Value("agency")).annotate(last=Max("ends_at")), all=True)
    )
    return any(ends_at <= soon for _, ends_at in last)


def _step(key: str, label: str, row: ClearanceRecord | AgencyAgreement | None, now: datetime) -> Step:
    if row is None:
        return Step(key, label)
    return Step(key, label, row.starts_at, row.ends_at, row.ends_at - now <= REMIND_BEFORE)


def people_needing(now: datetime) -> QuerySet[Account]:
    """Active accounts with a role that opens records."""
    running = Grant.objects.filter(role__in=OPENS_RECORDS, starts_at__lte=now).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    return Account.objects.filter(is_active=True, pk__in=running.values("account"))
