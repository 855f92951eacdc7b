"""Proving who one is: by password, by code, by passkey. Failures are counted and recorded, whatever they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from rightdoor.foundation.access.viewers import NOBODY, arriving_viewer
from rightdoor.foundation.accounts import attempts
from rightdoor.foundation.accounts.actions import refuse_factor, refuse_passkey, refuse_sign_in, use_recovery_code
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.accounts.queries import account_with_address, account_with_password
from rightdoor.foundation.doorway.factors import account_of_passkey, app_code_fits, passkey_fits

WRONG_PASSWORD = "The e-mail address and the password do not fit together. Check both and try again."  # noqa: S105
RESTS = "There were too many tries. Wait 15 minutes, or use a passkey."
WRONG_CODE = "This code does not fit, or it was used already. Wait for the next code and try again."
NOT_A_PASSWORD = "A password alone is not enough here. Type the six digits of your app, or use your passkey."  # noqa: S105
WRONG_PASSKEY = "This passkey does not open an account here. Try again, or use your password and a code."


@dataclass(frozen=True, slots=True)
class Proof:
    """Who it is and by what ("password", "app", "recovery-code", "passkey"); or why not, as a sentence."""

    account: Account | None = None
    by: str = ""
    problem: str = ""


def by_password(email: str, password: str, now: datetime) -> Proof:
    """Known or not, switched off or resting: the same work and the same sentences."""
    digest = attempts.digest_of_address(email)
    with transaction.atomic():
        attempts.one_at_a_time(digest)
        known = account_with_address(email)
        if attempts.is_paused(digest, now):
            make_password(password)
            return Proof(problem=RESTS)
        account = account_with_password(known, password)
        if account is not None:
            attempts.forget_failures(digest)
            return Proof(account, "password")
        paused = refuse_sign_in(NOBODY, digest, account=known, step="password", now=now)
        return Proof(problem=RESTS if paused else WRONG_PASSWORD)


def by_code(account: Account, text: str, now: datetime, *, step: str = "code") -> Proof:
    """A code of the authenticator app, or one of the recovery codes."""
    digest = attempts.digest_of_factor(account)
    with transaction.atomic():
        attempts.one_at_a_time(digest)
        if attempts.is_paused(digest, now):
            return Proof(problem=RESTS)
        if app_code_fits(account, text):
            by = "app"
        elif use_recovery_code(arriving_viewer(account), account, text, now):
            by = "recovery-code"
        else:
            paused = refuse_factor(NOBODY, digest, account=account, step=step, now=now)
            return Proof(problem=RESTS if paused else WRONG_CODE)
        attempts.forget_failures(digest)
        return Proof(account, by)


def by_passkey(answer: str, now: datetime, *, account: Account | None = None) -> Proof:
    """A passkey: of this account, or alone, when it says itself whose it is. There is no secret to guess, so tries are
    recorded and never rest: a stranger cannot keep anyone out.
    """
    named = account or account_of_passkey(answer)
    if named is not None and named.is_active and passkey_fits(named, answer, alone=account is None):
        return Proof(named, "passkey")
    refuse_passkey(NOBODY, account=account, now=now)
    return Proof(problem=WRONG_PASSKEY)


def by_password_or_code(account: Account, text: str, now: datetime) -> Proof:
    """At the lock one field takes either: six digits are a code, anything longer a password."""
    if len(text.strip()) <= 6 or "-" in text and len(text.strip()) == 14:
        return by_code(account, text, now, step="lock")
    return by_password(account.email, text, now)


def by_second_factor(account: Account, text: str, now: datetime) -> Proof:
    """A fresh proof before acts that cannot be taken back: a code of the app, or a recovery code; never a password.

    Whoever finds an open screen may know its password; the second factor is what shows that its person is there. The
    sentence about passwords says nothing of whether this one was right. (security.md 3.8, step-up)
    """
    text = text.strip()
    if len(text) <= 6 or "-" in text and len(text) == 14:
        return by_code(account, text, now, step="proof")
    return Proof(problem=NOT_A_PASSWORD)
