"""Counted years for tests: rows of choice, protected as the act does, and kept."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from time import perf_counter

from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.oversight.statistics import cubes
from rightdoor.oversight.statistics.body import sealed
from rightdoor.oversight.statistics.models import Cube, name_of
from rightdoor.oversight.statistics.solver import Highs

USUAL = {
    "area": "orleans",
    "tier": "1",
    "response": "met",
    "source": "school",
    "way": "planned",
    "ending": "open",
    "visit": "first",
}


def rows_of(*lines: tuple[dict[str, str], int]) -> Counter[cubes.Leaf]:
    """What differs from the usual, and how many there are of it."""
    dims = cubes.dimensions(active_pack())
    return Counter({cubes.leaf_of({**USUAL, **told}, dims): many for told, many in lines})


def keep(
    year: int,
    rows: Counter[cubes.Leaf],
    now: datetime,
    *,
    quarter: int = 0,
    detail: str = cubes.MIDDLE,
    version: int = 1,
) -> Cube:
    """A span of these rows, as it is kept."""
    pack, code = active_pack(), new_code()
    span = name_of(year, quarter)
    made = cubes.make(
        span, rows, pack, Highs(), details=(detail,), earlier=lambda keys, sums: [], seconds=0, timer=perf_counter
    )
    return Cube.objects.create(
        code=code,
        year=year,
        quarter=quarter,
        state="shown",
        looked_at=cubes.looked_at(year, quarter, pack),
        counted_at=now,
        counted_by="AAAA-2222",
        definition_version=version,
        pack_version=pack.version,
        rows_sealed=sealed(json.dumps(cubes.written(rows)), code),
        printed=dict(made.printed),
        headline=cubes.headline(span, made.printed, cubes.dimensions(pack)),
        hidden=list(made.hidden),
        figures=dict(made.figures),
        certificate=dict(made.certificate),
        method=made.method,
        detail=made.detail,
        seconds=made.seconds,
    )


def busy_year(extra: int = 0) -> Counter[cubes.Leaf]:
    """Three regions with enough, and one in which seven referrals were made."""
    return rows_of(
        ({"region": "greater-new-orleans"}, 220 + extra),
        ({"region": "greater-new-orleans", "response": "missed", "tier": "2", "source": "medical"}, 60),
        ({"region": "capital", "area": "east-baton-rouge", "tier": "3", "way": "staffed"}, 140),
        ({"region": "capital", "area": "east-baton-rouge", "response": "missed", "visit": "again"}, 44),
        ({"region": "acadiana", "area": "lafayette", "source": "medical", "ending": "closed-completed"}, 90),
        ({"region": "northwest", "area": "caddo", "response": "missed"}, 7),
    )
