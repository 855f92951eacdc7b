"""The act of receiving a report: sealed, and its hops in motion."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.intake import actions, receipts
from rightdoor.casework.intake.models import Hop, Report
from rightdoor.domain.errors import NotPermitted
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.models import AuditEvent
from tests.casework.intake.conftest import NAME, REPORTER, STORY, MakeReport, hop_of


def states(report: Report) -> dict[str, str]:
    return dict(Hop.objects.filter(report=report).values_list("key", "state"))


@pytest.mark.req("INT-3")
def test_one_report_sets_the_whole_line_in_motion(report: Report) -> None:
    assert states(report) == {
        "report": "done",
        "investigate": "due",
        "to_state_police": "due",
        "to_alliance": "due",
        "to_law_enforcement": "waiting",
        "to_team": "waiting",
        "advocacy": "due",
        "emergency_response": "waiting",
    }


@pytest.mark.req("INT-3")
def test_what_is_not_known_counts_as_owed(report: Report) -> None:
    assert hop_of(report, "investigate").is_unsettled
    assert hop_of(report, "advocacy").is_unsettled
    assert not hop_of(report, "to_alliance").is_unsettled


@pytest.mark.req("INT-3")
def test_a_step_that_the_facts_rule_out_is_not_owed(make_report: MakeReport) -> None:
    report = make_report(told={"what": STORY, "caretaker_alleged": False, "other_abuse": False})
    assert states(report)["investigate"] == "not_owed"


@pytest.mark.req("INT-3")
def test_a_guessed_age_at_the_limit_keeps_no_advocate_away(make_report: MakeReport) -> None:
    told = {"what": STORY, "victim_status": "confirmed", "sex_act_for_value": True}
    assert states(make_report(told=told, child=Who(age_estimate=18)))["advocacy"] == "due"
    assert states(make_report(told=told, child=Who(birth_on=date(2000, 1, 1))))["advocacy"] == "not_owed"


@pytest.mark.req("INT-1")
def test_nothing_told_stands_in_clear_in_the_database(report: Report) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM intake_report r")
        rows = cursor.fetchone()[0]
        cursor.execute("SELECT coalesce(string_agg(row_to_json(e)::text, ''), '') FROM audit_auditevent e")
        rows += cursor.fetchone()[0]
    for word in (STORY, NAME, REPORTER, "555-0100", "ascension"):
        assert word not in rows
        assert word.encode().hex() not in rows


@pytest.mark.req("INT-1")
def test_whoever_stays_unnamed_leaves_no_name(make_report: MakeReport, desk: Viewer, now: datetime) -> None:
    from rightdoor.casework.intake.disclosure import open_report

    report = make_report(reporter_type="anonymous")
    assert open_report(desk, report, now).reporter == {}


@pytest.mark.req("INT-13")
def test_of_a_receipt_only_a_keyed_digest_is_kept(desk: Viewer, now: datetime) -> None:
    report, receipt = actions.receive_report(
        desk, channel="call", reporter_type="public", language="en", told={"what": STORY}, child=Who(),
        reporter={}, region="", now=now,
    )  # fmt: skip
    assert len(receipts.normalise(receipt)) == 16
    assert report.receipt_digest == receipts.digest_of(receipt.lower().replace("-", " "))
    assert receipt not in str(vars(report))


def test_the_same_form_sent_twice_is_one_report_with_one_receipt(desk: Viewer, now: datetime) -> None:
    arguments = {
        "channel": "call", "reporter_type": "public", "language": "en", "told": {"what": STORY}, "child": Who(),
        "reporter": {}, "region": "", "now": now, "form": "once",
    }  # fmt: skip
    first, receipt = actions.receive_report(desk, **arguments)
    second, again = actions.receive_report(desk, **arguments)
    assert (first.pk, receipt) == (second.pk, again)
    assert Report.objects.count() == 1
    assert Hop.objects.count() == 8


def test_whoever_may_not_take_reports_leaves_no_trace(auditor: Viewer, now: datetime) -> None:
    with pytest.raises(NotPermitted):
        actions.receive_report(
            auditor, channel="call", reporter_type="public", language="en", told={"what": STORY}, child=Who(),
            reporter={}, region="", now=now, whereabouts=Whereabouts(),
        )  # fmt: skip
    assert not Report.objects.exists()
    assert not AuditEvent.objects.filter(verb="report.received").exists()


@pytest.mark.usefixtures("example_pack")
def test_another_state_sets_its_own_line_in_motion(make_report: MakeReport) -> None:
    from rightdoor.foundation.jurisdiction.active import active_pack

    line = active_pack().reporting_line
    report = make_report(region=active_pack().regions[0].key, whereabouts=Whereabouts())
    assert set(states(report)) == {hop.key for hop in line.hops}
    assert "due" in states(report).values()
