"""Every value of a pack with the place it stands at, so that a fault can name it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from ..pack import Pack
from ..schema import FILE_OF, WHOLE_FILES, place
from ..words import Choices, Label, Word


@dataclass(frozen=True, slots=True)
class Spot:
    file: str
    key: str
    value: Any
    for_clients: bool


def spots(pack: Pack) -> Iterator[Spot]:
    for entry in fields(pack):
        if entry.init:
            file = FILE_OF[entry.name]
            key = "" if file in WHOLE_FILES else entry.name
            yield from _below(Spot(file, key, getattr(pack, entry.name), False))


def _below(spot: Spot) -> Iterator[Spot]:
    yield spot
    value = spot.value
    if isinstance(value, Choices):
        value = value.entries
    if isinstance(value, tuple):
        for position, entry in enumerate(value):
            yield from _below(Spot(spot.file, place(spot.key, position, entry), entry, spot.for_clients))
    elif isinstance(value, Mapping):
        for name, entry in value.items():
            yield from _below(Spot(spot.file, _join(spot.key, str(name)), entry, spot.for_clients))
    elif is_dataclass(value) and not isinstance(value, Label):
        client_word = isinstance(value, Word) and value.audience == "client"
        for entry in fields(value):
            marked = entry.metadata.get("audience") == "client"
            below = getattr(value, entry.name)
            yield from _below(
                Spot(spot.file, _join(spot.key, entry.name), below, spot.for_clients or marked or client_word)
            )


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
