"""Triage: tier, clock, history, and who may change what."""

from datetime import timedelta

import pytest

from rightdoor.casework.referrals import actions
from rightdoor.casework.referrals.models import Referral, TierChange
from rightdoor.casework.referrals.pending.queries import tiers_waiting_for
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.response_tier import TriageFacts, every_combination
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.notices.models import Notice
from tests.casework.referrals.conftest import SETTLED, SUSPECTED, URGENT
from tests.casework.visiting import Visitor
from tests.people import make_person

HOUR = timedelta(hours=1)


@pytest.fixture
def colleague(now):
    """A second coordinator of the region."""
    return make_person("Cleo Colleague", now=now, roles=(("care_coordinator", "capital"),))


@pytest.mark.req("INT-6")
@pytest.mark.parametrize(("facts", "tier", "hours"), [(URGENT, 1, 48), (SETTLED, 2, 72), (SUSPECTED, 3, 168)])
def test_the_tier_follows_from_the_facts_and_starts_the_clock(coordinator, referral, now, facts, tier, hours):
    clock = actions.triage_referral(coordinator, referral, facts=facts, now=now + timedelta(hours=1))

    assert clock.due_at == now + timedelta(hours=hours), "due counts from receipt, not from triage"
    assert (referral.state, referral.tier, referral.due_at) == ("triaged", tier, clock.due_at)
    change = referral.tier_changes.get()
    assert (change.kind, change.tier, change.asked) == ("computed", tier, tier)


@pytest.mark.req("INT-6")
def test_an_unknown_fact_never_makes_the_response_slower(coordinator, make_referral, now):
    due = {}
    for facts in every_combination():
        referral = make_referral()
        due[facts] = actions.triage_referral(coordinator, referral, facts=facts, now=now).due_at
    for facts, at in due.items():
        for other, other_at in due.items():
            if _settles(other, facts):
                assert at <= other_at, f"{facts} is slower than {other}"


def _settles(known: TriageFacts, facts: TriageFacts) -> bool:
    """Is `known` what `facts` may turn out to be?"""
    pairs = [
        (getattr(facts, fact), getattr(known, fact))
        for fact in ("open_investigation", "immediate_safety_concern", "safe_and_stable")
    ]
    return facts.victim_status == known.victim_status and all(a is None or a == b for a, b in pairs)


@pytest.mark.req("INT-6")
def test_the_clock_is_late_one_second_after_due_and_not_on_it(coordinator, triaged):
    clock = triaged.clock

    assert clock.state(triaged.due_at) == "at_risk"
    assert clock.state(triaged.due_at + timedelta(seconds=1)) == "late"


@pytest.mark.req("INT-6")
def test_shortening_needs_a_reason(coordinator, referral, now):
    with pytest.raises(RuleBroken, match="reason"):
        actions.triage_referral(coordinator, referral, facts=SETTLED, chosen_tier=1, now=now)

    actions.triage_referral(coordinator, referral, facts=SETTLED, chosen_tier=1, reason="Asked for it", now=now)
    assert referral.tier == 1
    assert referral.tier_changes.get().kind == "shortened"


@pytest.mark.req("INT-6")
@pytest.mark.parametrize("second", ["", "self", "detective", "other_coordinator", "unknown"])
def test_lengthening_is_refused_without_a_fit_second_person(
    coordinator, detective, other_coordinator, referral, now, second
):
    people = {
        "": "",
        "self": coordinator.code,
        "detective": detective.code,
        "other_coordinator": other_coordinator.code,
        "unknown": "XXXX-XXXX",
    }
    with pytest.raises(RuleBroken):
        actions.triage_referral(
            coordinator, referral, facts=URGENT, chosen_tier=3, reason="Wait", seconded_by=people[second], now=now
        )

    referral.refresh_from_db()
    assert (referral.state, referral.tier) == ("received", None)
    assert not TierChange.objects.exists()
    assert not AuditEvent.objects.filter(verb="referral.triaged").exists()


@pytest.mark.req("INT-6")
def test_lengthening_needs_a_reason_even_with_a_second_person(coordinator, reviewer, referral, now):
    with pytest.raises(RuleBroken, match="reason"):
        actions.triage_referral(coordinator, referral, facts=URGENT, chosen_tier=3, seconded_by=reviewer.code, now=now)


@pytest.mark.req("INT-6")
def test_a_colleague_or_the_states_reviewer_may_second(coordinator, colleague, reviewer, make_referral, now):
    for person in (colleague, reviewer):
        referral = make_referral()
        actions.triage_referral(
            coordinator, referral, facts=URGENT, chosen_tier=3, reason="Agreed", seconded_by=person.code, now=now
        )
        actions.answer_tier(person, referral, agrees=True, now=now + HOUR)
        change = referral.tier_changes.last()
        assert (change.kind, change.seconded_by, change.asked, change.tier) == ("lengthened", person.code, 1, 3)
        assert (referral.tier, referral.due_at) == (3, now + timedelta(hours=168))


@pytest.mark.req("INT-6")
def test_until_the_second_person_confirms_the_faster_tier_and_its_clock_hold(coordinator, reviewer, referral, now):
    clock = actions.triage_referral(
        coordinator, referral, facts=URGENT, chosen_tier=3, reason="Agreed", seconded_by=reviewer.code, now=now
    )
    held = Referral.objects.get(pk=referral.pk)
    assert (held.tier, held.due_at, clock.due_at) == (1, now + timedelta(hours=48), now + timedelta(hours=48))
    assert [row.code for row in tiers_waiting_for(reviewer, now)] == [referral.code]
    assert Notice.objects.filter(account_code=reviewer.code, kind="tier_to_second").count() == 1


@pytest.mark.req("INT-6")
def test_nobody_but_the_named_person_confirms(coordinator, colleague, reviewer, detective, referral, now):
    actions.triage_referral(
        coordinator, referral, facts=URGENT, chosen_tier=3, reason="Agreed", seconded_by=reviewer.code, now=now
    )
    for person, refusal in ((coordinator, RuleBroken), (colleague, RuleBroken), (detective, NotPermitted)):
        with pytest.raises(refusal):
            actions.answer_tier(person, referral, agrees=True, now=now + HOUR)
    assert Referral.objects.get(pk=referral.pk).tier == 1


@pytest.mark.req("INT-6")
def test_a_refusal_keeps_the_tier_and_stays_on_record(coordinator, reviewer, referral, now):
    actions.triage_referral(
        coordinator, referral, facts=URGENT, chosen_tier=3, reason="Agreed", seconded_by=reviewer.code, now=now
    )
    actions.answer_tier(reviewer, referral, agrees=False, now=now + HOUR)
    assert (referral.tier, referral.due_at) == (1, now + timedelta(hours=48))
    assert [(c.kind, c.tier) for c in referral.tier_changes.all()] == [("waits", 3), ("refused", 1)]
    with pytest.raises(RuleBroken):
        actions.answer_tier(reviewer, referral, agrees=True, now=now + 2 * HOUR)


@pytest.mark.req("INT-6")
def test_facts_entered_anew_take_the_question_back(coordinator, reviewer, referral, now):
    actions.triage_referral(
        coordinator, referral, facts=URGENT, chosen_tier=3, reason="Agreed", seconded_by=reviewer.code, now=now
    )
    actions.triage_referral(coordinator, referral, facts=URGENT, now=now + HOUR)
    assert tiers_waiting_for(reviewer, now + HOUR) == []
    with pytest.raises(RuleBroken):
        actions.answer_tier(reviewer, referral, agrees=True, now=now + HOUR)


@pytest.mark.req("INT-6")
def test_the_second_person_confirms_on_the_page(coordinator, reviewer, referral, now):
    actions.triage_referral(
        coordinator, referral, facts=URGENT, chosen_tier=3, reason="Agreed", seconded_by=reviewer.code, now=now
    )
    page = f"/referrals/{referral.code}/"
    theirs, mine = Visitor(coordinator, now + HOUR), Visitor(reviewer, now + HOUR)
    assert "It waits for Rita Reviewer to confirm" in theirs.page(page)
    assert "Confirm tier 3" not in theirs.page(page)
    assert "Confirm tier 3" in mine.page(page)
    assert referral.code in mine.page("/").partition('id="since"')[0]
    theirs.post(f"{page}second/", {"answer": "confirm"})
    assert Referral.objects.get(pk=referral.pk).tier == 1
    mine.post(f"{page}second/", {"answer": "confirm"})
    assert Referral.objects.get(pk=referral.pk).tier == 3
    assert "confirmed by Rita Reviewer" in theirs.page(page)


@pytest.mark.req("INT-6")
def test_a_pack_may_forbid_lengthening(coordinator, reviewer, referral, now, monkeypatch):
    import dataclasses

    from rightdoor.foundation.jurisdiction.active import active_pack

    strict = dataclasses.replace(
        active_pack(), tier_change=dataclasses.replace(active_pack().tier_change, may_lengthen=False)
    )
    monkeypatch.setattr(actions, "active_pack", lambda: strict)

    with pytest.raises(RuleBroken, match="may not be made slower"):
        actions.triage_referral(
            coordinator, referral, facts=URGENT, chosen_tier=3, reason="Why", seconded_by=reviewer.code, now=now
        )


@pytest.mark.req("INT-6")
def test_confirmed_later_is_triaged_again_and_the_history_kept(coordinator, referral, now):
    actions.triage_referral(coordinator, referral, facts=SUSPECTED, now=now)

    clock = actions.triage_referral(coordinator, referral, facts=URGENT, now=now + timedelta(hours=5))

    assert clock.due_at == now + timedelta(hours=48)
    assert [(c.kind, c.tier) for c in referral.tier_changes.all()] == [("computed", 3), ("retriaged", 1)]


@pytest.mark.req("INT-6")
def test_facts_that_ask_for_less_do_not_slow_the_response_by_themselves(coordinator, reviewer, referral, now):
    actions.triage_referral(coordinator, referral, facts=URGENT, now=now)

    actions.triage_referral(coordinator, referral, facts=SETTLED, now=now)
    assert referral.tier == 1
    assert referral.tier_changes.last().asked == 2

    with pytest.raises(RuleBroken):
        actions.triage_referral(coordinator, referral, facts=SETTLED, chosen_tier=2, reason="Safe now", now=now)
    actions.triage_referral(
        coordinator, referral, facts=SETTLED, chosen_tier=2, reason="Safe now", seconded_by=reviewer.code, now=now
    )
    assert referral.tier == 1
    actions.answer_tier(reviewer, referral, agrees=True, now=now)
    assert (referral.tier, referral.due_at) == (2, now + timedelta(hours=72))


def test_of_two_who_triage_at_once_the_second_is_told(coordinator, referral, now):
    mine, theirs = Referral.objects.get(pk=referral.pk), Referral.objects.get(pk=referral.pk)
    actions.triage_referral(coordinator, theirs, facts=URGENT, now=now)

    with pytest.raises(RuleBroken, match="Someone else changed"):
        actions.triage_referral(coordinator, mine, facts=SUSPECTED, now=now)

    referral.refresh_from_db()
    assert referral.tier == 1
    assert referral.tier_changes.count() == 1


def test_the_coordinator_of_another_region_may_not_triage(other_coordinator, referral, now):
    with pytest.raises(NotPermitted):
        actions.triage_referral(other_coordinator, referral, facts=URGENT, now=now)


def test_the_event_says_tier_and_due_and_no_reason_in_words(coordinator, reviewer, referral, now):
    actions.triage_referral(coordinator, referral, facts=SETTLED, chosen_tier=1, reason="Secret words", now=now)

    event = AuditEvent.objects.get(verb="referral.triaged")
    assert event.details["tier"] == 1
    assert event.details["change"] == "shortened"
    assert "Secret" not in str(event.details)
