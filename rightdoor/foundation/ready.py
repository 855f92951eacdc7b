"""Queries that every page asks, made cheap: their text is kept for the process, an answer for one page at the most.

Putting a query together costs several times what the database needs to answer it, and who is signed in is asked by
every request. Of a `Ready` query the text alone is kept, never a row: each asking goes to the database, as its person.

What a page asks more than once while it only reads, `while_reading` answers once. Nothing of it outlives the page.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import get_related_populators

Build = Callable[..., QuerySet[Any, Any]]
Places = tuple[tuple[str, Any], ...]  # the name of a mark, or "" and the value that always stands here
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
    """One query of the main database. `build` makes it out of the values that differ: with `values_list` for `rows`,
    of a table for `objects`.

    `marks` gives each of these a value that can stand nowhere else, of the kind that will be asked with; the names in
    `lists` take any number of values, and `build` gets the mark as a list of one. The query may not depend on the
    values in any other way, and none of them is None.
    """

    def __init__(self, build: Build, *, lists: Collection[str] = (), **marks: Any) -> None:
        self._build, self._lists, self._marks = build, frozenset(lists), marks
        self._written: _Written | None = None

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """What the database answers. Takes exactly the names of the marks."""
        assert values.keys() == self._marks.keys(), "every value is given, and no other"
        if self._written is None:
            self._written = self._write()
        wanted = [values[name] if name else constant for name, constant in self._written.places]
        with connection.cursor() as cursor:
            cursor.execute(self._written.text, wanted)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def objects(self, **values: Any) -> list[Any]:
        """The same as rows of the table, each with what it was annotated with and its selected relations."""
        found = self.rows(**values)
        if not found:
            return []
        assert self._written is not None
        compiler = copy(self._written.compiler)
        compiler.connection = connection
        select, info = compiler.select, compiler.klass_info
        model, fields = info["model"], info["select_fields"]
        names = [select[at][0].target.attname for at in fields]
        related = get_related_populators(info, select, connection.alias)
        objects = []
        for row in compiler.results_iter([found]):
            one = model.from_db(connection.alias, names, row[fields[0] : fields[-1] + 1])
            for populator in related:
                populator.populate(row, one)
            for name, at in compiler.annotation_col_map.items():
                setattr(one, name, row[at])
            objects.append(one)
        return objects

    def _write(self) -> _Written:
        marks = {name: [mark] if name in self._lists else mark for name, mark in self._marks.items()}
        compiler = self._build(**marks).query.get_compiler(connection=connection)
        text, values = compiler.as_sql()
        named: Mapping[Any, str] = {mark: name for name, mark in self._marks.items()}
        places = tuple((named.get(value, ""), value) for value in values)
        assert {name for name, _ in places if name} == self._marks.keys(), "every mark stands in the query"
        return _Written(self._with_arrays(text, places), places, compiler)

    def _with_arrays(self, text: str, places: Places) -> str:
        """Lists come as arrays, so that one text serves any number of values."""
        first, *rest = text.split("%s")
        for (name, _), after in zip(places, rest, strict=True):
            if name in self._lists:
                assert (first[-4:], after[:1]) == ("IN (", ")"), "a list stands in its own brackets"
                first = first.removesuffix("IN (") + "= ANY("
            first += "%s" + after
        return first


@dataclass(frozen=True, slots=True)
class _Written:
    """The query as text, what stands at each of its places, and what reads its rows."""

    text: str
    places: Places
    compiler: Any
