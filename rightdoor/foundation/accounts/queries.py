"""Reads of accounts, invitations and sessions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.contrib.auth.hashers import make_password

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.accounts.models import Account, Invitation, RecoveryCode, SignedInSession
from rightdoor.foundation.ready import Ready

SessionState = Literal["none", "ended", "locked", "whole"]
_OF_SESSION = tuple(field.attname for field in SignedInSession._meta.concrete_fields)
_OF_ACCOUNT = tuple(field.attname for field in Account._meta.concrete_fields)
_SESSION = Ready(
    lambda digest: SignedInSession.objects.filter(digest=digest).values_list(
        *_OF_SESSION, *(f"account__{name}" for name in _OF_ACCOUNT)
    ),
    digest="?digest",
)


def account_for(code: str) -> Account | None:
    """The account with this code."""
    return Account.objects.filter(code=code).first()


def accounts_by_code(codes: Iterable[str]) -> dict[str, Account]:
    """Several accounts in one query."""
    return {account.code: account for account in Account.objects.filter(code__in=set(codes))}


def account_with_address(email: str) -> Account | None:
    """The account of an e-mail address."""
    return Account.objects.filter(email__iexact=email.strip()).first()


def account_with_password(account: Account | None, password: str) -> Account | None:
    """The account, if this is its password and it may come in.

    None, a switched-off account and one without a password cost the same work as a wrong password.
    """
    if account is None or not account.is_active or not account.has_usable_password():
        make_password(password)
        return None
    return account if account.check_password(password) else None


def digest_of_secret(secret: str) -> str:
    """How the secret of an invitation is kept: long and random, so a plain digest is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invitation_for(digest: str, now: datetime) -> Invitation | None:
    """The invitation of this digest while it may be used: not used, not past its time, its account not switched off."""
    return (
        Invitation.objects.select_related("account")
        .filter(digest=digest, used_at__isnull=True, expires_at__gt=now, account__is_active=True)
        .first()
    )


def session_by_digest(digest: str) -> SignedInSession | None:
    """The signed-in session of a cookie, with its account. One query."""
    rows = _SESSION.rows(digest=digest)
    if not rows:
        return None
    ends = len(_OF_SESSION)
    session = SignedInSession.from_db("default", _OF_SESSION, rows[0][:ends])
    session.account = Account.from_db("default", _OF_ACCOUNT, rows[0][ends:])
    return session


def state_of(session: SignedInSession | None, now: datetime) -> SessionState:
    """Where a session stands at this moment.

    It ends after the hours of the setting whatever happens, or with its account, and is locked after the minutes of
    the setting without a request.
    """
    if session is None:
        return "none"
    end_at = session.started_at + timedelta(hours=settings.ENV.session_hours)
    if session.ended_at is not None or not session.account.is_active or now >= end_at:
        return "ended"
    if session.locked_at is not None or now - session.touched_at >= timedelta(minutes=settings.ENV.lock_minutes):
        return "locked"
    return "whole"


def live_sessions(viewer: Viewer, now: datetime) -> list[SignedInSession]:
    """The viewer's own sessions that have not ended, the latest first."""
    rows = SignedInSession.objects.select_related("account").filter(account__code=viewer.code, ended_at__isnull=True)
    return [row for row in rows.order_by("-touched_at") if state_of(row, now) != "ended"]


def sessions_over(now: datetime) -> list[SignedInSession]:
    """Sessions whose hours are over and that nobody ended."""
    latest = now - timedelta(hours=settings.ENV.session_hours)
    return list(SignedInSession.objects.select_related("account").filter(started_at__lte=latest, ended_at__isnull=True))


def unused_recovery_codes(account: Account) -> int:
    """How many recovery codes are left."""
    return RecoveryCode.objects.filter(account=account, used_at__isnull=True).count()


def demonstration_people() -> list[Account]:
    """The invented people that one may enter as."""
    return list(Account.objects.filter(is_demonstration=True, is_active=True).order_by("name"))


def has_only_invented_people() -> bool:
    """True when there is at least one account and every one is invented."""
    return (
        Account.objects.filter(is_demonstration=True).exists()
        and not Account.objects.filter(is_demonstration=False).exists()
    )


def is_empty() -> bool:
    """Nobody has an account yet: the first administrator must be invited."""
    return not Account.objects.exists()
