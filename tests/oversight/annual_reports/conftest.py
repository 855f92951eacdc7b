"""A year that is about to be published: who draws it up, who reads it over, and a report built once for all tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from rightdoor.domain.annual_report.building import Built, Found, build, find_pattern
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.oversight.annual_reports import actions, files, rendering_audit
from rightdoor.oversight.annual_reports.models import AnnualReport
from rightdoor.oversight.statistics.solver import Highs
from rightdoor.oversight.submissions.models import ReportingYear
from tests.domain.annual_years import inputs
from tests.people import make_person

# Few tables, so that files are made quickly.
MERGES = ("places", "place_tables", "relation", "services", "performance", "justice", "referrals", "inside")


@dataclass(frozen=True)
class Once:
    """What building comes to, worked out for real once in a run."""

    found: Found
    built: Built
    files: dict[str, bytes]
    faults: list[Any]


@pytest.fixture(scope="session")
def once() -> Once:
    found = find_pattern(sound(), MERGES, Highs(), seconds=20, timer=lambda: 0.0)
    built = build(sound(), MERGES, found, Highs(), sources=())
    ready = files.build(built.document)
    return Once(found, built, ready, rendering_audit.audit(ready, built.document, built.hidden))


def sound() -> dict[str, Any]:
    """The invented inputs as a report freezes them."""
    return inputs(sources=[])


@pytest.fixture
def author(db: None, now: datetime) -> Viewer:
    return make_person("Stella Figures", now=now, roles=(("state_analyst", ""),))


@pytest.fixture
def reader(db: None, now: datetime) -> Viewer:
    return make_person("Rhea Reader", now=now, roles=(("alliance_reviewer", ""),))


@pytest.fixture
def year(author: Viewer, now: datetime) -> ReportingYear:
    return ReportingYear.objects.create(
        year=2025, form_version="2026.1", opens_on=date(2026, 1, 2), due_on=date(2026, 2, 1), made_at=now,
        made_by=author.code, frozen_at=now, frozen_by=author.code,
    )  # fmt: skip


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, once: Once) -> Once:
    """Building gives what was built once; every act around it is real."""
    monkeypatch.setattr(actions, "inputs_of", lambda *a, **k: sound())
    monkeypatch.setattr(actions, "find_pattern", lambda *a, **k: once.found)
    monkeypatch.setattr(actions, "build", lambda *a, **k: once.built)
    monkeypatch.setattr(actions.files, "build", lambda document: dict(once.files))
    monkeypatch.setattr(actions.rendering_audit, "audit", lambda *a: list(once.faults))
    return once


def run(report: AnnualReport, now: datetime) -> AnnualReport:
    """What the worker does."""
    system = system_viewer("annual_reports.build")
    actions.freeze(system, report, now=now)
    actions.choose_pattern(system, report, now=now, timer=lambda: 0.0)
    actions.finish(system, report, now=now, seconds=1.0)
    return AnnualReport.objects.get(pk=report.pk)


@pytest.fixture
def draft(author: Viewer, year: ReportingYear, quick: Once, now: datetime) -> AnnualReport:
    report = actions.draft(author, year=2025, now=now)
    actions.choose_merges(author, report, MERGES, now=now)
    return AnnualReport.objects.get(pk=report.pk)


@pytest.fixture
def built(author: Viewer, draft: AnnualReport, now: datetime) -> AnnualReport:
    actions.ask_to_build(author, draft, count_anew=False, now=now)
    return run(draft, now)


@pytest.fixture
def reading(author: Viewer, built: AnnualReport, now: datetime) -> AnnualReport:
    actions.send(author, built, now=now)
    return AnnualReport.objects.get(pk=built.pk)


@pytest.fixture
def signed(reader: Viewer, reading: AnnualReport, now: datetime) -> AnnualReport:
    actions.sign(reader, reading, has_read=True, now=now)
    return AnnualReport.objects.get(pk=reading.pk)


@pytest.fixture
def published(author: Viewer, signed: AnnualReport, now: datetime) -> AnnualReport:
    actions.publish(author, signed, now=now)
    return AnnualReport.objects.get(pk=signed.pk)
