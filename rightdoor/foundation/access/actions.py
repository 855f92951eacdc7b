"""Acts about who comes in: invite, grant, end a grant, switch off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.permission import ROLES, Viewer, check_may
from rightdoor.foundation.access.clearance import OPENS_RECORDS
from rightdoor.foundation.access.models import Grant, RoleRequest
from rightdoor.foundation.access.queries import role_label, standing_to
from rightdoor.foundation.accounts.actions import end_sessions_of, new_invitation
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record

GRANTABLE = tuple(role for role in ROLES if role not in {"system", "public", "youth"})
GRANTABLE_BY_AGENCY_HEAD = frozenset({"team_member", "screener", "provider"})


# Who holds one of these sees a record, or can help another to see one: no single person gives them. (SR-03)
NEEDS_SECOND = OPENS_RECORDS | {"administrator", "agency_head", "privacy_officer"}


@dataclass(frozen=True, slots=True)
class RoleInRegion:
    """A role to grant; an empty region is the whole state."""

    role: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class Invited:
    """A new account and the secret of its one-time link, which is shown once; none while a second person must agree."""

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

    A role that opens records, or that gives roles, waits for a second person; the link waits with it. Raises
    NotPermitted, and RuleBroken when the address is taken or no role is named.
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
    waiting = _to_ask(viewer, grants)
    _grant(viewer, account, [grant for grant in grants if grant not in waiting], now)
    _ask(viewer, account, waiting, now)
    record(viewer, "account.invited", account, kind="account", roles=sorted({grant.role for grant in grants}))
    return Invited(account, "" if waiting else new_invitation(account, invited_by=viewer.code, now=now))


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
    if not viewer.is_system and waiting_roles(account):
        raise RuleBroken("A second person must confirm the role first. Then the link can be made.")
    if account.has_usable_password() and not viewer.is_system:
        raise RuleBroken("This person was in already. Ask for a renewal of their way in; a second person must agree.")
    record(viewer, "account.invitation_renewed", account, kind="account")
    return Invited(account, new_invitation(account, invited_by=viewer.code, now=now))


@action("role.granted")
def grant_roles(viewer: Viewer, account: Account, *, grants: Sequence[RoleInRegion], now: datetime) -> None:
    """Give an account more roles. A role that it has already stays as it is.

    Raises NotPermitted, and RuleBroken for one's own account, for roles that no one person may hold together, and for
    a role that takes two people (`ask_roles`).
    """
    _check_may_change_roles(viewer, account, grants, now)
    if _to_ask(viewer, grants):
        raise RuleBroken("A second person must confirm this role. Ask for it.")
    _grant(viewer, account, grants, now)
    record(viewer, "role.granted", account, kind="account", roles=sorted({grant.role for grant in grants}))


@action("role.asked")
def ask_roles(viewer: Viewer, account: Account, *, grants: Sequence[RoleInRegion], now: datetime) -> None:
    """Ask that an account be given roles that take two people. They open nothing until `second_role`.

    Raises as `grant_roles`, and RuleBroken when the person has the role already or it was asked for.
    """
    _check_may_change_roles(viewer, account, grants, now)
    asked = [one for one in grants if (one.role, one.region) not in _running_grants(account, now)]
    if not _ask(viewer, account, asked, now):
        raise RuleBroken("The person has this role, or it was asked for already.")


@action("role.seconded")
def second_role(viewer: Viewer, account: Account, *, code: str, now: datetime) -> RoleRequest:
    """Confirm a role that somebody else asked for: it holds from now on. (security.md 3.8; SR-03)

    An administrator may, or the head of the account's agency. Raises NotPermitted, RuleBroken for the one who asked
    and for the account's own person.
    """
    _check_may_look_after(viewer, "account.change", account.agency_code)
    request = _waiting(account, code)
    if request is None:
        raise RuleBroken("This role does not wait any more.")
    if viewer.code == request.asked_by:
        raise RuleBroken("You asked for this role. A second person must confirm it.")
    if viewer.code == account.code:
        raise RuleBroken("You cannot confirm a role of your own.")
    if not account.is_active:
        raise RuleBroken("This account is switched off.")
    _check_kept_apart({request.role} | _running_roles(account, now))
    RoleRequest.objects.filter(pk=request.pk).update(seconded_by=viewer.code, ended_at=now)
    _grant(viewer, account, [RoleInRegion(request.role, request.region)], now)
    record(viewer, "role.seconded", account, kind="account", role=request.role, asked_by=request.asked_by)
    return request


@action("role.called_off")
def call_off_role(viewer: Viewer, account: Account, *, code: str, now: datetime) -> None:
    """Take a request back, or refuse it. Everybody who looks after the account may. Raises RuleBroken."""
    _check_may_look_after(viewer, "account.change", account.agency_code)
    request = _waiting(account, code)
    if request is None:
        raise RuleBroken("This role does not wait any more.")
    RoleRequest.objects.filter(pk=request.pk).update(ended_at=now)
    record(viewer, "role.called_off", account, kind="account", role=request.role)


def waiting_roles(account: Account) -> list[RoleRequest]:
    """Roles of this account that wait for a second person."""
    return list(RoleRequest.objects.filter(account=account, ended_at__isnull=True).order_by("asked_at", "pk"))


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
    RoleRequest.objects.filter(account=account, ended_at__isnull=True).update(ended_at=now)
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


def _running_grants(account: Account, now: datetime) -> set[tuple[str, str]]:
    running = Grant.objects.filter(account=account, starts_at__lte=now)
    return set(running.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)).values_list("role", "region"))


def _waiting(account: Account, code: str) -> RoleRequest | None:
    return (
        RoleRequest.objects.select_for_update()
        .filter(account=account, code=code, ended_at__isnull=True, seconded_by="")
        .first()
    )


def _check_may_change_roles(viewer: Viewer, account: Account, grants: Sequence[RoleInRegion], now: datetime) -> None:
    _check_may_look_after(viewer, "account.change", account.agency_code)
    _check_may_grant(viewer, grants)
    if account.code == viewer.code:
        raise RuleBroken("You cannot give yourself a role. Ask another administrator.")
    _check_kept_apart({grant.role for grant in grants} | _running_roles(account, now))


def _to_ask(viewer: Viewer, grants: Sequence[RoleInRegion]) -> list[RoleInRegion]:
    """Of these, what a person alone may not give. The machine itself may: whoever works on it can read the keys."""
    return [] if viewer.is_system else [grant for grant in dict.fromkeys(grants) if grant.role in NEEDS_SECOND]


def _ask(viewer: Viewer, account: Account, asked: Sequence[RoleInRegion], now: datetime) -> int:
    new = 0
    for grant in asked:
        _, made = RoleRequest.objects.get_or_create(
            account=account,
            role=grant.role,
            region=grant.region,
            ended_at=None,
            defaults={"asked_by": viewer.code, "asked_at": now},
        )
        if made:
            record(viewer, "role.asked", account, kind="account", role=grant.role)
            new += 1
    return new


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
