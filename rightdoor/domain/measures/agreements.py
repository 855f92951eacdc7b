"""What holds a region together: advisory meetings (A1), memoranda (P1), the protocol (P2). (STAT-4; Roadmap)"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .measured import MET, OUTSIDE, PENDING, Definition, Measured, Verdict, excluded, missed, tally
from .norms import Asked
from .rows import AgreementRow, ProtocolRow, RegionRow

QUARTERS = Definition(
    name="A1",
    title="Quarters with an advisory meeting",
    unit="region quarters",
    numerator="quarters in which the region's advisory team met at least {times}",
    denominator="quarters of regions, over by the cut-off",
    rules=("A quarter that is not over: pending. One in which the region began is not whole.",),
    version=1,
    source="Roadmap, advisory teams",
)
REGIONS = Definition(
    name="A1y",
    title="Regions whose advisory team met {times} or more",
    unit="regions",
    numerator="regions whose advisory team met {times} or more in the period",
    denominator="regions",
    rules=("Fewer so far while the period runs: pending.", "Many meetings in all do not show that every region met."),
    version=1,
    source="Roadmap, advisory teams",
)
AGREEMENTS = Definition(
    name="P1",
    title="Memoranda reviewed within {days} days",
    unit="agreements",
    numerator="agreements in force whose last review or renewal was {days} days or less before the cut-off",
    denominator="agreements in force that are older than {days} days or were reviewed already",
    rules=("Expired: missed. New and not yet reviewed: pending. Left out: given up or replaced.",),
    version=1,
    source="Roadmap, yearly review",
)
PROTOCOLS = Definition(
    name="P2",
    title="Protocols updated and signed again within {days} days",
    unit="teams",
    numerator="teams whose protocol was updated, and since then signed by every member agency, within {days} days",
    denominator="teams",
    rules=("One signature that is lacking is a miss; the share that has signed is told beside it.",),
    version=1,
    source="Roadmap, yearly renewal",
)
SIGNATURES = Definition(
    name="P2s",
    title="Signatures under the protocol",
    unit="member agencies",
    numerator="member agencies that signed the updated protocol within {days} days",
    denominator="member agencies",
    rules=("A protocol that nobody updated has no signature that counts.",),
    version=1,
    source="Roadmap, yearly renewal",
)


def advised(rows: Sequence[RegionRow], asked: Asked) -> Measured:
    """A1, and as a part the regions that met often enough over the period. Raises ValueError without a period."""
    norms = asked.norms
    found = tally(
        (one for row in rows for one in quarter_verdicts(row, asked)),
        QUARTERS.filled(times=times(norms.advisory_per_quarter)),
        asked.cut_off,
    )
    owed = norms.advisory_per_quarter * len(asked.quarters)
    region = tally((region_verdict(row, asked) for row in rows), REGIONS.filled(times=times(owed)), asked.cut_off)
    held = sum(len([day for day in row.meetings if asked.takes_day(day)]) for row in rows)
    return replace(found, counts={"meetings": held}, parts=(replace(region, part="regions"),), aim=norms.aims.get("A1"))


def quarter_verdicts(row: RegionRow, asked: Asked) -> Iterator[Verdict]:
    """One verdict for each quarter of a region. Raises ValueError without a period."""
    for quarter in asked.quarters:
        if quarter.first > asked.day or (row.since is not None and row.since > quarter.first):
            continue
        if not asked.is_over(quarter):
            yield PENDING
        else:
            held = sum(quarter.has_day(day) for day in row.meetings)
            yield MET if held >= asked.norms.advisory_per_quarter else missed()


def region_verdict(row: RegionRow, asked: Asked) -> Verdict:
    """Did a region meet often enough over the period? Raises ValueError without a period."""
    whole = [one for one in asked.quarters if row.since is None or row.since <= one.first]
    if not whole:
        return OUTSIDE
    held = sum(asked.takes_day(day) for day in row.meetings)
    if held >= asked.norms.advisory_per_quarter * len(whole):
        return MET
    return missed() if asked.is_over(asked.of) else PENDING


def reviewed(rows: Sequence[AgreementRow], asked: Asked) -> Measured:
    """P1."""
    definition = AGREEMENTS.filled(days=asked.norms.agreement_days)
    found = tally((agreement_verdict(row, asked) for row in rows), definition, asked.cut_off)
    return replace(found, aim=asked.norms.aims.get("P1"))


def agreement_verdict(row: AgreementRow, asked: Asked) -> Verdict:
    """What an agreement is to P1."""
    today, days = asked.day, asked.norms.agreement_days
    if row.signed_on > today:
        return OUTSIDE
    if row.ended_on is not None and row.ended_on <= today:
        return excluded("ended")
    if row.expires_on is not None and row.expires_on < today:
        return missed("expired")
    reviews = [day for day in row.reviews if day <= today]
    if reviews:
        return MET if (today - max(reviews)).days <= days else missed("review_overdue")
    return missed("never_reviewed") if (today - row.signed_on).days > days else PENDING


def renewed(rows: Sequence[ProtocolRow], asked: Asked) -> Measured:
    """P2, and as a part the signatures."""
    days = asked.norms.protocol_days
    found = tally((protocol_verdict(row, asked) for row in rows), PROTOCOLS.filled(days=days), asked.cut_off)
    signatures = tally(
        (MET if signed else missed() for row in rows for signed in _signed(row, asked)),
        SIGNATURES.filled(days=days),
        asked.cut_off,
    )
    return replace(found, parts=(replace(signatures, part="signatures"),), aim=asked.norms.aims.get("P2"))


def protocol_verdict(row: ProtocolRow, asked: Asked) -> Verdict:
    """What a team's protocol is to P2. A team without members has nobody who signed."""
    if not _is_current(row, asked):
        return missed("not_updated")
    signed = _signed(row, asked)
    return MET if signed and all(signed) else missed("signatures_lacking")


def _is_current(row: ProtocolRow, asked: Asked) -> bool:
    updated = row.updated_on
    return updated is not None and 0 <= (asked.day - updated).days <= asked.norms.protocol_days


def _signed(row: ProtocolRow, asked: Asked) -> list[bool]:
    current = _is_current(row, asked)
    return [
        current
        and row.updated_on is not None
        and one.signed_on is not None
        and row.updated_on <= one.signed_on <= asked.day
        for one in row.members
    ]


def times(number: int) -> str:
    """How often, in words."""
    return "once" if number == 1 else f"{number} times"
