"""Counting failed tries at a name or a second factor, without keeping what was tried. (security.md 3.8, lock-out)"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

from rightdoor.foundation.accounts.models import Account, FailedAttempt

MOST = 5
WITHIN = timedelta(minutes=15)


def digest_of_address(email: str) -> str:
    """Under what an address is counted, whether or not anyone has it."""
    return salted_hmac("rightdoor.attempts.address", email.strip().casefold(), algorithm="sha256").hexdigest()


def digest_of_factor(account: Account) -> str:
    """Under what tries at an account's second factor are counted."""
    return salted_hmac("rightdoor.attempts.factor", account.code, algorithm="sha256").hexdigest()


def one_at_a_time(digest: str) -> None:
    """Until the transaction ends, nobody else tries the same: five tries stay five, however many come at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(digest[:15], 16)])


def is_paused(digest: str, now: datetime) -> bool:
    """True after five failures in fifteen minutes, until they are fifteen minutes old."""
    return FailedAttempt.objects.filter(digest=digest, at__gt=now - WITHIN).count() >= MOST


def note_failure(digest: str, now: datetime) -> None:
    """Counts one failure; old ones of everybody are swept out on the way."""
    FailedAttempt.objects.filter(at__lte=now - WITHIN).delete()
    FailedAttempt.objects.create(digest=digest, at=now)


def forget_failures(digest: str) -> None:
    """After the right answer counting starts anew."""
    FailedAttempt.objects.filter(digest=digest).delete()
