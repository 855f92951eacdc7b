"""Reads of people and what they are let into, for the page of administrators."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import ROLES, Standing, Viewer, check_may, may
from rightdoor.foundation.access.models import Grant, RoleRequest
from rightdoor.foundation.access.viewers import as_viewer
from rightdoor.foundation.accounts.models import Account, Invitation
from rightdoor.foundation.codes import is_code


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One running grant: the role's key, its sentence, and the region ("" is the whole state)."""

    role: str
    sentence: str
    region: str

    @property
    def label(self) -> str:
        return role_label(self.role)


@dataclass(frozen=True, slots=True)
class Person:
    """An account with what it is let into."""

    code: str
    name: str
    email: str
    agency: str
    discipline: str
    state: str  # "on", "invited", "off"
    grants: tuple[GrantRow, ...]
    may_change: bool


def role_label(role: str) -> str:
    """The role's key as words: "care coordinator"."""
    return role.replace("_", " ")


def standing_to(viewer: Viewer, agency_code: str) -> Standing:
    """How the viewer stands to an account of this agency: an agency's head owns its people."""
    return Standing(owns=bool(agency_code) and agency_code == viewer.agency)


def check_may_see_people(viewer: Viewer) -> None:
    """Raises NotPermitted for people who look after no accounts."""
    check_may(viewer, "account.invite", Standing(owns=True))


_IS_INVITED = Exists(Invitation.objects.filter(account=OuterRef("pk"), used_at__isnull=True)) | Exists(
    RoleRequest.objects.filter(account=OuterRef("pk"))
)


def people(viewer: Viewer, now: datetime) -> list[Person]:
    """The accounts that the viewer may look after: all for an administrator, their own agency's for its head."""
    check_may_see_people(viewer)
    accounts = Account.objects.annotate(is_invited=_IS_INVITED)
    if not may(viewer, "account.invite", Standing()):
        accounts = accounts.filter(agency_code=viewer.agency).exclude(agency_code="")
    rows = list(accounts.order_by("name", "code"))
    granted = _running_grants(rows, now)
    return [_person(viewer, account, granted[account.pk]) for account in rows]


def person_for(viewer: Viewer, code: str, now: datetime) -> tuple[Person, Account]:
    """One person of that list. Raises NotVisible."""
    if not is_code(code):
        raise NotVisible
    account = Account.objects.annotate(is_invited=_IS_INVITED).filter(code=code).first()
    if account is None or not may(viewer, "account.change", standing_to(viewer, account.agency_code)):
        raise NotVisible
    return _person(viewer, account, _running_grants([account], now)[account.pk]), account


def demonstration_viewers(accounts: list[Account], now: datetime) -> list[tuple[Account, Viewer]]:
    """Accounts with their viewers, for the entry of the demonstration. One query for all."""
    granted = _running_grants(accounts, now)
    return [
        (account, as_viewer(account, [(row.role, row.region) for row in granted[account.pk]])) for account in accounts
    ]


def _running_grants(accounts: list[Account], now: datetime) -> dict[int, list[GrantRow]]:
    found: dict[int, list[GrantRow]] = defaultdict(list)
    running = Grant.objects.filter(account__in=accounts, starts_at__lte=now).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    for account, role, region in running.order_by("role", "region").values_list("account_id", "role", "region"):
        found[account].append(GrantRow(role, ROLES.get(role, ""), region))
    return found


def _person(viewer: Viewer, account: Account, grants: list[GrantRow]) -> Person:
    waits = account.is_invited and not account.has_usable_password() and not account.is_demonstration
    state = "off" if not account.is_active else "invited" if waits else "on"
    return Person(
        code=account.code,
        name=account.name,
        email=account.email,
        agency=account.agency_code,
        discipline=account.discipline,
        state=state,
        grants=tuple(grants),
        may_change=may(viewer, "account.change", standing_to(viewer, account.agency_code))
        and account.code != viewer.code,
    )
