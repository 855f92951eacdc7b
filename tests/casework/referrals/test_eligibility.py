"""Eligible or not, kept with a reason, and taken up again."""

from datetime import timedelta

import pytest

from rightdoor.casework.referrals import actions
from rightdoor.domain.errors import NotPermitted, RuleBroken
from tests.casework.referrals.conftest import ELIGIBLE, URGENT


@pytest.mark.req("INT-5")
def test_a_child_within_the_rules_is_eligible(coordinator, referral, now):
    actions.decide_referral_eligibility(coordinator, referral, facts={}, now=now)

    assert (referral.state, referral.decided_at) == ("eligible", now)


@pytest.mark.req("INT-5")
def test_what_nobody_has_established_never_turns_a_child_away(coordinator, make_referral, now):
    referral = make_referral(facts={**ELIGIBLE, "information_adequate": None, "victim_status": "suspected"})

    with pytest.raises(RuleBroken, match="Settle this first"):
        actions.decide_referral_eligibility(coordinator, referral, facts={}, now=now)
    with pytest.raises(RuleBroken, match="do not make this referral ineligible"):
        actions.decide_referral_eligibility(
            coordinator, referral, facts={}, reason_key="inadequate_information", now=now
        )


@pytest.mark.req("INT-5")
def test_the_ineligible_are_kept_with_their_reason_and_without_a_clock(coordinator, referral, now):
    actions.triage_referral(coordinator, referral, facts=URGENT, now=now)

    actions.decide_referral_eligibility(
        coordinator,
        referral,
        facts={"information_adequate": False},
        reason_key="inadequate_information",
        sentence="Nobody could say who the child is.",
        now=now,
    )

    assert (referral.state, referral.ineligible_reason) == ("ineligible", "inadequate_information")
    assert referral.clock is None
    assert referral.tier_changes.count() == 1, "the history stays"


@pytest.mark.req("INT-5")
def test_the_birth_date_outweighs_the_stated_age(coordinator, make_referral, now):
    referral = make_referral(facts={**ELIGIBLE, "age": 25, "age_is_estimated": True})

    actions.decide_referral_eligibility(coordinator, referral, facts={}, now=now)

    assert referral.state == "eligible"


@pytest.mark.req("INT-5")
def test_a_reason_that_the_facts_do_not_bear_out_is_refused(coordinator, referral, now):
    with pytest.raises(RuleBroken, match="another reason"):
        actions.decide_referral_eligibility(
            coordinator, referral, facts={"information_adequate": False}, reason_key="age", now=now
        )


def test_a_triaged_referral_stays_triaged_when_found_eligible(coordinator, triaged, now):
    actions.decide_referral_eligibility(coordinator, triaged, facts={}, now=now)

    assert (triaged.state, triaged.decided_at) == ("triaged", now)


@pytest.fixture
def declined(coordinator, referral, now):
    actions.decide_referral_eligibility(
        coordinator,
        referral,
        facts={"information_adequate": False},
        reason_key="inadequate_information",
        now=now,
    )
    return referral


@pytest.mark.req("INT-5")
def test_taken_up_again_soon_the_clock_counts_on(coordinator, declined, now):
    actions.reconsider_referral(coordinator, declined, reason="More is known", now=now + timedelta(days=7))

    assert (declined.state, declined.clock_started_at) == ("received", now)


@pytest.mark.req("INT-5")
def test_taken_up_again_long_after_the_clock_starts_anew(coordinator, declined, now):
    later = now + timedelta(days=7, seconds=1)
    actions.reconsider_referral(coordinator, declined, reason="More is known", now=later)

    assert (declined.clock_from, declined.clock_started_at) == ("taken_up", later)


@pytest.mark.req("INT-5")
def test_taking_up_again_needs_to_say_what_changed(coordinator, declined, now):
    with pytest.raises(RuleBroken, match="what has changed"):
        actions.reconsider_referral(coordinator, declined, reason=" ", now=now)


def test_an_open_referral_cannot_be_taken_up_again(coordinator, referral, now):
    with pytest.raises(RuleBroken, match="still open"):
        actions.reconsider_referral(coordinator, referral, reason="Why not", now=now)


def test_another_regions_coordinator_may_not_decide(other_coordinator, referral, now):
    with pytest.raises(NotPermitted):
        actions.decide_referral_eligibility(other_coordinator, referral, facts={}, now=now)
