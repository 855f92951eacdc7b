"""How fast the team meets: facts of a referral -> response tier, with the reason.

The tiers and their hours are data of the jurisdiction's pack; the way to read them is here. A fact that nobody has
established is None and is never read as the lenient one: in a pack, `not_false` and `not_true` put the unknown on the
dangerous side, and `uncovered` and `not_dangerous_first` prove for all 54 combinations that a pack does so. (INT-6;
Roadmap, response times; decisions, "Rules settled")
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from typing import Any, Literal, get_args

from .clock import Clock, due_after
from .conditions import Condition, holds
from .errors import RuleBroken

StatusAtTriage = Literal["confirmed", "suspected"]

# fact -> (said when true, said when false, said when nobody knows); the order is the order of a sentence
PHRASES: Mapping[str, tuple[str, str, str]] = {
    "open_investigation": ("an open investigation", "no open investigation", "whether an investigation is open"),
    "immediate_safety_concern": (
        "an immediate safety concern",
        "no immediate safety concern",
        "whether there is an immediate safety concern",
    ),
    "safe_and_stable": (
        "safe and stable surroundings",
        "surroundings that are not safe and stable",
        "whether the surroundings are safe and stable",
    ),
}


@dataclass(frozen=True, slots=True)
class TriageFacts:
    """What is established about a referral when its tier is decided. None: nobody has established it."""

    victim_status: StatusAtTriage
    open_investigation: bool | None
    immediate_safety_concern: bool | None
    safe_and_stable: bool | None

    def unknown(self) -> list[str]:
        """The facts that nobody has established."""
        return [fact for fact in PHRASES if getattr(self, fact) is None]


@dataclass(frozen=True, slots=True)
class Tier:
    """One response tier of a pack. `when` is a list of alternatives; every fact that an alternative names must hold.

    A fact is asked for as True, False, "confirmed" or "suspected", or as "not_false" (true or unknown) or "not_true"
    (false or unknown): see `conditions`. `may_advance`: the page offers to meet sooner.
    """

    number: int
    key: str
    due_hours: int
    when: tuple[Condition, ...]
    may_advance: bool = False


@dataclass(frozen=True, slots=True)
class TierDecision:
    """The tier that the facts ask for, and why, in a sentence for screens, audit and appeal."""

    tier: Tier
    reason: str
    facts: TriageFacts


@dataclass(frozen=True, slots=True)
class TierStep:
    """The tier in force from `at` on. `asked` is what the facts ask for: it differs while a slower tier awaits a
    second person.
    """

    at: datetime
    tier: Tier
    due_at: datetime
    reason: str
    changed: bool
    asked: Tier


def decide_tier(facts: TriageFacts, tiers: Sequence[Tier]) -> TierDecision:
    """The first tier, in the pack's order, with an alternative that holds.

    Where no tier answers, the fastest one does; the pack check refuses such a pack, so this is a net, not a rule.
    Raises ValueError when there are no tiers.
    """
    if not tiers:
        raise ValueError("A pack needs at least one response tier.")
    for tier in tiers:
        met = [alternative for alternative in tier.when if holds(alternative, facts)]
        if met:
            return TierDecision(tier, _reason(facts, met), facts)
    return TierDecision(_fastest(tiers), "No tier answers these facts, so the fastest response applies.", facts)


def tier_for(facts: TriageFacts, tiers: Sequence[Tier]) -> Tier:
    """The tier alone, where nobody reads the reason."""
    return decide_tier(facts, tiers).tier


def check_may_change_tier(
    assigned: Tier, chosen: Tier, *, reason: str, seconded_by: str = "", by: str = "", may_lengthen: bool = True
) -> None:
    """May the response be made faster or slower than the facts ask for?

    Faster needs a reason. Slower needs a reason and a second person who is not the first, and a pack may forbid it
    altogether. `by` and `seconded_by` are codes of people. Raises RuleBroken. (INT-6; decisions, "Rules settled")
    """
    if chosen == assigned:
        return
    slower = chosen.due_hours > assigned.due_hours
    if slower and not may_lengthen:
        raise RuleBroken("The response may not be made slower here. Keep the tier, or correct the facts.")
    if not reason.strip():
        raise RuleBroken("Give the reason for changing the tier.")
    if not slower:
        return
    if not seconded_by.strip():
        raise RuleBroken("A slower response needs a second person. Name who agrees.")
    if not by.strip() or seconded_by.strip() == by.strip():
        raise RuleBroken("The second person must be someone other than the one who changes the tier.")


def start_clock(started_at: datetime, tier: Tier) -> Clock:
    """The response clock of a referral: elapsed hours from the moment that the pack names."""
    return Clock(started_at, due_after(started_at, tier.due_hours))


def retriage(
    history: Sequence[tuple[datetime, TriageFacts]], tiers: Sequence[Tier], received_at: datetime
) -> list[TierStep]:
    """The tier at each change of facts, in the order of time. Every due time counts from `received_at`, never from
    the change.

    A faster tier takes force at once. A slower one does not: the tier in force stays until a person lengthens it with
    a reason and a second person (`check_may_change_tier`), and the step says so. (INT-6: nobody lengthens it
    silently)
    """
    steps: list[TierStep] = []
    for at, facts in sorted(history, key=lambda entry: entry[0]):
        decision = decide_tier(facts, tiers)
        tier, reason = decision.tier, decision.reason
        before = steps[-1].tier if steps else tier
        if tier.due_hours > before.due_hours:
            reason = (
                f"{reason} The facts now ask for tier {tier.number}, {tier.due_hours} hours. "
                f"Tier {before.number} stays until someone lengthens it with a reason and a second person."
            )
            tier = before
        steps.append(
            TierStep(at, tier, due_after(received_at, tier.due_hours), reason, tier != before, decision.tier),
        )
    return steps


def every_combination() -> Iterator[TriageFacts]:
    """All 54 combinations of facts."""
    for status, *rest in product(get_args(StatusAtTriage), *[(True, False, None)] * len(PHRASES)):
        yield TriageFacts(status, *rest)


def uncovered(tiers: Sequence[Tier]) -> list[TriageFacts]:
    """The combinations of facts that no tier answers. A sound pack has none."""
    return [
        facts
        for facts in every_combination()
        if not any(holds(alternative, facts) for tier in tiers for alternative in tier.when)
    ]


def not_dangerous_first(tiers: Sequence[Tier]) -> list[tuple[TriageFacts, TriageFacts]]:
    """Pairs (unknown, known) where not knowing a fact makes the response slower than knowing it would. A sound pack
    has none.

    Each unknown is settled one at a time, both ways; several at once follow, step by step.
    """
    return [
        (facts, known)
        for facts in every_combination()
        for fact in facts.unknown()
        for known in (_settled(facts, fact, True), _settled(facts, fact, False))
        if tier_for(facts, tiers).due_hours > tier_for(known, tiers).due_hours
    ]


def facts_in_words(facts: TriageFacts) -> str:
    """The facts as one sentence, for history and for the pack check."""
    return _sentence(facts, [fact for fact in PHRASES if getattr(facts, fact) is not None], facts.unknown())


def _settled(facts: TriageFacts, fact: str, value: bool) -> TriageFacts:
    settled: dict[str, Any] = {fact: value}
    return replace(facts, **settled)


def _fastest(tiers: Sequence[Tier]) -> Tier:
    return min(tiers, key=lambda tier: tier.due_hours)


def _reason(facts: TriageFacts, met: Sequence[Condition]) -> str:
    """Names what decided. What is established outweighs what is merely unknown: unknowns are named only when nothing
    else decides.
    """
    unknown = set(facts.unknown())
    established = [alternative for alternative in met if not unknown.intersection(alternative)]
    named = {fact for alternative in established or met for fact in alternative}
    return _sentence(
        facts,
        [fact for fact in PHRASES if fact in named and fact not in unknown],
        [fact for fact in PHRASES if fact in named and fact in unknown],
    )


def _sentence(facts: TriageFacts, known: Sequence[str], unknown: Sequence[str]) -> str:
    parts = [PHRASES[fact][0 if getattr(facts, fact) else 1] for fact in known]
    sentence = facts.victim_status.capitalize() + " victim" + (f" with {_listed(parts)}" if parts else "") + "."
    if unknown:
        asked = _listed([PHRASES[fact][2] for fact in unknown])
        sentence += f" Not yet known: {asked}. What is not known counts as danger."
    return sentence


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
