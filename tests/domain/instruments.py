"""Small instruments for tests: plain data, as a file would hold them."""

from __future__ import annotations

import copy
import random
import string
from typing import Any

from rightdoor.domain.questionnaire.instrument import FORMAT, Instrument
from rightdoor.domain.questionnaire.schema import build

YNUD = {
    "options": [
        {"code": "y", "label": "Yes", "score": "1"},
        {"code": "n", "label": "No", "score": "0"},
        {"code": "u", "label": "Unknown", "means": "unknown"},
        {"code": "d", "label": "Declined", "means": "declined"},
        {"code": "na", "label": "Does not apply", "means": "not_applicable"},
    ]
}
CUT_OF_TWO = [
    {"code": "below", "label": "Below the cut", "from": "0", "result": "negative"},
    {"code": "above", "label": "At the cut", "from": "2", "result": "positive", "next_step": "refer"},
]


def question(key: str, answers: str = "ynud", **more: Any) -> dict[str, Any]:
    return {"id": key, "text": f"Indicator {key}", "answers": answers, **more}


def tree(items: list[Any] | None = None, scoring: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Six questions and a cut of two, unless something else is given."""
    return {
        "format": FORMAT,
        "key": "invented-screen",
        "version": "1",
        "title": "An invented screen",
        "language": "en",
        "purpose": "screening",
        "administration": "observer_integration",
        "terms": {"licence": "CC0-1.0", "redistribution": "bundled"},
        "answer_sets": {"ynud": YNUD},
        "items": [question(f"q{at}") for at in range(1, 7)] if items is None else items,
        "scoring": scoring or {"kind": "count", "counted": ["y"], "bands": CUT_OF_TWO},
        **more,
    }


def ladder(sizes: tuple[int, ...], *, bare: bool = False) -> Instrument:
    """One topic with so many boxes in each stage; and one without any, if asked for."""
    stages = [
        {
            "id": f"t.{number}",
            "role": "stage",
            "number": str(number),
            "items": [question(f"t.{number}.{at}", "box") for at in range(1, size + 1)],
        }
        for number, size in enumerate(sizes, start=1)
    ]
    topics = [{"id": "a-topic", "role": "topic", "text": "A topic", "items": stages}]
    if bare:
        topics.append({"id": "bare", "role": "topic", "text": "A topic without boxes", "items": []})
    rungs = [
        {"number": str(number), "name": f"Stage {number}", "next_step": f"Complete stage {number}"}
        for number in range(1, len(sizes) + 1)
    ]
    boxes = [
        {"code": "done", "label": "Done"},
        {"code": "not_yet", "label": "Not yet"},
        {"code": "u", "label": "Cannot tell", "means": "unknown"},
        {"code": "na", "label": "Does not apply", "means": "not_applicable"},
    ]
    return build(
        tree(
            topics,
            {"kind": "stage-ladder", "done": ["done"], "stages": rungs},
            answer_sets={"box": {"options": boxes, "blank": "not_yet"}},
        )
    )


JUNK: list[Any] = [
    None,
    "",
    "x",
    0,
    -1,
    2.5,
    True,
    [],
    {},
    [[]],
    {"a": {}},
    "q" * 9000,
    "\u2028",
    "yes",
    ["y", "y"],
    10**9,
]


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside of a tree."""
    found = [path] if path else []
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in entries:
        found += places(value, (*path, key))
    return found


def spoiled(tree: Any, dice: random.Random) -> Any:
    """The tree with one to three places changed, taken out, doubled or filled with junk."""
    tree = copy.deepcopy(tree)
    for _ in range(dice.randint(1, 3)):
        every = places(tree)
        if not every:
            return tree
        *way, last = dice.choice(every)
        inside = tree
        for step in way:
            inside = inside[step]
        act = dice.randint(0, 3)
        if act == 0:
            del inside[last]
        elif act == 1:
            inside[last] = copy.deepcopy(dice.choice(JUNK))
        elif act == 2 and isinstance(inside, list):
            inside.append(copy.deepcopy(inside[last]))
        elif isinstance(inside, dict):
            inside[dice.choice([*inside, "".join(dice.choices(string.printable, k=5))])] = inside[last]
    return tree
