"""Which extracts and reports there are, and what each says. What is sealed opens after its event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from rightdoor.domain.errors import NotVisible
from rightdoor.domain.extract import COLUMNS, KINDS, STATES
from rightdoor.domain.grant_report import FORMS, GROUNDS, REQUEST_STATES, span_of
from rightdoor.domain.permission import Standing, Viewer, check_may, may
from rightdoor.domain.synthetic import Spent, spent_on
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.oversight.exports.models import ExactRequest, GrantReport, PrivacySpending, ResearchExtract
from rightdoor.oversight.exports.told import extract_label, opened, report_label, request_label


@dataclass(frozen=True, slots=True)
class ExtractTold:
    """An extract with what was said of it."""

    row: ResearchExtract
    state: str
    kind: str  # in words
    columns: tuple[str, ...]  # in words
    recipient: str
    institution: str
    purpose: str
    ethics: str
    why: str  # of the decision
    made: Mapping[str, Any] = field(default_factory=dict)  # what was done to the rows
    before: tuple[ResearchExtract, ...] = ()  # of the same years, that went out or may still


@dataclass(frozen=True, slots=True)
class ReportTold:
    """A report with its tables as they were printed."""

    row: GrantReport
    form: str
    ground: str
    region: str
    recipient: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RequestTold:
    """A request for exact counts with what was said of it. No figure stands in it."""

    row: ExactRequest
    state: str
    form: str
    ground: str
    region: str
    since: date
    until: date
    recipient: str
    why: str  # of the decision


def standing_of(viewer: Viewer) -> Standing:
    """Exports are the whole state's: whoever reads figures of one region alone has no part in them."""
    return Standing(region=viewer.covers_as("state_analyst", ""))


def has_part(viewer: Viewer) -> bool:
    """May the viewer see anything here at all?"""
    standing = standing_of(viewer)
    return any(may(viewer, act, standing) for act in ("extract.read", "grant_report.read", "grant_report.read_request"))


def extracts_for(viewer: Viewer) -> QuerySet[ResearchExtract]:
    """The requests that the viewer may read, the newest first."""
    if not may(viewer, "extract.read", standing_of(viewer)):
        return ResearchExtract.objects.none()
    return ResearchExtract.objects.order_by("-asked_at", "-id").defer("file_sealed")


def reports_for(viewer: Viewer) -> QuerySet[GrantReport]:
    """The reports that the viewer may read, the newest first."""
    if not may(viewer, "grant_report.read", standing_of(viewer)):
        return GrantReport.objects.none()
    return GrantReport.objects.order_by("-made_at", "-id").defer("body_sealed")


def extract_for(viewer: Viewer, code: str) -> ResearchExtract:
    """The extract of this code. Raises NotVisible."""
    found = extracts_for(viewer).filter(code=normalise(code)).first()
    if found is None:
        raise NotVisible
    return found


def read_extract(viewer: Viewer, extract: ResearchExtract) -> ExtractTold:
    """What was asked and what was done, after its event. The rows themselves open only when they are fetched.

    Raises NotPermitted.
    """
    check_may(viewer, "extract.read", standing_of(viewer))
    record_read(viewer, "extract.read", extract)
    told = opened(extract.told_sealed, extract_label(extract, "told"))
    return ExtractTold(
        row=extract,
        state=STATES[extract.state],
        kind=KINDS[extract.kind],
        columns=tuple(COLUMNS[key].label for key in extract.columns),
        recipient=told.get("recipient", ""),
        institution=told.get("institution", ""),
        purpose=told.get("purpose", ""),
        ethics=told.get("ethics", ""),
        why=opened(extract.decided_sealed, extract_label(extract, "decided")).get("why", ""),
        made=opened(extract.about_sealed, extract_label(extract, "about")),
        before=tuple(_before(extract)),
    )


def _before(extract: ResearchExtract) -> Iterable[ResearchExtract]:
    return (
        ResearchExtract.objects.filter(
            first_year__lte=extract.last_year,
            last_year__gte=extract.first_year,
            state__in=("approved", "made", "fetched", "ended"),
        )
        .exclude(pk=extract.pk)
        .order_by("-asked_at", "-id")
        .defer("file_sealed")
    )


def read_report(viewer: Viewer, code: str, *, verb: str = "grant_report.read") -> ReportTold:
    """A report with its tables, after its event. Raises NotVisible."""
    found = reports_for(viewer).filter(code=normalise(code)).first()
    if found is None:
        raise NotVisible
    record_read(viewer, verb, found)
    body = opened(found.body_sealed, report_label(found))
    return ReportTold(
        row=found,
        form=FORMS[found.form],
        ground=GROUNDS.get(found.ground, ""),
        region=active_pack().region(found.region).name if found.region else "",
        recipient=body.get("recipient", ""),
        body=body,
    )


def spent_before() -> list[Spent]:
    """Everything that was ever spent of the privacy budget, of any years."""
    found = PrivacySpending.objects.order_by("id").values_list("first_year", "last_year", "epsilon")
    return [Spent(*one) for one in found]


def budget_of(extract: ResearchExtract) -> tuple[int, int]:
    """Of the years of an extract of synthetic rows: what others spent on them, and the whole budget."""
    others = PrivacySpending.objects.exclude(extract=extract).order_by("id")
    spent = [Spent(*one) for one in others.values_list("first_year", "last_year", "epsilon")]
    return spent_on(extract.first_year, extract.last_year, spent), settings.ENV.synthetic_budget


def requests_for(viewer: Viewer) -> QuerySet[ExactRequest]:
    """The requests for exact counts that the viewer may read, the newest first."""
    if not may(viewer, "grant_report.read_request", standing_of(viewer)):
        return ExactRequest.objects.none()
    return ExactRequest.objects.select_related("report").order_by("-asked_at", "-id")


def request_for(viewer: Viewer, code: str) -> ExactRequest:
    """The request of this code. Raises NotVisible."""
    found = requests_for(viewer).filter(code=normalise(code)).first()
    if found is None:
        raise NotVisible
    return found


def read_request(viewer: Viewer, request: ExactRequest) -> RequestTold:
    """What was asked and what was decided, after its event. Raises NotPermitted."""
    check_may(viewer, "grant_report.read_request", standing_of(viewer))
    record_read(viewer, "grant_report.request_read", request)
    since, until = span_of(request.form, request.year, request.part)
    return RequestTold(
        row=request,
        state=REQUEST_STATES[request.state],
        form=FORMS[request.form],
        ground=GROUNDS[request.ground],
        region=active_pack().region(request.region).name if request.region else "",
        since=since,
        until=until,
        recipient=opened(request.told_sealed, request_label(request, "told")).get("recipient", ""),
        why=opened(request.decided_sealed, request_label(request, "decided")).get("why", ""),
    )
