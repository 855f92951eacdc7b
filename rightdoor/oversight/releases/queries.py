"""Releases for who draws them up, reads them over, and, once they are published, for anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rightdoor.domain.annual_report.building import Found
from rightdoor.domain.annual_report.flow import Standing as Stands
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Standing, Viewer, check_may, may
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.codes import normalise
from rightdoor.oversight.releases.models import Release, ReleaseFile
from rightdoor.oversight.releases.sealed import opened
from rightdoor.oversight.submissions.models import ReportingYear


@dataclass(frozen=True, slots=True)
class Draft:
    """What was built and is not published: the document, and what the second reader has to look at."""

    document: Mapping[str, Any]
    to_be_read: tuple[str, ...]
    faults: tuple[Mapping[str, str], ...]
    pattern: Found


def standing_of_the_state(viewer: Viewer) -> Standing:
    """A release is the whole state's."""
    return Standing(region=viewer.covers_as("state_analyst", ""))


def stands(release: Release) -> Stands:
    """The release as its rules ask for it."""
    return Stands(
        state=release.state,
        authors=frozenset(release.authors),
        is_frozen=release.inputs_sealed is not None,
        is_for_release=release.is_for_release,
        files_pass=release.files_pass,
    )


def releases_for(viewer: Viewer) -> list[Release]:
    """Every release, the newest first. Raises NotPermitted. One query, without anything sealed."""
    check_may(viewer, "annual.read", standing_of_the_state(viewer))
    found = Release.objects.defer("inputs_sealed", "built_sealed", "narrative_sealed", "reasons_sealed", "document")
    return list(found.order_by("-year", "-edition"))


def release_for(viewer: Viewer, code: str) -> Release:
    """One of them. Raises NotVisible."""
    found = Release.objects.filter(code=normalise(code)).first()
    if found is None or not may(viewer, "annual.read", standing_of_the_state(viewer)):
        raise NotVisible
    return found


def years_to_report(viewer: Viewer) -> list[int]:
    """Years whose list of agencies was frozen, the newest first: those that a report can be drawn up of."""
    check_may(viewer, "annual.draft", standing_of_the_state(viewer))
    return list(ReportingYear.objects.filter(frozen_at__isnull=False).order_by("-year").values_list("year", flat=True))


def draft_of(viewer: Viewer, release: Release) -> Draft | None:
    """What was built, after its event; None before it was. Printed values alone. Raises NotPermitted, SealBroken."""
    check_may(viewer, "annual.read", standing_of_the_state(viewer))
    if release.built_sealed is None:
        return None
    record_read(viewer, "annual.read", release)
    built = opened(release, "built_sealed")
    return Draft(
        document=built["document"],
        to_be_read=tuple(built["to_be_read"]),
        faults=tuple(built["certificate"]["faults"]),
        pattern=pattern_of(built),
    )


def narrative_of(viewer: Viewer, release: Release) -> list[dict[str, str]]:
    """The sections as they stand. Raises NotPermitted."""
    check_may(viewer, "annual.read", standing_of_the_state(viewer))
    if release.narrative_sealed is None:
        return []
    return list(opened(release, "narrative_sealed"))


def reasons_of(viewer: Viewer, release: Release) -> str:
    """Why it was sent back; "" where it was not. Raises NotPermitted."""
    check_may(viewer, "annual.read", standing_of_the_state(viewer))
    return str(opened(release, "reasons_sealed") or "")


def pattern_of(built: Mapping[str, Any]) -> Found:
    """The pattern that was found when it was built."""
    it = built["pattern"]
    return Found(tuple(it["hidden"]), it["status"], float(it["seconds"]))


# ------------------------------------------------------------------------------------------------------- for anybody


def published_release(year: int) -> Release | None:
    """What is published of a year: its newest edition. For anybody; it holds printed values alone."""
    return (
        Release.objects.filter(state="published", year=year)
        .defer("inputs_sealed", "built_sealed", "narrative_sealed", "reasons_sealed")
        .order_by("-edition")
        .first()
    )


def editions_of(year: int) -> list[int]:
    """The published editions of a year, the newest first: a correction is one more, and those before stay."""
    found = Release.objects.filter(state="published", year=year).order_by("-edition")
    return list(found.values_list("edition", flat=True))


def edition_of(year: int, edition: int | None = None) -> Release | None:
    """That edition of a year, or the newest. For anybody; nothing sealed is read."""
    if edition is None:
        return published_release(year)
    found = Release.objects.filter(state="published", year=year, edition=edition)
    return found.defer("inputs_sealed", "built_sealed", "narrative_sealed", "reasons_sealed").first()


def published_before(year: int) -> list[Release]:
    """What is published of earlier years, the oldest first, with its document. For anybody."""
    found = Release.objects.filter(state="published", year__lt=year).order_by("year", "edition")
    return list(found.defer("inputs_sealed", "built_sealed", "narrative_sealed", "reasons_sealed"))


def published_years() -> list[int]:
    """Years of which a report is published, the newest first."""
    return list(Release.objects.filter(state="published").order_by("-year").values_list("year", flat=True).distinct())


def files_of(release: Release) -> list[tuple[str, str]]:
    """Name and SHA-256 of each file of a published release."""
    return list(release.files.order_by("name").values_list("name", "digest"))


def file_of(release: Release, name: str) -> ReleaseFile | None:
    """One file of a published release."""
    return release.files.filter(name=name).first()
