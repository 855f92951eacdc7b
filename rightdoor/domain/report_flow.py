"""What one report sets in motion: the hops of the reporting line, and which of them this report owes.

The hops, their owners, conditions and hours are data of the pack. A hop whose condition hangs on something unknown is
owed: nobody waits for a fact before passing a child on. (INT-3; Roadmap, reporting; practice.md 3.1)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .conditions import Condition, may_hold, unsettled_in

FACTS_IN_WORDS = {
    "caretaker_alleged": "whether a parent or caretaker is alleged to be involved",
    "other_abuse": "whether other abuse or neglect is alleged",
    "trafficking_kind": "which kind of trafficking is alleged",
    "victim_status": "whether the person is a suspected or a confirmed victim",
    "age": "the age",
}


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What a report says. `trafficking_kind` is sex, labor or both. None: the report does not say."""

    caretaker_alleged: bool | None
    other_abuse: bool | None
    trafficking_kind: Literal["sex", "labor", "both"] | None
    victim_status: Literal["suspected", "confirmed", "not_trafficking"] | None
    age: int | None


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a report. `by` and `to` are words of the pack; `owner_role` is a role of the product.

    `when` is a list of alternatives (see `conditions`); empty means always. `max_age`: the oldest age, in years, for
    which the hop is owed. `due_hours` is None where the pack sets no time.
    """

    key: str
    by: str
    to: str
    owner_role: str
    when: tuple[Condition, ...] = ()
    max_age: int | None = None
    due_hours: int | None = None


@dataclass(frozen=True, slots=True)
class HopOwed:
    """`owed` is None while it hangs on something unknown; `is_owed` then still says yes."""

    hop: Hop
    owed: bool | None
    why: str

    @property
    def is_owed(self) -> bool:
        """Unknown counts as owed."""
        return self.owed is not False


def hops_owed(facts: ReportFacts, hops: Sequence[Hop]) -> list[HopOwed]:
    """Every hop of the line, in the pack's order, with whether this report owes it and why."""
    return [_owed(facts, hop) for hop in hops]


def _owed(facts: ReportFacts, hop: Hop) -> HopOwed:
    by_facts, by_age = may_hold(hop.when, facts), _within_age(facts, hop)
    if by_facts is False:
        return HopOwed(hop, False, "The report does not call for this step.")
    if by_age is False:
        return HopOwed(hop, False, f"This step is for people aged {hop.max_age} or younger.")
    unknown = ([] if by_facts else unsettled_in(hop.when, facts)) + (["age"] if by_age is None else [])
    if unknown:
        asked = ", ".join(FACTS_IN_WORDS.get(fact, fact) for fact in dict.fromkeys(unknown))
        return HopOwed(hop, None, f"Not yet known: {asked}. Until it is, this step is owed.")
    if not hop.when and hop.max_age is None:
        return HopOwed(hop, True, "Every report takes this step.")
    return HopOwed(hop, True, "What the report says calls for this step.")


def _within_age(facts: ReportFacts, hop: Hop) -> bool | None:
    if hop.max_age is None:
        return True
    return None if facts.age is None else facts.age <= hop.max_age
