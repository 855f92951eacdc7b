"""The database engine of the settings: PostgreSQL as Django speaks it, with the word of `context` before a statement.

A word is sent only when it differs from what the connection has, or grows old: once for a request, as a rule. Its text
is a parameter of the statement, so that the server's list of running statements shows it to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from rightdoor.foundation.fence import context

SETTING = "rightdoor.acting"
UNSURE = context.Acting("unsure")  # equals nobody: what the server has now is not known


@dataclass(slots=True)
class _Held:
    """What one connection has been told, and how the server's clock stands to ours."""

    ahead: float  # seconds from our counter to the server's clock: this machine's clock may be off, or be set
    acting: context.Acting | None = None
    renew_at: float = 0.0


# By connection, not by alias: after a close the pool may hand out another one.
_held: WeakKeyDictionary[psycopg.Connection[Any], _Held] = WeakKeyDictionary()


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, which tells the main database for whom before every statement."""

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = super().create_cursor(name)
        if self.alias == "default":
            tell(self.connection)
        return cursor

    def _rollback(self) -> Any:
        forget(self.connection)
        return super()._rollback()

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)
        forget(self.connection)


def tell(connection: psycopg.Connection[Any]) -> None:
    """See to it that the server knows for whom the next statement is: by one statement when it does not, else none.

    Nothing is taken back when a request ends: the next statement on the connection, whoever sends it, comes through
    here and replaces the word; and the word ends by itself.
    """
    acting, held = context.now_acting(), _held.get(connection)
    if held is None:
        if acting is None:
            return
    elif held.acting == acting and (acting is None or perf_counter() < held.renew_at):
        return
    if connection.info.transaction_status == TransactionStatus.INERROR:
        return  # the server takes nothing but a rollback now, and forget() follows it
    began = perf_counter()
    if held is None:
        held = _held[connection] = _Held(_seconds_ahead(connection))
    word = ""
    if acting is not None:
        word = context.sign(acting, process=connection.info.backend_pid, ends=began + held.ahead + context.LIFE)
    # Not Django's cursor: that one writes values into the text of the statement.
    with psycopg.Cursor(connection) as cursor:
        cursor.execute("SELECT pg_catalog.set_config(%s, %s, false)", (SETTING, word), prepare=False)
    held.acting, held.renew_at = acting, began + context.RENEW


def forget(connection: psycopg.Connection[Any] | None) -> None:
    """A rollback may have brought an older word back, so the next statement sends its own again."""
    held = _held.get(connection) if connection is not None else None
    if held is not None:
        held.acting = UNSURE


def _seconds_ahead(connection: psycopg.Connection[Any]) -> float:
    with psycopg.Cursor(connection) as cursor:
        row = cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
    assert row is not None
    return float(row[0]) - perf_counter()
