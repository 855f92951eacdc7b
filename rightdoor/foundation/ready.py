"""Queries that every page asks, made cheap: their text is kept for the process, an answer for one page at the most.

Putting a query together costs several times what the database needs to answer it, and who is signed in is asked by
every request. Of a `Ready` query the text alone is kept, never a row: each asking goes to the database, as its person.

What a page asks more than once while it only reads, `while_reading` answers once. Nothing of it outlives the page.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import connection
from django.db.models import QuerySet

Build = Callable[..., QuerySet[Any, tuple[Any, ...]]]
Answer = TypeVar("Answer")

_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("rightdoor_answers", default=None)


@contextmanager
def keep_answers() -> Iterator[None]:
    """Until the block ends, `while_reading` keeps what it was answered. Only around what cannot write."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def while_reading(question: Hashable, ask: Callable[[], Answer]) -> Answer:
    """What `ask` returns; the same question of the same page is asked once. Outside of a page that reads, each time.

    The question names everything that the answer depends on, also for whom the database is asked. Nobody changes what
    comes back.
    """
    known = _answers.get()
    if known is None:
        return ask()
    if question not in known:
        known[question] = ask()
    return known[question]  # type: ignore[no-any-return]


class Ready:
    """One query of the main database. `build` makes it with `values_list`, out of the values that differ.

    `marks` gives each of these a value that can stand nowhere else, of the kind that will be asked with. The query may
    not depend on the values in any other way: no lists, and nothing that is None.
    """

    def __init__(self, build: Build, **marks: Any) -> None:
        self._build, self._marks = build, marks
        self._text: tuple[str, tuple[tuple[str, Any], ...]] | None = None

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """What the database answers. Takes exactly the names of the marks."""
        assert values.keys() == self._marks.keys(), "every value is given, and no other"
        if self._text is None:
            self._text = self._written()
        sql, places = self._text
        with connection.cursor() as cursor:
            cursor.execute(sql, [values[name] if name else constant for name, constant in places])
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def _written(self) -> tuple[str, tuple[tuple[str, Any], ...]]:
        compiler = self._build(**self._marks).query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        assert not compiler.get_converters([one for one, _, _ in compiler.select]), "values come as they are kept"
        named: Mapping[Any, str] = {mark: name for name, mark in self._marks.items()}
        places = tuple((named.get(value, ""), value) for value in values)
        assert {name for name, _ in places if name} == self._marks.keys(), "every mark stands in the query"
        return sql, places
