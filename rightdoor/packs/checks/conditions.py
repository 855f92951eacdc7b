"""Conditions ask only for facts that the rule knows, with values that the fact can have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, get_args, get_origin, get_type_hints

from rightdoor.domain.conditions import Condition

from ..fault import Fault, one_of


def conditions(file: str, key: str, when: Sequence[Condition], facts: type[Any]) -> Iterator[Fault]:
    """Conditions ask for facts that the rule knows, with values that the fact can have."""
    known = {name: answers(hint) for name, hint in get_type_hints(facts).items()}
    for position, condition in enumerate(when):
        where = f"{key}[{position}]"
        if not condition:
            yield Fault(file, where, "This alternative names no fact.", "Name one, or remove the alternative.")
        for name, required in condition.items():
            if name not in known:
                yield Fault(file, f"{where}.{name}", f"The rule knows no fact “{name}”.", one_of(known))
            elif required not in known[name]:
                shown = ", ".join(str(answer).lower() for answer in known[name])
                remedy = f"Write one of {shown}." if shown else "Leave it out; an age is asked for by max_age."
                yield Fault(file, f"{where}.{name}", f"“{required}” can never be the answer.", remedy)


def answers(hint: Any) -> tuple[object, ...]:
    """What a condition may ask of a fact of this type. Numbers have none: ages are asked for by `max_age`."""
    kinds = [kind for kind in (get_args(hint) or (hint,)) if kind is not type(None)]
    if bool in kinds:
        return (True, False, "not_false", "not_true")
    if get_origin(hint) is Literal:
        return get_args(hint)
    return tuple(answer for kind in kinds for answer in get_args(kind))
