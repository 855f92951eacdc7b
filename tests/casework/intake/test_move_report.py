"""No wrong door: a report is moved, never refused, and its way here is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from rightdoor.casework.intake import actions, queries
from rightdoor.casework.intake.models import Hop, Move, Report
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.models import AuditEvent
from tests.casework.intake.conftest import hop_of


@pytest.mark.req("INT-3")
def test_a_released_report_moves_to_the_team_of_another_region(
    released: Report, coordinator: Viewer, other_coordinator: Viewer, now: datetime
) -> None:
    actions.move_report(coordinator, released, region="northshore", reason="The child lives there.", now=now)
    assert queries.reports_owed(coordinator, now) == []
    assert [row.code for row in queries.reports_owed(other_coordinator, now)] == [released.code]


def test_the_history_keeps_where_it_came_from_and_why(
    released: Report, coordinator: Viewer, reviewer: Viewer, now: datetime
) -> None:
    actions.move_report(coordinator, released, region="northshore", reason="The child lives there.", now=now)
    move = Move.objects.get()
    assert (move.from_region, move.to_region, move.moved_by) == ("capital", "northshore", coordinator.code)
    assert b"lives" not in bytes(move.reason_sealed)
    report = queries.report_for(reviewer, released.code, now)
    assert queries.view_of(reviewer, report, now).moves[0].detail == "The child lives there."


def test_a_step_moves_to_another_desk_and_its_time_runs_on(
    report: Report, desk: Viewer, reviewer: Viewer, now: datetime
) -> None:
    actions.complete_hop(desk, hop_of(report, "to_alliance"), outcome="passed_on", reference="", now=now)
    actions.move_report(
        reviewer, report, owner_role="child_welfare_desk", reason="Theirs to finish.", now=now + timedelta(hours=5)
    )
    old, new = Hop.objects.filter(report=report, key="to_team").order_by("id")
    assert (old.state, old.owner_role, new.state, new.owner_role) == (
        "moved",
        "alliance_reviewer",
        "due",
        "child_welfare_desk",
    )
    assert new.began_at == old.began_at


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_move_without_a_reason_is_asked_for_one(
    released: Report, coordinator: Viewer, now: datetime, reason: str
) -> None:
    with pytest.raises(RuleBroken):
        actions.move_report(coordinator, released, region="northshore", reason=reason, now=now)
    assert not Move.objects.exists()
    assert not AuditEvent.objects.filter(verb="report.moved").exists()


def test_a_region_that_is_none_is_refused(released: Report, coordinator: Viewer, now: datetime) -> None:
    with pytest.raises(RuleBroken):
        actions.move_report(coordinator, released, region="atlantis", reason="There.", now=now)
    assert Report.objects.get().region == "capital"


def test_a_stranger_moves_nothing(report: Report, stranger: Viewer, other_coordinator: Viewer, now: datetime) -> None:
    for viewer in (stranger, other_coordinator):
        with pytest.raises(NotVisible):
            actions.move_report(viewer, report, region="northshore", reason="Mine.", now=now)
    assert Report.objects.get().region == "capital"


@pytest.mark.req("INT-3")
def test_a_report_that_is_a_referral_is_no_longer_moved(released: Report, coordinator: Viewer, now: datetime) -> None:
    from rightdoor.casework.clients.actions import make_client
    from rightdoor.casework.clients.person import Whereabouts, Who

    client = make_client(
        coordinator, holder=coordinator.agency, region="capital", who=Who(), whereabouts=Whereabouts(), now=now
    )
    actions.mark_report_taken(coordinator, released, client, now)
    with pytest.raises(RuleBroken):
        actions.move_report(coordinator, released, region="northshore", reason="There.", now=now)


def test_taking_a_report_completes_the_teams_step_once(
    released: Report, coordinator: Viewer, other_coordinator: Viewer, now: datetime
) -> None:
    from rightdoor.casework.clients.actions import make_client
    from rightdoor.casework.clients.person import Whereabouts, Who

    client = make_client(
        coordinator, holder=coordinator.agency, region="capital", who=Who(), whereabouts=Whereabouts(), now=now
    )
    with pytest.raises(NotVisible):
        actions.mark_report_taken(other_coordinator, released, client, now)
    prefill = queries.report_for_referral(coordinator, released.code, now)
    assert (prefill.region, prefill.area, prefill.facts["kind"], prefill.who.given) == (
        "capital",
        "ascension",
        "sex",
        "Zebulina",
    )
    actions.mark_report_taken(coordinator, released, client, now)
    assert hop_of(released, "emergency_response").outcome == "referral"
    assert AuditEvent.objects.get(verb="report.taken").details["client"] == client.code
    with pytest.raises(RuleBroken):
        actions.mark_report_taken(coordinator, Report.objects.get(), client, now)
    with pytest.raises(NotVisible):
        queries.report_for_referral(coordinator, released.code, now)
