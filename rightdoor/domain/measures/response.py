"""How fast the team met: R1 to R3 by tier, R4 overall. (INT-11; Roadmap, response times)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from .measured import MET, OUTSIDE, PENDING, Definition, Measured, Verdict, by_key, excluded, missed, tally
from .norms import Asked, Norms
from .rows import ReferralRow
from .survival import times_of

RULES = (
    "Hours are elapsed hours; exactly on the second is on time.",
    "A scheduled or cancelled meeting does not count; a missing child does.",
    "Left out: duplicates, those found not eligible or withdrawn before the meeting was due, and those found not "
    "eligible without ever having had a tier: no meeting was ever due for them.",
    "Not yet due and not held: pending.",
    "A referral that nobody has decided or triaged is held to the fastest tier.",
    "A faster tier is due at the old time, or its own hours after the change, whichever comes first. "
    "A slower one never lengthens a time that had passed.",
    "Where the desk set a due time, that one counts: there every limit runs from receipt, also after a change.",
)
BY_TIER = Definition(
    name="{name}",
    title="Response within {hours} hours, tier {tier}",
    unit="referrals",
    numerator="tier {tier} referrals whose first emergency response meeting was held within {hours} hours of receipt",
    denominator="tier {tier} referrals accepted whose meeting was held or due by the cut-off",
    rules=RULES,
    version=2,
    source="Roadmap, response times",
)
OVERALL = Definition(
    name="R4",
    title="Response in time, all tiers",
    unit="referrals",
    numerator="referrals whose first emergency response meeting was held within the hours of their tier ({hours})",
    denominator="referrals accepted whose meeting was held or due by the cut-off",
    rules=(*RULES, "Median and 90th percentile by Kaplan-Meier: those still waiting count for as long as they have."),
    version=2,
    source="Roadmap, response times",
)


def name_of(tier: int) -> str:
    """The name of a tier's measure. R4 is the overall one, so a fourth tier has a name of its own."""
    return f"R{tier}" if tier <= 3 else f"R_tier_{tier}"


def definition_of(tier: int, norms: Norms) -> Definition:
    """A tier's measure in words."""
    return BY_TIER.filled(name=name_of(tier), tier=tier, hours=norms.tier_hours[tier])


def definition_overall(norms: Norms) -> Definition:
    """R4 in words."""
    return OVERALL.filled(
        hours=", ".join(f"tier {tier}: {norms.tier_hours[tier]}" for tier in sorted(norms.tier_hours))
    )


def response_of_tier(rows: Sequence[ReferralRow], asked: Asked, tier: int) -> Measured:
    """R1, R2 or R3. Raises ValueError when there is no such tier."""
    if tier not in asked.norms.tier_hours:
        raise ValueError(f"There is no tier {tier} here.")
    return _told(rows, asked, definition_of(tier, asked.norms), tier)


def response_overall(rows: Sequence[ReferralRow], asked: Asked) -> Measured:
    """R4: every tier together, and each as a part."""
    tiers = sorted(asked.norms.tier_hours)
    parts = tuple(replace(response_of_tier(rows, asked, tier), part=f"tier_{tier}") for tier in tiers)
    return replace(_told(rows, asked, definition_overall(asked.norms), None), parts=parts)


def verdict_on(row: ReferralRow, asked: Asked, tier: int | None = None) -> Verdict:
    """What a referral is to the measure of a tier; to the overall one when none is named."""
    if not asked.takes(row.received_at) or (tier is not None and tier_of(row, asked) != tier):
        return OUTSIDE
    if row.is_duplicate is True:
        return excluded("duplicate")
    due = due_at(row, asked)
    decided, withdrawn, held = asked.seen(row.decided_at), asked.seen(row.withdrawn_at), asked.seen(row.held_at)
    # Without a tier no clock ever ran. The desk calls none of these late, and a figure must agree with the desk.
    if row.eligible is False and decided is not None and (decided < due or not row.tiers):
        return excluded("ineligible")
    if withdrawn is not None and withdrawn < due:
        return excluded("withdrawn")
    if held is not None:
        return MET if held <= due else missed(row.late_cause)
    return missed(row.late_cause) if due <= asked.cut_off else PENDING


def tier_of(row: ReferralRow, asked: Asked) -> int:
    """The tier in force when the meeting was held, or at the cut-off. Without one: the fastest.

    Raises ValueError for a tier that is not here.
    """
    steps = _steps(row, asked)
    tier = steps[-1][0] if steps else asked.norms.fastest
    _hours(asked.norms, tier)
    return tier


def due_at(row: ReferralRow, asked: Asked) -> datetime:
    """When the meeting is due: as the desk's clock says, or by the tiers as they changed up to it.

    Raises ValueError for a tier that is not here.
    """
    steps = _steps(row, asked)
    before = _hours(asked.norms, steps[0][0] if steps else asked.norms.fastest)
    if row.due_at is not None:
        return row.due_at
    due = row.received_at + timedelta(hours=before)
    for tier, at in steps[1:]:
        hours = _hours(asked.norms, tier)
        if hours < before:
            due = min(due, at + timedelta(hours=hours))
        elif hours > before and at <= due:
            due = max(due, row.received_at + timedelta(hours=hours))
        before = hours
    return due


def due_from_receipt(row: ReferralRow, asked: Asked) -> datetime:
    """When the desk's clock runs out: the time that it set, or every limit from receipt; no change makes it later."""
    if row.due_at is not None:
        return row.due_at
    tiers = [tier for tier, _ in _steps(row, asked)] or [asked.norms.fastest]
    return row.received_at + timedelta(hours=min(_hours(asked.norms, tier) for tier in tiers))


def _steps(row: ReferralRow, asked: Asked) -> list[tuple[int, datetime]]:
    """The tiers in force up to the meeting and the cut-off, in the order of time."""
    end = asked.seen(row.held_at) or asked.cut_off
    # What was established before receipt holds from receipt on.
    steps = [(one.tier, max(one.at or row.received_at, row.received_at)) for one in row.tiers]
    # The first is what the referral was triaged to, however late.
    return steps[:1] + sorted((one for one in steps[1:] if one[1] <= end), key=lambda one: one[1])


def _hours(norms: Norms, tier: int) -> int:
    if tier not in norms.tier_hours:
        raise ValueError(f"There is no tier {tier} here.")
    return norms.tier_hours[tier]


def _told(rows: Sequence[ReferralRow], asked: Asked, definition: Definition, tier: int | None) -> Measured:
    judged = [(row, verdict_on(row, asked, tier)) for row in rows]
    counting = [(row, one) for row, one in judged if one.kind in {"met", "missed", "pending"}]
    return replace(
        tally((one for _, one in judged), definition, asked.cut_off),
        counts=_beside(counting, asked),
        times=times_of(_span(row, asked) for row, _ in counting),
        aim=asked.norms.aims.get(definition.name),
    )


def _beside(counting: Iterable[tuple[ReferralRow, Verdict]], asked: Asked) -> dict[str, int]:
    found: Counter[str] = Counter({"untriaged": 0, "met_but_late_on_the_desk": 0})
    for row, one in counting:
        if not row.tiers:
            found["untriaged"] += 1
            continue
        first, last = row.tiers[0].tier, tier_of(row, asked)
        if first != last:
            found[f"tier_{first}_to_{last}"] += 1
        held = asked.seen(row.held_at)
        if one.kind == "met" and held is not None and held > due_from_receipt(row, asked):
            found["met_but_late_on_the_desk"] += 1
    return by_key(found)


def _span(row: ReferralRow, asked: Asked) -> tuple[timedelta, bool]:
    """How long the referral waited, and whether it was met. It stops waiting when it is turned away or withdrawn."""
    held = asked.seen(row.held_at)
    if held is not None:
        return held - row.received_at, True
    turned_away = asked.seen(row.decided_at) if row.eligible is False else None
    ends = [at for at in (turned_away, asked.seen(row.withdrawn_at)) if at is not None]
    return min([asked.cut_off, *ends]) - row.received_at, False
