"""The conditions that a pack may write: facts that must hold, and nothing cleverer.

There is no expression language. A condition maps facts to the values asked for; a list of conditions is a list of
alternatives, of which one must hold. The words "not_false" and "not_true" let a pack put the unknown on the side it
chooses. (architecture 3.10)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Condition = Mapping[str, object]
_ABSENT = object()


def meets(value: object, required: object) -> bool | None:
    """Does `value` meet what is asked? None where the value is unknown and the answer hangs on it."""
    if value is _ABSENT:
        return False
    if required == "not_false":
        return value is not False
    if required == "not_true":
        return value is not True
    if value is None:
        return None
    # by type as well: 1 is not True, and the text "true" is nobody's answer
    return type(value) is type(required) and value == required


def holds(condition: Condition, facts: object) -> bool:
    """Does every fact of the condition hold for certain? A fact that the rule does not know never holds."""
    return all(meets(getattr(facts, fact, _ABSENT), required) for fact, required in condition.items())


def may_hold(alternatives: Sequence[Condition], facts: object) -> bool | None:
    """True: one alternative holds. None: one could, once what is unknown is settled. False: none can. No alternatives:
    True.
    """
    if not alternatives:
        return True
    answers = [
        [meets(getattr(facts, fact, _ABSENT), required) for fact, required in condition.items()]
        for condition in alternatives
    ]
    if any(all(answer) for answer in answers):
        return True
    return None if any(False not in answer for answer in answers) else False


def unsettled_in(alternatives: Sequence[Condition], facts: object) -> list[str]:
    """The unknown facts on which the answer still hangs, in the order in which the pack names them."""
    named = [
        fact
        for condition in alternatives
        if all(meets(getattr(facts, fact, _ABSENT), required) is not False for fact, required in condition.items())
        for fact, required in condition.items()
        if meets(getattr(facts, fact, _ABSENT), required) is None
    ]
    return list(dict.fromkeys(named))
