"""From the draft to the print: what each step asks for, and who may take it."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from rightdoor.domain.disclosure_control.exact import Unprotectable
from rightdoor.domain.disclosure_control.ledger import EarlierCell, EarlierRelease
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import NotPermitted, Viewer, stays_possible
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.oversight.annual_reports import actions, jobs, queries
from rightdoor.oversight.annual_reports.models import AnnualReport, AnnualReportFile
from rightdoor.oversight.annual_reports.sealed import opened
from rightdoor.oversight.published.actions import enter
from rightdoor.oversight.published.models import LedgerEntry
from rightdoor.oversight.published.queries import everything
from rightdoor.oversight.submissions.models import ReportingYear
from tests.oversight.annual_reports.conftest import Once, run
from tests.people import make_person

pytestmark = pytest.mark.req("STAT-2")


def again(report: AnnualReport) -> AnnualReport:
    return AnnualReport.objects.get(pk=report.pk)


# --------------------------------------------------------------------------------------------------------- drawing up


def test_a_report_is_drawn_up_of_a_year_whose_agencies_were_asked(author: Viewer, now: datetime) -> None:
    with pytest.raises(RuleBroken, match="ask the agencies"):
        actions.draft(author, year=2025, now=now)


def test_drawn_up_twice_it_is_one(author: Viewer, year: ReportingYear, now: datetime) -> None:
    first = actions.draft(author, year=2025, now=now)
    assert actions.draft(author, year=2025, now=now).pk == first.pk


def test_who_reads_figures_of_one_region_draws_up_nothing(year: ReportingYear, now: datetime) -> None:
    regional = make_person("Rita Region", now=now, roles=(("state_analyst", "greater-new-orleans"),))
    with pytest.raises(NotPermitted):
        actions.draft(regional, year=2025, now=now)


def test_after_the_print_the_next_one_is_a_correction(author: Viewer, published: AnnualReport, now: datetime) -> None:
    assert actions.draft(author, year=2025, now=now).edition == 2


def test_an_unknown_way_of_making_it_coarser_is_refused(author: Viewer, draft: AnnualReport, now: datetime) -> None:
    with pytest.raises(RuleBroken, match="no such way"):
        actions.choose_merges(author, draft, ["lower the threshold"], now=now)


def test_a_report_without_any_person_is_refused(author: Viewer, draft: AnnualReport, now: datetime) -> None:
    with pytest.raises(RuleBroken, match="nothing is left"):
        actions.choose_merges(author, draft, ["outside", "inside"], now=now)


def test_a_sentence_bound_to_no_table_is_refused_with_the_place(
    author: Viewer, built: AnnualReport, now: datetime
) -> None:
    with pytest.raises(RuleBroken, match="RT99"):
        actions.write_narrative(author, built, [{"head": "Who", "text": "{RT99.total.total} persons"}], now=now)


def test_sentences_lie_sealed_and_what_was_built_before_is_gone(
    author: Viewer, built: AnnualReport, now: datetime
) -> None:
    actions.write_narrative(author, built, [{"head": "Who", "text": "{RT2.total.total} persons"}], now=now)
    row = again(built)
    assert b"persons" not in bytes(row.narrative_sealed)
    assert (row.state, row.is_for_release, row.built_sealed) == ("draft", False, None)


def test_empty_sections_fall_away(author: Viewer, draft: AnnualReport, now: datetime) -> None:
    actions.write_narrative(author, draft, [{"head": " ", "text": ""}, {"head": "A", "text": "b"}], now=now)
    assert queries.narrative_of(author, again(draft)) == [{"head": "A", "text": "b"}]


# ----------------------------------------------------------------------------------------------------------- building


def test_the_worker_builds_what_was_asked_for(author: Viewer, draft: AnnualReport, now: datetime) -> None:
    actions.ask_to_build(author, draft, count_anew=False, now=now)
    jobs.build(draft.code, now=now)
    row = again(draft)
    assert (row.state, row.is_for_release, row.files_pass, row.trouble) == ("built", True, True, "")


def test_inputs_are_frozen_sealed_and_hashed(built: AnnualReport) -> None:
    assert len(built.inputs_hash) == 64
    assert b"provider" not in bytes(built.inputs_sealed)
    assert opened(built, "inputs_sealed")["year"] == 2025


def test_built_again_from_what_was_frozen_nothing_is_counted_anew(
    author: Viewer, built: AnnualReport, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "inputs_of", lambda *a, **k: pytest.fail("counted anew"))
    actions.ask_to_build(author, built, count_anew=False, now=now)
    assert run(again(built), now).inputs_hash == built.inputs_hash


def test_where_nothing_protects_it_the_ways_out_are_told(
    author: Viewer, draft: AnnualReport, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_: object, **__: object) -> None:
        raise Unprotectable([("2025 provider-persons|gender=another", "outsider")])

    monkeypatch.setattr(actions, "find_pattern", cannot)
    actions.ask_to_build(author, draft, count_anew=False, now=now)
    jobs.build(draft.code, now=now)
    row = again(draft)
    assert (row.state, row.trouble) == ("failed", "unprotectable")
    assert row.proposals == ["gender", "outside"]


def test_nobody_but_the_installation_counts_and_builds(author: Viewer, draft: AnnualReport, now: datetime) -> None:
    actions.ask_to_build(author, draft, count_anew=False, now=now)
    with pytest.raises(NotPermitted):
        actions.freeze(author, draft, now=now)


def test_while_it_is_built_nobody_changes_it(author: Viewer, draft: AnnualReport, now: datetime) -> None:
    actions.ask_to_build(author, draft, count_anew=False, now=now)
    with pytest.raises(RuleBroken, match="being built"):
        actions.choose_merges(author, draft, [], now=now)


# ------------------------------------------------------------------------------------------------ the second reader


def test_what_was_not_built_goes_to_no_reader(author: Viewer, draft: AnnualReport, now: datetime) -> None:
    with pytest.raises(RuleBroken, match="Build it first"):
        actions.send(author, draft, now=now)


def test_a_second_reader_signs(reader: Viewer, signed: AnnualReport) -> None:
    assert (signed.state, signed.signed_by) == ("signed", reader.code)


def test_signing_asks_whether_it_was_read(reader: Viewer, reading: AnnualReport, now: datetime) -> None:
    with pytest.raises(RuleBroken, match="before you sign"):
        actions.sign(reader, reading, has_read=False, now=now)


def test_it_is_sent_back_with_reasons_that_lie_sealed(reader: Viewer, reading: AnnualReport, now: datetime) -> None:
    with pytest.raises(RuleBroken, match="what has to change"):
        actions.send_back(reader, reading, reasons=" ", now=now)
    actions.send_back(reader, reading, reasons="Say what suspected means.", now=now)
    row = again(reading)
    assert row.state == "returned"
    assert b"suspected" not in bytes(row.reasons_sealed)
    assert queries.reasons_of(reader, row) == "Say what suspected means."


def test_with_the_reader_its_authors_change_nothing(author: Viewer, reading: AnnualReport, now: datetime) -> None:
    with pytest.raises(RuleBroken, match="second reader has it"):
        actions.choose_merges(author, reading, [], now=now)


def test_a_change_after_the_signature_takes_it_away(author: Viewer, signed: AnnualReport, now: datetime) -> None:
    actions.write_narrative(author, signed, [{"head": "A", "text": "b"}], now=now)
    row = again(signed)
    assert (row.state, row.signed_by) == ("draft", "")


# ---------------------------------------------------------------------------------------------------------- publishing


def test_unsigned_nothing_is_published(author: Viewer, built: AnnualReport, now: datetime) -> None:
    with pytest.raises(RuleBroken, match="second reader"):
        actions.publish(author, built, now=now)


def test_published_it_has_its_files_its_document_and_its_entry(author: Viewer, published: AnnualReport) -> None:
    assert published.state == "published"
    assert published.document["year"] == 2025
    assert {name for name, _ in queries.files_of(published)} >= {"annual-report-2025.pdf", "annual-report-2025.csv"}
    assert LedgerEntry.objects.get().about == published.code


def test_the_ledger_keeps_hidden_counts_too(author: Viewer, published: AnnualReport, quick: Once) -> None:
    entry = next(one for one in everything(author) if one.name == "annual report 2025")
    assert {cell.key: cell.count for cell in entry.cells} == {
        cell.key: cell.count for cell in quick.built.release.cells
    }


def test_published_twice_it_is_published_once(author: Viewer, published: AnnualReport, now: datetime) -> None:
    actions.publish(author, published, now=now)
    assert LedgerEntry.objects.count() == 1


def test_what_was_published_meanwhile_stops_it(author: Viewer, signed: AnnualReport, now: datetime) -> None:
    other = EarlierRelease("another print", (EarlierCell("2025 provider-persons", 400, shown=True),))
    enter(author, other, kind="report", audience="public", about="AAAA-2222", now=now)
    with pytest.raises(RuleBroken, match="meanwhile"):
        actions.publish(author, signed, now=now)
    assert again(signed).state == "signed"


def test_other_files_than_those_that_were_audited_stop_it(
    author: Viewer, signed: AnnualReport, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions.files, "build", lambda document: {"annual-report-2025.csv": b"other"})
    with pytest.raises(RuleBroken, match="no longer"):
        actions.publish(author, signed, now=now)
    assert not AnnualReportFile.objects.exists()


def test_anybody_may_read_what_is_published_and_nobody_what_is_not(
    signed: AnnualReport, author: Viewer, now: datetime
) -> None:
    assert queries.published_report(2025) is None
    actions.publish(author, signed, now=now)
    found = queries.published_report(2025)
    assert found is not None
    assert queries.published_years() == [2025]


def test_what_was_built_is_read_with_an_event(reader: Viewer, reading: AnnualReport) -> None:
    found = queries.draft_of(reader, reading)
    assert found is not None
    assert "hidden" not in found.document
    assert AuditEvent.objects.filter(verb="annual.read", code=reading.code).count() == 1


def test_who_has_no_part_in_it_does_not_learn_that_there_is_one(built: AnnualReport, now: datetime) -> None:
    coordinator = make_person("Cora Coordinator", now=now, roles=(("care_coordinator", "greater-new-orleans"),))
    with pytest.raises(NotVisible):
        queries.annual_report_for(coordinator, built.code)


def test_built_again_it_is_the_same(reader: Viewer, published: AnnualReport, now: datetime) -> None:
    found = actions.verify(reader, published, now=now)
    assert (found.is_same, found.differs) == (True, ())


def test_a_file_that_was_exchanged_is_found(
    reader: Viewer, published: AnnualReport, now: datetime, monkeypatch: pytest.MonkeyPatch, quick: Once
) -> None:
    changed = dict(quick.files)
    changed["annual-report-2025.csv"] += b"\n"
    monkeypatch.setattr(actions.files, "build", lambda document: changed)
    found = actions.verify(system_viewer(), published, now=now)
    assert (found.is_same, found.differs) == (False, ("annual-report-2025.csv",))


def test_acts_on_a_report_are_no_acts_on_a_release_of_information() -> None:
    assert stays_possible("annual.publish")
    assert not stays_possible("release.record")


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"signed_by": "author"}, "signed"),
        ({"is_for_release": False, "state": "published"}, "certificate"),
    ],
)
def test_the_database_refuses_by_itself(
    signed: AnnualReport, author: Viewer, change: dict[str, object], refused: str
) -> None:
    if change.get("signed_by") == "author":
        change = {"signed_by": author.code}
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnualReport.objects.filter(pk=signed.pk).update(**change)


def test_the_database_keeps_what_is_published(published: AnnualReport) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        AnnualReport.objects.filter(pk=published.pk).update(document={})
    with pytest.raises(DatabaseError), transaction.atomic():
        AnnualReportFile.objects.filter(report=published).update(content=b"")
    with pytest.raises(DatabaseError), transaction.atomic():
        AnnualReport.objects.filter(pk=published.pk).delete()
