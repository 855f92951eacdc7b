"""Holding: what must be settled first, and the clock that stops."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.cases.actions import determine_victim_status
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.staffings import actions
from rightdoor.casework.staffings.models import Staffing
from rightdoor.domain.errors import NotPermitted, RuleBroken
from tests.casework import team
from tests.casework.visiting import Visitor


@pytest.mark.req("INT-6", "MTG-8")
def test_the_clock_stops_exactly_when_the_staffing_was_held_not_when_it_was_recorded(scene):
    staffing = team.scheduled(scene, hours=47)
    at = team.settle(scene, staffing, at=staffing.starts_at + timedelta(hours=5))

    actions.hold_staffing(scene.coordinator, staffing, held_at=staffing.starts_at, now=at)

    referral = Referral.objects.get(pk=staffing.case.referral_id)
    assert referral.stopped_at == staffing.starts_at
    assert referral.clock.state(at) == "met"  # although it was recorded four hours after the clock ran out
    assert staffing.summary_due_at == staffing.starts_at + timedelta(hours=72)


@pytest.mark.req("MTG-8")
def test_nothing_counts_as_held_before_it_has_settled_four_things_and_who_was_there(scene):
    staffing = team.scheduled(scene)

    with pytest.raises(RuleBroken) as refusal:
        actions.hold_staffing(
            scene.coordinator, staffing, held_at=staffing.starts_at, now=staffing.starts_at + timedelta(hours=1)
        )

    for words in ("who was there", "victim status", "services continue", "consent", "first service plan"):
        assert words in str(refusal.value)
    assert Staffing.objects.get().state == "scheduled"
    assert Referral.objects.get().stopped_at is None


@pytest.mark.parametrize("hours", [-200, 2])
def test_held_in_the_future_or_before_the_case_was_opened_is_refused(scene, hours):
    staffing = team.scheduled(scene)
    at = team.settle(scene, staffing)

    with pytest.raises(RuleBroken, match="Correct the date"):
        actions.hold_staffing(scene.coordinator, staffing, held_at=at + timedelta(hours=hours), now=at)


def test_a_staffing_is_held_once(scene):
    staffing = team.held(scene)

    with pytest.raises(RuleBroken, match="no longer open"):
        actions.hold_staffing(
            scene.coordinator, staffing, held_at=staffing.starts_at, now=staffing.starts_at + timedelta(hours=3)
        )


def test_a_member_does_not_close_the_minutes(scene):
    staffing = team.scheduled(scene)
    at = team.settle(scene, staffing)

    with pytest.raises(NotPermitted):
        actions.hold_staffing(scene.detective, staffing, held_at=staffing.starts_at, now=at)


@pytest.mark.req("MTG-8")
def test_consent_refused_asks_for_words(scene):
    staffing = team.scheduled(scene)

    with pytest.raises(RuleBroken, match="who refused"):
        actions.settle_staffing(
            scene.coordinator, staffing, continued_services="eligible", consent_plan="refused", now=staffing.starts_at
        )


@pytest.mark.req("CASE-1", "INT-6")
def test_confirming_before_the_staffing_is_held_makes_the_response_faster(scene):
    staffing = team.scheduled(scene, team.received(scene, facts=team.SUSPECTED), hours=20)
    week = staffing.due_at

    determine_victim_status(
        scene.coordinator, staffing.case, status="confirmed", evidence="Messages.",
        determined_by=scene.detective.code, now=scene.now + timedelta(hours=1),
    )  # fmt: skip

    staffing = Staffing.objects.select_related("case__referral").get()
    assert staffing.case.referral.tier == 1
    assert staffing.due_at < week
    assert staffing.due_at == scene.now + timedelta(hours=48)


@pytest.mark.req("CASE-1")
def test_confirming_asks_for_evidence(scene):
    staffing = team.scheduled(scene)

    with pytest.raises(RuleBroken, match="rests on"):
        determine_victim_status(
            scene.coordinator, staffing.case, status="confirmed", evidence=" ", determined_by="x", now=scene.now
        )


@pytest.mark.req("INT-12", "INT-6")
def test_the_clock_does_not_stop_while_intake_is_open_and_the_page_says_what_to_do(scene):
    staffing = team.scheduled(scene, team.received(scene, reported=False))
    at = team.settle(scene, staffing)

    with pytest.raises(RuleBroken, match="mandated report"):
        actions.hold_staffing(scene.coordinator, staffing, held_at=staffing.starts_at, now=at)

    assert Staffing.objects.get().state == "scheduled"
    assert Referral.objects.get().stopped_at is None
    html = Visitor(scene.coordinator, at).page(f"/staffings/{staffing.code}/holding/")
    assert "Record whether the mandated report was made." in html
    assert f"/referrals/{staffing.case.referral.code}/" in html


@pytest.mark.req("INT-6")
@pytest.mark.req("MTG-8")
def test_what_the_staffing_finds_out_cannot_make_it_late(scene: team.Scene) -> None:
    referral = team.received(scene, facts=team.SUSPECTED)
    staffing = team.scheduled(scene, referral, hours=90)
    told = {"status": "confirmed", "evidence": "Messages.", "determined_by": scene.detective.code}
    at = staffing.starts_at + timedelta(minutes=20)
    determine_victim_status(scene.coordinator, staffing.case, **told, now=at, staffing_began_at=staffing.starts_at)
    referral.refresh_from_db()
    assert referral.tier == 3
    assert referral.due_at > staffing.starts_at


@pytest.mark.req("INT-6")
def test_a_status_confirmed_before_the_staffing_begins_does_make_the_response_faster(scene: team.Scene) -> None:
    referral = team.received(scene, facts=team.SUSPECTED)
    staffing = team.scheduled(scene, referral, hours=90)
    told = {"status": "confirmed", "evidence": "Messages.", "determined_by": scene.detective.code}
    determine_victim_status(
        scene.coordinator, staffing.case, **told, now=scene.now, staffing_began_at=staffing.starts_at
    )
    referral.refresh_from_db()
    assert referral.tier == 1
