"""What allauth asks us: who may join, what it may write about a person, and how a factor's secret is kept."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from rightdoor.foundation.sealing.seals import open_for_account, seal_for_account

_LABEL = {"table": "mfa_authenticator", "column": "data", "row": "totp"}
_owner: ContextVar[str] = ContextVar("rightdoor_factor_owner", default="")


@contextmanager
def factors_of(account_code: str) -> Iterator[None]:
    """Names the account whose factor is sealed or opened: a secret copied to another account does not open there."""
    token = _owner.set(account_code)
    try:
        yield
    finally:
        _owner.reset(token)


class InvitedOnly(DefaultAccountAdapter):
    """Nobody signs up; accounts are made by invitation."""

    def is_open_for_signup(self, request: Any) -> bool:
        return False


class SealedFactors(DefaultMFAAdapter):
    """Secrets of authenticator apps are sealed for their account; addresses and primary keys stay with us."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal_for_account(_owner.get(), text, **_LABEL)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return open_for_account(_owner.get(), base64.b64decode(encrypted_text), **_LABEL)

    def get_totp_label(self, user: Any) -> str:
        return str(user.email)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Rightdoor"}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return {"id": user.code.encode(), "display_name": user.name, "name": user.email}
