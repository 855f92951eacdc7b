"""Keeps the keyring apart: its tables in the second database, and nothing else there."""

from typing import Any

APP = "sealing"
KEYRING = "keyring"


class KeyringRouter:
    """Sends the models of this slice to the database ``keyring`` and keeps all others out of it."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return KEYRING if model._meta.app_label == APP else None

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        return KEYRING if model._meta.app_label == APP else None

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool | None:
        labels = {first._meta.app_label, second._meta.app_label}
        if APP not in labels:
            return None
        return labels == {APP}

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        if app_label == APP:
            return db == KEYRING
        return False if db == KEYRING else None
