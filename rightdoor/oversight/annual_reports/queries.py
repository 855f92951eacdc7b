"""Releases for who draws them up, reads them over, and, once they are published, for anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rightdoor.domain.annual_report.building import Found
from rightdoor.domain.annual_report.flow import Standing as Stands
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import ACTS, Standing, Viewer, check_may, may
from rightdoor.foundation.access.viewers import viewers_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.codes import normalise
from rightdoor.oversight.annual_reports.models import AnnualReport, AnnualReportFile
from rightdoor.oversight.annual_reports.sealed import opened
from rightdoor.oversight.submissions.models import ReportingYear


@dataclass(frozen=True, slots=True)
class Draft:
    """What was built and is not published: the document, and what the second reader has to look at."""

    document: Mapping[str, Any]
    to_be_read: tuple[str, ...]
    faults: tuple[Mapping[str, str], ...]
    pattern: Found


def standing_of_the_state(viewer: Viewer) -> Standing:
    """A report is the whole state's."""
    return Standing(region=viewer.covers_as("state_analyst", ""))


def possible_readers(report: AnnualReport, now: datetime) -> set[str]:
    """Codes of those who may sign this report now: nobody who made anything of it."""
    roles = set(ACTS["annual.sign"].by)
    accounts = Account.objects.filter(is_active=True, grants__role__in=roles).distinct()
    found = viewers_of(accounts, now)
    return {code for code, one in found.items() if may(one, "annual.sign", standing_of_the_state(one))} - {
        *report.authors
    }


def stands(report: AnnualReport) -> Stands:
    """The report as its rules ask for it."""
    return Stands(
        state=report.state,
        authors=frozenset(report.authors),
        is_frozen=report.inputs_sealed is not None,
        is_for_release=report.is_for_release,
        files_pass=report.files_pass,
    )


def annual_reports_for(viewer: Viewer) -> list[AnnualReport]:
    """Every report, the newest first. Raises NotPermitted. One query, without anything sealed."""
    check_may(viewer, "annual.read", standing_of_the_state(viewer))
    found = AnnualReport.objects.defer(
        "inputs_sealed", "built_sealed", "narrative_sealed", "reasons_sealed", "document"
    )
    return list(found.order_by("-year", "-edition"))


def annual_report_for(viewer: Viewer, code: str) -> AnnualReport:
    """One of them. Raises NotVisible."""
    found = AnnualReport.objects.filter(code=normalise(code)).first()
    if found is None or not may(viewer, "annual.read", standing_of_the_state(viewer)):
        raise NotVisible
    return found


def years_to_report(viewer: Viewer) -> list[int]:
    """Years whose list of agencies was frozen, the newest first: those that a report can be drawn up of."""
    check_may(viewer, "annual.draft", standing_of_the_state(viewer))
    return list(ReportingYear.objects.filter(frozen_at__isnull=False).order_by("-year").values_list("year", flat=True))


def draft_of(viewer: Viewer, report: AnnualReport) -> Draft | None:
    """What was built, after its event; None before it was. Printed values alone. Raises NotPermitted, SealBroken."""
    check_may(viewer, "annual.read", standing_of_the_state(viewer))
    if report.built_sealed is None:
        return None
    record_read(viewer, "annual.read", report)
    built = opened(report, "built_sealed")
    return Draft(
        document=built["document"],
        to_be_read=tuple(built["to_be_read"]),
        faults=tuple(built["certificate"]["faults"]),
        pattern=pattern_of(built),
    )


def narrative_of(viewer: Viewer, report: AnnualReport) -> list[dict[str, str]]:
    """The sections as they stand. Raises NotPermitted."""
    check_may(viewer, "annual.read", standing_of_the_state(viewer))
    if report.narrative_sealed is None:
        return []
    return list(opened(report, "narrative_sealed"))


def reasons_of(viewer: Viewer, report: AnnualReport) -> str:
    """Why it was sent back; "" where it was not. Raises NotPermitted."""
    check_may(viewer, "annual.read", standing_of_the_state(viewer))
    return str(opened(report, "reasons_sealed") or "")


def pattern_of(built: Mapping[str, Any]) -> Found:
    """The pattern that was found when it was built."""
    it = built["pattern"]
    return Found(tuple(it["hidden"]), it["status"], float(it["seconds"]))


# ------------------------------------------------------------------------------------------------------- for anybody


def published_report(year: int) -> AnnualReport | None:
    """What is published of a year: its newest edition. For anybody; it holds printed values alone."""
    return (
        AnnualReport.objects.filter(state="published", year=year)
        .defer("inputs_sealed", "built_sealed", "narrative_sealed", "reasons_sealed")
        .order_by("-edition")
        .first()
    )


def editions_of(year: int) -> list[int]:
    """The published editions of a year, the newest first: a correction is one more, and those before stay."""
    found = AnnualReport.objects.filter(state="published", year=year).order_by("-edition")
    return list(found.values_list("edition", flat=True))


def edition_of(year: int, edition: int | None = None) -> AnnualReport | None:
    """That edition of a year, or the newest. For anybody; nothing sealed is read."""
    if edition is None:
        return published_report(year)
    found = AnnualReport.objects.filter(state="published", year=year, edition=edition)
    return found.defer("inputs_sealed", "built_sealed", "narrative_sealed", "reasons_sealed").first()


def published_before(year: int) -> list[AnnualReport]:
    """What is published of earlier years, the oldest first, with its document. For anybody."""
    found = AnnualReport.objects.filter(state="published", year__lt=year).order_by("year", "edition")
    return list(found.defer("inputs_sealed", "built_sealed", "narrative_sealed", "reasons_sealed"))


def published_years() -> list[int]:
    """Years of which a report is published, the newest first."""
    return list(
        AnnualReport.objects.filter(state="published").order_by("-year").values_list("year", flat=True).distinct()
    )


def files_of(report: AnnualReport) -> list[tuple[str, str]]:
    """Name and SHA-256 of each file of a published report."""
    return list(report.files.order_by("name").values_list("name", "digest"))


def file_of(report: AnnualReport, name: str) -> AnnualReportFile | None:
    """One file of a published report."""
    return report.files.filter(name=name).first()
