"""Files of a pack into dataclasses, by the types that the dataclasses declare.

Every scalar is read as text first: the usual YAML loader turns `no` into False, `0123` into 83 and version
`2026.10` into 2026.1. What a text becomes is decided by the field it is for, and by nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import yaml

from .fault import Fault
from .pack import Pack
from .words import Choices, Label

Tree = Any  # text, list of trees, or dict of trees

# A file is either one field of the pack, or holds several under their names.
WHOLE_FILES = {
    "words.yaml": "words",
    "reporting_line.yaml": "reporting_line",
    "clocks.yaml": "clocks",
    "teams.yaml": "teams",
    "trafficking.yaml": "trafficking",
    "statistics.yaml": "statistics",
    "protocol.yaml": "protocol",
    "public.yaml": "public",
    "sharing.yaml": "sharing",
    "closure.yaml": "closure",
    "plans.yaml": "plans",
}
PARTED_FILES = {
    "pack.yaml": ("key", "version", "name", "timezone", "languages", "staff_language", "fips_state", "statutes"),
    "regions.yaml": ("regions", "centers"),
    "eligibility.yaml": ("eligibility", "eligibility_words"),
    "tiers.yaml": ("tiers", "tier_change"),
    "agendas.yaml": ("agendas",),
    "services.yaml": ("services",),
    "sheets.yaml": ("sheets", "systems"),
    "legal_relief.yaml": ("legal_relief",),
    "measures.yaml": ("targets",),
    "screening.yaml": ("recommended_tools",),
    "published.yaml": ("printed_reports",),
}
FILES = (*PARTED_FILES, *WHOLE_FILES)
FILE_OF = {name: file for file, name in WHOLE_FILES.items()} | {
    name: file for file, names in PARTED_FILES.items() for name in names
}

_Loader: type[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the C reader is many times faster


@dataclass
class _Reading:
    """One file being read: where we are, what went wrong, and the language that labels without one are in."""

    file: str
    staff_language: str = ""
    faults: list[Fault] = field(default_factory=list)

    def fault(self, key: str, sentence: str, remedy: str) -> None:
        self.faults.append(Fault(self.file, key, sentence, remedy))


def read_folder(folder: Path) -> tuple[Pack | None, list[Fault]]:
    """The pack in `folder` as its files say, and what could not be read. None when anything could not."""
    trees, found = read_trees(folder)
    if found:
        return None, found
    return build(trees)


def read_trees(folder: Path) -> tuple[dict[str, Tree], list[Fault]]:
    """The files of `folder` as text, lists and dicts of text."""
    if not folder.is_dir():
        return {}, [Fault(folder.name, "", "There is no such folder.", "Name a folder that holds a pack.yaml.")]
    found = [
        Fault(
            path.name, "", "This file is not part of a pack.", f"Remove it, or rename it to one of {', '.join(FILES)}."
        )
        for path in sorted(folder.glob("*.y*ml"))
        if path.name not in FILES
    ]
    trees: dict[str, Tree] = {}
    for name in FILES:
        path = folder / name
        if not path.is_file():
            found.append(Fault(name, "", "The file is missing.", "Add it; the example pack has one to start from."))
            continue
        reading = _Reading(name)
        trees[name] = _tree(reading, path.read_bytes())
        found += reading.faults
    return trees, found


def build(trees: Mapping[str, Tree]) -> tuple[Pack | None, list[Fault]]:
    """A pack from trees of text (a folder's, or a folder's with local changes laid over), or what is wrong."""
    hints = _hints(Pack)
    values: dict[str, Any] = {}
    found: list[Fault] = []
    head = trees.get("pack.yaml")
    staff_language = head.get("staff_language", "") if isinstance(head, dict) else ""
    for file in FILES:
        reading = _Reading(file, str(staff_language))
        tree = trees[file]
        if file in WHOLE_FILES:
            name = WHOLE_FILES[file]
            values[name] = _made(reading, hints[name], tree, "")
        else:
            for name, part in _parts(reading, tree, PARTED_FILES[file]).items():
                if name == "regions":
                    _name_region_in_areas(part)
                values[name] = _made(reading, hints[name], part, name)
        found += reading.faults
    return (None, found) if found else (Pack(**values), [])


def _parts(reading: _Reading, tree: Tree, names: tuple[str, ...]) -> dict[str, Tree]:
    if not isinstance(tree, dict):
        reading.fault("", "The file does not hold keys and values.", f"Give it the keys {', '.join(names)}.")
        return {}
    for name in tree.keys() - set(names):
        reading.fault(name, "This key is not known.", f"Remove it, or correct it to one of {', '.join(names)}.")
    for name in names:
        if name not in tree:
            reading.fault(name, "This key is missing.", "Add it.")
    return {name: tree[name] for name in names if name in tree}


def _name_region_in_areas(regions: Tree) -> None:
    """An area lies inside its region in the file, so it does not repeat the region's key."""
    for region in regions if isinstance(regions, list) else []:
        for area in region.get("areas", []) if isinstance(region, dict) else []:
            if isinstance(area, dict):
                area.setdefault("region", region.get("key", ""))


# --- YAML to text --------------------------------------------------------------------------------------------------


def _tree(reading: _Reading, text: bytes) -> Tree:
    try:
        node = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}" if mark else ""
        reading.fault(line, "The file is not valid YAML.", "Correct the indentation, quotes or brackets there.")
        return {}
    return _plain(reading, node, "") if node is not None else {}


def _plain(reading: _Reading, node: yaml.Node, key: str) -> Tree:
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Tree] = {}
        for name_node, value in node.value:
            name = str(name_node.value)
            if name in result:
                reading.fault(_below(key, name), "This key stands twice.", "Keep one of the two.")
            result[name] = _plain(reading, value, _below(key, name))
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_plain(reading, entry, f"{key}[{position}]") for position, entry in enumerate(node.value)]
    return str(node.value)


def _below(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def place(key: str, position: int, entry: Tree) -> str:
    """How a fault names an entry of a list: by its key where it has one, by its position otherwise."""
    named = entry.get("key") if isinstance(entry, dict) else getattr(entry, "key", None)
    return f"{key}[{named or position}]"


# --- text to types -------------------------------------------------------------------------------------------------


@cache
def _hints(shape: Any) -> dict[str, Any]:
    return get_type_hints(shape)


def _made(reading: _Reading, hint: Any, tree: Tree, key: str) -> Any:
    """`tree` as the type that `hint` declares; a fault and None when it cannot be."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        # `T | None` is T: what is not meant is left out
        return _made(reading, next(kind for kind in get_args(hint) if kind is not type(None)), tree, key)
    if origin is Literal:
        return _one_of(reading, get_args(hint), tree, key)
    if origin in (tuple, frozenset):
        entries = _entries(reading, get_args(hint)[0], tree, key)
        return tuple(entries) if origin is tuple else frozenset(entries)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(reading, get_args(hint)[1], tree, key)
    if hint is Label:
        return _label(reading, tree, key)
    if hint is Choices:
        return Choices(tuple(_entries(reading, _hints(Choices)["entries"].__args__[0], tree, key)))
    if is_dataclass(hint):
        return _record(reading, hint, tree, key)
    return _scalar(reading, hint, tree, key)


def _entries(reading: _Reading, hint: Any, tree: Tree, key: str) -> list[Any]:
    if not isinstance(tree, list):
        reading.fault(key, "A list is expected here.", "Write one entry a line, each after a hyphen.")
        return []
    return [_made(reading, hint, entry, place(key, position, entry)) for position, entry in enumerate(tree)]


def _mapping(reading: _Reading, hint: Any, tree: Tree, key: str) -> dict[str, Any]:
    if not isinstance(tree, dict):
        reading.fault(key, "Keys and values are expected here.", "Write `key: value`, one a line.")
        return {}
    return {name: _made(reading, hint, value, _below(key, name)) for name, value in tree.items()}


def _record(reading: _Reading, shape: Any, tree: Tree, key: str) -> Any:
    if not isinstance(tree, dict):
        reading.fault(key, "Keys and values are expected here.", "Write `key: value`, one a line.")
        return None
    known = {entry.name: entry for entry in fields(shape) if entry.init}
    for name in tree.keys() - known.keys():
        reading.fault(_below(key, name), "This key is not known.", f"Correct it to one of {', '.join(known)}.")
    values: dict[str, Any] = {}
    for name, entry in known.items():
        hint = _hints(shape)[name]
        if name in tree:
            values[name] = _made(reading, hint, tree[name], _below(key, name))
        elif type(None) in get_args(hint):
            values[name] = None
        elif entry.default is MISSING and entry.default_factory is MISSING:
            reading.fault(_below(key, name), "This key is missing.", "Add it.")
    return None if reading.faults else shape(**values)


def _label(reading: _Reading, tree: Tree, key: str) -> Label:
    """A label by language; a bare text is in the staff's language, which always comes first."""
    if isinstance(tree, str):
        tree = {reading.staff_language: tree}
    texts = _mapping(reading, str, tree, key)
    if tree == {}:
        reading.fault(key, "This label has no text.", "Write it, one line a language.")
    return Label(dict(sorted(texts.items(), key=lambda item: item[0] != reading.staff_language)))


def _one_of(reading: _Reading, allowed: tuple[Any, ...], tree: Tree, key: str) -> Any:
    for value in allowed:
        if tree == str(value):
            return value
    shown = ", ".join(str(value) for value in allowed)
    reading.fault(key, "This value is not known.", f"Write one of {shown}.")
    return None


def _whole(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]+", text):
        raise ValueError(text)
    return int(text)


def _truth(text: str) -> bool:
    return {"true": True, "false": False}[text]


def _fact(text: str) -> object:
    """A value that a condition asks for: true, false, or a word that the rule knows."""
    return {"true": True, "false": False}.get(text, text)


_SCALARS: dict[Any, tuple[Callable[[str], object], str]] = {
    str: (lambda text: text, "Write a text."),
    int: (_whole, "Write a whole number in digits."),
    bool: (_truth, "Write true or false."),
    date: (date.fromisoformat, "Write the date as year-month-day, 2026-01-31."),
    object: (_fact, "Write true, false or a word."),
}


def _scalar(reading: _Reading, hint: Any, tree: Tree, key: str) -> Any:
    turn, remedy = _SCALARS[hint]
    if not isinstance(tree, str):
        reading.fault(key, "One value is expected here.", remedy)
        return None
    if tree.strip() in ("", "~", "null"):
        reading.fault(key, "This value is empty.", f"{remedy} Leave the key out if nothing is meant.")
        return None
    try:
        return turn(tree.strip())
    except (ValueError, KeyError):
        reading.fault(key, f"“{tree}” cannot be read here.", remedy)
        return None
