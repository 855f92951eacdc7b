"""Acts about who comes in: invite, grant, end a grant, switch off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.permission import ROLES, Viewer, check_may
from rightdoor.foundation.access.clearance import OPENS_RECORDS
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.access.queries import role_label, standing_to
from rightdoor.foundation.accounts.actions import end_sessions_of, new_invitation
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record

GRANTABLE = tuple(role for role in ROLES if role not in {"system", "public", "youth"})
GRANTABLE_BY_AGENCY_HEAD = frozenset({"team_member", "screener", "provider"})


@dataclass(frozen=True, slots=True)
class RoleInRegion:
    """A role to grant; an empty region is the whole state."""

    role: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class Invited:
    """A new account and the secret of its one-time link, which is shown once."""

    account: Account
    secret: str


@action("account.invited")
def invite_account(
    viewer: Viewer,
    *,
    email: str,
    name: str,
    agency_code: str,
    discipline: str,
    grants: Sequence[RoleInRegion],
    now: datetime,
    is_demonstration: bool = False,
) -> Invited:
    """Make an account for a person and a link, good once and for seven days, with which they come in.

    Raises NotPermitted, and RuleBroken when the address is taken or no role is named.
    """
    _check_may_look_after(viewer, "account.invite", agency_code)
    _check_may_grant(viewer, grants)
    _check_kept_apart({grant.role for grant in grants})
    address, name = email.strip(), name.strip()
    if not name:
        raise RuleBroken("Write the person's name.")
    if Account.objects.filter(email__iexact=address).exists():
        raise RuleBroken("This e-mail address has an account already. Look for it on the list of people.")
    account = Account(
        email=address,
        name=name,
        agency_code=agency_code,
        discipline=discipline,
        created_at=now,
        is_demonstration=is_demonstration,
    )
    account.set_unusable_password()
    account.save()
    _grant(viewer, account, grants, now)
    record(viewer, "account.invited", account, kind="account", roles=sorted({grant.role for grant in grants}))
    return Invited(account, new_invitation(account, invited_by=viewer.code, now=now))


@action("account.invitation_renewed")
def invite_again(viewer: Viewer, account: Account, *, now: datetime) -> Invited:
    """A new link for a person whose link was lost or too old. Raises RuleBroken when they are in already.

    Whoever works on the machine itself may also begin anew for a person who lost every way in: taking up the link ends
    the old password, factors and sessions.
    """
    _check_may_look_after(viewer, "account.invite", account.agency_code)
    check_may_hand_over(viewer, account, now)
    if not account.is_active:
        raise RuleBroken("This account is switched off.")
    if account.has_usable_password() and not viewer.is_system:
        raise RuleBroken("This person was in already. Ask for a renewal of their way in; a second person must agree.")
    record(viewer, "account.invitation_renewed", account, kind="account")
    return Invited(account, new_invitation(account, invited_by=viewer.code, now=now))


@action("role.granted")
def grant_roles(viewer: Viewer, account: Account, *, grants: Sequence[RoleInRegion], now: datetime) -> None:
    """Give an account more roles. A role that it has already stays as it is.

    Raises NotPermitted, and RuleBroken for one's own account or roles that no one person may hold together.
    """
    _check_may_look_after(viewer, "account.change", account.agency_code)
    _check_may_grant(viewer, grants)
    if account.code == viewer.code:
        raise RuleBroken("You cannot give yourself a role. Ask another administrator.")
    _check_kept_apart({grant.role for grant in grants} | _running_roles(account, now))
    _grant(viewer, account, grants, now)
    record(viewer, "role.granted", account, kind="account", roles=sorted({grant.role for grant in grants}))


@action("role.ended")
def end_grant(viewer: Viewer, account: Account, *, role: str, region: str, now: datetime) -> None:
    """Take a role away from now on. Raises RuleBroken when it is the last administrator's."""
    _check_may_look_after(viewer, "account.change", account.agency_code)
    _check_an_administrator_stays(account, now, ending=role)
    running = Grant.objects.filter(account=account, role=role, region=region, ends_at__isnull=True)
    if not running.update(ends_at=now):
        raise RuleBroken("This person does not have that role any more.")
    record(viewer, "role.ended", account, kind="account", role=role)


@action("account.switched_off")
def switch_off_account(viewer: Viewer, account: Account, *, now: datetime) -> None:
    """Switch an account off: its sessions, links and roles end with the same moment. The record keeps its author."""
    _check_may_look_after(viewer, "account.change", account.agency_code)
    if account.code == viewer.code:
        raise RuleBroken("You cannot switch off your own account. Ask another administrator.")
    _check_an_administrator_stays(account, now)
    if not Account.objects.filter(pk=account.pk, is_active=True).update(is_active=False, switched_off_at=now):
        raise RuleBroken("This account is switched off already.")
    account.is_active, account.switched_off_at = False, now
    account.invitations.filter(used_at__isnull=True).delete()
    Grant.objects.filter(account=account, ends_at__isnull=True).update(ends_at=now)
    ended = end_sessions_of(viewer, account, why="switched_off", now=now)
    record(viewer, "account.switched_off", account, kind="account", sessions=ended)


def check_may_hand_over(viewer: Viewer, account: Account, now: datetime) -> None:
    """Raises NotPermitted unless the viewer could give every role of this account.

    Whoever holds the link of an account can come in as its person, and with it holds its roles.
    """
    if viewer.is_system or viewer.has("administrator"):
        return
    beyond = _running_roles(account, now) - GRANTABLE_BY_AGENCY_HEAD
    if beyond:
        raise NotPermitted(f"Only an administrator renews how a {role_label(min(beyond))} comes in.")


def _check_may_look_after(viewer: Viewer, act: str, agency_code: str) -> None:
    if not viewer.is_system:  # a command on the machine itself: whoever can run it can read the keys, too
        check_may(viewer, act, standing_to(viewer, agency_code))


def _check_may_grant(viewer: Viewer, grants: Sequence[RoleInRegion]) -> None:
    if not grants:
        raise RuleBroken("Choose at least one role.")
    for grant in grants:
        if grant.role not in GRANTABLE:
            raise RuleBroken("Choose a role from the list.")
    if viewer.is_system or viewer.has("administrator"):
        return
    beyond = {grant.role for grant in grants} - GRANTABLE_BY_AGENCY_HEAD
    if beyond:
        raise NotPermitted(f"Only an administrator gives the role of {role_label(min(beyond))}.")


def _check_kept_apart(roles: set[str]) -> None:
    if "administrator" in roles and roles & OPENS_RECORDS:
        raise RuleBroken("An administrator sees no record of a person. Give this role to somebody else.")


def _running_roles(account: Account, now: datetime) -> set[str]:
    running = Grant.objects.filter(account=account, starts_at__lte=now)
    return set(running.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)).values_list("role", flat=True))


def _grant(viewer: Viewer, account: Account, grants: Sequence[RoleInRegion], now: datetime) -> None:
    for grant in dict.fromkeys(grants):
        Grant.objects.get_or_create(
            account=account,
            role=grant.role,
            region=grant.region,
            ends_at=None,
            defaults={"starts_at": now, "granted_by": viewer.code},
        )


def _check_an_administrator_stays(account: Account, now: datetime, ending: str = "") -> None:
    if ending not in {"", "administrator"}:
        return
    running = Grant.objects.filter(role="administrator", account__is_active=True, starts_at__lte=now).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    if running.filter(account=account).exists() and not running.exclude(account=account).exists():
        raise RuleBroken("This is the last administrator. Make another person administrator first.")
