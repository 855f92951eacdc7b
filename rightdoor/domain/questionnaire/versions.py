"""Versions: one written form of an instrument, its content hash, and what a version owes to the one before.

A published version never changes: its hash would. A response pins key, version and hash, so that scoring it again gives
the same result. An id is never used for another thing. (practice 2.2, invariants)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from fractions import Fraction
from typing import Any

from .fault import Fault
from .instrument import FORMAT, EnableWhen, Instrument, Item, Scoring

Tree = Any


@dataclass(frozen=True, slots=True)
class Pin:
    """Which instrument an answer was given to, exactly."""

    key: str
    version: str
    hash: str


def pin_of(instrument: Instrument) -> Pin:
    """What a response to this instrument keeps."""
    return Pin(instrument.key, instrument.version, content_hash(instrument))


def content_hash(instrument: Instrument) -> str:
    """The hash of the written form: the same content has the same hash, in whatever order or format it is written."""
    kept = vars(instrument)  # where its cached properties are: an instrument never changes
    if "_content_hash" not in kept:
        kept["_content_hash"] = "sha256:" + hashlib.sha256(canonical(instrument)).hexdigest()
    return str(kept["_content_hash"])


def canonical(instrument: Instrument) -> bytes:
    """The one written form: sorted keys, no blanks, what is empty left out, numbers in their shortest form."""
    return json.dumps(as_tree(instrument), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def as_tree(instrument: Instrument) -> dict[str, Tree]:
    """The instrument as plain data in the file format; `schema.build` makes the same instrument of it."""
    tree: dict[str, Tree] = {"format": FORMAT}
    for name in [
        "key",
        "version",
        "title",
        "language",
        "purpose",
        "administration",
        "source",
        "audience",
        "instruction",
        "notice",
        "repeat_months",
    ]:
        if value := getattr(instrument, name):
            tree[name] = str(value)
    tree["terms"] = _texts(instrument.terms)
    for name in ("aliases", "retired"):
        if value := getattr(instrument, name):
            tree[name] = list(value)
    if instrument.notes:
        tree["notes"] = dict(instrument.notes)
    if instrument.answer_sets:
        tree["answer_sets"] = {
            one.key: {"options": [_texts(option, means="answer") for option in one.options]}
            | ({"blank": one.blank} if one.blank else {})
            for one in instrument.answer_sets
        }
    if instrument.items:
        tree["items"] = [_item(item) for item in instrument.items]
    if instrument.scoring.kind != "none" or instrument.scoring.bands:
        tree["scoring"] = _scoring(instrument.scoring)
    if instrument.translations:
        tree["translations"] = {one.language: _nested(dict(one.texts), instrument) for one in instrument.translations}
    return tree


def _texts(thing: Any, **defaults: str) -> dict[str, Tree]:
    """The fields of a dataclass that hold something, as text."""
    found: dict[str, Tree] = {}
    for one in fields(thing):
        value = getattr(thing, one.name)
        if value is None or value == "" or value == () or value == defaults.get(one.name, MISSING):
            continue
        found[one.name] = (
            shown(value) if isinstance(value, Fraction) else list(value) if isinstance(value, tuple) else str(value)
        )
    return found


def _item(item: Item) -> dict[str, Tree]:
    found: dict[str, Tree] = {"id": item.id, "type": item.type}
    for name in ("text", "name", "answers", "evidence", "provenance", "hint", "note"):
        if value := getattr(item, name):
            found[name] = value
    if item.role != "group":
        found["role"] = item.role
    for name in ("number", "minimum", "maximum"):
        value = getattr(item, name)
        if value is not None:
            found[name] = shown(Fraction(value))
    if item.required:
        found["required"] = "yes"
    for name in ("tags", "aliases"):
        if value := getattr(item, name):
            found[name] = list(value)
    if item.enable_when:
        found["enable_when"] = _when(item.enable_when)
    if item.type == "group":
        found["items"] = [_item(one) for one in item.items]
    return found


def _when(when: EnableWhen) -> dict[str, Tree]:
    conditions = []
    for one in when.conditions:
        value: Tree
        if one.op == "answered":
            value = "yes" if one.flag else "no"
        elif one.number is not None:
            value = shown(one.number)
        else:
            value = list(one.codes) if one.op == "any_of" else one.codes[0]
        conditions.append({"item": one.item, one.op: value})
    return {"all" if when.every else "any": conditions}


def _scoring(scoring: Scoring) -> dict[str, Tree]:
    found: dict[str, Tree] = {"kind": scoring.kind}
    if scoring.kind in {"count", "any", "sum", "status-tally"}:
        found["over"] = list(scoring.over)
    for name in ("counted", "done"):
        if value := getattr(scoring, name):
            found[name] = list(value)
    if scoring.weights:
        found["weights"] = {key: shown(weight) for key, weight in scoring.weights}
    if scoring.bands:
        found["bands"] = [
            {("from" if name == "start" else name): value for name, value in _texts(band).items()}
            for band in scoring.bands
        ]
    if scoring.stages:
        found["stages"] = [_texts(stage) for stage in scoring.stages]
    if scoring.factors:
        found["factors"] = [_texts(factor) for factor in scoring.factors]
    return found


def _nested(texts: Mapping[str, str], instrument: Instrument) -> dict[str, Tree]:
    """Places back into keys within keys. Ids may hold slashes, so only the ends are cut off."""
    found: dict[str, Tree] = {}
    for place, text in texts.items():
        head, _, rest = place.partition("/")
        if not rest:
            found[head] = text
        elif head == "items":
            key, _, name = rest.rpartition("/")
            found.setdefault(head, {}).setdefault(key, {})[name] = text
        elif head == "answer_sets":
            key = next(
                one.key
                for one in instrument.answer_sets
                if rest.startswith(f"{one.key}/") and rest[len(one.key) + 1 :] in one.by_code
            )
            found.setdefault(head, {}).setdefault(key, {})[rest[len(key) + 1 :]] = text
        else:
            found.setdefault(head, {})[rest] = text
    return found


def shown(number: Fraction) -> str:
    """A number as short as it can be written exactly; six places are the most that a file may hold."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):.6f}".rstrip("0").rstrip(".")


def succession(old: Instrument, new: Instrument) -> tuple[Fault, ...]:
    """What `new` does that a later version of `old` may not do. Nothing: it may follow.

    A text may be put better; that it still asks the same is a person's judgement, which `reworded` prepares.
    """
    if old.key != new.key:
        return (Fault(("key",), f"This is no version of {old.key!r}.", "Give it the same key, or keep both."),)
    if old.version == new.version:
        if content_hash(old) == content_hash(new):
            return ()
        return (
            Fault(
                ("version",), "This version was published with other content.", "Give the changed one a new version."
            ),
        )
    found = []
    gone = set(old.by_id) - set(new.by_id)
    for key in sorted((gone | set(old.retired)) - set(new.retired)):
        if key in new.by_id:
            found.append(
                Fault(("items",), f"The id {key!r} was retired, and is used again.", "Give the item a new id.")
            )
        else:
            found.append(Fault(("retired",), f"The id {key!r} is gone, and not retired.", "Name it in retired."))
    for key, item in new.by_id.items():
        before = old.by_id.get(key)
        if before is None:
            continue
        if before.type != item.type:
            found.append(Fault(("items",), f"{key!r} was of type {before.type}.", "Give the item a new id."))
        elif item.answers:
            was = {(option.code, option.means) for option in old.options_of(before).options}
            lost = was - {(option.code, option.means) for option in new.options_of(item).options}
            if lost:
                codes = ", ".join(sorted(code for code, _ in lost))
                found.append(
                    Fault(
                        ("items",),
                        f"{key!r} lost an answer or its meaning: {codes}.",
                        "Keep it, or give the item a new id.",
                    )
                )
    return tuple(found)


def reworded(old: Instrument, new: Instrument) -> tuple[str, ...]:
    """Ids whose text changed: somebody confirms that each still asks the same."""
    return tuple(key for key, item in new.by_id.items() if key in old.by_id and old.by_id[key].text != item.text)
