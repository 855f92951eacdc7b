"""Eligibility: a fact that nobody has established never turns a child away."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.eligibility import REASONS, EligibilityFacts, EligibilityRule, age_on, decide_eligibility

RULE = EligibilityRule(18, ("suspected", "confirmed"), REASONS)
TODAY = date(2026, 6, 1)
CLEAR = EligibilityFacts(
    age=15,
    birth_on=None,
    estimated=False,
    victim_status="suspected",
    allegation_verifiable=True,
    information_adequate=True,
    is_trafficking=True,
)
NOTHING_KNOWN = EligibilityFacts(None, None, False, None, None, None, None)

truths = st.sampled_from([True, False])
known = st.builds(
    EligibilityFacts,
    age=st.integers(0, 40),
    birth_on=st.none(),
    estimated=truths,
    victim_status=st.sampled_from(["suspected", "confirmed", "not_trafficking"]),
    allegation_verifiable=truths,
    information_adequate=truths,
    is_trafficking=truths,
)
FORGETTABLE = ("age", "victim_status", "allegation_verifiable", "information_adequate", "is_trafficking")


@pytest.mark.req("INT-5")
@given(facts=known, forgotten=st.sets(st.sampled_from(FORGETTABLE)))
def test_forgetting_a_fact_never_turns_a_referral_away(facts, forgotten):
    if decide_eligibility(facts, RULE, TODAY).eligible is not False:
        unsure = decide_eligibility(replace(facts, **dict.fromkeys(forgotten)), RULE, TODAY)
        assert unsure.eligible is not False


@pytest.mark.req("INT-5")
@given(facts=known)
def test_every_decision_has_a_sentence_and_only_a_refusal_has_a_reason(facts):
    decision = decide_eligibility(facts, RULE, TODAY)
    assert decision.sentence.endswith(".")
    assert (decision.reason_key in REASONS) == (decision.eligible is False)


@pytest.mark.req("INT-5")
def test_with_nothing_known_the_answer_is_to_settle_it_first():
    decision = decide_eligibility(NOTHING_KNOWN, RULE, TODAY)
    assert decision.eligible is None
    assert decision.sentence.startswith("Settle this first: the age, the victim status")


@pytest.mark.req("INT-5")
def test_a_clear_referral_is_eligible():
    assert decide_eligibility(CLEAR, RULE, TODAY).eligible is True


@pytest.mark.req("INT-5")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"age": 18}, "age"),
        ({"is_trafficking": False}, "not_trafficking"),
        ({"victim_status": "not_trafficking"}, "not_trafficking"),
        ({"allegation_verifiable": False}, "unverifiable_allegation"),
        ({"information_adequate": False}, "inadequate_information"),
    ],
)
def test_what_is_established_can_make_a_referral_ineligible(change, reason):
    decision = decide_eligibility(replace(CLEAR, **change), RULE, TODAY)
    assert (decision.eligible, decision.reason_key) == (False, reason)


@pytest.mark.req("INT-5")
def test_a_reason_that_the_pack_does_not_use_turns_nobody_away():
    rule = replace(RULE, ineligible_reasons=("age",))
    assert decide_eligibility(replace(CLEAR, allegation_verifiable=False), rule, TODAY).eligible is True


@pytest.mark.req("INT-5")
def test_an_estimated_age_over_the_limit_asks_for_a_better_one():
    decision = decide_eligibility(replace(CLEAR, age=19, estimated=True), RULE, TODAY)
    assert decision.eligible is None
    assert "the age is an estimate" in decision.sentence


@pytest.mark.req("INT-5")
def test_a_birth_date_outweighs_a_stated_age():
    decision = decide_eligibility(replace(CLEAR, age=19, birth_on=date(2010, 1, 1)), RULE, TODAY)
    assert decision.eligible is True


@pytest.mark.req("INT-5")
def test_a_birth_date_to_come_is_no_birth_date():
    assert decide_eligibility(replace(CLEAR, birth_on=TODAY + timedelta(days=1)), RULE, TODAY).eligible is None


@pytest.mark.req("INT-5")
def test_a_confirmed_victim_is_not_turned_away_by_a_contradiction():
    facts = replace(CLEAR, victim_status="confirmed", is_trafficking=False)
    assert decide_eligibility(facts, RULE, TODAY).eligible is None


@pytest.mark.parametrize(
    ("birth_on", "on", "age"),
    [
        (date(2008, 6, 2), date(2026, 6, 1), 17),
        (date(2008, 6, 1), date(2026, 6, 1), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_is_counted_in_birthdays(birth_on, on, age):
    assert age_on(birth_on, on) == age
