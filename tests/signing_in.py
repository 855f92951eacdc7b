"""Signing a person of the tests in: a whole session, as the doorway makes one after the second factor."""

from __future__ import annotations

from datetime import datetime

from django.test import Client
from django.utils import timezone

from rightdoor.domain.permission import Viewer


def sign_in(client: Client, viewer: Viewer, *, at: datetime | None = None) -> Client:
    """The client, signed in as this person since `at` (default: this moment)."""
    from rightdoor.foundation.accounts.actions import start_session
    from rightdoor.foundation.accounts.models import Account
    from rightdoor.foundation.accounts.session_store import stored_key

    account = Account.objects.get(code=viewer.code)
    client.force_login(account)
    start_session(
        viewer,
        account,
        digest=stored_key(client.session.session_key),
        device="Computer",
        by="passkey",
        now=at or timezone.now(),
    )
    return client
