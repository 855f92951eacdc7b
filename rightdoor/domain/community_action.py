"""Community action: a project goes through the phases of its instrument in their order, and back with a reason.

A phase is left through its gate: what was done, the evidence for it, and a note on why it may go on. Nothing is jumped
over. Going back makes every later phase open again, and what was written there stays. (PROG-7; practice.md 5.3)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .errors import RuleBroken
from .questionnaire.instrument import Instrument

# Which of the four each piece of work serves; at least one. (practice.md 5.3)
FOUR_PS: Mapping[str, str] = {
    "prevention": "Prevention",
    "protection": "Protection",
    "prosecution": "Prosecution",
    "partnership": "Partnership",
}
SHORTEST = 10  # characters: enough that "n/a" does not pass for a note

PhaseState = Literal["not_started", "in_progress", "done"]
MoveKind = Literal["on", "back", "ended", "given_up"]


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase as the instrument has it. `words`: how its answer set calls each state."""

    id: str
    number: int
    name: str
    text: str
    note: str
    words: Mapping[PhaseState, str]


@dataclass(frozen=True, slots=True)
class Step:
    """A move that was made. An end leads nowhere."""

    kind: MoveKind
    from_phase: str
    to_phase: str = ""


def phases_of(instrument: Instrument) -> tuple[Phase, ...]:
    """The numbered questions of an instrument for projects, in their order. Empty: it is none."""
    found = []
    for item in instrument.questions:
        if item.number is None or item.type != "choice" or instrument.purpose != "project":
            continue
        options = instrument.options_of(item).established
        done = [one.label for one in options if one.code in instrument.scoring.done]
        rest = [one.label for one in options if one.code not in instrument.scoring.done]
        words: dict[PhaseState, str] = {
            "not_started": rest[0] if rest else "Not started",
            "in_progress": rest[1] if len(rest) > 1 else "In progress",
            "done": done[0] if done else "Complete",
        }
        found.append(Phase(item.id, item.number, item.name or item.text, item.text, item.note, words))
    return tuple(sorted(found, key=lambda one: one.number))


def states_of(phases: Sequence[Phase], at: str, steps: Sequence[Step]) -> dict[str, PhaseState]:
    """How each phase stands after these moves, the oldest first: done once it was left by its gate and not gone back
    to, or past, since.
    """
    place = {one.id: number for number, one in enumerate(phases)}
    left: set[str] = set()
    for step in steps:
        if step.kind in {"on", "ended"}:
            left.add(step.from_phase)
        elif step.kind == "back":
            left -= {one for one in left if place.get(one, 0) >= place.get(step.to_phase, 0)}
    is_over = bool(steps) and steps[-1].kind in {"ended", "given_up"}
    return {
        one.id: "done" if one.id in left else "in_progress" if one.id == at and not is_over else "not_started"
        for one in phases
    }


def next_phase(phases: Sequence[Phase], at: str) -> Phase | None:
    """The phase after this one; None on the last."""
    order = [one.id for one in phases]
    return phases[order.index(at) + 1] if at in order[:-1] else None


def earlier_phases(phases: Sequence[Phase], at: str) -> tuple[Phase, ...]:
    """The phases to which a project may go back."""
    order = [one.id for one in phases]
    return tuple(phases[: order.index(at)]) if at in order else ()


def check_gate(*, gate: str, evidence: str) -> None:
    """May the phase be left? Raises RuleBroken with what is still to be written."""
    if len(evidence.strip()) < SHORTEST:
        raise RuleBroken("Write first what was done in this phase, and the evidence for it.")
    if len(gate.strip()) < SHORTEST:
        raise RuleBroken("Write the gate note of this phase first: why the project may go on.")


def check_back(phases: Sequence[Phase], at: str, to: str, *, why: str) -> None:
    """May the project go back there? Raises RuleBroken."""
    if to not in {one.id for one in earlier_phases(phases, at)}:
        raise RuleBroken("Choose an earlier phase to go back to.")
    _check_why(why, "Say why the project goes back.")


def check_end(phases: Sequence[Phase], at: str, *, outcome: str) -> None:
    """May the project end here, evaluated? Raises RuleBroken."""
    if next_phase(phases, at) is not None:
        raise RuleBroken("A project ends in its last phase. Go on phase by phase, or give it up with a reason.")
    if len(outcome.strip()) < SHORTEST:
        raise RuleBroken("Write the outcome first: what changed, and how one knows.")


def check_given_up(*, why: str) -> None:
    """May it be given up so? Raises RuleBroken."""
    _check_why(why, "Say why the project is given up.")


def check_four_ps(chosen: Sequence[str]) -> tuple[str, ...]:
    """What was chosen, in the order of the four. Raises RuleBroken for none, or for what is none of them."""
    if not chosen or set(chosen) - set(FOUR_PS):
        raise RuleBroken("Choose at least one of the four: what does this serve?")
    return tuple(one for one in FOUR_PS if one in chosen)


def _check_why(why: str, sentence: str) -> None:
    if len(why.strip()) < SHORTEST:
        raise RuleBroken(f"{sentence} A few words are enough.")
