"""Rows out of plain data, or everything that is wrong with them: place, sentence, remedy.

The fields of the row's dataclass are the keys of the data. What is left out has the value that the dataclass gives it,
and null is the same as left out. Nothing is guessed: a text is no time, 1 is not true, an unknown key is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from rightdoor.domain.questionnaire.fault import Fault, Path, Unsound, one_of

from .catalogue import Measure
from .norms import SECOND, Norms, Period, start_of, year_of
from .rows import AgreementRow, CaseRow, CoordinatorRow, MeetingRow, ReferralRow, Row, Scheduled, ScreeningRow, Stay

KEYS = ("as_of", "from", "rows", "to", "year")
LONGEST = 200  # characters of a key or a word
LARGEST = 10_000_000  # of a number
FIRST_YEAR, LAST_YEAR = 1900, 2200  # beyond, adding hours overflows, and nobody's referral is there
MOST_FAULTS = 200

_Make = Callable[["_Reader", Any, Path], Any]
_WRONG: Any = object()


class RowsUnsound(Unsound):
    """Rows that must not be counted. Nothing of them is."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a file asks to be counted. `as_of` None: it does not say."""

    rows: tuple[Row, ...]
    as_of: datetime | None
    period: Period | None


def read_rows(tree: Any, measure: Measure, norms: Norms) -> Counted:
    """The rows of a measure: a list of them, or {"as_of", "year" or "from" and "to", "rows"}. Raises RowsUnsound."""
    reader = _Reader()
    head: dict[str, Any] = {"rows": tree} if isinstance(tree, list) else tree
    if not isinstance(head, dict) or not isinstance(head.get("rows"), list):
        raise RowsUnsound([Fault((), "There are no rows.", 'Write {"as_of": "2026-03-31", "rows": [...]}.')])
    reader.unknown(head, KEYS, ())
    as_of = None if head.get("as_of") is None else reader.cut_off(head["as_of"], norms)
    period = reader.period(head, norms)
    if measure.needs_period and period is None and not reader.faults:
        reader.fault(("year",), f"{measure.name} is counted over a period.", 'Write "year": 2025, or "from" and "to".')
    made, make = [], _maker(measure.rows)  # type: ignore[arg-type] # a class can be hashed
    for number, one in enumerate(head["rows"]):
        row = make(reader, one, ("rows", number))
        if row is not _WRONG:
            _check(reader, row, ("rows", number), norms)
            made.append(row)
        if len(reader.faults) > MOST_FAULTS:
            break
    if reader.faults:
        raise RowsUnsound(reader.faults)
    return Counted(tuple(made), as_of, period)


def read_cut_off(text: str, norms: Norms) -> datetime:
    """A day, to its end in the state's zone, or a time with offset. Raises RowsUnsound."""
    reader = _Reader()
    found = reader.cut_off(text, norms)
    if found is None:
        raise RowsUnsound(reader.faults)
    return found


class _Reader:
    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: Path, sentence: str, remedy: str) -> Any:
        """A fault, and what stands for a value that is not there."""
        self.faults.append(Fault(path, sentence, remedy))
        return _WRONG

    def unknown(self, tree: dict[str, Any], known: tuple[str, ...], path: Path) -> None:
        for key in tree:
            if key not in known:
                self.fault((*path, str(key)[:60]), "This key is not known here.", one_of(known))

    def cut_off(self, value: Any, norms: Norms) -> datetime | None:
        day = _day_of(value)
        if day is not None:
            return start_of(day + timedelta(days=1), norms.zone) - SECOND
        moment = _moment_of(value)
        if moment is None:
            self.fault(("as_of",), "This is no cut-off.", "Write a day (2026-03-31) or a time with its offset.")
        return moment

    def period(self, head: dict[str, Any], norms: Norms) -> Period | None:
        told = {key: head[key] for key in ("year", "from", "to") if head.get(key) is not None}
        if not told:
            return None
        if set(told) == {"year"}:
            year = told["year"]
            if isinstance(year, int) and not isinstance(year, bool) and FIRST_YEAR <= year <= LAST_YEAR:
                return year_of(year, norms.zone)
            self.fault(("year",), "This is no year.", 'Write it as a number: "year": 2025.')
            return None
        if set(told) != {"from", "to"}:
            self.fault((min(told),), "This is not one period.", 'Write "year", or both "from" and "to".')
            return None
        first, last = _day_of(told["from"]), _day_of(told["to"])
        if first is None or last is None or last < first:
            self.fault(("from",), "These are not the first and the last day of a period.", "Write days: 2026-03-31.")
            return None
        return Period(first, last, norms.zone)


# ------------------------------------------------------------------------------------------------------- one value


@cache
def _maker(kind: Any) -> _Make:
    """How a value of a type is read."""
    if isinstance(kind, type) and is_dataclass(kind):
        return partial(_row, kind)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        (one,) = [it for it in inner if it is not NoneType]
        return _maker(one)
    if origin is tuple:
        return partial(_list, _maker(inner[0]))
    if origin is Literal:
        return partial(_word, inner)
    return {str: _text, bool: _flag, int: _whole, datetime: _time, date: _day}[kind]


def _row(kind: Any, reader: _Reader, tree: Any, path: Path) -> Any:
    if not isinstance(tree, dict):
        return reader.fault(path, "Here stands no object.", "Write it in braces, with its keys.")
    hints = _hints(kind)
    reader.unknown(tree, tuple(hints), path)
    values, before = {}, len(reader.faults)
    for one in fields(kind):
        value = tree.get(one.name)
        if value is not None:
            values[one.name] = _maker(hints[one.name])(reader, value, (*path, one.name))
        elif one.default is MISSING:
            reader.fault((*path, one.name), "This is missing.", "Add it.")
    return kind(**values) if len(reader.faults) == before else _WRONG


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _list(make: _Make, reader: _Reader, tree: Any, path: Path) -> Any:
    if not isinstance(tree, list):
        return reader.fault(path, "Here stands no list.", "Write it in square brackets.")
    return tuple(make(reader, one, (*path, number)) for number, one in enumerate(tree))


def _word(words: tuple[str, ...], reader: _Reader, tree: Any, path: Path) -> Any:
    return (
        tree
        if isinstance(tree, str) and tree in words
        else reader.fault(path, "This is not known here.", one_of(words))
    )


def _text(reader: _Reader, tree: Any, path: Path) -> Any:
    if isinstance(tree, str) and len(tree) <= LONGEST and tree.isprintable():
        return tree
    return reader.fault(path, "Here stands no short text.", f"Write up to {LONGEST} characters in quotes, on one line.")


def _flag(reader: _Reader, tree: Any, path: Path) -> Any:
    return (
        tree if isinstance(tree, bool) else reader.fault(path, "Here stands no answer.", "Write true, false or null.")
    )


def _whole(reader: _Reader, tree: Any, path: Path) -> Any:
    if isinstance(tree, int) and not isinstance(tree, bool) and 0 <= tree <= LARGEST:
        return tree
    return reader.fault(path, "Here stands no count.", "Write a whole number without quotes.")


def _time(reader: _Reader, tree: Any, path: Path) -> Any:
    return _moment_of(tree) or reader.fault(
        path, "Here stands no time with its offset.", "Write it as 2026-03-09T10:00:00-05:00."
    )


def _day(reader: _Reader, tree: Any, path: Path) -> Any:
    return _day_of(tree) or reader.fault(path, "Here stands no day.", "Write it as 2026-03-09.")


def _moment_of(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
        if moment.utcoffset() is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
            return None
        return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _day_of(value: Any) -> date | None:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return day if len(value) == 10 and FIRST_YEAR <= day.year <= LAST_YEAR else None


# ----------------------------------------------------------------------------------------- what fits together in a row


def _check(reader: _Reader, row: Row, path: Path, norms: Norms) -> None:
    """What no type can say. Raises nothing: faults are collected."""
    if isinstance(row, ReferralRow):
        for number, step in enumerate(row.tiers):
            here = (*path, "tiers", number)
            if step.tier not in norms.tier_hours:
                reader.fault((*here, "tier"), "The pack has no such tier.", one_of(map(str, norms.tier_hours)))
            if number and step.at is None:
                reader.fault((*here, "at"), "A change of tier has its time.", "Add it.")
    elif isinstance(row, ScreeningRow):
        if row.seen is not None and row.screened > row.seen:
            reader.fault((*path, "screened"), "More are screened than were seen.", "Count those of the youth seen.")
    elif isinstance(row, CoordinatorRow):
        for number, stay in enumerate(row.active):
            _check_order(reader, stay, (*path, "active", number))
    _check_order(reader, row, path)
    for number, turn in enumerate(getattr(row, "schedule", ())):
        if isinstance(turn, Scheduled) and turn.every_days == 0:
            reader.fault(
                (*path, "schedule", number, "every_days"), "A rhythm has a day or more.", "Write 1 or more, or null."
            )


# What cannot come before what, by the row.
ORDERS: Mapping[type[Row], tuple[tuple[str, str], ...]] = {
    MeetingRow: (("started_at", "ended_at"),),
    CaseRow: (("opened_at", "closed_at"),),
    AgreementRow: (("signed_on", "expires_on"), ("signed_on", "ended_on")),
    Stay: (("since", "until"),),
}


def _check_order(reader: _Reader, row: Row, path: Path) -> None:
    for first, then in ORDERS.get(type(row), ()):
        before, after = getattr(row, first), getattr(row, then)
        if before is not None and after is not None and after < before:
            told = f"This comes before {first}."
            reader.fault((*path, then), told, "Look which of the two is wrong.")
