"""Figures of screenings for one viewer: of the agency, the region or the state, in ranges. (SCR-4)"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from rightdoor.casework.screening import deidentified
from rightdoor.casework.screening.deidentified import CountedRow, EducationRow, Figure
from rightdoor.casework.screening.models import counted_for
from rightdoor.casework.screening.queries import text_of, tools_for
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.jurisdiction.active import active_pack, local

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the figures are narrowed to; "" is everything that the viewer may count."""

    tool: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A figure with the words of its key."""

    name: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Figures:
    """The whole page of figures."""

    since: date
    until: date
    all: Figure
    over_time: list[Named]
    tools: list[Named]
    agencies: list[Named]
    areas: list[Named]
    steps: list[Named]
    states: list[Named]
    indicators: list[tuple[str, str, str]]  # tool, indicator, how often
    taught: str
    times: str
    alone: str


def months_until(now: datetime, how_many: int = 12) -> tuple[date, date]:
    """The first day of the first and of the last of the last twelve months."""
    last = local(now).date().replace(day=1)
    whole = last.year * 12 + last.month - how_many
    return date(whole // 12, whole % 12 + 1, 1), last


def regions_counted(viewer: Viewer) -> list[tuple[str, str]]:
    """Key and name of each region whose screenings the viewer may count by region."""
    served = [one for one in active_pack().regions if any(viewer.covers_as(role, one.key) for role in _BY_REGION)]
    return [(one.key, one.name) for one in served]


_BY_REGION = ("care_coordinator", "state_analyst")


def figures_for(viewer: Viewer, narrowed: Narrowed, now: datetime) -> Figures:
    """The last twelve months. Four queries. Raises NotPermitted."""
    check_may(viewer, "screening.figures")
    since, until = months_until(now)
    within = counted_for(viewer)
    rows = deidentified.counted_rows(within, since=since, until=until)
    taught = deidentified.education_rows(within, since=since, until=until)
    if narrowed.tool:
        rows = [row for row in rows if row.tool == narrowed.tool]
    if narrowed.region:
        rows = [row for row in rows if row.region == narrowed.region]
        taught = [row for row in taught if row.region == narrowed.region]
    titles = {one.key: one for one in tools_for(viewer)}
    names = agency_names({row.agency for row in rows})
    areas = {one.key: one.name for one in active_pack().areas}
    indicators = []
    for tool, item, count in deidentified.indicators_seen(rows):
        known = titles.get(tool)
        title = known.title if known else tool
        words = text_of(known, item) if known and item in known.by_id else item
        indicators.append((title, words, deidentified.in_range(count)))
    return Figures(
        since=since,
        until=until,
        all=deidentified.figure_of("", rows),
        over_time=_over_time(rows, since, until),
        tools=[_named(one, titles[one.key].title if one.key in titles else one.key) for one in _by(rows, "tool")],
        agencies=[
            _named(one, names.get(one.key, one.key)) for one in deidentified.pooled(rows, lambda row: row.agency)
        ],
        areas=[_named(one, areas.get(one.key, "Not known")) for one in deidentified.pooled(rows, lambda row: row.area)],
        steps=[_named(one, one.key) for one in _by(rows, "next_step")],
        states=[_named(one, one.key) for one in _by(rows, "state")],
        indicators=indicators,
        **_taught(taught),
    )


def _over_time(rows: list[CountedRow], since: date, until: date) -> list[Named]:
    """Month by month; by three months where no month has a figure that is said."""
    months, at = [], since
    while at <= until:
        months.append(at)
        at = date(at.year + at.month // 12, at.month % 12 + 1, 1)
    each = [[row for row in rows if row.month == month] for month in months]
    if any(len(own) >= deidentified.SMALL for own in each):
        return [Named(_month(month), deidentified.figure_of("", own)) for month, own in zip(months, each, strict=True)]
    found = []
    for first in range(0, len(months), 3):
        last = min(first + 2, len(months) - 1)
        own = [row for part in each[first : last + 1] for row in part]
        found.append(Named(f"{_month(months[first])} to {_month(months[last])}", deidentified.figure_of("", own)))
    return found


def _month(month: date) -> str:
    return f"{MONTHS[month.month - 1]} {month.year}"


def _taught(rows: list[EducationRow]) -> dict[str, str]:
    return {
        "taught": deidentified.in_range(sum(row.people for row in rows)),
        "times": deidentified.in_range(len(rows)),
        "alone": deidentified.in_range(sum(1 for row in rows if row.is_alone is True)),
    }


def _by(rows: list[CountedRow], name: str) -> list[Figure]:
    return deidentified.by(rows, lambda row: str(getattr(row, name)))


def _named(figure: Figure, name: str) -> Named:
    return Named("All others, fewer than 11 each" if figure.key == deidentified.OTHERS else name, figure)
