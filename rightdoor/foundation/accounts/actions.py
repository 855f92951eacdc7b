"""Acts of signing in: sessions, passwords, recovery codes. What a browser sent stays outside; digests come in."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac

from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.accounts import attempts
from rightdoor.foundation.accounts.models import Account, FailedAttempt, Invitation, RecoveryCode, SignedInSession
from rightdoor.foundation.accounts.queries import digest_of_secret, live_sessions, unused_recovery_codes
from rightdoor.foundation.audit.events import action, record

SESSIONS_AT_ONCE = 3
INVITATION_DAYS = 7
RECOVERY_CODES = 10
KEEP_ENDED = timedelta(days=30)
TOUCH_EVERY = timedelta(minutes=1)
_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"


@action("session.signed_in")
def start_session(
    viewer: Viewer, account: Account, *, digest: str, device: str, by: str, now: datetime
) -> SignedInSession:
    """Begin a session of a person whose second factor is done. A fourth session ends the one used longest ago."""
    for old in live_sessions(viewer, now)[SESSIONS_AT_ONCE - 1 :]:
        _end(viewer, old, now, "session.ended", why="fourth")
    session = SignedInSession.objects.create(
        account=account, digest=digest, device=device, started_at=now, touched_at=now, second_factor_at=now
    )
    record(viewer, "session.signed_in", session, kind="session", device=device.lower(), by=by)
    return session


def touch_session(session: SignedInSession, now: datetime) -> None:
    """Note that the session is in use, at most once a minute. Not an act: nothing about anyone changes."""
    if now - session.touched_at >= TOUCH_EVERY:
        SignedInSession.objects.filter(pk=session.pk).update(touched_at=now)


@action("session.screen_locked")
def lock_session(viewer: Viewer, session: SignedInSession, *, why: str, now: datetime) -> None:
    """Lock a session: "asked" by its person, or "idle". Whoever unlocks it returns to where it was."""
    SignedInSession.objects.filter(pk=session.pk, locked_at__isnull=True).update(locked_at=now)
    session.locked_at = now
    record(viewer, "session.screen_locked", session, kind="session", why=why)


@action("session.unlocked")
def unlock_session(viewer: Viewer, session: SignedInSession, *, digest: str, by: str, now: datetime) -> None:
    """Open a locked session again, under a new cookie, after the person proved who they are `by` a factor."""
    SignedInSession.objects.filter(pk=session.pk).update(digest=digest, locked_at=None, touched_at=now)
    record(viewer, "session.unlocked", session, kind="session", by=by)


@action("session.factor_proved")
def prove_again(viewer: Viewer, session: SignedInSession, *, digest: str, by: str, now: datetime) -> None:
    """Note a fresh proof of the second factor, under a new cookie: asked for before acts that cannot be taken back."""
    SignedInSession.objects.filter(pk=session.pk).update(digest=digest, second_factor_at=now, touched_at=now)
    record(viewer, "session.factor_proved", session, kind="session", by=by)


@action("session.signed_out")
def sign_out(viewer: Viewer, session: SignedInSession, *, now: datetime) -> None:
    """End the session one is in."""
    _end(viewer, session, now, "session.signed_out")


@action("session.ended")
def end_session(viewer: Viewer, session: SignedInSession, *, now: datetime) -> None:
    """End one of one's own sessions on another device. Raises NotVisible for somebody else's."""
    if session.account.code != viewer.code:
        raise NotVisible
    _end(viewer, session, now, "session.ended", why="asked")


@action("session.expired")
def expire_session(viewer: Viewer, session: SignedInSession, *, now: datetime) -> None:
    """End a session whose hours are over, or whose account was switched off."""
    _end(viewer, session, now, "session.expired")


def forget_what_is_over(now: datetime) -> None:
    """Housekeeping, not an act: cookies past their time, counted failures, sessions and links of the past."""
    Session.objects.filter(expire_date__lte=now).delete()
    FailedAttempt.objects.filter(at__lte=now - attempts.WITHIN).delete()
    SignedInSession.objects.filter(ended_at__lte=now - KEEP_ENDED).delete()
    Invitation.objects.filter(used_at__isnull=True, expires_at__lte=now - KEEP_ENDED).delete()


def end_sessions_of(viewer: Viewer, account: Account, *, why: str, now: datetime, keep: str = "") -> int:
    """End every session of an account, but for the one with the code `keep`. Called inside acts. Returns how many."""
    running = SignedInSession.objects.filter(account=account, ended_at__isnull=True).exclude(code=keep)
    for session in running:
        _end(viewer, session, now, "session.ended", why=why)
    return len(running)


def _end(viewer: Viewer, session: SignedInSession, now: datetime, verb: str, **how: str) -> None:
    SignedInSession.objects.filter(pk=session.pk, ended_at__isnull=True).update(ended_at=now)
    Session.objects.filter(session_key=session.digest).delete()
    record(viewer, verb, session, kind="session", **how)


@action("session.refused")
def refuse_sign_in(viewer: Viewer, digest: str, *, account: Account | None, step: str, now: datetime) -> bool:
    """Count a failed try at a password. Returns whether tries are paused now.

    The event names the account when there is one, and nothing of what was typed.
    """
    return _refuse(viewer, digest, account, step, now, "session.refused")


@action("session.factor_refused")
def refuse_factor(viewer: Viewer, digest: str, *, account: Account, step: str, now: datetime) -> bool:
    """Count a failed try at the second factor, on the way in ("code") or at the lock ("lock")."""
    return _refuse(viewer, digest, account, step, now, "session.factor_refused")


@action("session.factor_refused")
def refuse_passkey(viewer: Viewer, *, account: Account | None, now: datetime) -> None:
    """Record a passkey that did not hold. There is no secret to guess, so it is not counted and keeps nobody out."""
    code = account.code if account else ""
    record(viewer, "session.factor_refused", kind="account", code=code, outcome="refused", step="passkey")


def _refuse(viewer: Viewer, digest: str, account: Account | None, step: str, now: datetime, verb: str) -> bool:
    attempts.note_failure(digest, now)
    paused = attempts.is_paused(digest, now)
    code = account.code if account else ""
    record(viewer, verb, kind="account", code=code, outcome="refused", step=step, paused=paused)
    if paused:
        record(viewer, "session.locked", kind="account", code=code, step=step)
    return paused


def new_invitation(account: Account, *, invited_by: str, now: datetime) -> str:
    """A fresh one-time secret for an account's link; earlier unused ones stop working. Called inside acts."""
    secret = secrets.token_urlsafe(32)
    account.invitations.filter(used_at__isnull=True).delete()
    Invitation.objects.create(
        account=account,
        digest=digest_of_secret(secret),
        invited_at=now,
        expires_at=now + timedelta(days=INVITATION_DAYS),
        invited_by=invited_by,
    )
    return secret


@action("account.joined")
def accept_invitation(viewer: Viewer, invitation: Invitation, *, password: str, now: datetime) -> None:
    """Use an invitation: set the password. The way in opens only with a second factor. Raises RuleBroken."""
    taken = Invitation.objects.filter(pk=invitation.pk, used_at__isnull=True, expires_at__gt=now).update(used_at=now)
    if not taken:
        raise RuleBroken("This invitation was used or is too old. Ask the person who invited you for a new one.")
    _set_password(invitation.account, password)
    record(viewer, "account.joined", invitation.account, kind="account")


@action("account.password_changed")
def change_password(viewer: Viewer, account: Account, *, password: str, keep: str, now: datetime) -> None:
    """Set another password; every other session of the account ends. Raises RuleBroken when it is too weak."""
    _set_password(account, password)
    end_sessions_of(viewer, account, why="password", now=now, keep=keep)
    record(viewer, "account.password_changed", account, kind="account")


def _set_password(account: Account, password: str) -> None:
    try:
        validate_password(password, account)
    except ValidationError as weak:
        raise RuleBroken(" ".join(weak.messages)) from weak
    account.set_password(password)
    account.save(update_fields=["password"])


@action("account.recovery_codes_made")
def make_recovery_codes(viewer: Viewer, account: Account, *, now: datetime) -> list[str]:
    """Ten new codes, such as "k3rm-9tqx-w2hb"; the old ones stop working. Returned once, kept only as digests."""
    codes = [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3)) for _ in range(RECOVERY_CODES)
    ]
    account.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, digest=_recovery_digest(account, code), made_at=now) for code in codes
    )
    record(viewer, "account.recovery_codes_made", account, kind="account", made=len(codes))
    return codes


def use_recovery_code(viewer: Viewer, account: Account, text: str, now: datetime) -> bool:
    """True once for each code. Called inside acts of signing in; the use is an event of its own."""
    unused = RecoveryCode.objects.filter(account=account, digest=_recovery_digest(account, text), used_at__isnull=True)
    if unused.update(used_at=now) != 1:
        return False
    record(viewer, "account.recovery_code_used", account, kind="account", left=unused_recovery_codes(account))
    return True


def _recovery_digest(account: Account, text: str) -> str:
    letters = "".join(character for character in text.casefold() if character.isalnum())
    return salted_hmac("rightdoor.recovery", f"{account.code}:{letters}", algorithm="sha256").hexdigest()


@action("account.preferences_changed")
def choose_language(viewer: Viewer, account: Account, *, language: str, now: datetime) -> None:
    """Keep the language that a person reads the pages in."""
    Account.objects.filter(pk=account.pk).update(language=language)
    record(viewer, "account.preferences_changed", account, kind="account", language=language)
