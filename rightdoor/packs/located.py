"""The text of a YAML or JSON file as plain data in which every place knows its line.

Both are read with one care: a bounded size, a bounded depth, no key twice in a mapping, no aliases, tags or second
documents in YAML, no NaN and no lone surrogates in JSON. Nothing is recursive, so that no file can exhaust the stack.
YAML scalars are texts; JSON keeps its numbers exactly.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import yaml

Tree = Any
Place = tuple[str | int, ...]

LARGEST = 2 * 1024 * 1024
DEEPEST = 40
MOST = 200_000  # scalars, lists and mappings

_Loader: type[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Unreadable(Exception):  # noqa: N818 - said as the field says it
    """A file that is not the text it should be. `line` is where, counted from 1; 0 when it is about the whole."""

    def __init__(self, sentence: str, remedy: str, line: int = 0) -> None:
        super().__init__(f"{sentence} {remedy}")
        self.sentence, self.remedy, self.line = sentence, remedy, line


@dataclass(frozen=True, slots=True)
class Located:
    """Plain data, and the line of each place in them."""

    tree: Tree
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def text_of(path: Path, largest: int = LARGEST) -> str:
    """The text of a file of bounded size. Raises Unreadable."""
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except (OSError, ValueError) as problem:
        told = getattr(problem, "strerror", None) or "it has no such name"
        raise Unreadable(f"The file cannot be read ({told}).", "Look whether it is there, and yours to read.") from None
    return decoded(content, largest)


def decoded(content: bytes, largest: int = LARGEST) -> str:
    """Bytes as text. Raises Unreadable."""
    if len(content) > largest:
        told = "An instrument or its answers are far smaller." if largest == LARGEST else "Divide it."
        raise Unreadable(f"The file is larger than {largest // 1024**2} MB.", told)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise Unreadable("This is not UTF-8 text.", "Save the file as UTF-8.", line) from None


def read_located(text: str, *, is_json: bool, most: int = MOST) -> Located:
    """The data of a text. Raises Unreadable with a sentence, a remedy and a line."""
    return _Json(text, most).read() if is_json else _yaml(text)


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being read."""

    place: Place
    value: Any
    key: str | None = None


@dataclass
class _Growing:
    """The data as far as they are read."""

    lines: dict[Place, int] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    root: Tree = None
    count: int = 0
    most: int = MOST

    def here(self) -> Place:
        """Where the next value stands."""
        if not self.stack:
            return ()
        top = self.stack[-1]
        return (*top.place, len(top.value) if isinstance(top.value, list) else top.key or "")

    def put(self, value: Tree, line: int) -> None:
        """A value at its place; a list or mapping is open from then on."""
        place = self.here()
        self.count += 1
        if self.count > self.most:
            raise Unreadable(f"The file holds more than {self.most:,} values.", "Divide it.", line)
        self.lines.setdefault(place, line)
        if not self.stack:
            self.root = value
        elif isinstance(self.stack[-1].value, list):
            self.stack[-1].value.append(value)
        else:
            self.stack[-1].value[self.stack[-1].key] = value
            self.stack[-1].key = None
        if isinstance(value, (list, dict)):
            if len(self.stack) >= DEEPEST:
                raise Unreadable(f"The file is nested more than {DEEPEST} deep.", "Take levels out.", line)
            self.stack.append(_Open(place, value))

    def name(self, key: str, line: int) -> None:
        """The key of the next value."""
        top = self.stack[-1]
        if key in top.value:
            raise Unreadable(f"The key {key[:60]!r} stands here twice.", "Keep one of them.", line)
        top.key = key
        self.lines[(*top.place, key)] = line


def _yaml(text: str) -> Located:
    grown = _Growing()
    documents = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise Unreadable("The file holds a second document.", "Keep one to a file.", line)
            elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise Unreadable("Anchors and aliases are not read.", "Write the value out.", line)
            elif getattr(event, "tag", None) not in {None, "!"}:
                raise Unreadable("Tags are not read.", "Take it out: the field says what a value is.", line)
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                grown.stack.pop()
            elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent, yaml.ScalarEvent)):
                _yaml_node(grown, event, line)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        told = str(getattr(problem, "problem", "") or "it breaks off")
        raise Unreadable(
            f"This is not YAML ({told}).", "Mend it there or just above.", mark.line + 1 if mark else 1
        ) from None
    if not documents:
        raise Unreadable("The file is empty.", "Write an instrument into it.")
    return Located(grown.root, grown.lines)


def _yaml_node(grown: _Growing, event: Any, line: int) -> None:
    top = grown.stack[-1] if grown.stack else None
    is_key = top is not None and isinstance(top.value, dict) and top.key is None
    if isinstance(event, yaml.ScalarEvent):
        if is_key:
            grown.name(event.value, line)
        else:
            grown.put(event.value, line)
    elif is_key:
        raise Unreadable("A list or mapping stands where a key belongs.", "Write a plain word as the key.", line)
    else:
        grown.put([] if isinstance(event, yaml.SequenceStartEvent) else {}, line)


_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})*)"')
_WORDS = {"true": True, "false": False, "null": None}


class _Json:
    """JSON without recursion, and stricter than the usual reader."""

    def __init__(self, text: str, most: int) -> None:
        self._text, self._at, self._line, self._counted = text, 0, 1, 0
        self._grown = _Growing(most=most)

    def read(self) -> Located:
        """The one value of the text."""
        grown = self._grown
        self._value()
        while grown.stack:
            self._next()
        self._space()
        if self._at < len(self._text):
            self._refuse("Something follows after the end.", "Take it out.")
        return Located(grown.root, grown.lines)

    def _next(self) -> None:
        """The next member of the innermost list or mapping, or its end."""
        top = self._grown.stack[-1]
        end = "]" if isinstance(top.value, list) else "}"
        sign = self._peek()
        if sign == end:
            self._at += 1
            self._grown.stack.pop()
            return
        if top.value:
            if sign != ",":
                self._refuse(f"A comma or {end} is missing.", "Write it.")
            self._at += 1
            if self._peek() == end:
                self._refuse("A comma stands before the end.", "Take it out.")
        if isinstance(top.value, dict):
            if self._peek() != '"':
                self._refuse("A key in quotes is missing.", "Write it.")
            line = self._line
            self._grown.name(self._string(), line)
            if self._peek() != ":":
                self._refuse("A colon is missing after the key.", "Write it.")
            self._at += 1
        self._value()

    def _value(self) -> None:
        sign = self._peek()
        line = self._line
        if sign in {"[", "{"}:
            self._at += 1
            self._grown.put([] if sign == "[" else {}, line)
        elif sign == '"':
            self._grown.put(self._string(), line)
        elif word := next((one for one in _WORDS if self._text.startswith(one, self._at)), ""):
            self._at += len(word)
            self._grown.put(_WORDS[word], line)
        elif found := _NUMBER.match(self._text, self._at):
            self._at = found.end()
            self._grown.put(self._number(found), line)
        elif not sign:
            self._refuse("The text breaks off." if self._text.strip() else "The file is empty.", "Complete it.")
        else:
            self._refuse(
                "This is no JSON value.", "Write text in quotes, a number, true, false, null, a list or an object."
            )

    def _number(self, found: re.Match[str]) -> int | Decimal:
        if len(found.group()) > 40 or found.group(3):
            self._refuse("This number is not written plainly.", "Write up to 40 digits, without an exponent.")
        return Decimal(found.group()) if found.group(2) else int(found.group())

    def _string(self) -> str:
        found = _STRING.match(self._text, self._at)
        if not found:
            self._refuse(
                "A text does not end, or holds a sign that must be escaped.", "Close the quotes on the same line."
            )
        self._at = found.end()
        text = str(json.loads(found.group())) if "\\" in found.group() else found.group(1)
        if re.search("[\ud800-\udfff]", text):
            self._refuse("A text holds half of a sign.", "Write the sign itself.")
        return text

    def _peek(self) -> str:
        self._space()
        return self._text[self._at : self._at + 1]

    def _space(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at

    def _refuse(self, sentence: str, remedy: str) -> NoReturn:
        raise Unreadable(f"This is not JSON: {sentence[0].lower()}{sentence[1:]}", remedy, self._line)
