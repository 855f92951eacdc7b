"""The questions of the timeline as text, written down once for each kind of line.

Putting the union of forty tables together took ten times what the database needs to answer it, on every page of a case.
A branch depends on the case in five places only; those are marked, everything else is written out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg.sql import Literal

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Happenings
from rightdoor.casework.clients.models import Client

COLUMNS = "at, kind, about, klass, holder, by"
# What stands in a branch where each case differs. No key and no code looks like these.
_MARKS: dict[Any, str] = {
    -7_000_001: "case",
    -7_000_002: "client",
    -7_000_003: "referral",
    "~the case's holder~": "holder",
    "~the client's holder~": "client_holder",
}
_MARKED = {name: mark for mark, name in _MARKS.items()}

Line = tuple[datetime, str, str, str, str, str]


def branch_of(one: Happenings) -> str:
    """The rows of this kind of line as a statement with the marks of `told_of`, or "" where there never is one."""
    return _branch(one.rows)


def told_of(case: Case) -> dict[str, Any]:
    """What fills the marks of a branch."""
    return {
        "case": case.pk,
        "client": case.client_id,
        "referral": case.referral_id,
        "holder": case.holder,
        "client_holder": case.client.holder,
    }


def occurring(branches: Sequence[str], case: Case) -> list[tuple[str, str]]:
    """The pairs of class and holder of which there is any line, sorted. One query."""
    if not branches:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT klass, holder FROM {_united(branches)} ORDER BY 1, 2",  # noqa: S608 - our own branches
            told_of(case),
        )
        return cursor.fetchall()


def lines_among(
    branches: Sequence[str],
    case: Case,
    pairs: Sequence[tuple[str, str]],
    *,
    first: int,
    many: int,
    using: str = DEFAULT_DB_ALIAS,
) -> list[Line]:
    """Lines of these pairs of class and holder, newest first, from place `first`; `many` at most. One query."""
    if not branches or not pairs:
        return []
    told = told_of(case) | {
        "klasses": [klass for klass, _ in pairs],
        "holders": [holder for _, holder in pairs],
        "first": first,
        "many": many,
    }
    wanted = "(klass, holder) IN (SELECT * FROM unnest(%(klasses)s::text[], %(holders)s::text[]))"
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM {_united(branches)} WHERE {wanted} "  # noqa: S608 - our own branches
            "ORDER BY at DESC, kind DESC, about LIMIT %(many)s OFFSET %(first)s",
            told,
        )
        return cursor.fetchall()


def _united(branches: Sequence[str]) -> str:
    return f"({' UNION ALL '.join(branches)}) AS line({COLUMNS})"


@cache
def _branch(rows: Any) -> str:
    client = Client(pk=_MARKED["client"], holder=_MARKED["client_holder"])
    case = Case(pk=_MARKED["case"], client=client, referral_id=_MARKED["referral"], holder=_MARKED["holder"])
    query = rows(case).query
    if query.is_empty():
        return ""
    sql, values = query.sql_with_params()
    pieces = [piece.replace("%%", "%").replace("%", "%%") for piece in sql.split("%s")]
    text = pieces[0]
    for value, after in zip(values, pieces[1:], strict=True):
        text += f"%({_MARKS[value]})s" if value in _MARKS else _written_out(value)
        text += after
    return f"({text})"


def _written_out(value: Any) -> str:
    """A value of the program's own, never of a case, as the database writes it."""
    return Literal(value).as_string(None).replace("%", "%%")
