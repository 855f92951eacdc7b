"""Which figures were taken to which meetings, as rows for counting: what they were about, and how long ago."""

from __future__ import annotations

from dataclasses import dataclass

from rightdoor.community.minutes.models import TakenFigures
from rightdoor.domain.looking_back import Lookback


@dataclass(frozen=True, slots=True)
class CountedFigures:
    """Totals of one quarter that stood on the agenda of a meeting that was held."""

    about: str  # the first word of what they are known by: late-responses
    quarter: int  # of the meeting


def counted_figures(region: str, back: Lookback) -> list[CountedFigures]:
    """The totals that were before the region's meetings in the two years. One query."""
    rows = TakenFigures.objects.filter(
        meeting__region=region,
        meeting__state="held",
        meeting__held_at__lte=back.until,
        meeting__held_at__gt=back.earliest,
    )
    found = rows.order_by("-meeting__held_at", "pk").values_list("about", "meeting__held_at")
    return [CountedFigures(about.split("/", 1)[0], back.quarter(held_at) or 0) for about, held_at in found]
