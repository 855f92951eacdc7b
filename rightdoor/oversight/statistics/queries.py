"""What is counted for the state and what is not yet, and what its leaders are shown of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rightdoor.casework.closure.deidentified import first_quarter
from rightdoor.domain.disclosure_control.ledger import EarlierRelease
from rightdoor.domain.permission import Standing, Viewer, check_may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.oversight.statistics import cubes
from rightdoor.oversight.statistics.body import opened
from rightdoor.oversight.statistics.models import Cube, name_of


def standing_of_the_state(viewer: Viewer) -> Standing:
    """The figures are the whole state's: whoever reads those of one region alone does not count them."""
    return Standing(region=viewer.covers_as("state_analyst", ""))


def waiting(heads: Sequence[Head], now: datetime) -> int | None:
    """How many spans closed since the last one was counted; None where none ever was. No query."""
    counted = [(one.year, one.quarter) for one in heads]
    quarters = [one for one in counted if one[1]]
    if not quarters:
        return None
    return sum(one not in counted for one in cubes.closed_spans(min(quarters), now, active_pack()))


def to_count(now: datetime) -> list[tuple[int, int]]:
    """Closed quarters and years that nobody has counted, in their order: (year, quarter), quarter 0 a year.

    For the installation's own work: who sees no referrals finds none here.
    """
    first = first_quarter()
    if first is None:
        return []
    done = set(Cube.objects.values_list("year", "quarter"))
    return [one for one in cubes.closed_spans(first, now, active_pack()) if one not in done]


@dataclass(frozen=True, slots=True)
class Head:
    """A counted span in the list, without its tables. `headline`: what is printed of it as a whole."""

    year: int
    quarter: int
    state: str
    headline: Mapping[str, int]
    version: int

    @property
    def name(self) -> str:
        """2025, or 2025-Q1."""
        return name_of(self.year, self.quarter)


def heads_for(viewer: Viewer) -> list[Head]:
    """Every span that was counted, the newest first. One query. Raises NotPermitted."""
    check_may(viewer, "statistics.read")
    columns = ("year", "quarter", "state", "headline", "definition_version")
    return [Head(*row) for row in Cube.objects.order_by("-year", "-quarter").values_list(*columns)]


def cubes_for(viewer: Viewer, year: int, quarter: int) -> dict[int, Cube]:
    """The cube of a span and that of the same a year before, by year, as far as they are counted. One query.

    Its tables are read when somebody asks for them; what it was made of is not. Raises NotPermitted.
    """
    check_may(viewer, "statistics.read")
    rows = Cube.objects.filter(year__in=[year, year - 1], quarter=quarter)
    return {one.year: one for one in rows.defer("rows_sealed", "printed", "hidden", "figures", "certificate")}


def with_tables(cube: Cube) -> Cube:
    """The same with its tables. One query. The caller has asked whether they may be read."""
    return Cube.objects.defer("rows_sealed", "figures").get(pk=cube.pk)


def rows_of(cube: Cube) -> Counter[cubes.Leaf]:
    """What a cube was made of. For what is counted next alone; never for a page. Raises SealBroken."""
    return cubes.read(json.loads(opened(cube.rows_sealed, cube.code)))


def refused_quarters(year: int, quarter: int) -> list[EarlierRelease]:
    """The quarters of a year of which nothing was shown: what they hold is not to be worked out from the others."""
    if quarter:
        return []
    dims = cubes.dimensions(active_pack())
    rows = Cube.objects.filter(year=year, quarter__gt=0, state="refused").order_by("quarter")
    return [cubes.all_hidden(one.name, rows_of(one), dims) for one in rows]
