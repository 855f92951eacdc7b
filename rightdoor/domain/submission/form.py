"""The yearly form: fields with closed codes, and tables that cross them. Its versions are data.

    form_of(raw, lists) -> Form     raw: the parsed file; lists: what the state's own pack gives (areas, services, …)

A code that was used once keeps its meaning. Where a list changes, its number rises: no trend is drawn across.
(reporting 1.3, 7.1)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Adds = Literal["whole", "some", "alone"]
Missing = Literal["", "not_asked", "unknown", "declined"]

ADDS: tuple[Adds, ...] = ("whole", "some", "alone")
MISSING: tuple[Missing, ...] = ("", "not_asked", "unknown", "declined")
ALL = "all"  # stands for every code of a field in a typed sum
REGION = "region:"  # before the key of a region, where an area would be too fine
_KEY = re.compile(r"[a-z0-9][a-z0-9_:-]{0,79}")


class FormUnsound(ValueError):
    """The data of a form do not hold together. For whoever maintains them; never shown to a provider."""


@dataclass(frozen=True, slots=True)
class Code:
    """One answer. `missing` says which of the three ways of not knowing it is; "" for an answer that tells."""

    key: str
    label: str
    means: str = ""  # its definition, for whoever fills the form in
    missing: Missing = ""
    stands_for_several: bool = False


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list. `number` rises when a code comes to mean something else, or when codes come or go."""

    key: str
    number: int
    codes: tuple[Code, ...]

    def label(self, key: str) -> str:
        """The words of a code; the code itself where it is none of these."""
        return next((one.label for one in self.codes if one.key == key), key)

    @property
    def keys(self) -> frozenset[str]:
        """The codes alone."""
        return frozenset(one.key for one in self.codes)

    @property
    def several(self) -> str:
        """The code that stands for more than one; "" where the list has none."""
        return next((one.key for one in self.codes if one.stands_for_several), "")


@dataclass(frozen=True, slots=True)
class Field:
    """Something that is told of everybody. `takes_several`: a line may give more than one code."""

    key: str
    label: str
    codes: CodeList
    takes_several: bool = False
    in_rows: bool = True
    is_place: bool = False  # an area: too fine where few are served
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of counts.

    counts: what is counted (persons, arrests, …); tables that count the same say the same. adds: "whole": its cells add
    up to everybody; "some": nobody has to be in it and a person may be in several cells; "alone": tied to nothing.
    """

    key: str
    label: str
    by: tuple[str, ...]  # keys of fields; none: a single figure
    of: frozenset[str]  # kinds of source that are asked for it
    counts: str = "persons"
    adds: Adds = "whole"
    is_optional: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A version of the whole."""

    version: str
    fields: Mapping[str, Field]
    tables: tuple[Table, ...]
    lists: Mapping[str, CodeList] = field(default_factory=dict)

    def table(self, key: str) -> Table | None:
        """The table of this key."""
        return next((one for one in self.tables if one.key == key), None)

    def asked_of(self, kind: str) -> tuple[Table, ...]:
        """The tables that a kind of source fills in."""
        return tuple(one for one in self.tables if kind in one.of)

    def whole_of(self, kind: str, counts: str = "persons") -> Table | None:
        """The single figure that the others add up to."""
        return next(
            (one for one in self.asked_of(kind) if not one.by and one.adds == "whole" and one.counts == counts), None
        )

    @property
    def row_fields(self) -> tuple[Field, ...]:
        """The columns of a line, in order."""
        return tuple(one for one in self.fields.values() if one.in_rows)

    def labels(self, table: Table, codes: Sequence[str]) -> str:
        """A cell in words."""
        said = []
        for key, code in zip(table.by, codes, strict=True):
            said.append("all" if code == ALL else self.fields[key].codes.label(code))
        return ", ".join(said) or table.label

    def words(self) -> Iterable[str]:
        """Every word that the form itself uses: what of it stands in a cell is told of nobody."""
        for one in self.fields.values():
            yield from (one.key, one.label, one.hint)
            for code in one.codes.codes:
                yield from (code.key, code.label)
        for table in self.tables:
            yield from (table.key, table.label, table.hint)


def comparable(before: Form, now: Form, key: str) -> bool:
    """Does this field mean the same in both versions?"""
    old, new = before.fields.get(key), now.fields.get(key)
    if old is None or new is None:
        return False
    return (old.codes.key, old.codes.number) == (new.codes.key, new.codes.number) or old.codes == new.codes


def form_of(raw: Mapping[str, Any], lists: Mapping[str, Sequence[tuple[str, str]]]) -> Form:
    """A form from its parsed file and the lists of the state. Raises FormUnsound with the place.

    lists: name -> pairs of code and label, for every `from` in the file.
    """
    known: dict[str, CodeList] = {}
    for one in raw.get("lists", ()):
        known[one["key"]] = _list_of(one, lists)
    fields: dict[str, Field] = {}
    for one in raw.get("fields", ()):
        key, named = str(one["key"]), str(one["codes"])
        if named not in known:
            raise FormUnsound(f"fields.{key}: there is no list {named}")
        if key in fields:
            raise FormUnsound(f"fields.{key}: stands twice")
        fields[key] = Field(
            key=key,
            label=str(one["label"]),
            codes=known[named],
            takes_several=bool(one.get("several", False)),
            in_rows=bool(one.get("in_rows", True)),
            is_place=bool(one.get("place", False)),
            hint=str(one.get("hint", "")),
        )
    tables = tuple(_table_of(one, fields) for one in raw.get("tables", ()))
    if len({one.key for one in tables}) != len(tables):
        raise FormUnsound("tables: a key stands twice")
    version = str(raw.get("version", ""))
    if not version:
        raise FormUnsound("version: empty")
    return Form(version, fields, tables, known)


def _list_of(raw: Mapping[str, Any], lists: Mapping[str, Sequence[tuple[str, str]]]) -> CodeList:
    key, codes = str(raw["key"]), []
    source = raw.get("from")
    if source is not None:
        if source not in lists:
            raise FormUnsound(f"lists.{key}: the pack has no {source}")
        codes += [Code(code, label) for code, label in lists[source]]
    for one in raw.get("codes", ()):
        missing = str(one.get("missing", ""))
        if missing not in MISSING:
            raise FormUnsound(f"lists.{key}.{one['key']}: no such way of not knowing: {missing}")
        codes.append(
            Code(
                key=str(one["key"]),
                label=str(one["label"]),
                means=str(one.get("means", "")),
                missing=missing,
                stands_for_several=bool(one.get("several", False)),
            )
        )
    keys = [one.key for one in codes]
    if len(set(keys)) != len(keys) or ALL in keys:
        raise FormUnsound(f"lists.{key}: a code stands twice, or is kept for sums")
    said = [one.label.casefold() for one in codes]
    if len(set(said)) != len(said):
        raise FormUnsound(f"lists.{key}: two codes have the same words, and a sheet could not tell them apart")
    if not keys or any(not _KEY.fullmatch(one) for one in keys):
        raise FormUnsound(f"lists.{key}: empty, or a code with other signs than small letters, digits, _ and -")
    return CodeList(key, int(raw.get("number", 1)), tuple(codes))


def _table_of(raw: Mapping[str, Any], fields: Mapping[str, Field]) -> Table:
    key, by = str(raw["key"]), tuple(str(one) for one in raw.get("by", ()))
    adds = raw.get("adds", "whole")
    if adds not in ADDS:
        raise FormUnsound(f"tables.{key}: adds cannot be {adds}")
    for one in by:
        if one not in fields:
            raise FormUnsound(f"tables.{key}: there is no field {one}")
        if adds == "whole" and fields[one].takes_several and not fields[one].codes.several:
            raise FormUnsound(f"tables.{key}: {one} takes several codes and has none that stands for several")
    if len(set(by)) != len(by) or len(by) > 4:
        raise FormUnsound(f"tables.{key}: a field twice, or more than four")
    of = frozenset(str(one) for one in raw.get("of", ()))
    if not of:
        raise FormUnsound(f"tables.{key}: asked of nobody")
    return Table(
        key=key,
        label=str(raw["label"]),
        by=by,
        of=of,
        counts=str(raw.get("counts", "persons")),
        adds=adds,
        is_optional=bool(raw.get("optional", False)),
        hint=str(raw.get("hint", "")),
    )
