"""How many providers answered the yearly call: V1. Without it nobody can say whom the numbers count. (STAT-1)"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .measured import MET, PENDING, Definition, Measured, Verdict, excluded, missed, tally
from .norms import Asked
from .rows import ProviderRow

ANSWERED = Definition(
    name="V1",
    title="Providers that answered",
    unit="providers",
    numerator="providers with a valid submission, those with nothing to report among them",
    denominator="providers on the year's frozen list that were asked",
    rules=(
        "Declined and not answered: missed. Left out: on the list and never asked.",
        "Not answered, and its day is not over: pending.",
    ),
    version=1,
    source="Yearly reports, providers asked and reporting",
)
WITH_DATA = Definition(
    name="V1d",
    title="Providers that reported persons served",
    unit="providers",
    numerator="providers with a valid submission that is not nil",
    denominator="providers on the year's frozen list that were asked",
    rules=ANSWERED.rules,
    version=1,
    source="Yearly reports, providers asked and reporting",
)


def answered(rows: Sequence[ProviderRow], asked: Asked) -> Measured:
    """V1, and as a part those with data."""
    judged = [verdict_on(row, asked) for row in rows]
    data = [missed("nil") if one == MET and row.answer == "nil" else one for row, one in zip(rows, judged, strict=True)]
    return replace(
        tally(judged, ANSWERED, asked.cut_off),
        counts={"nil": sum(one == MET and row.answer == "nil" for row, one in zip(rows, judged, strict=True))},
        parts=(replace(tally(data, WITH_DATA, asked.cut_off), part="with_data"),),
        aim=asked.norms.aims.get("V1"),
    )


def verdict_on(row: ProviderRow, asked: Asked) -> Verdict:
    """What a provider is to V1. A nil return needs no check of its content; a submission that nobody has checked counts
    as not valid.
    """
    if row.answer == "not_asked":
        return excluded("not_asked")
    if (row.answer == "nil" and row.is_valid is not False) or (row.answer == "submitted" and row.is_valid is True):
        return MET
    if row.answer == "declined":
        return missed("declined")
    if row.answer != "no_answer" and row.due_on is not None and row.due_on >= asked.day:
        return PENDING
    return missed("not_valid" if row.answer in {"nil", "submitted"} else "no_answer")
