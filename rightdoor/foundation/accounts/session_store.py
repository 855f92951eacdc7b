"""Sessions in the database under the digest of their cookie: a copy of the table opens nobody's session."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as TableStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from rightdoor.foundation.ready import Ready

_COLUMNS = ("session_key", "session_data", "expire_date")
_STORED = Ready(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list(*_COLUMNS),
    key="?key",
    now=datetime(1, 1, 2, tzinfo=UTC),
)


def stored_key(cookie: str) -> str:
    """The key under which the session of this cookie stands in the table (forty characters, 160 bits)."""
    return hashlib.sha256(cookie.encode()).hexdigest()[:40]


class SessionStore(TableStore):
    """Django's table of sessions; only the browser holds the key itself."""

    def _get_session_from_db(self) -> Any:
        cookie = self.session_key
        rows = _STORED.rows(key=stored_key(cookie or ""), now=timezone.now())
        if not rows:
            self._session_key = None
            return None
        return self.model.from_db("default", _COLUMNS, rows[0])

    def exists(self, session_key: str) -> bool:
        return super().exists(stored_key(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.session_key = stored_key(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        cookie = session_key or self.session_key
        if cookie:
            super().delete(stored_key(cookie))
