"""Who is screened (C1), and what screening finds (C2). (STAT-4, SCR-1)"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from .measured import MET, OUTSIDE, PENDING, Definition, Measured, Verdict, excluded, missed, tally
from .norms import Asked
from .rows import ScreeningRow, ScreenRow

SCREENED = Definition(
    name="C1",
    title="Eligible youth who are screened",
    unit="eligible youth",
    numerator="eligible youth who were screened, at agencies that know how many they saw",
    denominator="eligible youth whom these agencies saw",
    rules=(
        "Where an agency does not know how many it saw, its screenings are left out of the share and told as a count.",
        "Without any such agency there is a count and no share.",
    ),
    version=1,
    source="Roadmap, screening",
)
YIELD = Definition(
    name="C2",
    title="Screenings that find indicators",
    unit="screenings",
    numerator="completed screenings with indicators",
    denominator="completed screenings",
    rules=(
        "Tools and their versions are told apart and never added up.",
        "A result that is open stays in the whole. Left out: screenings that were not completed.",
    ),
    version=1,
    source="Roadmap, screening",
)
CONFIRMED = Definition(
    name="C2c",
    title="Youth confirmed within {days} days of a screening with indicators",
    unit="screenings",
    numerator="screenings with indicators whose youth was confirmed a victim within {days} days",
    denominator="completed screenings with indicators, {days} days ago or more, or confirmed by now",
    rules=(
        "Not confirmed, and fewer days ago: pending.",
        "Tools and their versions are told apart and never added up.",
    ),
    version=1,
    source="Roadmap, screening",
)


def screened(rows: Sequence[ScreeningRow], asked: Asked) -> Measured:
    """C1. Rows are agencies, counts are youth. Raises ValueError for an agency that screened more than it saw."""
    known = [(row.screened, row.seen) for row in rows if row.seen is not None]
    if any(not 0 <= one <= seen for one, seen in known) or any(row.screened < 0 for row in rows):
        raise ValueError("Of the youth seen, no more can be screened than there were.")
    without = sum(row.screened for row in rows if row.seen is None)
    told, seen = sum(one for one, _ in known), sum(seen for _, seen in known)
    return Measured(
        SCREENED,
        asked.cut_off,
        # Without one whole there is nothing to be out of: the screenings are a count, and never a rate.
        numerator=told if known else without,
        denominator=seen if known else None,
        excluded={"seen_not_known": without} if known and without else {},
        missed={"not_told": seen - told} if seen > told else {},
        counts={"agencies": len(rows), "agencies_that_do_not_know": len(rows) - len(known), "screened": told + without},
        aim=asked.norms.aims.get("C1"),
    )


def found(rows: Sequence[ScreenRow], asked: Asked) -> Measured:
    """C2: for each tool and version a part with its yield, which has the confirmed as its own part."""
    tools = sorted({(row.tool, row.version) for row in rows if verdict_on(row, asked) != OUTSIDE})
    parts = tuple(_of_tool(rows, asked, tool, version) for tool, version in tools)
    judged = tally((verdict_on(row, asked) for row in rows), YIELD, asked.cut_off)
    # The tools cannot be added; what was left out and what was not asked about can.
    return Measured(
        YIELD,
        asked.cut_off,
        numerator=None,
        denominator=None,
        excluded=judged.excluded,
        outside=judged.outside,
        counts={"completed": judged.denominator or 0},
        parts=parts,
    )


def verdict_on(row: ScreenRow, asked: Asked) -> Verdict:
    """What a screening is to the yield of its tool."""
    if row.completed_at is None:
        return excluded("not_completed")
    if not asked.takes(row.completed_at):
        return OUTSIDE
    return MET if row.has_indicators else missed("no_indicators" if row.has_indicators is False else "open")


def confirmed_verdict(row: ScreenRow, asked: Asked) -> Verdict:
    """What a screening is to the share confirmed."""
    if verdict_on(row, asked) != MET or row.completed_at is None:
        return OUTSIDE
    until = row.completed_at + timedelta(days=asked.norms.confirmed_within_days)
    confirmed = asked.seen(row.confirmed_at)
    if confirmed is not None and confirmed <= until:
        return MET
    return missed() if until <= asked.cut_off else PENDING


def _of_tool(rows: Sequence[ScreenRow], asked: Asked, tool: str, version: str) -> Measured:
    own = [row for row in rows if (row.tool, row.version) == (tool, version)]
    definition = CONFIRMED.filled(days=asked.norms.confirmed_within_days)
    confirmed = tally((confirmed_verdict(row, asked) for row in own), definition, asked.cut_off)
    part = tally((verdict_on(row, asked) for row in own), YIELD, asked.cut_off)
    return replace(part, part=f"{tool} {version}", parts=(replace(confirmed, part="confirmed"),))
