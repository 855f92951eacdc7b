"""What the records of a region or of the state come to: rows of every slice, and the figures that they make.

    found = gather(viewer, Scope("capital"), year_of(2026, zone()), now)
    found.figures()                         {"R1": Measured, ...}
    found.figures(year_of(2025, zone()))    another period, where it was asked for: `gather(..., since=...)`
    found.behind("R1")                      the rows of a figure, each with its code and what it is to the figure

A person counts what that person may open the rows of, and nothing else; the installation counts all but what an agency
keeps apart. What no slice records has no figure here: see NOT_RECORDED. Nothing sealed is opened. (STAT-4)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from rightdoor.casework.cases.deidentified import cases_counted
from rightdoor.casework.plans.deidentified import CarriedRow, LookedAtRow, carried_rows, looked_at_rows
from rightdoor.casework.referrals.deidentified import measure_rows as referral_rows
from rightdoor.casework.referrals.deidentified import referrals_counted, rows_without_a_case
from rightdoor.casework.services.deidentified import measure_rows as outgoing_rows
from rightdoor.casework.staffings.deidentified import case_rows, meeting_rows
from rightdoor.community.meetings.deidentified import advisory_rows
from rightdoor.domain.measures.catalogue import Measure, catalogue
from rightdoor.domain.measures.measured import Measured, Verdict
from rightdoor.domain.measures.norms import Asked, Norms, Period
from rightdoor.domain.measures.rows import CaseRow, MeetingRow, OutgoingRow, ReferralRow, RegionRow, Row
from rightdoor.domain.permission import ALL_REGIONS, Viewer
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.oversight.statistics.beside import measures_beside
from rightdoor.packs.measures import norms_of

# Measures of which no slice keeps records yet, and what is lacking. No figure is made up for them.
NOT_RECORDED: Mapping[str, str] = {
    "T1": "Trainings are not recorded here yet.",
    "O1": "Outreach is not recorded here yet.",
    "P1": "Memoranda of understanding are not recorded here yet.",
    "P2": "Protocols and who signed them are not recorded here yet.",
    "C1": "Nobody records here yet how many youth an agency saw, so screenings are a count and no share.",
}
# Those that are told elsewhere: screenings in ranges, the yearly call to providers with its list.
ELSEWHERE = frozenset({"C2", "V1"})


OF_CASES: frozenset[type[Row]] = frozenset({MeetingRow, CaseRow, OutgoingRow, CarriedRow, LookedAtRow})


@dataclass(frozen=True, slots=True)
class Scope:
    """Over which records is counted. Without a region: all that the viewer may count. `own`: the viewer's own ones."""

    region: str = ""
    own: bool = False


class Line(NamedTuple):
    """A counted row with what leads to its record: `kind` referral, case, staffing, service_referral or region."""

    kind: str
    code: str
    region: str
    row: Row


@dataclass(frozen=True, slots=True)
class Behind:
    """A row behind a figure, and what it is to it: one verdict, or one for each month or quarter."""

    line: Line
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Gathered:
    """Rows by what they are rows of. Makes figures as often as asked, without asking the database again."""

    scope: Scope
    period: Period
    as_of: datetime
    norms: Norms
    measures: Mapping[str, Measure]
    lines: Mapping[type[Row], Sequence[Line]] = field(default_factory=dict)

    def figures(
        self,
        period: Period | None = None,
        *,
        only: Collection[str] = (),
        region: str = "",
        as_of: datetime | None = None,
    ) -> dict[str, Measured]:
        """Every measure whose rows were gathered, or those of `only`.

        Over another period, of one region among them, or as it stood at an earlier moment, where that is asked for.
        """
        return {
            name: self.measured(name, period, region=region, as_of=as_of)
            for name in self.measures
            if (not only or name in only) and self.measures[name].rows in self.lines
        }

    def measured(
        self, name: str, period: Period | None = None, *, region: str = "", as_of: datetime | None = None
    ) -> Measured:
        """One figure. Raises KeyError for one whose rows were not gathered."""
        found = self.measures[name]
        lines = self.lines[found.rows]
        rows = [one.row for one in lines if not region or one.region == region]
        return found.work_out(rows, self.asked(period, as_of))

    def behind(self, name: str, period: Period | None = None, *, as_of: datetime | None = None) -> list[Behind]:
        """The rows that the figure is about, with their verdicts; what lies outside of what is asked is left out.

        Raises KeyError for a figure whose rows were not gathered.
        """
        found, asked = self.measures[name], self.asked(period, as_of)
        if found.judge is None:
            return []
        told = []
        for line in self.lines[found.rows]:
            verdicts = tuple(one for one in found.judge(line.row, asked) if one.kind != "outside")
            if verdicts:
                told.append(Behind(line, verdicts))
        return told

    def asked(self, period: Period | None = None, as_of: datetime | None = None) -> Asked:
        """What is asked of a measure."""
        return Asked(as_of or self.as_of, self.norms, period or self.period)

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """The regions of which rows were gathered, in the order of their keys."""
        return tuple(sorted({line.region for lines in self.lines.values() for line in lines}))


def gather(
    viewer: Viewer,
    scope: Scope,
    period: Period,
    now: datetime,
    *,
    since: datetime | None = None,
    only: Collection[str] = (),
) -> Gathered:
    """The rows of the period, or from `since` on where more periods are asked for: each table once.

    `only`: names of measures; of the others no row is read. A fixed number of queries, whatever the tables hold. The
    caller has asked whether the viewer may read figures at all. KeyError for an unknown region.
    """
    pack = active_pack()
    if scope.region:
        pack.region(scope.region)
    norms = norms_of(pack)
    measures = all_measures(norms)
    begin, until = min(since or period.since, period.since), period.until
    wanted = {one.rows for name, one in measures.items() if not only or name in only}
    cases = cases_counted(viewer, region=scope.region, own=scope.own) if wanted & OF_CASES else []
    referrals = referrals_counted(viewer, region=scope.region, own=scope.own)
    regions = [one.key for one in pack.regions if _counts_region(viewer, scope, one.key)]

    def of_cases() -> Iterable[Line]:
        yield from _lines("case", case_rows(cases, begin, until))
        yield from _lines("referral", rows_without_a_case(referrals, begin, until))

    readers: dict[type[Row], Callable[[], Iterable[Line]]] = {
        ReferralRow: lambda: _lines("referral", referral_rows(referrals, begin, until)),
        MeetingRow: lambda: _lines("staffing", meeting_rows(cases, begin, until)),
        CaseRow: of_cases,
        OutgoingRow: lambda: _lines("service_referral", outgoing_rows(cases, begin, until)),
        CarriedRow: lambda: _lines("case", carried_rows(cases, begin, until)),
        LookedAtRow: lambda: _lines("case", looked_at_rows(cases, begin, until)),
    }
    if not scope.own:  # an advisory team is a region's, not one coordinator's
        readers[RegionRow] = lambda: (
            Line("region", "", one.region, one) for one in advisory_rows(regions, begin, until)
        )
    lines = {kind: tuple(read()) for kind, read in readers.items() if kind in wanted}
    return Gathered(scope, period, now, norms, measures, lines)


def all_measures(norms: Norms) -> dict[str, Measure]:
    """The catalogue, and the figures beside it."""
    return catalogue(norms) | measures_beside(norms)


def _counts_region(viewer: Viewer, scope: Scope, region: str) -> bool:
    if scope.region:
        return region == scope.region
    covered = viewer.regions if viewer.is_system else viewer.regions_as("care_coordinator")
    return ALL_REGIONS in covered or region in covered


def _lines(kind: str, rows: Iterable[tuple[str, str, Any]]) -> Iterable[Line]:
    return (Line(kind, code, region, row) for code, region, row in rows)
