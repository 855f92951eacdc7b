"""A lost way in: two people of those who look after accounts give it back, after a day and a word to its person.

It never bypasses the second factor: the person takes up a new invitation, and the old password, factors, codes and
sessions end with it. (security.md 3.8, reset)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.access.actions import Invited, check_may_hand_over
from rightdoor.foundation.access.queries import standing_to
from rightdoor.foundation.accounts.actions import end_sessions_of, new_invitation
from rightdoor.foundation.accounts.models import Account, Renewal
from rightdoor.foundation.accounts.queries import accounts_by_code
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.doorway.factors import forget_factors
from rightdoor.foundation.notices.actions import notify

WAIT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class RenewalView:
    """A running renewal as the page shows it."""

    asked_by: str
    asked_at: datetime
    seconded_by: str
    ready_at: datetime
    is_ready: bool
    may_second: bool


def running_renewal(viewer: Viewer, account: Account, now: datetime) -> RenewalView | None:
    """The renewal of this account that is under way."""
    renewal = _running(account)
    if renewal is None:
        return None
    names = accounts_by_code([renewal.asked_by, renewal.seconded_by])
    ready_at = renewal.asked_at + WAIT
    return RenewalView(
        asked_by=_name(names, renewal.asked_by),
        asked_at=renewal.asked_at,
        seconded_by=_name(names, renewal.seconded_by),
        ready_at=ready_at,
        is_ready=renewal.seconded_at is not None and now >= ready_at,
        may_second=renewal.seconded_at is None and viewer.code not in {renewal.asked_by, account.code},
    )


@action("account.renewal_asked")
def ask_renewal(viewer: Viewer, account: Account, *, now: datetime) -> None:
    """Ask that a person's way in be renewed, after proof of who they are as at the first invitation."""
    _check_may(viewer, account)
    check_may_hand_over(viewer, account, now)
    if not account.is_active or not account.has_usable_password():
        raise RuleBroken("This person needs no renewal. Make a new link of the invitation instead.")
    if _running(account) is not None:
        raise RuleBroken("A renewal is under way already.")
    Renewal.objects.create(account=account, asked_by=viewer.code, asked_at=now)
    notify([account.code], "account.renewal", account.code, now)
    record(viewer, "account.renewal_asked", account, kind="account")


@action("account.renewal_seconded")
def second_renewal(viewer: Viewer, account: Account, *, now: datetime) -> None:
    """Agree to it, as a second person. Raises RuleBroken for the one who asked."""
    _check_may(viewer, account)
    check_may_hand_over(viewer, account, now)
    renewal = _running(account)
    if renewal is None or renewal.seconded_at is not None:
        raise RuleBroken("No renewal waits for a second person here.")
    if renewal.asked_by == viewer.code:
        raise RuleBroken("You asked for this renewal. A second person must agree to it.")
    Renewal.objects.filter(pk=renewal.pk, seconded_at__isnull=True).update(seconded_by=viewer.code, seconded_at=now)
    record(viewer, "account.renewal_seconded", account, kind="account")


@action("account.renewal_called_off")
def call_off_renewal(viewer: Viewer, account: Account, *, now: datetime) -> None:
    """Stop it: the person themselves may, and everyone who looks after the account."""
    if viewer.code != account.code:
        _check_may(viewer, account)
    if not Renewal.objects.filter(account=account, ended_at__isnull=True).update(ended_at=now):
        raise RuleBroken("No renewal is under way.")
    account.invitations.filter(used_at__isnull=True).delete()
    record(viewer, "account.renewal_called_off", account, kind="account")


@action("account.invitation_renewed")
def make_renewal_link(viewer: Viewer, account: Account, *, now: datetime) -> Invited:
    """The link, once two people agreed and a day has passed. Raises RuleBroken before."""
    _check_may(viewer, account)
    check_may_hand_over(viewer, account, now)
    renewal = _running(account)
    if renewal is None or renewal.seconded_at is None or now < renewal.asked_at + WAIT:
        raise RuleBroken("The link can be made when a second person has agreed and a day has passed.")
    record(viewer, "account.invitation_renewed", account, kind="account")
    return Invited(account, new_invitation(account, invited_by=viewer.code, now=now))


@action("account.way_in_renewed")
def end_the_old_way_in(viewer: Viewer, account: Account, *, now: datetime) -> None:
    """When the person takes the link up: old factors, codes and sessions end. Called with accepting the invitation."""
    forget_factors(viewer, account)
    account.recovery_codes.all().delete()
    end_sessions_of(viewer, account, why="renewal", now=now)
    Renewal.objects.filter(account=account, ended_at__isnull=True).update(ended_at=now)
    record(viewer, "account.way_in_renewed", account, kind="account")


def _check_may(viewer: Viewer, account: Account) -> None:
    check_may(viewer, "account.change", standing_to(viewer, account.agency_code))
    if viewer.code == account.code:
        raise RuleBroken("Your own way in is renewed by two others.")


def _running(account: Account) -> Renewal | None:
    return Renewal.objects.filter(account=account, ended_at__isnull=True).first()


def _name(accounts: dict[str, Account], code: str) -> str:
    return accounts[code].name if code in accounts else ""
