"""What the formats share: faults with a place, notes for what a format has no place for, and the terms."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from rightdoor.domain.questionnaire.fault import Fault, InstrumentUnsound
from rightdoor.domain.questionnaire.instrument import FORMAT, Instrument
from rightdoor.domain.questionnaire.schema import build
from rightdoor.domain.questionnaire.versions import as_tree
from rightdoor.packs.instruments import FileFault, FileUnsound, as_texts
from rightdoor.packs.located import Located, Place, Unreadable, read_located

Tree = dict[str, Any]

# What an import is told when the file does not say it. An unknown right is no right.
UNTOLD: Mapping[str, Any] = {
    "format": FORMAT,
    "language": "en",
    "purpose": "survey",
    "administration": "self_report",
}


class Faults:
    """What is wrong with one file, gathered while it is read."""

    def __init__(self, file: str, located: Located | None = None) -> None:
        self.file = file
        self.located = located
        self.found: list[FileFault] = []

    def add(self, line: int, key: str, sentence: str, remedy: str) -> None:
        """Remember what is wrong."""
        self.found.append(FileFault(self.file, line, key, sentence, remedy))

    def at(self, place: Place, sentence: str, remedy: str) -> None:
        """Remember what is wrong at a place of the data."""
        self.add(self.line(place), Fault(place, "", "").key, sentence, remedy)

    def line(self, place: Place) -> int:
        """The line of a place; 0 where there are no lines."""
        return self.located.line(place) if self.located else 0

    def stop(self) -> None:
        """Raises FileUnsound if anything is wrong: nothing is half loaded."""
        if self.found:
            raise FileUnsound(sorted(self.found, key=lambda one: one.line))


def writable(instrument: Instrument) -> Tree:
    """The tree of an instrument that may leave. Raises FileUnsound for one that may not be passed on."""
    if not instrument.terms.may_be_passed_on:
        told = "This tool may not be passed on, so it is not written."
        raise FileUnsound([FileFault(instrument.key, 0, "terms.redistribution", told, "Ask its owner for it instead.")])
    return as_tree(instrument)


def note_of(tree: Mapping[str, Any], without: Collection[str]) -> str:
    """What a format has no place for, as one text. Empty when nothing is left."""
    left = {key: value for key, value in tree.items() if key not in without}
    return json.dumps(left, sort_keys=True, ensure_ascii=False, separators=(",", ":")) if left else ""


def read_note(text: Any, allowed: Collection[str] | None, fault: Callable[[str, str], None]) -> Tree:
    """The keys in a note of ours. A note that is none of ours is a fault."""
    if text in (None, ""):
        return {}
    try:
        tree = as_texts(read_located(str(text), is_json=True).tree)
    except Unreadable:
        tree = None
    if not isinstance(tree, dict) or (allowed is not None and set(tree) - set(allowed)):
        fault("The note of this program cannot be read.", "Export the instrument again, or take the note out.")
        return {}
    return tree


def built(
    tree: Tree, told: Mapping[str, Any], faults: Faults, line_of: Callable[[tuple[str | int, ...]], int]
) -> Instrument:
    """The instrument of a tree, with what was told where the file is silent. Raises FileUnsound."""
    faults.stop()
    whole = {**UNTOLD, **told, **tree}
    if "terms" not in whole:
        whole["terms"] = {"licence": "Not told", "redistribution": "import"}
    try:
        return build(whole)
    except InstrumentUnsound as unsound:
        for fault in unsound.faults:
            faults.add(line_of(fault.path), fault.key, fault.sentence, fault.remedy)
        faults.stop()
        raise
