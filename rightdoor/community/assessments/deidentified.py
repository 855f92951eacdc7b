"""Finished self-assessments and their action steps as rows for counting: how long ago. No code, no day, no text."""

from __future__ import annotations

from dataclasses import dataclass

from rightdoor.community.assessments.models import ActionStep, Assessment
from rightdoor.domain.looking_back import Lookback


@dataclass(frozen=True, slots=True)
class CountedAssessments:
    """A region's evaluations of the two years, and what was planned after them."""

    finished: tuple[int, ...] = ()  # the quarter of each
    planned: tuple[int, ...] = ()  # the quarter in which each action step was made


def counted_assessments(region: str, back: Lookback) -> CountedAssessments:
    """The region's finished evaluations and its action steps. Two queries."""
    finished = Assessment.objects.filter(
        region=region, completed_at__gt=back.earliest, completed_at__lte=back.until
    ).order_by("-completed_at", "pk")
    planned = ActionStep.objects.filter(
        assessment__region=region, made_at__gt=back.earliest, made_at__lte=back.until
    ).order_by("-made_at", "pk")
    return CountedAssessments(
        finished=tuple(back.quarter(at) or 0 for at in finished.values_list("completed_at", flat=True)),
        planned=tuple(back.quarter(at) or 0 for at in planned.values_list("made_at", flat=True)),
    )
