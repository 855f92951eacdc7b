"""Second factors of an account: passkeys and authenticator apps. The only module that knows allauth.

The passkey ceremony keeps its challenge in the session of the request that allauth's middleware put in its context.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import qrcode
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString, mark_safe
from qrcode.image.svg import SvgPathFillImage

from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.accounts.actions import end_sessions_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.accounts.queries import account_for
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import is_code
from rightdoor.foundation.doorway.adapters import factors_of

_COUNTER = "uses"  # in an authenticator's data: how often a passkey said that it was used
_CODE_LIVES = 120  # seconds: longer than a code counts, tolerance included


@dataclass(frozen=True, slots=True)
class Factor:
    """One second factor as its owner sees it."""

    key: int
    kind: str  # "passkey" or "app"
    name: str
    made_at: datetime
    used_at: datetime | None


def factors(account: Account) -> list[Factor]:
    """The account's passkeys and its authenticator app."""
    return [_factor(row) for row in Authenticator.objects.filter(user=account).order_by("created_at")]


def _factor(row: Authenticator) -> Factor:
    is_passkey = row.type == Authenticator.Type.WEBAUTHN
    name = row.wrap().name if is_passkey else ""
    return Factor(row.pk, "passkey" if is_passkey else "app", name, row.created_at, row.last_used_at)


# ---------------------------------------------------------------------------------------------- authenticator apps


def new_app_secret() -> str:
    """A secret for an authenticator app that is not the account's yet."""
    return str(totp.generate_totp_secret())


def app_picture(account: Account, secret: str) -> SafeString:
    """The square that an authenticator app reads, as a drawing inside the page: nothing is fetched."""
    url = get_adapter().build_totp_url(account, secret)
    drawing = qrcode.make(url, image_factory=SvgPathFillImage, box_size=12, border=3)
    return mark_safe(drawing.to_string(encoding="unicode"))  # noqa: S308 - made here, from our own numbers


@action("account.factor_added")
def add_app(viewer: Viewer, account: Account, *, secret: str, code: str, now: datetime, keep: str = "") -> None:
    """Take an authenticator app as second factor, once it shows the right code. Raises RuleBroken.

    Every session of the person ends, but the one with the code `keep`: so does each change of a factor.
    """
    if not totp.validate_totp_code(secret, code):
        raise RuleBroken("This code does not fit. Type the six digits that the app shows now.")
    with factors_of(account.code):
        Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).delete()
        totp.TOTP.activate(account, secret)
    _is_first_use(account, code)
    record(viewer, "account.factor_added", account, kind="account", factor="app")
    end_sessions_of(viewer, account, why="factor", now=now, keep=keep)


def app_code_fits(account: Account, code: str) -> bool:
    """True for the code that the account's app shows now, once, whichever process asks."""
    row = Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).first()
    if row is None:
        return False
    with factors_of(account.code):
        secret = get_adapter().decrypt(row.data["secret"])
    if not totp.validate_totp_code(secret, code) or not _is_first_use(account, code):
        return False
    row.record_usage()
    return True


def _is_first_use(account: Account, code: str) -> bool:
    digits = "".join(character for character in code if character.isdigit())
    mark = salted_hmac("rightdoor.one_time_code", f"{account.code}:{digits}", algorithm="sha256").hexdigest()
    return bool(cache.add(f"one-time-code:{mark}", 1, timeout=_CODE_LIVES))


# --------------------------------------------------------------------------------------------------------- passkeys


def offer_passkey(account: Account) -> str:
    """What the browser needs to make a passkey: kept on the device, good alone, with the person's own check."""
    return json.dumps(webauthn.begin_registration(account, True))


@action("account.factor_added")
def add_passkey(viewer: Viewer, account: Account, *, answer: str, name: str, now: datetime, keep: str = "") -> None:
    """Take the passkey that the browser made. Raises RuleBroken when its answer does not hold."""
    credential = _read(answer)
    try:
        webauthn.parse_registration_response(credential)
        binding = webauthn.complete_registration(credential)
    except (ValidationError, ValueError, KeyError) as problem:
        raise RuleBroken("The passkey could not be made. Try again, or use an authenticator app.") from problem
    if not binding.is_user_verified():
        raise RuleBroken("This key did not ask who you are. Use one with a PIN, a fingerprint or a face.")
    webauthn.WebAuthn.add(account, name.strip()[:60] or "Passkey", credential)
    record(viewer, "account.factor_added", account, kind="account", factor="passkey")
    end_sessions_of(viewer, account, why="factor", now=now, keep=keep)


def ask_for_passkey(account: Account | None = None) -> str:
    """What the browser needs to prove a passkey: of this account, or of whoever holds one."""
    return json.dumps(webauthn.begin_authentication(account))


def account_of_passkey(answer: str) -> Account | None:
    """The account that a passkey's answer says it belongs to; nothing is proved yet."""
    try:
        handle = _read(answer)["response"]["userHandle"]
        code = webauthn.websafe_decode(handle).decode("ascii")
    except (RuleBroken, KeyError, TypeError, ValueError):
        return None
    return account_for(code) if is_code(code) else None


def passkey_fits(account: Account, answer: str, *, alone: bool = False) -> bool:
    """True when the answer was made by one of the account's passkeys for the challenge of this session, with the
    person's own check (PIN, fingerprint, face). The challenge is used up either way.

    `alone`: nothing else was proved, so a key that was made as second factor only does not count.
    """
    try:
        credential = _read(answer)
        told = webauthn.parse_authentication_response(credential).response.authenticator_data
        row = webauthn.complete_authentication(account, credential)
    except (RuleBroken, ValidationError, ValueError, KeyError, TypeError):
        return False
    finally:
        webauthn.clear_state()
    if not told.is_user_verified() or (alone and row.wrap().is_passwordless is False):
        return False
    if not _counts_on(row, int(told.counter)):
        return False
    row.record_usage()
    return True


def _counts_on(row: Authenticator, counter: int) -> bool:
    """A key that counts its uses never counts back: a copy of it does, once both were used. Many keys never count."""
    with transaction.atomic():
        kept = Authenticator.objects.select_for_update().get(pk=row.pk)
        before = int(kept.data.get(_COUNTER, kept.wrap().authenticator_data.counter))
        if counter <= before and (counter or before):
            return False
        kept.data[_COUNTER] = counter
        kept.save(update_fields=["data"])
        row.data = kept.data
    return True


@action("account.factor_removed")
def remove_factor(viewer: Viewer, account: Account, *, key: int, now: datetime, keep: str = "") -> None:
    """Remove a second factor. Raises RuleBroken for the last one, NotVisible for one that is not the account's."""
    mine = list(Authenticator.objects.select_for_update().filter(user=account))
    row = next((one for one in mine if one.pk == key), None)
    if row is None:
        raise NotVisible
    if len(mine) == 1:
        raise RuleBroken("This is your only second factor. Add another one first.")
    kind = _factor(row).kind
    row.delete()
    record(viewer, "account.factor_removed", account, kind="account", factor=kind)
    end_sessions_of(viewer, account, why="factor", now=now, keep=keep)


def forget_factors(viewer: Viewer, account: Account) -> None:
    """Remove every second factor of an account whose way in is renewed. Called inside that act."""
    for row in Authenticator.objects.filter(user=account):
        kind = _factor(row).kind
        row.delete()
        record(viewer, "account.factor_removed", account, kind="account", factor=kind)


def _read(answer: str) -> dict[str, Any]:
    try:
        credential = json.loads(answer)
    except ValueError as problem:
        raise RuleBroken("The browser's answer cannot be read. Try again.") from problem
    if not isinstance(credential, dict):
        raise RuleBroken("The browser's answer cannot be read. Try again.")
    return credential
