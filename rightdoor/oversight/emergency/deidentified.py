"""Openings in an emergency as rows for counting: how long ago, and whether somebody looked at them. No code, no day."""

from __future__ import annotations

from dataclasses import dataclass

from rightdoor.casework.cases.deidentified import cases_known
from rightdoor.domain.looking_back import Lookback
from rightdoor.oversight.emergency.models import Opening


@dataclass(frozen=True, slots=True)
class CountedOpening:
    """One hour that a case stood open in an emergency."""

    quarter: int
    was_reviewed: bool
    is_review_due: bool  # the time for looking at it is over


def counted_openings(region: str, back: Lookback) -> list[CountedOpening]:
    """The region's cases that were opened in an emergency in the two years. One query."""
    rows = Opening.objects.filter(
        case_code__in=cases_known(region, back.until).values("code"),
        opened_at__gt=back.earliest,
        opened_at__lte=back.until,
    ).order_by("-opened_at", "-pk")
    return [
        CountedOpening(
            back.quarter(row.opened_at) or 0, back.has_seen(row.reviewed_at), back.has_seen(row.review_due_at)
        )
        for row in rows
    ]
