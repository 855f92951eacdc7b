"""Endings as rows for counting: region, month, how long the case was open, opened again or not. No code, no day.

What stands sealed, the reason, is counted for whom the record is open, and as totals by the pack's groups only.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from rightdoor.casework.cases.models import visible_cases
from rightdoor.casework.clients.disclosure import decision_on
from rightdoor.casework.clients.facts import as_coordinator, ties_of
from rightdoor.casework.closure.models import Closure, Review
from rightdoor.casework.closure.sealed import closure_label
from rightdoor.community.partners.deidentified import holders_apart
from rightdoor.domain.confidentiality import Item
from rightdoor.domain.looking_back import Lookback
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.sealing.seals import open_each

# Days from opening to ending, as bands that no single child can be told by.
BANDS = ((30, "up to a month"), (90, "1 to 3 months"), (180, "3 to 6 months"), (365, "6 to 12 months"))
LONGER = "over a year"
COUNTED_AT_ONCE = 1000  # codes in one event of the trail


@dataclass(frozen=True, slots=True)
class CountedClosure:
    """One ending without anything that leads back to it."""

    region: str
    month: str  # 2026-03, in the state's zone
    open_for: str
    reopened: bool


def counted_closures(since: datetime, until: datetime) -> Iterator[CountedClosure]:
    """Every ending from `since` on and before `until`, those of cases that were opened again among them."""
    rows = Closure.objects.filter(closed_at__gte=since, closed_at__lt=until).select_related("case")
    for row in rows.order_by("closed_at", "pk").iterator(chunk_size=2000):
        yield CountedClosure(
            region=row.case.region,
            month=f"{local(row.closed_at):%Y-%m}",
            open_for=band(row.case.opened_at, row.closed_at),
            reopened=row.reopened_at is not None,
        )


def reasons_counted(viewer: Viewer, since: datetime, until: datetime, now: datetime) -> Counter[str]:
    """How many endings had a reason of each of the pack's groups, among those whose record is open to the viewer.

    Recorded before it is returned: one event for each holder and kind of ground, with the codes.
    """
    rows = list(
        Closure.objects.filter(closed_at__gte=since, closed_at__lt=until, case__in=visible_cases(viewer, now))
        .select_related("case", "case__client")
        .order_by("closed_at", "pk")
    )
    ties = ties_of(viewer, {row.case.client for row in rows}, now)
    together: dict[tuple[str, str, str], list[Closure]] = {}
    for row in rows:
        case = row.case
        tie = as_coordinator(viewer, ties[case.client_id], case.region)
        ground = decision_on(viewer, case.client, Item("CORE", case.holder), now, action="list", tie=tie)
        if ground.allowed and not ground.status_only:
            together.setdefault((case.holder, ground.basis, ground.ground_code), []).append(row)
    for (holder, basis, ground_code), group in together.items():
        for start in range(0, len(group), COUNTED_AT_ONCE):
            record_read(
                viewer,
                "case.read",
                kind="closure",
                codes=[row.code for row in group[start : start + COUNTED_AT_ONCE]],
                classes=["CORE"],
                holder=holder,
                basis=basis.lower(),
                purpose="counting",
                ground=ground_code or None,
            )
    chosen = [row for group in together.values() for row in group]
    told = open_each([(row.told_sealed, closure_label(row)) for row in chosen])
    reasons = [active_pack().closure.reason(json.loads(words).get("reason", "")) for words in told if words]
    return Counter(reason.group if reason else "other" for reason in reasons)


def band(opened_at: datetime, closed_at: datetime) -> str:
    """How long a case was open, as a band; its upper end belongs to it."""
    days = (closed_at - opened_at).total_seconds() / 86400
    return next((words for limit, words in BANDS if days <= limit), LONGER)


# ---------------------------------------------------------------------------------------- what an evaluation looks for


@dataclass(frozen=True, slots=True)
class CountedEnding:
    """One case that was closed: whether its checklist was gone through, and whether it was talked over."""

    quarter: int
    has_checklist: bool | None  # None: its key was destroyed
    has_debrief: bool | None


@dataclass(frozen=True, slots=True)
class CountedReview:
    """One after-action review that was held."""

    quarter: int
    asks_for_changes: bool  # at least one recommendation, with its owner


def counted_endings(viewer: Viewer, region: str, back: Lookback) -> list[CountedEnding]:
    """The region's cases that were closed in the two years and stayed so until that moment.

    Whether there was a debrief stands sealed and is opened for counting alone: recorded before a row is handed out.
    """
    rows = list(
        Closure.objects.filter(case__region=region, closed_at__gt=back.earliest, closed_at__lte=back.until)
        .filter(Q(reopened_at__isnull=True) | Q(reopened_at__gt=back.until))
        .exclude(case__holder__in=holders_apart())
        .select_related("case", "case__client")
        .order_by("-closed_at", "-pk")
    )
    counted = []
    for start in range(0, len(rows), COUNTED_AT_ONCE):
        part = rows[start : start + COUNTED_AT_ONCE]
        for holder in sorted({row.case.holder for row in part}):
            record_read(
                viewer,
                "case.counted",
                kind="closure",
                codes=[row.code for row in part if row.case.holder == holder],
                classes=["CORE"],
                holder=holder,
                purpose="counting",
                outcome="counted",  # nobody is shown anything: it is no reading
            )
        for row, text in zip(part, open_each([(one.told_sealed, closure_label(one)) for one in part]), strict=True):
            told = json.loads(text) if text else None
            counted.append(
                CountedEnding(
                    quarter=back.quarter(row.closed_at) or 0,
                    has_checklist=None if told is None else bool(told.get("told") and told.get("safety_plan")),
                    has_debrief=None if told is None else bool(told.get("debrief")),
                )
            )
    return counted


def counted_action_reviews(region: str, back: Lookback) -> list[CountedReview]:
    """The region's after-action reviews that were held in the two years. One query."""
    rows = (
        Review.objects.filter(case__region=region, state="held", held_at__gt=back.earliest, held_at__lte=back.until)
        .exclude(case__holder__in=holders_apart())
        .annotate(asked=Count("recommendations"))
        .order_by("-held_at", "-pk")
    )
    return [CountedReview(back.quarter(row.held_at) or 0, row.asked > 0) for row in rows]
