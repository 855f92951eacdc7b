"""What could be true, given what is known: the ground of *indeterminate*.

A blank, an *unknown* and a *declined* may turn out to be any answer that says something. What they turn out to be may
also decide what else is asked. A world fixes every open answer on which a condition hangs; within a world the other
open items are independent of each other, so bounds are exact. Where there would be too many worlds, one wider world
stands for all of them: it may leave a result open that could be closed, never the reverse. (practice 1.4)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import prod

from .answers import Answer, Answers, asked, effective, holds, option_of
from .instrument import Condition, Instrument, Item, Option

MOST_WORLDS = 2_000
MOST_LOOKS = 200_000  # worlds times items

# For each item that counts: the options it may turn out to be; None where it does not count.
World = Mapping[str, tuple[Option | None, ...]]


def worlds(instrument: Instrument, answers: Answers, over: Collection[str]) -> list[World]:
    """Every world that the answers leave open, or one that is wider than all of them."""
    asking = _asking(instrument)
    may_be = {
        key: _may_be(instrument, instrument.by_id[key], answers, asking[key]) for key in controllers(instrument, over)
    }
    open_ones = {key: found for key, found in may_be.items() if len(found) > 1}
    most = min(MOST_WORLDS, MOST_LOOKS // max(1, len(instrument.by_id)))
    if prod(len(found) for found in open_ones.values()) > most:
        return [_wide(instrument, answers, over, may_be)]
    found: list[World] = []
    for chosen in product(*open_ones.values()):
        fixed = dict(zip(open_ones, chosen, strict=True))
        supposed = {key: value for key, value in {**answers, **fixed}.items() if value is not None}
        shown = asked(instrument, supposed)
        found.append(
            {
                key: _options(instrument, instrument.by_id[key], supposed if key in fixed else answers)
                if key in shown
                else (None,)
                for key in over
            }
        )
    return found


def is_open(instrument: Instrument, item: Item, answers: Answers) -> bool:
    """Is nothing established about this choice: blank, unknown or declined?"""
    option = option_of(instrument, item, answers)
    return option is None or option.means in {"unknown", "declined"}


def controllers(instrument: Instrument, over: Collection[str]) -> tuple[str, ...]:
    """The items on whose answers it hangs whether something that counts is asked, in order."""
    found: set[str] = set()
    waiting = list(over)
    while waiting:
        key = waiting.pop()
        for item in (*instrument.parents[key], instrument.by_id[key]):
            for condition in item.enable_when.conditions if item.enable_when else ():
                if condition.item not in found:
                    found.add(condition.item)
                    waiting.append(condition.item)
    return tuple(key for key in instrument.by_id if key in found)


def _options(instrument: Instrument, item: Item, answers: Answers) -> tuple[Option | None, ...]:
    if is_open(instrument, item, answers):
        return instrument.options_of(item).established
    option = option_of(instrument, item, answers)
    return (None if option is None or option.means == "not_applicable" else option,)


def _asking(instrument: Instrument) -> Mapping[str, list[Condition]]:
    """The conditions that hang on each item."""
    found: dict[str, list[Condition]] = {}
    for item in instrument.by_id.values():
        for condition in item.enable_when.conditions if item.enable_when else ():
            found.setdefault(condition.item, []).append(condition)
    return found


def _may_be(
    instrument: Instrument, item: Item, answers: Answers, conditions: Sequence[Condition]
) -> list[Answer | None]:
    """The answers that a controlling item may turn out to have: enough of them to try every condition both ways."""
    given = answers.get(item.id)
    found: list[Answer | None] = []
    if item.type == "choice":
        if not is_open(instrument, item, answers):
            return [given]
        found += [option.code for option in instrument.options_of(item).established]
    elif item.type == "choices":
        codes = instrument.options_of(item).by_code
        if isinstance(given, tuple) and all(codes[code].means == "answer" for code in given):
            return [given]
        named = sorted({code for one in conditions for code in one.codes if codes[code].means == "answer"})
        rest = [option.code for option in instrument.options_of(item).established if option.code not in named][:1]
        if len(named) > 11:
            named, rest = named[:12], []  # more than MOST_WORLDS: the wide world is taken
        found += [tuple(sorted(some)) for n in range(1, len(named) + 1) for some in combinations(named, n)]
        found += [(code,) for code in rest]
    elif given is not None:
        return [given]
    elif item.type in {"integer", "decimal"}:
        found += _numbers(item, conditions)
        found.append(None)
    else:
        found += ["-", None]
    if any(one.op == "answered" for one in conditions) and given not in found:
        found.append(given)
    return found


def _numbers(item: Item, conditions: Sequence[Condition]) -> list[Answer | None]:
    step = Fraction(1) if item.type == "integer" else Fraction(1, 10**9)
    limits = [one.number for one in conditions if one.number is not None]
    tried = {number + by for number in limits for by in (-step, Fraction(0), step)}
    tried |= {one for one in (item.minimum, item.maximum) if one is not None}
    fit = [
        number
        for number in sorted(tried)
        if (item.minimum is None or number >= item.minimum)
        and (item.maximum is None or number <= item.maximum)
        and (item.type == "decimal" or number.denominator == 1)
    ]
    if item.type == "integer":  # a limit between two whole numbers
        fit += [
            number for one in limits if one.denominator != 1 for number in (Fraction(one // 1), Fraction(one // 1 + 1))
        ]
    return list(fit) or [Fraction(0)]


# ---------------------------------------------------------------------------------------------------- too many worlds


def _wide(
    instrument: Instrument, answers: Answers, over: Collection[str], may_be: Mapping[str, list[Answer | None]]
) -> World:
    """One world that holds every other: what might not be asked may also not count."""
    state: dict[str, bool | None] = {}

    def down(items: tuple[Item, ...], above: bool | None) -> None:
        for item in items:
            own = _state(instrument, item, answers, may_be, state)
            state[item.id] = False if above is False or own is False else True if above and own else None
            down(item.items, state[item.id])

    down(instrument.items, True)
    found: dict[str, tuple[Option | None, ...]] = {}
    for key in over:
        options = _options(instrument, instrument.by_id[key], answers) if state[key] is not False else ()
        found[key] = options if state[key] else (*options, None)
    return found


def _state(
    instrument: Instrument,
    item: Item,
    answers: Answers,
    may_be: Mapping[str, list[Answer | None]],
    state: Mapping[str, bool | None],
) -> bool | None:
    when = item.enable_when
    if when is None:
        return True
    met: list[bool | None] = []
    for condition in when.conditions:
        seen: set[bool] = set()
        if state[condition.item] is not True:
            seen.add(holds(condition, None))
        if state[condition.item] is not False:
            asked_item = instrument.by_id[condition.item]
            for answer in may_be.get(condition.item, [answers.get(condition.item)]):
                said = answer if condition.op == "answered" else effective(instrument, asked_item, answer)
                seen.add(holds(condition, said))
        met.append(seen.pop() if len(seen) == 1 else None)
    if when.every:
        return False if False in met else None if None in met else True
    return True if True in met else None if None in met else False
