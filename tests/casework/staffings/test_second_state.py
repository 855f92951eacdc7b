"""The same work in the invented state: other regions, tiers, agenda and words, no other code."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.staffings import actions
from rightdoor.community.teams.actions import found_team, seat_member
from rightdoor.foundation.accounts.models import Account
from tests.casework import team
from tests.casework.team import Scene
from tests.casework.visiting import Visitor
from tests.people import make_person


@pytest.mark.req("UX-8", "MTG-8")
@pytest.mark.usefixtures("example_pack")
def test_a_staffing_is_scheduled_held_and_shared_under_another_pack(db, now):
    coordinator, detective, advocate = (
        make_person(name, now=now, roles=((role, "sierra"),), discipline=discipline)
        for name, role, discipline in (
            ("Cora Coordinator", "care_coordinator", "care_coordinator"),
            ("Dana Detective", "team_member", "local_law_enforcement"),
            ("Ada Advocate", "team_member", "victim_advocate"),
        )
    )
    scene = Scene(coordinator, detective, advocate, now)
    region = found_team(coordinator, region="sierra", now=now)
    person = Account.objects.get(code=detective.code)
    seat_member(coordinator, region, account=person, discipline="local_law_enforcement", now=now)
    referral = team.received(scene, region="sierra")
    assert "Dana Detective" in Visitor(coordinator, now).page(f"/referrals/{referral.code}/staffing/")

    staffing = team.scheduled(scene, referral, hours=20)
    at = team.settle(scene, staffing)
    html = Visitor(coordinator, at).page(f"/staffings/{staffing.code}/")
    actions.hold_staffing(coordinator, staffing, held_at=staffing.starts_at, now=at)
    summary = actions.file_and_share_summary(coordinator, staffing, now=at + timedelta(hours=1))

    assert html.count("Keep the minutes") >= 5
    assert referral.clock_from in {"reported", "released", "received"}
    assert Visitor(detective, at + timedelta(days=9)).page(f"/summaries/{summary.code}/").count("<h1") == 1
