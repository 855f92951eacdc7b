"""Whom the program serves, and why a referral is not eligible.

The ineligible are kept, closed the same way each time, counted by reason, and looked at again when facts change. A
fact that nobody has established never turns a child away: the answer is then "not yet". (INT-5; Roadmap, eligibility;
practice.md 3.1)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

VictimStatusOrUnknown = Literal["suspected", "confirmed", "not_trafficking"] | None

# The reasons that this rule can find. A pack chooses among them; their labels are the pack's words.
REASONS = ("age", "not_trafficking", "unverifiable_allegation", "inadequate_information")


@dataclass(frozen=True, slots=True)
class EligibilityFacts:
    """What is established about the person referred. `estimated`: age or birth date is a guess. None: not
    established.
    """

    age: int | None
    birth_on: date | None
    estimated: bool
    victim_status: VictimStatusOrUnknown
    allegation_verifiable: bool | None
    information_adequate: bool | None
    is_trafficking: bool | None


@dataclass(frozen=True, slots=True)
class EligibilityRule:
    """The pack's numbers: the first age that is not served, the statuses served, and which of REASONS this
    state uses.
    """

    max_age_exclusive: int
    statuses: tuple[str, ...]
    ineligible_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EligibilityDecision:
    """`eligible` is None while something must still be settled. `reason_key` is one of REASONS, and empty unless
    ineligible.
    """

    eligible: bool | None
    reason_key: str
    sentence: str


def decide_eligibility(facts: EligibilityFacts, rule: EligibilityRule, on: date) -> EligibilityDecision:
    """Eligible, not eligible with a reason, or not yet decided, as of the day `on`.

    Only what is established makes a referral ineligible. A birth date outweighs a stated age; an estimate at or over
    the limit asks for a better one instead of turning the child away.
    """
    for key, sentence in _against(facts, rule, on):
        if key in rule.ineligible_reasons:
            return EligibilityDecision(False, key, sentence)
    unsettled = unsettled_for_eligibility(facts, rule, on)
    if unsettled:
        return EligibilityDecision(None, "", "Settle this first: " + ", ".join(unsettled) + ".")
    return EligibilityDecision(True, "", f"Eligible: under {rule.max_age_exclusive}, {facts.victim_status} victim.")


def unsettled_for_eligibility(facts: EligibilityFacts, rule: EligibilityRule, on: date) -> list[str]:
    """What must still be established before the answer can be yes, as phrases for a list."""
    unsettled = []
    age = established_age(facts, on)
    if age is None:
        unsettled.append("the age")
    elif facts.estimated and age >= rule.max_age_exclusive:
        unsettled.append(f"whether the person is under {rule.max_age_exclusive}; the age is an estimate")
    if facts.victim_status not in rule.statuses:
        unsettled.append("the victim status")
    confirmed = facts.victim_status == "confirmed"
    if confirmed and (facts.is_trafficking is False or facts.allegation_verifiable is False):
        unsettled.append("why the status is confirmed while another fact speaks against it")
    if not confirmed and facts.is_trafficking is None:
        unsettled.append("whether what happened may be trafficking")
    if not confirmed and facts.allegation_verifiable is None:
        unsettled.append("whether the allegation can be verified")
    if facts.information_adequate is None:
        unsettled.append("whether there is enough information to act on")
    return unsettled


def established_age(facts: EligibilityFacts, on: date) -> int | None:
    """The age by the birth date where there is one, otherwise the age that was stated. A birth date to come counts as
    unknown.
    """
    if facts.birth_on is not None:
        return age_on(facts.birth_on, on) if facts.birth_on <= on else None
    return facts.age


def age_on(birth_on: date, on: date) -> int:
    """Whole years lived on the day `on`. A person born on February 29 turns a year older on March 1 in common years."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def _against(facts: EligibilityFacts, rule: EligibilityRule, on: date) -> list[tuple[str, str]]:
    against = []
    age = established_age(facts, on)
    if age is not None and age >= rule.max_age_exclusive and not facts.estimated:
        against.append(
            ("age", f"The program serves people under {rule.max_age_exclusive}. Offer the adult services instead.")
        )
    # Confirmed, or nobody has said: then a fact that speaks against it is something to settle, not a reason to turn
    # away.
    in_doubt = facts.victim_status in (None, "confirmed")
    if facts.victim_status == "not_trafficking" or (facts.is_trafficking is False and not in_doubt):
        against.append(("not_trafficking", "What happened is not trafficking. Offer the services that do fit."))
    if facts.allegation_verifiable is False and not in_doubt:
        against.append(
            ("unverifiable_allegation", "The allegation cannot be verified. Reopen this when something new is known.")
        )
    if facts.information_adequate is False:
        against.append(
            ("inadequate_information", "There is not enough information to act on. Reopen this when more is known.")
        )
    return against
