"""What is published has a certificate and a second reader, and stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from rightdoor.domain.annual_report import building, flow
from rightdoor.domain.annual_report.building import Found
from rightdoor.domain.disclosure_control.audit import Audit
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.oversight.annual_reports import actions, files, jobs, rendering_audit
from rightdoor.oversight.annual_reports.models import AnnualReport, AnnualReportFile
from rightdoor.oversight.submissions.models import ReportingYear
from tests.bars import sabotage
from tests.domain.annual_years import inputs
from tests.people import make_person

pytestmark = pytest.mark.req("STAT-3")
SMALL = "2025 provider-persons|age=unknown|status=suspected"
# Few tables, so that files are made quickly.
MERGES = ("places", "place_tables", "relation", "services", "performance", "justice", "referrals", "inside")


@dataclass(frozen=True)
class Desk:
    """Who draws up, who reads over, and the draft."""

    author: Viewer
    reader: Viewer
    release: AnnualReport
    now: datetime

    def built(self) -> AnnualReport:
        """What the worker makes of it."""
        actions.ask_to_build(self.author, self.release, count_anew=False, now=self.now)
        jobs.build(self.release.code, now=self.now)
        return AnnualReport.objects.get(pk=self.release.pk)


@pytest.fixture
def desk(db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Desk:
    author = make_person("Stella Figures", now=now, roles=(("state_analyst", ""),))
    reader = make_person("Rhea Reader", now=now, roles=(("alliance_reviewer", ""),))
    ReportingYear.objects.create(
        year=2025, form_version="2026.1", opens_on=date(2026, 1, 2), due_on=date(2026, 2, 1), made_at=now,
        made_by=author.code, frozen_at=now, frozen_by=author.code,
    )  # fmt: skip
    monkeypatch.setattr(actions, "inputs_of", lambda *given, **also: inputs(sources=[]))
    release = actions.draft(author, year=2025, now=now)
    actions.choose_merges(author, release, MERGES, now=now)
    return Desk(author, reader, release, now)


@pytest.mark.bar("SEC-71")
def test_a_pattern_that_tells_a_small_count_is_not_published(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = building.find_pattern

    def leaky(*given: Any, **also: Any) -> Found:
        found = whole(*given, **also)
        return replace(found, hidden=tuple(key for key in found.hidden if key != SMALL))

    monkeypatch.setattr(actions, "find_pattern", leaky)
    row = desk.built()
    assert (row.state, row.is_for_release, row.trouble) == ("failed", False, "audit")
    with pytest.raises(RuleBroken):
        actions.send(desk.author, row, now=desk.now)


@pytest.mark.bar("SEC-71")
def test_a_file_that_tells_a_hidden_count_is_not_published(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = files.build

    def telling(document: Mapping[str, Any]) -> dict[str, bytes]:
        made = whole(document)
        name = files.name_of(document["year"], "csv")
        return made | {name: made[name].replace(b",*,", b",4,", 1)}

    monkeypatch.setattr(actions.files, "build", telling)
    row = desk.built()
    assert (row.state, row.files_pass, row.trouble) == ("failed", False, "files")


@pytest.mark.bar("SEC-71")
def test_the_database_publishes_nothing_without_its_certificate(desk: Desk) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        AnnualReport.objects.filter(pk=desk.release.pk).update(state="published", document={})


@pytest.mark.bar("SEC-72")
def test_nobody_signs_what_they_made_and_what_is_published_stays(desk: Desk) -> None:
    row = desk.built()
    assert row.state == "built"
    actions.send(desk.author, row, now=desk.now)
    with pytest.raises(RuleBroken, match="Somebody else"):
        actions.sign(desk.author, row, has_read=True, now=desk.now)
    with pytest.raises(DatabaseError), transaction.atomic():
        AnnualReport.objects.filter(pk=row.pk).update(state="signed", signed_by=desk.author.code, signed_at=desk.now)
    with pytest.raises(RuleBroken):
        actions.publish(desk.author, row, now=desk.now)
    actions.sign(desk.reader, row, has_read=True, now=desk.now)
    actions.publish(desk.author, row, now=desk.now)
    with pytest.raises(DatabaseError), transaction.atomic():
        AnnualReport.objects.filter(pk=row.pk).update(document={})
    with pytest.raises(DatabaseError), transaction.atomic():
        AnnualReportFile.objects.filter(report=row).delete()
    assert actions.verify(desk.reader, row, now=desk.now).is_same


@sabotage("SEC-71", "the audit looks away")
def _blind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "audit", lambda *given, **also: Audit())


@sabotage("SEC-71", "the files are not read back")
def _unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering_audit, "audit", lambda *given: [])


@sabotage("SEC-72", "authors may sign")
def _own_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "check_may_answer", lambda *given: None)


@sabotage("SEC-72", "nobody asks for the signature")
def _unsigned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "check_may_publish", lambda *given: None)
