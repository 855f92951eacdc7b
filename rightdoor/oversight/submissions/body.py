"""The sealed piece of an answer: how it is written and read. Whole blocks, so that its length says little."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from rightdoor.domain.submission.prosecution import Prosecuted
from rightdoor.domain.submission.rows import PersonRow
from rightdoor.domain.submission.totals import Codes, Totals
from rightdoor.foundation.sealing.seals import SealContext, open_sealed, seal

HOLDER = "submissions"  # the installation's own
BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Body:
    """What an answer holds. `why`: (table, codes) of a figure that jumped -> the code of its reason."""

    offers: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    totals: Totals = field(default_factory=dict)
    lines: tuple[PersonRow, ...] = ()
    prosecuted: tuple[Prosecuted, ...] = ()
    why: Mapping[tuple[str, Codes], str] = field(default_factory=dict)


def sealed(body: Body, entry: str, answer: str) -> bytes:
    """The piece as it is stored."""
    tree = {
        "offers": body.offers,
        "serves": body.serves,
        "totals": totals_tree(body.totals),
        "lines": [dict(line.told) for line in body.lines],
        "prosecuted": [asdict(line) for line in body.prosecuted],
        "why": [[table, list(codes), said] for (table, codes), said in sorted(body.why.items())],
    }
    said = json.dumps(tree, ensure_ascii=False, sort_keys=True)
    return seal(said + " " * (-len(said.encode()) % BLOCK), _label(entry, answer))


def opened(blob: bytes | memoryview | None, entry: str, answer: str) -> Body:
    """What `sealed` stored; an empty body for nothing. Raises SealBroken."""
    if blob is None:
        return Body()
    tree = json.loads(open_sealed(bytes(blob), _label(entry, answer)))
    return Body(
        offers=tuple(tree["offers"]),
        serves=tuple(tree["serves"]),
        totals=totals_from(tree["totals"]),
        lines=tuple(PersonRow({key: tuple(codes) for key, codes in line.items()}) for line in tree["lines"]),
        prosecuted=tuple(Prosecuted(**{**one, "services": tuple(one["services"])}) for one in tree["prosecuted"]),
        why={(table, tuple(codes)): said for table, codes, said in tree["why"]},
    )


def totals_tree(totals: Totals) -> dict[str, list[Any]]:
    """Totals as JSON can write them, in one order."""
    return {key: [[list(codes), number] for codes, number in sorted(totals[key].items())] for key in sorted(totals)}


def totals_from(tree: Mapping[str, Any]) -> dict[str, dict[Codes, int]]:
    """What `totals_tree` wrote."""
    return {key: {tuple(codes): int(number) for codes, number in cells} for key, cells in tree.items()}


def _label(entry: str, answer: str) -> SealContext:
    # The entry is the subject: its keys are destroyed when the answers of its year are let go.
    return SealContext(
        table="submissions_answer", column="body_sealed", row=answer, subject=entry, holder=HOLDER, klass="PERF"
    )
