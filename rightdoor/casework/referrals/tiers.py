"""The response clock of a referral, without a query: what starts it, what triage would set, what it owes a reminder of.

The page shows what triage would do before anybody decides, and the act does exactly that. (INT-6)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rightdoor.casework.referrals.models import Referral
from rightdoor.domain.clock import Clock
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.response_tier import Tier, TierDecision, TriageFacts, decide_tier, start_clock
from rightdoor.packs.pack import Pack

REMINDERS = ("at_risk", "due", "late")
LATE_REMINDER_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Facts held against the tier in force. `baseline` is what is set when nobody chooses otherwise."""

    decision: TierDecision
    in_force: Tier | None
    baseline: Tier
    chosen: Tier
    clock: Clock  # of the chosen tier, from the start of the referral's clock

    @property
    def kind(self) -> str:
        """How the history calls it: computed, retriaged, shortened, lengthened."""
        if self.chosen.due_hours > self.baseline.due_hours:
            return "lengthened"
        if self.chosen.due_hours < self.baseline.due_hours:
            return "shortened"
        return "computed" if self.in_force is None else "retriaged"

    @property
    def stays_faster(self) -> bool:
        """The facts ask for a slower tier than the one in force, which stays until a second person agrees."""
        return self.in_force is not None and self.decision.tier.due_hours > self.in_force.due_hours


def weigh(referral: Referral, facts: TriageFacts, pack: Pack, *, chosen_tier: int | None = None) -> Weighed:
    """Hold the facts against the tier in force. A faster tier takes force by itself, a slower one never does.

    Raises RuleBroken for a tier that the pack does not have.
    """
    decision = decide_tier(facts, pack.tiers)
    in_force = tier_of(pack, referral.tier) if referral.tier is not None else None
    baseline = decision.tier
    if in_force is not None and in_force.due_hours < baseline.due_hours:
        baseline = in_force
    chosen = baseline if chosen_tier is None else tier_of(pack, chosen_tier)
    return Weighed(decision, in_force, baseline, chosen, start_clock(referral.clock_started_at, chosen))


def tier_of(pack: Pack, number: int) -> Tier:
    """The tier of this number. Raises RuleBroken when the pack has none."""
    try:
        return pack.tier(number)
    except KeyError:
        raise RuleBroken("Choose a tier from the list.") from None


def clock_start(times: Mapping[str, datetime | None], starts_at: str) -> tuple[str, datetime]:
    """Which time starts the clock: the pack's, or where nobody knows that one, the earliest that is known."""
    chosen = times.get(starts_at)
    if chosen is not None:
        return starts_at, chosen
    at, key = min((at, key) for key, at in times.items() if at is not None)
    return key, at


def reminder_owed(referral: Referral, now: datetime) -> str:
    """The stage that this clock has reached and nobody was told of: at_risk, due, late, or ""."""
    clock = referral.clock
    if clock is None or referral.state != "triaged" or not clock.is_running():
        return ""
    if now >= clock.due_at + LATE_REMINDER_AFTER:
        stage = "late"
    elif now >= clock.due_at:
        stage = "due"
    elif clock.state(now) == "at_risk":
        stage = "at_risk"
    else:
        return ""
    told = REMINDERS.index(referral.reminded) if referral.reminded in REMINDERS else -1
    return stage if REMINDERS.index(stage) > told else ""
