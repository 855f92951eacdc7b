"""Answers to an instrument: do they fit, what is asked, what stays hidden.

A blank meets no condition but `answered: no`. An item that is not asked holds no answer. (practice 2.2)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any

from .fault import AnswersUnsound, Fault, Path, one_of
from .instrument import Condition, Instrument, Item, Option
from .versions import Pin, pin_of

Answer = str | tuple[str, ...] | Fraction
Answers = Mapping[str, Answer]

LONGEST = 20_000
_LARGEST = 1_000_000_000
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Response:
    """Answers with the pin of what they answer. What is blank stands nowhere in `answers`."""

    pin: Pin
    answers: Answers


def read_response(instrument: Instrument, tree: Any) -> Response:
    """Answers out of plain data: {"instrument": {key, version, hash}, "answers": {id: answer}}.

    A choice is its code, choices are a list of codes, a number is a number, a date is YYYY-MM-DD. null is a blank.
    The pin may be left out; one that names another instrument, version or content is refused. Raises AnswersUnsound
    with every fault.
    """
    faults: list[Fault] = []
    if not isinstance(tree, dict) or "answers" not in tree:
        raise AnswersUnsound(
            [Fault((), "There are no answers.", 'Write an object such as {"answers": {"id": "code"}}.')]
        )
    for key in tree:
        if key not in {"instrument", "answers"}:
            faults.append(Fault((str(key),), "This key is not known here.", one_of(("instrument", "answers"))))
    pin = pin_of(instrument)
    if "instrument" in tree:
        faults += _pin_faults(tree["instrument"], pin)
    given = tree["answers"]
    if not isinstance(given, dict):
        raise AnswersUnsound([*faults, Fault(("answers",), "Here stand no ids with answers.", 'Write {"id": "code"}.')])
    answers: dict[str, Answer] = {}
    for key, value in given.items():
        item = instrument.by_id.get(key)
        path: Path = ("answers", str(key))
        if item is None or item.type in {"group", "display"}:
            faults.append(
                Fault(
                    path,
                    "The instrument has no such question.",
                    "Take the answer out, or use the id of an item that takes one.",
                )
            )
        elif value is not None:
            answer = _answer(instrument, item, value, path, faults)
            if answer is not None:
                answers[key] = answer
    if not faults:
        shown = asked(instrument, answers)
        faults += [
            Fault(("answers", key), "This is not asked after the answers before it.", "Take the answer out.")
            for key in answers
            if key not in shown
        ]
    if faults:
        raise AnswersUnsound(faults)
    return Response(pin, answers)


def _pin_faults(tree: Any, pin: Pin) -> list[Fault]:
    path: Path = ("instrument",)
    if not isinstance(tree, dict):
        return [Fault(path, "Here stands no pin.", 'Write {"key": ..., "version": ..., "hash": ...}, or leave it out.')]
    found = []
    for key, value in tree.items():
        if key not in {"key", "version", "hash"}:
            found.append(Fault((*path, str(key)), "This key is not known here.", one_of(("key", "version", "hash"))))
        elif value != getattr(pin, key):
            found.append(
                Fault(
                    (*path, key),
                    f"These answers were given to another {'content of this version' if key == 'hash' else key}.",
                    "Score them with the instrument that they were given to.",
                )
            )
    return found


def _answer(instrument: Instrument, item: Item, value: Any, path: Path, faults: list[Fault]) -> Answer | None:
    if item.type == "choice":
        codes = instrument.options_of(item).by_code
        if isinstance(value, str) and value in codes:
            return value
        faults.append(Fault(path, "This answer is not among those of the item.", one_of(codes)))
    elif item.type == "choices":
        codes = instrument.options_of(item).by_code
        if isinstance(value, list) and value and all(isinstance(one, str) and one in codes for one in value):
            if len(set(value)) < len(value):
                faults.append(Fault(path, "An answer stands here twice.", "Keep one."))
            elif len(value) > 1 and any(codes[one].means != "answer" for one in value):
                faults.append(
                    Fault(path, "An answer that says nothing stands beside others.", "Keep it alone, or take it out.")
                )
            else:
                return tuple(sorted(value))
        else:
            faults.append(Fault(path, "Here stands no list of answers of the item.", one_of(codes)))
    elif item.type in {"integer", "decimal"}:
        return _number(item, value, path, faults)
    elif not isinstance(value, str) or len(value) > LONGEST or _UNFIT.search(value):
        faults.append(
            Fault(path, "Here stands no text that can be kept.", f"Write up to {LONGEST:,} characters in quotes.")
        )
    elif item.type == "date":
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                raise ValueError
            return date.fromisoformat(value).isoformat()
        except ValueError:
            faults.append(Fault(path, "Here stands no date.", "Write it as 2026-03-09."))
    elif value.strip():
        return value
    return None


def _number(item: Item, value: Any, path: Path, faults: list[Fault]) -> Fraction | None:
    whole = item.type == "integer"
    number = _exact(value)
    if number is not None and abs(number) > _LARGEST:
        number = None
    if number is None or (whole and number.denominator != 1):
        kind = "whole number" if whole else "number"
        faults.append(Fault(path, "Here stands no number that fits.", f"Write a {kind}, without quotes."))
        return None
    if (item.minimum is not None and number < item.minimum) or (item.maximum is not None and number > item.maximum):
        limits = [f"lowest {float(item.minimum):g}"] if item.minimum is not None else []
        limits += [f"highest {float(item.maximum):g}"] if item.maximum is not None else []
        faults.append(Fault(path, "The number lies outside of the item's range.", f"Check it: {', '.join(limits)}."))
        return None
    return number


def _exact(value: object) -> Fraction | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        return Fraction(value) if value.is_finite() and value.adjusted() < 12 else None
    if isinstance(value, float):
        return Fraction(value) if isfinite(value) else None
    return Fraction(value) if isinstance(value, int) else None


def holds(condition: Condition, answer: Answer | None) -> bool:
    """Does an answer meet a condition, as it stands?"""
    if condition.op == "answered":
        return (answer is not None) is condition.flag
    if answer is None:
        return False
    if condition.op == "is":
        return answer == condition.codes[0]
    if condition.op == "is_not":
        return answer != condition.codes[0]
    if condition.op == "any_of":
        return answer in condition.codes
    if condition.op == "includes":
        return isinstance(answer, tuple) and condition.codes[0] in answer
    if not isinstance(answer, Fraction) or condition.number is None:
        return False
    return answer >= condition.number if condition.op == "at_least" else answer <= condition.number


def effective(instrument: Instrument, item: Item, answer: Answer | None) -> Answer | None:
    """The answer, where an empty box says something: that."""
    if answer is None and item.type == "choice":
        return instrument.options_of(item).blank or None
    return answer


def asked(instrument: Instrument, answers: Answers) -> frozenset[str]:
    """The ids of what is asked after these answers, groups with them."""
    found: set[str] = set()

    def down(items: tuple[Item, ...]) -> None:
        for item in items:
            if _is_asked(instrument, item, answers, found):
                found.add(item.id)
                down(item.items)

    down(instrument.items)
    return frozenset(found)


def _is_asked(instrument: Instrument, item: Item, answers: Answers, found: set[str]) -> bool:
    when = item.enable_when
    if when is None:
        return True

    def met(condition: Condition) -> bool:
        answer = answers.get(condition.item) if condition.item in found else None
        if condition.op != "answered" and condition.item in found:
            answer = effective(instrument, instrument.by_id[condition.item], answer)
        return holds(condition, answer)

    return (all if when.every else any)(met(one) for one in when.conditions)


def without_hidden(instrument: Instrument, answers: Answers) -> Answers:
    """The answers of what is asked: a form drops the rest before it is kept, and what hangs on the dropped too."""
    kept = dict(answers)
    while True:
        shown = asked(instrument, kept)
        left = {key: value for key, value in kept.items() if key in shown}
        if len(left) == len(kept):
            return left
        kept = left


def option_of(instrument: Instrument, item: Item, answers: Answers) -> Option | None:
    """The option chosen for a choice, or that a blank stands for; None for a blank that says nothing."""
    code = effective(instrument, item, answers.get(item.id))
    return instrument.options_of(item).by_code.get(code) if isinstance(code, str) else None


def missing_required(instrument: Instrument, answers: Answers) -> tuple[str, ...]:
    """Required items that are asked and blank."""
    shown = asked(instrument, answers)
    return tuple(
        item.id for item in instrument.questions if item.required and item.id in shown and item.id not in answers
    )
