"""What is in a database, as counts and digests: taken with the backup, and compared after it was read back."""

from __future__ import annotations

import hashlib
from typing import Any, TypedDict

import psycopg
from psycopg import sql

# Emptied in a backup: nobody is signed in after a restore, and what was cached is made anew.
LEFT_EMPTY = ("public.django_session", "public.shared_cache")

_AS_TEXT = """
    SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET bytea_output = 'hex';
    SET extra_float_digits = 1; SET xmloption = 'content';
"""
_TABLES = """
    SELECT n.nspname, c.relname, n.nspname || '.' || c.relname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
      AND n.nspname NOT LIKE 'pg_temp%' ORDER BY 3
"""
_SEQUENCES = """
    SELECT n.nspname, c.relname, n.nspname || '.' || c.relname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'S' AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 3
"""


class Contents(TypedDict):
    """Rows and digest of each table, the state of each sequence."""

    tables: dict[str, tuple[int, str]]
    sequences: dict[str, str]


def contents_of(connection: psycopg.Connection[Any]) -> Contents:
    """Count and digest every table, in the transaction that the connection is in. Order of rows does not matter."""
    with connection.cursor() as cursor:
        cursor.execute(_AS_TEXT)
        cursor.execute(_TABLES)
        tables = {name: _digest(cursor, schema, table, name) for schema, table, name in cursor.fetchall()}
        cursor.execute(_SEQUENCES)
        sequences = {}
        for schema, sequence, name in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(schema, sequence)))
            sequences[name] = "{} {}".format(*(cursor.fetchone() or ("", "")))
    return Contents(tables=tables, sequences=sequences)


def differences(wanted: Contents, found: Contents) -> list[str]:
    """What is not as it was, a sentence for each table; empty when all is."""
    faults = []
    for name in sorted(wanted["tables"].keys() | found["tables"].keys()):
        before, after = wanted["tables"].get(name), found["tables"].get(name)
        if before is None:
            faults.append(f"{name} is there, and was not in the backup.")
        elif after is None:
            faults.append(f"{name} is missing; it had {before[0]} rows.")
        elif tuple(before) != tuple(after):
            what = f"{before[0]} rows became {after[0]}" if before[0] != after[0] else "a row was changed"
            faults.append(f"{name}: {what}.")
    for name, state in wanted["sequences"].items():
        if found["sequences"].get(name) != state:
            faults.append(f"{name}: the count of new rows would begin elsewhere.")
    return faults


def _digest(cursor: psycopg.Cursor[Any], schema: str, table: str, name: str) -> tuple[int, str]:
    if name in LEFT_EMPTY:
        return 0, hashlib.sha256().hexdigest()
    rows, digest = 0, hashlib.sha256()
    query = sql.SQL(
        "COPY (SELECT encode(sha256(convert_to(one::text, 'UTF8')), 'hex') FROM {} AS one ORDER BY 1) TO STDOUT"
    ).format(sql.Identifier(schema, table))
    with cursor.copy(query) as copy:
        for data in copy:
            rows += bytes(data).count(b"\n")
            digest.update(data)
    return rows, digest.hexdigest()
