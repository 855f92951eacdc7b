"""Receiving a referral."""

from datetime import timedelta

import pytest

from rightdoor.casework.clients.models import Client
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import referral_facts
from rightdoor.casework.referrals.tiers import clock_start
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.codes import new_code


@pytest.mark.req("INT-4")
def test_all_three_times_are_kept_and_the_packs_starts_the_clock(make_referral, now):
    referral = make_referral()

    assert referral.reported_at == now - timedelta(hours=30)
    assert referral.released_at == now - timedelta(hours=4)
    assert referral.received_at == now
    assert (referral.clock_from, referral.clock_started_at) == ("received", now)


@pytest.mark.req("INT-6")
def test_without_the_packs_time_the_earliest_known_starts_the_clock(now):
    times = {"reported": now - timedelta(hours=9), "released": None, "received": now}

    assert clock_start(times, "released") == ("reported", now - timedelta(hours=9))


@pytest.mark.req("INT-4")
def test_what_is_told_stands_sealed_and_opens_for_the_coordinator(make_referral, coordinator, now):
    referral = make_referral()

    assert b"Nowhere" not in bytes(referral.client.identity.who_sealed)
    assert b"Invented words" not in bytes(referral.story_sealed)
    facts = referral_facts(coordinator, referral, now)
    assert (facts.kind, facts.age, facts.open_investigation) == ("sex", 15, None)


@pytest.mark.req("INT-8")
def test_a_referral_outside_the_process_is_marked(make_referral):
    assert make_referral(channel="outside_process").channel == "outside_process"


def test_a_form_sent_twice_makes_one_referral(make_referral):
    code = new_code()
    first, second = make_referral(code=code), make_referral(code=code)

    assert first.pk == second.pk
    assert Referral.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"source": "elsewhere"}, {"channel": "shortcut"}, {"region": "atlantis"}, {"facts": {"kind": "other"}}],
)
def test_a_word_that_the_pack_does_not_know_is_refused_and_leaves_nothing(make_referral, wrong):
    with pytest.raises(RuleBroken):
        make_referral(**wrong)

    assert not Referral.objects.exists()
    assert not Client.objects.exists()
    assert not AuditEvent.objects.filter(verb="referral.received").exists()


def test_a_time_in_the_future_is_refused(make_referral, now):
    with pytest.raises(RuleBroken, match="future"):
        make_referral(reported_at=now + timedelta(minutes=1))


def test_received_before_it_was_reported_is_refused(make_referral, now):
    with pytest.raises(RuleBroken, match="before it was reported"):
        make_referral(received_at=now - timedelta(hours=31), reported_at=now - timedelta(hours=30))


def test_a_team_member_may_not_receive_a_referral(make_referral, detective):
    with pytest.raises(NotPermitted):
        make_referral(detective)


def test_no_event_carries_a_name_or_a_word_that_was_typed(make_referral):
    make_referral()

    written = " ".join(str(event.details) for event in AuditEvent.objects.all())
    assert "Nowhere" not in written
    assert "Invented" not in written


def test_the_reviewers_referral_is_held_by_the_regions_own_center(make_referral, reviewer, coordinator):
    referral = make_referral(reviewer)

    assert referral.holder == coordinator.agency
    assert referral.coordinator == ""
