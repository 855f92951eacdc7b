"""How many responses of a region were late, why, and in which tier, by quarter; and taking that to an advisory meeting.

Counted are responses that were due in the quarter, as far as the viewer may know of them: exactly the rows that a
figure opens. In the minutes stands only what `domain.late_response` lets travel. (INT-11)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import ExtractQuarter, ExtractYear

from rightdoor.casework.referrals.late_causes import LATE_CAUSES
from rightdoor.casework.referrals.models import Referral, visible_referrals
from rightdoor.community.meetings.models import Meeting
from rightdoor.community.minutes.actions import FigureLine, add_figures
from rightdoor.community.minutes.queries import next_meeting, taken_to
from rightdoor.domain.clock import Clock
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.late_response import (
    USUAL_THRESHOLD,
    LateFigures,
    Quarter,
    Travelling,
    check_may_take,
    for_minutes,
    quarter_of,
)
from rightdoor.domain.permission import Standing, Viewer, check_may, may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import is_code
from rightdoor.foundation.jurisdiction.active import active_pack, local, zone

KIND = "advisory"  # of the meeting that the causes are taken to
QUARTERS = 8
PAGE = 50
NO_CAUSE = "none"  # in an address: the late ones of which nobody has recorded a cause
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
CAUSES: Mapping[str, str] = {**LATE_CAUSES, "": "No cause recorded yet"}


@dataclass(frozen=True, slots=True)
class QuarterLine:
    """One quarter in figures, how many responses each tier had in it, and the meeting that it was taken to."""

    quarter: Quarter
    figures: LateFigures
    due_by_tier: Mapping[int, int]
    meeting: Meeting | None


@dataclass(frozen=True, slots=True)
class LateRow:
    """A response that was late: by code alone, for whoever wants to look."""

    code: str
    tier: int
    cause: str
    clock: Clock


@dataclass(frozen=True, slots=True)
class LateRows:
    """A page of them, the latest due first, and the code that the next page starts from."""

    rows: list[LateRow]
    next: str = ""


def standing_in(viewer: Viewer, region: str) -> Standing:
    """How the viewer stands to the figures of a region: as its coordinator, or not at all."""
    return Standing(region=viewer.covers_as("care_coordinator", region))


def regions_counted(viewer: Viewer) -> list[tuple[str, str]]:
    """Key and name of each region whose causes the viewer may see."""
    regions = active_pack().regions
    return [(one.key, one.name) for one in regions if may(viewer, "referral.see_causes", standing_in(viewer, one.key))]


def late_by_quarter(viewer: Viewer, region: str, now: datetime) -> list[QuarterLine]:
    """The last eight quarters of a region, the running one first. Two queries. Raises NotPermitted."""
    check_may(viewer, "referral.see_causes", standing_in(viewer, region))
    quarters = [quarter_of(local(now).date())]
    while len(quarters) < QUARTERS:
        quarters.append(quarters[-1].before)
    tiers: dict[Quarter, dict[int, list[int]]] = {one: {} for one in quarters}
    causes: dict[Quarter, dict[str, int]] = {one: {} for one in quarters}
    for row in (
        _due(viewer, region, quarters[-1], quarters[0], now)
        .annotate(year=ExtractYear("due_at", tzinfo=zone()), part=ExtractQuarter("due_at", tzinfo=zone()))
        .annotate(why=Case(When(_late(now), then=F("late_cause")), default=Value("")))
        .order_by()
        .values("year", "part", "tier", "why")
        .annotate(due=Count("pk"), late=Count("pk", filter=_late(now)))
    ):
        quarter = Quarter(row["year"], row["part"])
        counted = tiers[quarter].setdefault(row["tier"], [0, 0])
        counted[0] += row["due"]
        counted[1] += row["late"]
        causes[quarter][row["why"]] = causes[quarter].get(row["why"], 0) + row["late"]
    taken = taken_to(viewer, [about(region, one) for one in quarters])
    return [
        QuarterLine(
            quarter=one,
            figures=LateFigures(
                responses=sum(due for due, _ in tiers[one].values()),
                by_cause=tuple(
                    (key, causes[one].get(key, 0)) for key in [*CAUSES, *sorted(set(causes[one]) - set(CAUSES))]
                ),
                by_tier=tuple((tier, late) for tier, (_, late) in sorted(tiers[one].items())),
            ),
            due_by_tier={tier: due for tier, (due, _) in tiers[one].items()},
            meeting=taken.get(about(region, one)),
        )
        for one in quarters
    ]


def late_rows(
    viewer: Viewer,
    region: str,
    quarter: Quarter,
    now: datetime,
    *,
    cause: str = "",
    tier: int | None = None,
    after: str = "",
) -> LateRows:
    """The rows behind a figure: all that were late, or those of a cause ("none": without one) or of a tier.

    Two queries at most. Raises NotPermitted.
    """
    check_may(viewer, "referral.see_causes", standing_in(viewer, region))
    rows = _due(viewer, region, quarter, quarter, now).filter(_late(now))
    if cause:
        rows = rows.filter(late_cause="" if cause == NO_CAUSE else cause)
    if tier is not None:
        rows = rows.filter(tier=tier)
    mark = rows.filter(code=after).values("id", "due_at").first() if is_code(after) else None
    if mark is not None:
        rows = rows.filter(Q(due_at__lt=mark["due_at"]) | Q(due_at=mark["due_at"], id__lt=mark["id"]))
    columns = ("code", "tier", "late_cause", "clock_started_at", "due_at", "stopped_at")
    found = list(rows.order_by("-due_at", "-id").values(*columns)[: PAGE + 1])
    shown = [
        LateRow(
            row["code"],
            row["tier"],
            CAUSES.get(row["late_cause"], ""),
            Clock(row["clock_started_at"], row["due_at"], stopped_at=row["stopped_at"]),
        )
        for row in found[:PAGE]
    ]
    return LateRows(shown, shown[-1].code if len(found) > PAGE else "")


def travelling(figures: LateFigures) -> Travelling:
    """The figures as they would stand in minutes, by the pack's threshold."""
    return for_minutes(figures, active_pack().statistics.small_count_threshold or USUAL_THRESHOLD)


def lines_of(figures: LateFigures) -> list[FigureLine]:
    """The same, line by line, as they are written under the topic."""
    written = travelling(figures)
    everything = [FigureLine("All responses", "Due in this quarter", written.responses)]
    if written.late:
        everything.append(FigureLine("All responses", "Late", written.late))
    by_cause = [FigureLine("Late, by cause", CAUSES.get(key, key), said) for key, said in written.by_cause]
    by_tier = [FigureLine("Late, by response tier", f"Tier {tier}", said) for tier, said in written.by_tier]
    return [*everything, *by_cause, *by_tier]


def about(region: str, quarter: Quarter) -> str:
    """By what the figures of one quarter of a region are known, wherever they were taken."""
    return f"late-responses/{region}/{quarter.key}"


def meeting_for_causes(viewer: Viewer, region: str, now: datetime) -> Meeting | None:
    """The region's next advisory meeting, or None."""
    return next_meeting(viewer, region, KIND, now)


@action("referral.causes_taken")
def take_causes(viewer: Viewer, *, region: str, quarter: Quarter, topic: str, now: datetime) -> Meeting:
    """Puts a quarter's late responses and their causes under a topic of the region's next advisory meeting. (INT-11)

    Totals only, as they stand now; a small count, and whatever gives one away, is not written. Returns the meeting.
    Raises NotVisible for a region that is not the viewer's, NotPermitted, and RuleBroken for a quarter that is not
    over or lies too far back, was taken before, or where no advisory meeting is coming up.
    """
    standing = standing_in(viewer, region)
    if standing.none:
        raise NotVisible
    check_may(viewer, "referral.take_causes", standing)
    check_may_take(quarter, local(now).date())
    line = next((one for one in late_by_quarter(viewer, region, now) if one.quarter == quarter), None)
    if line is None:
        raise RuleBroken("Choose one of the quarters of the list.")
    meeting = meeting_for_causes(viewer, region, now)
    if meeting is None:
        raise RuleBroken("No advisory meeting is coming up. Call one first.")
    add_figures(
        viewer,
        meeting,
        topic=topic,
        about=about(region, quarter),
        title=f"Late responses, {active_pack().region(region).name}, {in_words(quarter)}",
        lines=lines_of(line.figures),
        now=now,
    )
    which = {"region": region, "year": quarter.year, "quarter": quarter.number}
    record(viewer, "referral.causes_taken", meeting, topic=topic, **which)
    return meeting


def in_words(quarter: Quarter) -> str:
    """January to March 2026"""
    return f"{MONTHS[3 * quarter.number - 3]} to {MONTHS[3 * quarter.number - 1]} {quarter.year}"


def _due(viewer: Viewer, region: str, first: Quarter, last: Quarter, now: datetime) -> QuerySet[Referral]:
    """Responses that were due from one quarter to another: held by now, or past their time."""
    since = datetime.combine(first.first_day, time.min, tzinfo=zone())
    until = datetime.combine(last.next.first_day, time.min, tzinfo=zone())
    asked = visible_referrals(viewer, now).filter(region=region, due_at__gte=since, due_at__lt=until)
    return asked.filter(Q(stopped_at__isnull=False) | Q(due_at__lt=now))


def _late(now: datetime) -> Q:
    """The same line as `domain.clock` draws: exactly on the second is on time."""
    return Q(stopped_at__gt=F("due_at")) | Q(stopped_at__isnull=True, due_at__lt=now)
