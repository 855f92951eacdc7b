"""Screenings as they are counted: rows without a code, a day or a person, and figures in ranges.

Figures are said in ranges of ten everywhere ("21 to 30", and below eleven "fewer than 11"), so that no two pages,
filters or days can be taken from each other to find one person. (SCR-4; practice 1.4)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from rightdoor.casework.screening.models import CountedScreening, Education
from rightdoor.domain.looking_back import Lookback
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.jurisdiction.active import local

SMALL = 11  # from here on a figure is said at all
WIDE = 10
OTHERS = "*"  # no agency and no area has this key


@dataclass(frozen=True, slots=True)
class CountedRow:
    """One screening that is over, for counting."""

    tool: str
    agency: str
    region: str
    area: str
    month: date
    state: str
    result: str
    band: str
    next_step: str
    occasion: str
    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EducationRow:
    """Universal education given once, for counting."""

    agency: str
    region: str
    month: date
    people: int
    is_alone: bool | None
    limits_told: bool | None
    cards_offered: bool | None
    warm_referral: bool | None


@dataclass(frozen=True, slots=True)
class Figure:
    """How many of one kind, with what came of them: for a reader in ranges only."""

    key: str
    count: int
    positive: int
    scored: int
    to_report: int
    to_refer: int

    @property
    def said(self) -> str:
        return in_range(self.count)

    @property
    def positive_said(self) -> str:
        return in_range(self.positive)

    @property
    def share_said(self) -> str:
        return share_in_range(self.positive, self.scored)

    @property
    def report_said(self) -> str:
        return in_range(self.to_report)

    @property
    def refer_said(self) -> str:
        return in_range(self.to_refer)


def counted_rows(within: Q, *, since: date, until: date) -> list[CountedRow]:
    """The rows of these months, both included. Two queries. `within` is what the caller may count."""
    rows = (
        CountedScreening.objects.filter(within, month__gte=since, month__lte=until)
        .prefetch_related("indicators")
        .order_by("month", "id")
    )
    return [
        CountedRow(
            tool=one.tool,
            agency=one.agency,
            region=one.region,
            area=one.area,
            month=one.month,
            state=one.state,
            result=one.result,
            band=one.band,
            next_step=one.next_step,
            occasion=one.occasion,
            indicators=tuple(sorted(mark.item for mark in one.indicators.all())),
        )
        for one in rows
    ]


def education_rows(within: Q, *, since: date, until: date) -> list[EducationRow]:
    """Education given in these months. One query."""
    last = date(until.year + until.month // 12, until.month % 12 + 1, 1)
    rows = Education.objects.filter(within, given_on__gte=since, given_on__lt=last).order_by("given_on", "id")
    return [
        EducationRow(
            agency=one.agency,
            region=one.region,
            month=one.given_on.replace(day=1),
            people=one.people,
            is_alone=one.is_alone,
            limits_told=one.limits_told,
            cards_offered=one.cards_offered,
            warm_referral=one.warm_referral,
        )
        for one in rows
    ]


@dataclass(frozen=True, slots=True)
class CountedPartner:
    """A partner agency with people who screen, as it stood at a moment."""

    has_screened: bool  # in one of the twelve full months before


def counted_partners(region: str, back: Lookback) -> list[CountedPartner]:
    """The agencies with people who screen in the region. Two queries.

    Screenings are kept by month, so the month that runs does not count: it comes out the same whenever it is asked.
    """
    until = local(back.until).date().replace(day=1)
    since = until.replace(year=until.year - 1)
    running = Grant.objects.filter(role="screener", region=region, starts_at__lte=back.until)
    running = running.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=back.until)).exclude(account__agency_code="")
    agencies = sorted(set(running.values_list("account__agency_code", flat=True)))
    done = set(
        CountedScreening.objects.filter(
            region=region, agency__in=agencies, month__gte=since, month__lt=until
        ).values_list("agency", flat=True)
    )
    return [CountedPartner(code in done) for code in agencies]


def figure_of(key: str, rows: Iterable[CountedRow]) -> Figure:
    """What some rows come to."""
    all_rows = list(rows)
    results = Counter(row.result for row in all_rows)
    steps = Counter(row.next_step for row in all_rows)
    return Figure(
        key=key,
        count=len(all_rows),
        positive=results["positive"],
        scored=len(all_rows) - results[""],
        to_report=steps["report"],
        to_refer=steps["refer"],
    )


def by(rows: Iterable[CountedRow], what: Callable[[CountedRow], str]) -> list[Figure]:
    """The rows by something that each has, the keys in their order."""
    groups: dict[str, list[CountedRow]] = {}
    for row in rows:
        groups.setdefault(what(row), []).append(row)
    return [figure_of(key, groups[key]) for key in sorted(groups)]


def pooled(rows: Iterable[CountedRow], what: Callable[[CountedRow], str]) -> list[Figure]:
    """The rows by area or agency; those with a figure that is not said stand together at the end, unnamed.

    Ten names with "fewer than 11" each and no more than ten in all would say that it was one of each.
    """
    all_rows = list(rows)
    small = {one.key for one in by(all_rows, what) if one.count < SMALL}
    found = by((row for row in all_rows if what(row) not in small), what)
    others = [row for row in all_rows if what(row) in small]
    return [*found, figure_of(OTHERS, others)] if others else found


def indicators_seen(rows: Iterable[CountedRow]) -> list[tuple[str, str, int]]:
    """Tool, indicator and how often it was marked as there."""
    found = Counter((row.tool, item) for row in rows for item in row.indicators)
    return [(tool, item, count) for (tool, item), count in sorted(found.items())]


def in_range(count: int) -> str:
    """How many, as it is said: none, fewer than 11, 11 to 20, 21 to 30, ..."""
    if count <= 0:
        return "none"
    if count < SMALL:
        return f"fewer than {SMALL}"
    low = (count - 1) // WIDE * WIDE + 1
    return f"{low:,} to {low + WIDE - 1:,}"


def middle_of(count: int) -> int | None:
    """For a picture: the middle of the range; None where it is not said."""
    return None if count < SMALL else (count - 1) // WIDE * WIDE + WIDE // 2


def share_in_range(part: int, whole: int) -> str:
    """A share in steps of a quarter; not said where either side of it is small."""
    if whole == 0:
        return "nothing scored"
    if min(part, whole - part) < SMALL:
        return "too few to say"
    at = min(part * 4 // whole, 3)
    return ("under a quarter", "a quarter to a half", "a half to three quarters", "over three quarters")[at]
