"""Words and labels of a pack, by language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Audience = Literal["client", "staff"]


def _closest(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, in its parent (`es` for `es-mx`), or in the pack's own language, which stands first."""
    for tag in (language, language.split("-")[0]):
        if texts.get(tag):
            return texts[tag]
    return next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True)
class Label:
    """One short text in several languages; the language of the pack's staff stands first.

    `str(label)` is the staff's text, so a template may print it as it is.
    """

    texts: Mapping[str, str]

    def text(self, language: str = "") -> str:
        """The text in `language`; in the staff's language when it is missing or none is named."""
        return _closest(self.texts, language)

    def __str__(self) -> str:
        return self.text()

    def __bool__(self) -> bool:
        return any(self.texts.values())


@dataclass(frozen=True, slots=True)
class Word:
    """A noun, an agency's name or a sentence that differs from state to state.

    `plural` is empty for words that have none. `audience` says who reads it: words for clients must exist in
    every language of the pack, words for staff at least in the staff's.
    """

    one: Label
    plural: Label = Label({})
    audience: Audience = "client"

    def text(self, language: str = "", *, plural: bool = False) -> str:
        """The word in `language`; its plural where it has one."""
        return (self.plural if plural and self.plural else self.one).text(language)


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a vocabulary: a key that is stored and a label that is shown."""

    key: str
    label: Label

    def __str__(self) -> str:
        return str(self.label)


@dataclass(frozen=True, slots=True)
class Choices:
    """A vocabulary in its order. Keys are stored with records, so a key is never given a second meaning."""

    entries: tuple[Choice, ...] = ()

    def __iter__(self) -> Iterator[Choice]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, key: object) -> bool:
        return any(choice.key == key for choice in self.entries)

    def keys(self) -> tuple[str, ...]:
        """The keys in order."""
        return tuple(choice.key for choice in self.entries)

    def label(self, key: str, language: str = "") -> str:
        """The label of `key`; the key itself when the vocabulary no longer holds it (older records)."""
        return next((choice.label.text(language) for choice in self.entries if choice.key == key), key)

    def pairs(self, language: str = "") -> list[tuple[str, str]]:
        """(key, label) in order, as a form's choices want them."""
        return [(choice.key, choice.label.text(language)) for choice in self.entries]
