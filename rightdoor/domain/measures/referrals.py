"""Where referrals come from (F1), what came of those made (F1o), and why some are not eligible (F2). (STAT-4, INT-5)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from .measured import MET, OUTSIDE, PENDING, Definition, Measured, Verdict, by_key, excluded, missed, tally
from .norms import Asked
from .rows import OutgoingRow, ReferralRow

UNKNOWN = "unknown"
SOURCES = Definition(
    name="F1",
    title="Where referrals come from",
    unit="referrals",
    numerator="referrals whose first source is known; the mix counts them by source",
    denominator="all referrals received",
    rules=(
        "One source each, the first. Not known is a line of its own and stays in the whole.",
        "Left out: duplicates.",
    ),
    version=1,
    source="Roadmap, referrals",
)
OUTGOING = Definition(
    name="F1o",
    title="Referrals to services that were completed",
    unit="referrals to services",
    numerator="referrals to services that were completed",
    denominator="referrals made to services whose outcome is known",
    rules=("Outcome not known yet: pending.",),
    version=1,
    source="Ten action steps, step 8",
)
INELIGIBLE = Definition(
    name="F2",
    title="Referrals found not eligible",
    unit="referrals",
    numerator="referrals found not eligible; the mix counts them by their one main reason",
    denominator="referrals decided",
    rules=("Not decided: pending. Left out: duplicates.",),
    version=1,
    source="Roadmap, eligibility",
)


def sources(rows: Sequence[ReferralRow], asked: Asked) -> Measured:
    """F1, with every source in the mix."""
    judged = [(row, source_verdict(row, asked)) for row in rows]
    mix = Counter(row.source.strip() or UNKNOWN for row, one in judged if one.kind in {"met", "missed"})
    found = tally((one for _, one in judged), SOURCES, asked.cut_off)
    return replace(found, mix=by_key(mix), aim=asked.norms.aims.get("F1"))


def source_verdict(row: ReferralRow, asked: Asked) -> Verdict:
    """What a referral is to F1."""
    if not asked.takes(row.received_at):
        return OUTSIDE
    if row.is_duplicate is True:
        return excluded("duplicate")
    return MET if row.source.strip() else missed(UNKNOWN)


def completed(rows: Sequence[OutgoingRow], asked: Asked) -> Measured:
    """F1o: outgoing referrals."""
    found = tally((completed_verdict(row, asked) for row in rows), OUTGOING, asked.cut_off)
    return replace(found, aim=asked.norms.aims.get("F1o"))


def completed_verdict(row: OutgoingRow, asked: Asked) -> Verdict:
    """What a referral to a service is to F1o."""
    if not asked.takes(row.made_at):
        return OUTSIDE
    return {"completed": MET, "not_completed": missed()}.get(row.outcome, PENDING)


def ineligible(rows: Sequence[ReferralRow], asked: Asked) -> Measured:
    """F2, with every reason in the mix. What is counted here is no merit: it has no aim."""
    judged = [(row, ineligible_verdict(row, asked)) for row in rows]
    mix = Counter(row.reason.strip() or UNKNOWN for row, one in judged if one == MET)
    return replace(tally((one for _, one in judged), INELIGIBLE, asked.cut_off), mix=by_key(mix))


def ineligible_verdict(row: ReferralRow, asked: Asked) -> Verdict:
    """What a referral is to F2: counted are the ineligible."""
    if not asked.takes(row.received_at):
        return OUTSIDE
    if row.is_duplicate is True:
        return excluded("duplicate")
    # A decision whose time nobody kept is one; a decision after the cut-off is none yet.
    if row.eligible is None or (row.decided_at is not None and row.decided_at > asked.cut_off):
        return PENDING
    return missed("eligible") if row.eligible else MET
