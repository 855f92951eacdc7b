"""The act of completing a hop, and who sees a report because of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from rightdoor.casework.intake import actions, queries
from rightdoor.casework.intake.models import Hop, Report
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.models import AuditEvent
from tests.casework.intake.conftest import STORY, MakeReport, hop_of


def complete(viewer: Viewer, report: Report, key: str, now: datetime, outcome: str = "passed_on") -> None:
    actions.complete_hop(viewer, hop_of(report, key), outcome=outcome, reference="A-1", now=now)


def sees(viewer: Viewer, report: Report) -> bool:
    return queries.visible_reports(viewer).filter(pk=report.pk).exists()


@pytest.mark.req("INT-3")
def test_a_completed_hop_says_who_when_and_what_came_of_it(report: Report, desk: Viewer, now: datetime) -> None:
    complete(desk, report, "to_alliance", now + timedelta(hours=1))
    hop = hop_of(report, "to_alliance")
    assert (hop.state, hop.outcome, hop.done_by, hop.done_at) == (
        "done",
        "passed_on",
        desk.code,
        now + timedelta(hours=1),
    )
    assert b"A-1" not in bytes(hop.reference_sealed)


@pytest.mark.req("INT-3")
def test_the_hop_that_waited_becomes_due(report: Report, desk: Viewer, now: datetime) -> None:
    complete(desk, report, "to_alliance", now)
    assert hop_of(report, "to_team").state == "due"
    assert hop_of(report, "to_law_enforcement").state == "waiting"


@pytest.mark.req("INT-3")
def test_each_desk_sees_a_report_only_once_it_reached_it(
    report: Report, desk: Viewer, reviewer: Viewer, police: Viewer, coordinator: Viewer, advocacy: Viewer, now: datetime
) -> None:
    assert [sees(viewer, report) for viewer in (desk, reviewer, police, coordinator, advocacy)] == [True] + [False] * 4
    complete(desk, report, "to_alliance", now)
    complete(desk, report, "to_state_police", now)
    assert [sees(viewer, report) for viewer in (reviewer, police, coordinator)] == [True, True, False]
    complete(reviewer, report, "to_team", now)
    complete(desk, report, "advocacy", now)
    assert sees(coordinator, report)
    assert sees(advocacy, report)


@pytest.mark.req("INT-3")
def test_a_released_report_reaches_the_coordinators_of_its_region_only(
    released: Report, coordinator: Viewer, other_coordinator: Viewer, now: datetime
) -> None:
    assert released.released_at == now
    assert [row.code for row in queries.reports_owed(coordinator, now)] == [released.code]
    assert queries.reports_owed(coordinator, now)[0].is_new_for_team
    assert queries.reports_owed(other_coordinator, now) == []


def test_another_desks_hop_cannot_be_completed(released: Report, coordinator: Viewer, now: datetime) -> None:
    with pytest.raises(NotPermitted):
        complete(coordinator, released, "investigate", now, "taken_up")
    assert hop_of(released, "investigate").state == "due"


def test_for_strangers_the_report_does_not_exist(
    report: Report, detective: Viewer, stranger: Viewer, auditor: Viewer, now: datetime
) -> None:
    for viewer in (detective, stranger, auditor):
        with pytest.raises(NotVisible):
            complete(viewer, report, "to_alliance", now)
    assert not AuditEvent.objects.filter(verb="report.hop_done").exists()


def test_a_hop_is_completed_once(report: Report, desk: Viewer, now: datetime) -> None:
    complete(desk, report, "to_alliance", now)
    with pytest.raises(RuleBroken):
        complete(desk, report, "to_alliance", now + timedelta(hours=1))
    assert hop_of(report, "to_alliance").done_at == now


def test_nothing_is_released_to_a_team_that_is_not_chosen(
    make_report: MakeReport, desk: Viewer, reviewer: Viewer, now: datetime
) -> None:
    report = make_report(region="")
    complete(desk, report, "to_alliance", now)
    with pytest.raises(RuleBroken, match="Move the report"):
        complete(reviewer, report, "to_team", now)
    assert hop_of(report, "to_team").state == "due"


def test_a_report_without_a_region_lies_on_every_desk_that_owes_it(
    make_report: MakeReport, desk: Viewer, coordinator: Viewer, now: datetime
) -> None:
    report = make_report(region="")
    assert [row.code for row in queries.reports_owed(desk, now)] == [report.code]
    assert not sees(coordinator, report)


def test_the_report_belongs_to_the_agency_that_takes_the_first_step(
    report: Report, desk: Viewer, reviewer: Viewer, now: datetime
) -> None:
    from rightdoor.casework.intake.disclosure import open_report

    complete(desk, report, "to_alliance", now)
    report = Report.objects.get(pk=report.pk)
    assert report.holder == desk.agency
    assert open_report(reviewer, report, now).told["what"] == STORY


@pytest.mark.req("INT-3")
def test_the_alliance_and_the_team_never_see_who_reported(
    released: Report, desk: Viewer, police: Viewer, reviewer: Viewer, coordinator: Viewer, now: datetime
) -> None:
    from rightdoor.casework.intake.disclosure import open_report

    assert open_report(reviewer, released, now).reporter is None
    assert open_report(coordinator, released, now).reporter is None
    assert open_report(desk, released, now).reporter
    assert open_report(police, released, now).reporter


def test_an_opening_is_in_the_trail_with_what_was_opened(report: Report, desk: Viewer, now: datetime) -> None:
    from rightdoor.casework.intake.disclosure import open_report

    open_report(desk, report, now)
    event = AuditEvent.objects.get(verb="report.read")
    assert (event.actor, event.subject, sorted(event.classes)) == (desk.code, report.code, ["CORE", "ID", "REP"])


def test_facts_settled_later_change_what_is_owed(report: Report, desk: Viewer, now: datetime) -> None:
    actions.establish_facts(desk, report, facts={"caretaker_alleged": False, "other_abuse": False}, now=now)
    assert hop_of(report, "investigate").state == "not_owed"
    actions.establish_facts(desk, report, facts={"other_abuse": True}, now=now)
    hop = hop_of(report, "investigate")
    assert (hop.state, hop.is_unsettled) == ("due", False)
    assert Hop.objects.filter(report=report, state="due").count() == 4


def test_a_suspected_victim_turns_advocacy_off_and_a_confirmed_one_on(
    report: Report, desk: Viewer, now: datetime
) -> None:
    actions.establish_facts(desk, report, facts={"victim_status": "suspected"}, now=now)
    assert hop_of(report, "advocacy").state == "not_owed"
    actions.establish_facts(desk, report, facts={"victim_status": "confirmed"}, now=now)
    assert hop_of(report, "advocacy").state == "due"


@pytest.mark.req("INT-3")
def test_a_teams_step_leads_to_the_referral_and_cannot_end_the_report_without_one(
    coordinator: Viewer, released: Report, now: datetime
) -> None:
    from tests.casework.visiting import Visitor

    visitor = Visitor(coordinator, now)
    step, to = f"/reports/{released.code}/steps/emergency_response/", f"/referrals/new/?report={released.code}"
    assert visitor.get(step)["Location"] == to
    assert visitor.post(step, {"outcome": "not_taken_up"})["Location"] == to
    assert hop_of(released, "emergency_response").state == "due"
