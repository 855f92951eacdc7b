"""The crosswalk as it is shipped: our codes in the words of others, checked when it is read. (STAT-5)

A version stands in crosswalk_VERSION.toml and is never changed once something was exported by it.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

HERE = Path(__file__).parent
VERSIONS = {"2026.1": "crosswalk_2026.toml"}
NEWEST = "2026.1"
FORM_OF = {"2026.1": "submission_2026.toml"}  # whose lists are ours in that version

Fit = Literal["same", "wider", "narrower", "near", "blank", "none", "unknown"]
Read = Literal["part", "units"]
CODED: frozenset[Fit] = frozenset({"same", "wider", "narrower", "near"})  # a code of theirs stands beside
OWED_A_WORD: frozenset[Fit] = frozenset({"none", "unknown"})
FITS: Mapping[Fit, str] = {
    "same": "means the same",
    "wider": "theirs takes in more",
    "narrower": "theirs takes in a part",
    "near": "another border, close enough to count by",
    "blank": "left empty",
    "none": "has no place there",
    "unknown": "not known",
}
READ: Mapping[Read, str] = {
    "part": "read in part",
    "units": "only its units were in reach",
}

# Lists of ours that no form holds.
OWN: Mapping[str, tuple[str, ...]] = {
    "missing": ("not_asked", "unknown", "declined"),
    "records": ("person", "alleged_offender", "source", "referral"),
}
# The states name their own: a line more or less is no fault.
OPEN = frozenset({"services"})


class CrosswalkUnsound(Exception):
    """A crosswalk that says something that cannot be. `faults` holds a sentence for each."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(self.faults))


@dataclass(frozen=True, slots=True)
class TheirField:
    """A field of another vocabulary: the codes that were read, and how many more there are."""

    key: str
    label: str
    codes: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Somebody else's words, and how much of them was read."""

    key: str
    label: str
    edition: str
    keeper: str
    source: str
    read: Read
    fields: tuple[TheirField, ...]
    note: str = ""

    def field(self, key: str) -> TheirField | None:
        """The field of this key, or None."""
        return next((one for one in self.fields if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Line:
    """One code of ours, and what it is there."""

    code: str
    fit: Fit
    to: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """A list of ours in the words of one field of theirs."""

    ours: str
    theirs: str
    field: str
    lines: tuple[Line, ...]

    def line(self, code: str) -> Line | None:
        """The line of a code, or None where a state's own list has one more."""
        return next((one for one in self.lines if one.code == code), None)


@dataclass(frozen=True)
class Crosswalk:
    """All of it, in one version."""

    version: str
    vocabularies: tuple[Vocabulary, ...]
    maps: tuple[Map, ...]
    _found: Mapping[tuple[str, str, str], Map] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_found", {(one.ours, one.theirs, one.field): one for one in self.maps})

    def vocabulary(self, key: str) -> Vocabulary:
        """The vocabulary of this key; KeyError where there is none."""
        for one in self.vocabularies:
            if one.key == key:
                return one
        raise KeyError(key)

    def map(self, ours: str, theirs: str, field: str) -> Map:
        """How a list of ours stands to a field of theirs; KeyError where nothing is said."""
        return self._found[ours, theirs, field]

    def codes(self, ours: str, theirs: str, field: str, code: str) -> tuple[str, ...]:
        """What this code of ours is there; nothing where it has no code, or none is known."""
        line = self.map(ours, theirs, field).line(code)
        return line.to if line else ()


def crosswalk(version: str = NEWEST) -> Crosswalk:
    """The crosswalk of a version. Raises KeyError for one that was never shipped, CrosswalkUnsound."""
    return _shipped(version)


@cache
def _shipped(version: str) -> Crosswalk:
    raw = tomllib.loads((HERE / VERSIONS[version]).read_text(encoding="utf-8"))
    form = tomllib.loads((HERE / FORM_OF[version]).read_text(encoding="utf-8"))
    lists = {one["key"]: tuple(code["key"] for code in one["codes"]) for one in form["lists"]}
    return crosswalk_of(raw, {**lists, **OWN})


def crosswalk_of(raw: Mapping[str, Any], ours: Mapping[str, tuple[str, ...]]) -> Crosswalk:
    """A crosswalk from a tree of a file; `ours`: our lists and their codes. Raises CrosswalkUnsound."""
    try:
        read = Crosswalk(
            version=raw["version"],
            vocabularies=tuple(
                Vocabulary(**{**one, "fields": tuple(TheirField(**_tuples(part)) for part in one["fields"])})
                for one in raw["vocabularies"]
            ),
            maps=tuple(
                Map(one["ours"], one["theirs"], one["field"], tuple(Line(**_tuples(line)) for line in one["lines"]))
                for one in raw["maps"]
            ),
        )
    except (KeyError, TypeError) as fault:
        raise CrosswalkUnsound([f"A key is missing or not known: {fault}."]) from None
    faults = list(_faults(read, ours))
    if faults:
        raise CrosswalkUnsound(faults)
    return read


def _tuples(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}


def _faults(read: Crosswalk, ours: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield from _twice("vocabulary", (one.key for one in read.vocabularies))
    yield from _twice("map", (f"{one.ours} to {one.theirs} {one.field}" for one in read.maps))
    known = {one.key: one for one in read.vocabularies}
    for vocabulary in read.vocabularies:
        if vocabulary.read not in get_args(Read):
            yield f"{vocabulary.key}: “{vocabulary.read}” does not say how much was read."
        for one in vocabulary.fields:
            yield from _twice(f"code of {vocabulary.key}.{one.key}", one.codes)
            if not one.codes and not one.more:
                yield f"{vocabulary.key}.{one.key}: holds no code."
    for found in read.maps:
        name = f"{found.ours} to {found.theirs}.{found.field}"
        theirs = known[found.theirs].field(found.field) if found.theirs in known else None
        if theirs is None:
            yield f"{name}: there is no such vocabulary or field."
        elif found.ours not in ours:
            yield f"{name}: we have no such list."
        else:
            yield from _faults_of(name, found, theirs, ours[found.ours])


def _faults_of(name: str, found: Map, theirs: TheirField, codes: tuple[str, ...]) -> Iterator[str]:
    yield from _twice(f"line of {name}", (one.code for one in found.lines))
    lines = {one.code for one in found.lines}
    if found.ours not in OPEN:
        yield from (f"{name}: “{code}” has no line." for code in codes if code not in lines)
        yield from (f"{name}: “{code}” is no code of ours." for code in sorted(lines - set(codes)))
    meant = Counter(code for one in found.lines for code in one.to)
    for one in found.lines:
        if one.fit not in get_args(Fit):
            yield f"{name}: “{one.fit}” of “{one.code}” is no fit."
        elif bool(one.to) != (one.fit in CODED):
            yield f"{name}: “{one.code}” is {one.fit} and names {', '.join(one.to) or 'no code'}."
        yield from (f"{name}: “{code}” is no code of theirs." for code in one.to if code not in theirs.codes)
        if one.fit in OWED_A_WORD and not one.note:
            yield f"{name}: say why “{one.code}” has no code."
        if one.fit == "same" and len(one.to) != 1:
            yield f"{name}: “{one.code}” cannot mean the same as several."
    # What two of ours fall into is wider than each of them.
    others = {code: [one.code for one in found.lines if code in one.to and one.fit == "same"] for code in meant}
    for code, same in others.items():
        alone = [one.code for one in found.lines if one.to == (code,)]
        if same and len(alone) > 1:
            yield f"{name}: “{code}” cannot be the same as {same[0]} and take in {', '.join(alone)}."


def _twice(what: str, keys: Iterable[str]) -> Iterator[str]:
    yield from (f"The {what} “{key}” stands twice." for key, many in Counter(keys).items() if many > 1)
