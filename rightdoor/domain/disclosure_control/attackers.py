"""Who subtracts, what each knows beforehand, and what each must not find out.

Numbers here are deviations from the true counts: an attacker who cannot tell y from 0 cannot tell the count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .primary import Rule
from .problem import Problem
from .protection import Room, room_for

OUTSIDER = "outsider"
KNOWS_RULE = "knows the rule"
PROVIDER = "provider "
ALONE = "alone in "


@dataclass(frozen=True, slots=True)
class Attacker:
    """`least` and `most` narrow the range of a count beyond what everybody knows; `needs` is what he must be left."""

    name: str
    needs: Mapping[str, Room]
    least: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)


def ceiling(problem: Problem, rule: Rule) -> int:
    """What anybody assumes a count to be at most: the largest count of the release, with room for a hidden one."""
    return problem.largest + rule.threshold


def attackers_of(problem: Problem, rule: Rule, primary: Mapping[str, str]) -> list[Attacker]:
    """The outsider first; then one who guesses rightly which counts are small; then insiders.

    Against the outsider a count keeps its full range. The others know more than the release tells, so that the full
    range cannot be asked for: they must be left unable to tell.
    """
    found = [Attacker(OUTSIDER, {key: room_for(problem.cells[key], why, rule) for key, why in primary.items()})]
    small = {key for key in primary if 0 < problem.cells[key].count < rule.threshold}
    if not rule.only_listed and small:
        found.append(
            Attacker(
                KNOWS_RULE,
                {key: Room(width=1) for key in sorted(small)},
                dict.fromkeys(small, 1),
                dict.fromkeys(small, rule.threshold - 1),
            )
        )
    if rule.insiders:
        found += _providers(problem, primary) + _alone(problem, primary)
    return found


def _providers(problem: Problem, primary: Mapping[str, str]) -> list[Attacker]:
    """A provider knows its own clients, and what it alone makes up."""
    names = sorted({name for key in primary for name, part in problem.cells[key].providers.items() if part})
    found = []
    for name in names:
        own = {key: cell.providers.get(name, 0) for key, cell in problem.cells.items() if cell.providers.get(name)}
        sole = {key: part for key, part in own.items() if part == problem.cells[key].count}
        needs = {key: Room(width=1) for key in primary if key not in sole}
        if needs:
            found.append(Attacker(PROVIDER + name, needs, own, sole))
    return found


def _alone(problem: Problem, primary: Mapping[str, str]) -> list[Attacker]:
    """A person who is the only one in a count knows that count, and every count of one that takes it in or lies in it:
    who is alone in a year knows in which of its quarters that was.
    """
    above: dict[str, set[str]] = {}
    below: dict[str, set[str]] = {}
    for one in problem.sums:
        for part in one.parts:
            above.setdefault(part, set()).add(one.total)
            if problem.cells[part].count == 1:
                below.setdefault(one.total, set()).add(part)
    found = []
    for key in primary:
        if problem.cells[key].count != 1:
            continue
        own, waiting = {key}, [key]
        while waiting:
            at = waiting.pop()
            within = below.get(at, set()) if problem.cells[at].count == 1 else set()
            for other in above.get(at, set()) | within:
                if other not in own:
                    own.add(other)
                    waiting.append(other)
        himself = {name: 1 for name in own if problem.cells[name].count == 1}
        needs = {name: Room(width=1) for name in primary if name not in himself}
        if needs:
            found.append(Attacker(ALONE + key, needs, {**dict.fromkeys(own, 1), **himself}, himself))
    return found
