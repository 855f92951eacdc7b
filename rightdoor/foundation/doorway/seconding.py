"""Inviting and giving roles, with a word to those who can be the second person. (SR-03; security.md 3.8)"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access import actions
from rightdoor.foundation.access.actions import Invited, RoleInRegion
from rightdoor.foundation.access.models import Grant, RoleRequest
from rightdoor.foundation.access.onboarding import heads_of
from rightdoor.foundation.access.queries import role_label
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.accounts.queries import accounts_by_code
from rightdoor.foundation.audit.events import action
from rightdoor.foundation.notices.actions import notify


@dataclass(frozen=True, slots=True)
class WaitingRole:
    """A role that waits for a second person, as the pages show it."""

    code: str
    account_code: str
    account_name: str
    label: str
    region: str
    asked_by: str
    asked_at: datetime
    may_second: bool


@action("account.invited")
def invite_person(
    viewer: Viewer,
    *,
    email: str,
    name: str,
    agency_code: str,
    discipline: str,
    grants: Sequence[RoleInRegion],
    now: datetime,
) -> Invited:
    """Invite, and tell those who can confirm what waits. Without a secret until then."""
    invited = actions.invite_account(
        viewer, email=email, name=name, agency_code=agency_code, discipline=discipline, grants=grants, now=now
    )
    _tell(viewer, invited.account, now)
    return invited


@action("role.asked")
def ask_for_roles(viewer: Viewer, account: Account, *, grants: Sequence[RoleInRegion], now: datetime) -> None:
    """Ask for roles that take two people, and tell those who can confirm them."""
    actions.ask_roles(viewer, account, grants=grants, now=now)
    _tell(viewer, account, now)


def give_or_ask(viewer: Viewer, account: Account, grants: Sequence[RoleInRegion], now: datetime) -> None:
    """Give what one person may give; ask for the rest."""
    asked = [grant for grant in grants if grant.role in actions.NEEDS_SECOND]
    given = [grant for grant in grants if grant not in asked]
    if given:
        actions.grant_roles(viewer, account, grants=given, now=now)
    if asked:
        ask_for_roles(viewer, account, grants=asked, now=now)


@action("role.seconded")
def confirm_role(viewer: Viewer, account: Account, *, code: str, now: datetime) -> None:
    """Confirm as the second person, and tell the one who asked."""
    request = actions.second_role(viewer, account, code=code, now=now)
    notify([request.asked_by], "role.seconded", account.code, now)


def waiting_for(viewer: Viewer, account: Account) -> list[WaitingRole]:
    """What waits on this account, and whether the viewer can be the second person."""
    return _as_rows(viewer, actions.waiting_roles(account))


def waiting_everywhere(viewer: Viewer) -> list[WaitingRole]:
    """Every role that waits among the accounts that the viewer looks after."""
    rows = RoleRequest.objects.filter(ended_at__isnull=True).select_related("account").order_by("asked_at", "pk")
    if not viewer.has("administrator"):
        rows = rows.filter(account__agency_code=viewer.agency).exclude(account__agency_code="")
    return _as_rows(viewer, list(rows))


def _as_rows(viewer: Viewer, rows: list[RoleRequest]) -> list[WaitingRole]:
    names = accounts_by_code({row.asked_by for row in rows})
    return [
        WaitingRole(
            code=row.code,
            account_code=row.account.code,
            account_name=row.account.name,
            label=role_label(row.role),
            region=row.region,
            asked_by=names[row.asked_by].name if row.asked_by in names else "",
            asked_at=row.asked_at,
            may_second=viewer.code not in {row.asked_by, row.account.code},
        )
        for row in rows
    ]


def _tell(viewer: Viewer, account: Account, now: datetime) -> None:
    if not actions.waiting_roles(account):
        return
    running = Grant.objects.filter(role="administrator", account__is_active=True, starts_at__lte=now).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    seconds = {*running.values_list("account__code", flat=True), *heads_of(account.agency_code, now)}
    notify(seconds - {viewer.code, account.code}, "role.to_second", account.code, now)
