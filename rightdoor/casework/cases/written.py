"""The questions of the timeline as text, written down once for each kind of line.

Putting the union of forty tables together took ten times what the database needs to answer it, on every page of a case.
A branch depends on the case in five places only; those are marked, everything else is written out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Value
from django.db.models.functions import Cast
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


@dataclass(frozen=True, slots=True)
class Branch:
    """The rows of a kind of line as a statement with the marks of `told_of`.

    `klass` and `holder` (a mark) where they are the same for every row of it, or "" where each row has its own.
    """

    text: str
    klass: str = ""
    holder: str = ""


def branch_of(one: Happenings) -> Branch | None:
    """This kind of line, or None where there never is one."""
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


def occurring(branches: Sequence[Branch], case: Case) -> list[tuple[str, str]]:
    """The pairs of class and holder that lines of these branches may have, sorted. At most one query.

    Of a branch whose rows are all alike the pair is known without asking, and may stand here without any row.
    """
    told = told_of(case)
    pairs = {(one.klass, told[one.holder]) for one in branches if one.klass and one.holder}
    unlike = [one for one in branches if not (one.klass and one.holder)]
    if unlike:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT klass, holder FROM {_united(unlike)}", told)  # noqa: S608 - our own branches
            pairs |= set(cursor.fetchall())
    return sorted(pairs)


def lines_among(
    branches: Sequence[Branch],
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


def _united(branches: Sequence[Branch]) -> str:
    return f"({' UNION ALL '.join(one.text for one in branches)}) AS line({COLUMNS})"


@cache
def _branch(rows: Any) -> Branch | None:
    client = Client(pk=_MARKED["client"], holder=_MARKED["client_holder"])
    case = Case(pk=_MARKED["case"], client=client, referral_id=_MARKED["referral"], holder=_MARKED["holder"])
    found = rows(case)
    if found.query.is_empty():
        return None
    sql, values = found.query.sql_with_params()
    pieces = [piece.replace("%%", "%").replace("%", "%%") for piece in sql.split("%s")]
    text = pieces[0]
    for value, after in zip(values, pieces[1:], strict=True):
        text += f"%({_MARKS[value]})s" if value in _MARKS else _written_out(value)
        text += after
    klass, holder = (_same_for_all(found.query.annotations[found._fields[place]]) for place in (3, 4))
    return Branch(f"({text})", klass if klass not in _MARKS else "", _MARKS.get(holder, ""))


def _same_for_all(column: Any) -> str:
    """The one word that a column holds in every row, or ""."""
    inner = column.get_source_expressions()[0] if isinstance(column, Cast) else column
    return str(inner.value) if isinstance(inner, Value) else ""


def _written_out(value: Any) -> str:
    """A value of the program's own, never of a case, as the database writes it."""
    return Literal(value).as_string(None).replace("%", "%%")
