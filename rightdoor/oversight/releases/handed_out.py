"""Every edition of a published report: a correction is a new edition, and the one before stays where it was."""

from __future__ import annotations

from rightdoor.oversight.releases.models import Release
from rightdoor.oversight.releases.queries import published_release


def editions_of(year: int) -> list[int]:
    """The published editions of a year, the newest first."""
    found = Release.objects.filter(state="published", year=year).order_by("-edition")
    return list(found.values_list("edition", flat=True))


def edition_of(year: int, edition: int | None = None) -> Release | None:
    """That edition of a year, or the newest. For anybody; nothing sealed is read."""
    if edition is None:
        return published_release(year)
    found = Release.objects.filter(state="published", year=year, edition=edition)
    return found.defer("inputs_sealed", "built_sealed", "narrative_sealed", "reasons_sealed").first()
