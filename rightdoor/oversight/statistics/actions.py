"""Counting closed quarters and years for the leaders of the state: asked for by a person, done by a job."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from django.utils.crypto import salted_hmac

from rightdoor.casework.closure.deidentified import CountedWay, counted_ways
from rightdoor.domain.measures.funnel import ended_as, stopped_at
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jobs.queue import defer
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.once import in_turn
from rightdoor.oversight.published.actions import enter
from rightdoor.oversight.published.queries import earlier_than
from rightdoor.oversight.statistics import cubes
from rightdoor.oversight.statistics.body import sealed
from rightdoor.oversight.statistics.models import Cube, name_of
from rightdoor.oversight.statistics.queries import refused_quarters, rows_of, standing_of_the_state
from rightdoor.oversight.statistics.solver import Highs

SECONDS = 20.0  # for one span; then a good pattern is taken, and told to be no proven best


@action("statistics.asked")
def ask(viewer: Viewer, *, now: datetime) -> None:
    """Has every closed quarter and year counted that is not yet. Asked twice, it is done once. Raises NotPermitted.

    Which those are the job finds out: whoever asks sees no referral, and so cannot tell when they began.
    """
    check_may(viewer, "statistics.count", standing_of_the_state(viewer))
    defer("statistics.count", viewer.code, once_key="statistics.count")
    record(viewer, "statistics.asked")


@action("statistics.counted")
def count(
    viewer: Viewer, *, year: int, quarter: int, now: datetime, timer: Callable[[], float], seconds: float = SECONDS
) -> Cube:
    """Counts one closed span, protects it together with everything published, and keeps it for good. (STAT-3, STAT-4)

    What stands sealed in the records is opened for counting alone, in the trail of whoever asked. Counted twice, it is
    one. Where nothing may be shown, that is kept, with the reason. Raises NotPermitted, ValueError for an open span.
    """
    check_may(viewer, "statistics.count", standing_of_the_state(viewer))
    # Nothing is published between what this is held against and what it enters.
    in_turn("ledger", "entries")
    known = Cube.objects.filter(year=year, quarter=quarter).first()
    if known is not None:
        record(viewer, "statistics.counted", known, again=True)
        return known
    pack = active_pack()
    at = cubes.looked_at(year, quarter, pack)
    if at > now:
        raise ValueError("This quarter is not closed yet.")
    span = name_of(year, quarter)
    rows = _rows(viewer, year, quarter, at)
    code = new_code()
    said = json.dumps(cubes.written(rows))
    cube = Cube(
        code=code,
        year=year,
        quarter=quarter,
        state="refused",
        looked_at=at,
        counted_at=now,
        counted_by=viewer.code,
        definition_version=cubes.VERSION,
        pack_version=pack.version,
        rows_sealed=sealed(said, code),
    )
    try:
        made = cubes.make(
            span,
            rows,
            pack,
            Highs(),
            details=(cubes.COARSE,) if quarter else (cubes.FINE, cubes.MIDDLE, cubes.COARSE),
            earlier=lambda keys, sums: [*earlier_than(viewer, keys, sums), *refused_quarters(year, quarter)],
            sums=() if quarter else cubes.year_sums(year, cubes.dimensions(pack), rows),
            seconds=seconds,
            timer=timer,
            jitter_key=salted_hmac("rightdoor.statistics", span, algorithm="sha256").digest(),
        )
    except cubes.Refused as why:
        cube.why = str(why)[:400]
        cube.save(force_insert=True)
        record(viewer, "statistics.counted", cube, again=False, shown=0)
        return cube
    cube.state = "shown"
    cube.printed, cube.hidden, cube.figures = dict(made.printed), list(made.hidden), dict(made.figures)
    # In clear, so without the hash over the true counts: beside what is printed it would confirm a guess at the others.
    cube.certificate = {name: told for name, told in made.certificate.items() if name != "problem"}
    cube.method, cube.seconds = made.method, round(made.seconds, 2)
    cube.detail, cube.headline = made.detail, cubes.headline(span, made.printed, cubes.dimensions(pack))
    cube.save(force_insert=True)
    enter(viewer, made.earlier, kind="cube", audience="leaders", about=code, now=now)
    record(viewer, "statistics.counted", cube, again=False, shown=len(cube.printed))
    return cube


def _rows(viewer: Viewer, year: int, quarter: int, at: datetime) -> Counter[cubes.Leaf]:
    """A quarter's rows out of the records; a year's as its quarters were counted."""
    pack = active_pack()
    if quarter:
        dims = cubes.dimensions(pack)
        days = cubes.span_of(year, quarter, pack)
        return Counter(cubes.leaf_of(_told(one), dims) for one in counted_ways(viewer, days.since, days.until, at))
    found: Counter[cubes.Leaf] = Counter()
    for cube in Cube.objects.filter(year=year, quarter__gt=0):
        found += rows_of(cube)
    return found


def _told(one: CountedWay) -> dict[str, str]:
    way = stopped_at(one.path)
    ending = ended_as(one.path)
    return {
        "region": one.region,
        "area": one.area,
        "tier": str(one.tier) if one.tier is not None else cubes.NO_TIER,
        "response": one.response,
        "source": one.source,
        "way": f"reason-{one.path.reason}" if way == "ineligible" else way,
        "ending": f"closed-{one.path.ending}" if ending == "closed" else ending,
        "visit": "first" if one.path.is_first else "again",
    }
