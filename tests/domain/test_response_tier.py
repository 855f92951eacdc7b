"""The response tier: total over all facts, and never slower for not knowing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.response_tier import (
    Tier,
    TriageFacts,
    check_may_change_tier,
    decide_tier,
    every_combination,
    facts_in_words,
    not_dangerous_first,
    retriage,
    start_clock,
    tier_for,
    uncovered,
)

CRISIS = Tier(
    1,
    "crisis",
    48,
    (
        {"victim_status": "confirmed", "open_investigation": "not_false"},
        {"victim_status": "confirmed", "immediate_safety_concern": "not_false"},
        {"victim_status": "confirmed", "safe_and_stable": "not_true"},
    ),
)
STABLE = Tier(
    2,
    "stable",
    72,
    (
        {
            "victim_status": "confirmed",
            "open_investigation": False,
            "immediate_safety_concern": False,
            "safe_and_stable": True,
        },
    ),
)
SUSPECTED = Tier(3, "suspected", 168, ({"victim_status": "suspected"},), may_advance=True)
TIERS = (CRISIS, STABLE, SUSPECTED)

CALM = TriageFacts("confirmed", open_investigation=False, immediate_safety_concern=False, safe_and_stable=True)
SUSPICION = TriageFacts("suspected", None, None, None)
RECEIVED = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)

established = st.sampled_from([True, False])
facts_known = st.builds(TriageFacts, st.sampled_from(["confirmed", "suspected"]), established, established, established)
FACTS = ("open_investigation", "immediate_safety_concern", "safe_and_stable")


@pytest.mark.req("INT-6")
@given(known=facts_known, forgotten=st.sets(st.sampled_from(FACTS)))
def test_no_unknown_ever_slows_a_response(known, forgotten):
    unknown = replace(known, **dict.fromkeys(forgotten))
    assert tier_for(unknown, TIERS).due_hours <= tier_for(known, TIERS).due_hours


@pytest.mark.req("INT-6")
def test_every_combination_of_facts_has_a_tier():
    assert len(set(every_combination())) == 54
    assert uncovered(TIERS) == []
    assert not_dangerous_first(TIERS) == []


@pytest.mark.req("INT-6")
@pytest.mark.parametrize("facts", list(every_combination()), ids=facts_in_words)
def test_a_confirmed_victim_waits_longer_only_when_everything_speaks_for_it(facts):
    if facts.victim_status == "suspected":
        expected = SUSPECTED
    else:
        expected = STABLE if facts == CALM else CRISIS
    assert tier_for(facts, TIERS) == expected


@pytest.mark.req("INT-6")
def test_no_investigation_and_nobody_knows_of_safety_is_a_crisis():
    facts = replace(CALM, safe_and_stable=None)
    decision = decide_tier(facts, TIERS)
    assert decision.tier == CRISIS
    assert decision.reason == (
        "Confirmed victim. Not yet known: whether the surroundings are safe and stable. "
        "What is not known counts as danger."
    )


def test_the_roadmap_read_literally_leaves_one_hole_that_the_check_finds():
    literal = (
        replace(
            CRISIS,
            when=(
                {"victim_status": "confirmed", "open_investigation": True},
                {"victim_status": "confirmed", "immediate_safety_concern": True},
            ),
        ),
        replace(STABLE, when=({"victim_status": "confirmed", "safe_and_stable": True},)),
        SUSPECTED,
    )
    holes = uncovered(literal)
    assert TriageFacts("confirmed", False, False, False) in holes
    assert all(facts.victim_status == "confirmed" for facts in holes)
    assert tier_for(holes[0], literal).due_hours == 48


def test_a_pack_that_lets_the_unknown_wait_is_found():
    lenient = (
        replace(CRISIS, when=({"victim_status": "confirmed", "open_investigation": True},)),
        replace(STABLE, when=({"victim_status": "confirmed"},)),
        SUSPECTED,
    )
    pairs = not_dangerous_first(lenient)
    assert pairs
    assert all(unknown.open_investigation is None and known.open_investigation for unknown, known in pairs)


def test_a_condition_that_cannot_be_read_leaves_holes_instead_of_a_wrong_answer():
    misspelled = (replace(SUSPECTED, when=({"victim_statu": "suspected"}, {"safe_and_stable": "true"})),)
    assert len(uncovered(misspelled)) == 54


def test_the_reason_names_what_is_established_before_what_is_unknown():
    facts = TriageFacts("confirmed", open_investigation=None, immediate_safety_concern=True, safe_and_stable=False)
    assert decide_tier(facts, TIERS).reason == (
        "Confirmed victim with an immediate safety concern and surroundings that are not safe and stable."
    )


def test_the_reason_of_the_slower_tiers():
    assert decide_tier(SUSPICION, TIERS).reason == "Suspected victim."
    assert decide_tier(CALM, TIERS).reason == (
        "Confirmed victim with no open investigation, no immediate safety concern and safe and stable surroundings."
    )


def test_without_tiers_nothing_is_decided():
    with pytest.raises(ValueError, match="at least one"):
        decide_tier(CALM, ())


@pytest.mark.req("INT-6")
def test_a_faster_response_needs_only_a_reason():
    check_may_change_tier(SUSPECTED, CRISIS, reason="Seen near the person she ran from", by="K7MQ-4XPR")


@pytest.mark.req("INT-6")
@pytest.mark.parametrize(
    ("chosen", "more", "sentence"),
    [
        (CRISIS, {"reason": " "}, "Give the reason"),
        (SUSPECTED, {"reason": ""}, "Give the reason"),
        (SUSPECTED, {"reason": "calm"}, "second person"),
        (SUSPECTED, {"reason": "calm", "by": "A", "seconded_by": "A"}, "someone other"),
        (SUSPECTED, {"reason": "calm", "by": "", "seconded_by": "B"}, "someone other"),
        (SUSPECTED, {"reason": "calm", "by": "A", "seconded_by": "B", "may_lengthen": False}, "may not be made slower"),
    ],
)
def test_a_tier_is_not_changed_silently(chosen, more, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        check_may_change_tier(STABLE, chosen, **more)


@pytest.mark.req("INT-6")
def test_a_slower_response_is_possible_with_a_reason_and_a_second_person():
    check_may_change_tier(CRISIS, STABLE, reason="Placed with her aunt", by="A", seconded_by="B")


def test_keeping_the_tier_needs_nothing():
    check_may_change_tier(CRISIS, CRISIS, reason="", may_lengthen=False)


@pytest.mark.req("INT-6")
def test_the_response_clock_starts_when_it_was_received():
    clock = start_clock(RECEIVED, CRISIS)
    assert clock.due_at == RECEIVED + timedelta(hours=48)


@pytest.mark.req("INT-6")
def test_suspected_becoming_confirmed_shortens_the_time_from_receipt():
    confirmed_at = RECEIVED + timedelta(hours=20)
    steps = retriage(
        [(RECEIVED, SUSPICION), (confirmed_at, replace(SUSPICION, victim_status="confirmed"))], TIERS, RECEIVED
    )
    assert [(step.tier.number, step.changed) for step in steps] == [(3, False), (1, True)]
    assert steps[1].at == confirmed_at
    assert steps[1].due_at == RECEIVED + timedelta(hours=48)


@pytest.mark.req("INT-6")
def test_new_facts_alone_never_lengthen_the_time():
    history = [(RECEIVED + timedelta(hours=5), CALM), (RECEIVED, replace(CALM, open_investigation=True))]
    first, second = retriage(history, TIERS, RECEIVED)
    assert first.at == RECEIVED
    assert (second.tier, second.asked, second.changed) == (CRISIS, STABLE, False)
    assert second.due_at == first.due_at
    assert "Tier 1 stays until someone lengthens it" in second.reason


@pytest.mark.req("INT-6")
@given(
    entries=st.lists(st.tuples(st.integers(0, 100), st.sampled_from(list(every_combination()))), min_size=1, max_size=6)
)
def test_the_due_time_only_ever_comes_closer(entries):
    steps = retriage([(RECEIVED + timedelta(hours=at), facts) for at, facts in entries], TIERS, RECEIVED)
    dues = [step.due_at for step in steps]
    assert dues == sorted(dues, reverse=True)


def test_due_times_keep_the_zone_of_receipt_across_daylight_saving():
    received = datetime(2026, 3, 7, 12, 0, tzinfo=ZoneInfo("America/Chicago"))
    (step,) = retriage([(received, SUSPICION)], TIERS, received)
    assert (step.due_at.day, step.due_at.hour) == (14, 13)
