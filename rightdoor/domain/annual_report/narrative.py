"""Sentences of a report whose figures are bound to its tables: `{RT2.confirmed.total}`, `{figures.children}`, `{year}`.

A person writes the sentence, the tables say the number, so that no sentence tells what its table does not. What a
table hides, a sentence cannot say either. A number that is typed is no binding, and whoever reads it over is told so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

HIDDEN, NOT_COLLECTED = "*", "-"
HIDDEN_IN_A_SENTENCE = "a number that may not be told"
NOT_COLLECTED_IN_A_SENTENCE = "a number that was not collected"
_BRACED = re.compile(r"\{([^{}]*)\}")
_TYPED = re.compile(r"(?<![\w.,])\d[\d,.]*(?<![.,])(?:\s?%)?")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_CODE = re.compile(r"\b[A-Z]{2,}[ -]?\d+\b")  # RT2, AU7: the name of a thing
_SAID = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    " nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand dozen"
)
_WORD = re.compile(rf"\b(?:{'|'.join(_SAID.split())})\b", re.IGNORECASE)


class BindingUnknown(ValueError):  # noqa: N818 - said as the field says it
    """A sentence is bound to what no table has. `sentences`: each for a person, with what to do."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = tuple(sentences)


def address_of(table: str, row: str, column: str) -> str:
    """How a cell is named everywhere: in a binding, in the pattern, in what the audit of the files says."""
    return f"{table}.{row}.{column}"


def cells_of(tables: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Address -> what is printed there, of every cell of a document's tables."""
    return {
        address_of(table["code"], row["key"], column["key"]): cell
        for table in tables
        for row in table["rows"]
        for column, cell in zip(table["columns"], row["cells"], strict=True)
    }


def values_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Everything that a sentence of this document may be bound to, as it is printed."""
    return (
        {"year": str(document["year"])}
        | {f"figures.{one['name']}": one["text"] for one in document.get("figures", ())}
        | cells_of(document["tables"])
    )


def bindings_in(text: str) -> tuple[str, ...]:
    """The bindings of a text in their order, each once."""
    return tuple(dict.fromkeys(found.strip() for found in _BRACED.findall(text)))


def refusals(text: str, values: Mapping[str, str]) -> list[str]:
    """Why a text cannot be printed, a sentence for each reason: a binding that is none, a brace that stands alone."""
    found = []
    for binding in bindings_in(text):
        if binding not in values:
            near = get_close_matches(binding, values, n=1, cutoff=0.6)
            hint = f" Did you mean {{{near[0]}}}?" if near else " Take one from the list of figures."
            found.append(f"No table of this report has {{{binding}}}.{hint}")
    if re.search(r"[{}]", _BRACED.sub("", text)):
        found.append("A curly brace stands alone. Write a figure as {table.row.column}, with a brace on either side.")
    return found


def bind(text: str, values: Mapping[str, str]) -> dict[str, str]:
    """Binding -> the words in its place. Raises BindingUnknown with a sentence for each binding that is none."""
    if found := refusals(text, values):
        raise BindingUnknown(found)
    return {binding: in_a_sentence(values[binding]) for binding in bindings_in(text)}


def in_a_sentence(cell: str) -> str:
    """A cell as a sentence says it: hidden and not collected in words, everything else as it is printed."""
    return {HIDDEN: HIDDEN_IN_A_SENTENCE, NOT_COLLECTED: NOT_COLLECTED_IN_A_SENTENCE}.get(cell, cell)


def printed(text: str, bound: Mapping[str, str]) -> str:
    """The text with its figures in place. KeyError where `bound` lacks one: only what `bind` passed is printed."""
    return _BRACED.sub(lambda found: bound[found[1].strip()], text)


def sections(drafted: Iterable[Mapping[str, str]], document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Drafted sections (`head`, `text`) as the document keeps them: with `bound`. Raises BindingUnknown."""
    values, found, made = values_of(document), list[str](), list[dict[str, Any]]()
    for one in drafted:
        found += [f"“{one['head']}”: {sentence}" for sentence in refusals(one["text"], values)]
        if not found:
            made.append({"head": one["head"], "text": one["text"], "bound": bind(one["text"], values)})
    if found:
        raise BindingUnknown(found)
    return made


def typed_numbers(text: str) -> list[str]:
    """Numbers that somebody typed, in digits or in words, in their order. Years and the names of tables are none."""
    bare = _CODE.sub(" ", _BRACED.sub(" ", text))
    found = [(one.start(), one[0].strip()) for one in _TYPED.finditer(bare) if not _YEAR.match(one[0])]
    found += [(one.start(), one[0]) for one in _WORD.finditer(bare)]
    return [words for _at, words in sorted(found)]


def warnings(text: str) -> list[str]:
    """What a person should look at before this is printed. Nothing here refuses."""
    return [
        f"“{words}” is typed by hand. If it counts people, bind it to a table; nobody can check it otherwise."
        for words in dict.fromkeys(typed_numbers(text))
    ]
