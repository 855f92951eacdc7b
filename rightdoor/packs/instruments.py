"""Instruments from files: the ones that ship, a pack's own, and the one that somebody hands to the command line.

`instruments/` holds what no state owns; `jurisdictions/<pack>/instruments/` what a state brings. A file is YAML or JSON
and holds one instrument (docs/reference/instruments.md). It is read whole or refused with everything that is wrong with
it: file, line, key, what is wrong, what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rightdoor.domain.questionnaire.answers import Response, read_response
from rightdoor.domain.questionnaire.fault import AnswersUnsound, Fault, InstrumentUnsound, Unsound
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.domain.questionnaire.schema import build

from .located import Located, Unreadable, read_located, text_of

GENERAL = Path(__file__).resolve().parents[2] / "instruments"
ENDINGS = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class FileFault:
    """One thing wrong with a file: where it is, what is wrong, and what to do about it."""

    file: str
    line: int  # 0: the file as a whole
    key: str
    sentence: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key + ': ' if self.key else ''}{self.sentence} Remedy: {self.remedy}"


class FileUnsound(Exception):  # noqa: N818 - said as the field says it
    """A file that must not be used. `faults` holds everything found, not only the first."""

    def __init__(self, faults: Sequence[FileFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def read_instrument(path: Path) -> Instrument:
    """The instrument in a file. Raises FileUnsound."""
    return instrument_from(file_text(path), path.name)


def instrument_from(text: str, name: str) -> Instrument:
    """The instrument in the text of a file of that name. Raises FileUnsound."""
    located = _located(text, name)
    try:
        return build(as_texts(located.tree))
    except InstrumentUnsound as unsound:
        raise _placed(unsound, located, name) from None


def response_from(text: str, name: str, instrument: Instrument) -> Response:
    """The answers in the text of a JSON file. Raises FileUnsound."""
    located = _located(text, name, is_json=True)
    try:
        return read_response(instrument, located.tree)
    except AnswersUnsound as unsound:
        raise _placed(unsound, located, name) from None


def read_shipped(pack: Path) -> Mapping[str, Instrument]:
    """The instruments that no state owns and those of the pack in that folder, by key.

    Raises FileUnsound with the faults of all files. What ships may be passed on, or holds no item.
    """
    found: dict[str, Instrument] = {}
    faults: list[FileFault] = []
    folders = [folder for folder in (GENERAL, pack / "instruments") if folder.is_dir()]
    for path in [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in ENDINGS]:
        try:
            one = read_instrument(path)
        except FileUnsound as unsound:
            faults += unsound.faults
            continue
        faults += shipping_faults(one, path.name)
        if one.key in found:
            faults.append(FileFault(path.name, 0, "key", "Another file has this key.", "Give it one of its own."))
        found[one.key] = one
    if faults:
        raise FileUnsound(faults)
    return found


def keys_shipped(pack: Path) -> frozenset[str]:
    """The keys of the instruments that no state owns and of the pack's own: each file is named like its key."""
    folders = [folder for folder in (GENERAL, pack / "instruments") if folder.is_dir()]
    return frozenset(path.stem for folder in folders for path in folder.iterdir() if path.suffix in ENDINGS)


def shipping_faults(one: Instrument, name: str) -> list[FileFault]:
    """What keeps a sound instrument from being shipped with the product. A permission is an agency's own, not ours."""
    found = []
    if one.items and not one.terms.may_be_passed_on:
        told = "The file holds items of a tool that may not be passed on."
        found.append(FileFault(name, 0, "items", told, "Ship its title, terms and bands only."))
    if name.rpartition(".")[0] != one.key:
        found.append(FileFault(name, 0, "key", "The file is not named like its key.", f"Name it {one.key}.yaml."))
    return found


def file_text(path: Path) -> str:
    """The text of a file. Raises FileUnsound."""
    try:
        return text_of(path)
    except Unreadable as problem:
        raise FileUnsound([FileFault(path.name, problem.line, "", problem.sentence, problem.remedy)]) from None


def as_texts(tree: Any) -> Any:
    """JSON's numbers and words as texts, as YAML has them: what a text becomes is for the field to say."""
    if isinstance(tree, dict):
        return {key: as_texts(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [as_texts(value) for value in tree]
    if isinstance(tree, bool):
        return "yes" if tree else "no"
    if isinstance(tree, Decimal):
        return f"{tree:f}"
    return "" if tree is None else str(tree)


def _located(text: str, name: str, *, is_json: bool | None = None) -> Located:
    if is_json is None:
        is_json = name.lower().endswith(".json") or text.lstrip()[:1] == "{"
    try:
        return read_located(text, is_json=is_json)
    except Unreadable as problem:
        raise FileUnsound([FileFault(name, problem.line, "", problem.sentence, problem.remedy)]) from None


def _placed(unsound: Unsound, located: Located, name: str) -> FileUnsound:
    def placed(fault: Fault) -> FileFault:
        return FileFault(name, located.line(fault.path), fault.key, fault.sentence, fault.remedy)

    return FileUnsound(sorted((placed(one) for one in unsound.faults), key=lambda one: one.line))
