"""A staffing counts as held once it has settled what it must."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from rightdoor.domain.consent import BASES, ParticipationConsent, check_may_hold_ongoing_staffing
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.staffing import (
    ActionItem,
    StaffingFacts,
    carried_over,
    check_may_add_action_item,
    check_may_hold,
    missing_before_holding,
    summary_clock,
    topics_owed,
)

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
SETTLED = StaffingFacts(
    kind="emergency",
    state="scheduled",
    starts_at=NOW,
    victim_status="confirmed",
    continued_services="eligible",
    consent_plan="guardian",
    first_plan=True,
    present=frozenset({"K7MQ-4XPR"}),
)
CONSENT = ParticipationConsent("guardian", given_at=NOW, signer_alleged=False)


@dataclass(frozen=True)
class Topic:
    key: str
    first: bool = False


@pytest.mark.req("MTG-8")
def test_a_settled_emergency_staffing_may_be_held():
    check_may_hold(SETTLED, NOW)


@pytest.mark.req("MTG-8")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"victim_status": None}, "Determine the victim status."),
        ({"continued_services": None}, "Say whether services continue"),
        ({"consent_plan": " "}, "Say how consent"),
        ({"first_plan": None}, "Write the first service plan."),
        ({"present": frozenset()}, "Record who was there."),
        ({"state": "held"}, "no longer open"),
        ({"starts_at": NOW + timedelta(seconds=1)}, "has not begun"),
    ],
)
def test_an_emergency_staffing_is_not_held_while_something_is_open(change, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        check_may_hold(replace(SETTLED, **change), NOW)


@pytest.mark.req("MTG-8")
def test_nothing_settled_names_everything_at_once():
    assert len(missing_before_holding(StaffingFacts("emergency", "scheduled", NOW))) == 5


@pytest.mark.req("MTG-8")
def test_where_services_end_no_plan_is_owed():
    assert missing_before_holding(replace(SETTLED, first_plan=None, continued_services="not_eligible")) == []


def test_an_ongoing_staffing_only_asks_who_was_there():
    facts = StaffingFacts("ongoing", "scheduled", NOW)
    assert missing_before_holding(facts) == ["Record who was there."]


@pytest.mark.req("MTG-1")
def test_topics_that_the_pack_marks_come_first():
    topics = [Topic("story"), Topic("safety", first=True), Topic("trial"), Topic("medical", first=True)]
    assert topics_owed(topics) == ["safety", "medical", "story", "trial"]


@pytest.mark.req("MTG-1")
def test_without_marks_the_five_of_practice_come_first_in_their_order():
    topics = [Topic("story"), Topic("forensic_interview"), Topic("safety_assessment")]
    assert topics_owed(topics) == ["safety_assessment", "forensic_interview", "story"]


@pytest.mark.req("MTG-5")
def test_the_summary_is_due_hours_after_the_staffing_was_held():
    assert summary_clock(NOW, 72).due_at == NOW + timedelta(hours=72)


@pytest.mark.req("MTG-6")
@pytest.mark.parametrize(
    "change",
    [{"owner": ""}, {"due_on": None}, {"what": " "}, {"due_on": date(2026, 5, 31)}],
)
def test_an_action_item_without_owner_day_or_words_is_refused(change):
    item = {"owner": "K7MQ-4XPR", "due_on": date(2026, 6, 1), "what": "Call the clinic", "held_on": date(2026, 6, 1)}
    check_may_add_action_item(**item)
    with pytest.raises(RuleBroken):
        check_may_add_action_item(**item | change)


@pytest.mark.req("MTG-6")
def test_overdue_items_come_back_and_the_oldest_comes_first():
    today = date(2026, 6, 10)
    late, later = ActionItem("A", date(2026, 6, 9)), ActionItem("B", date(2026, 6, 2))
    due_today, done = ActionItem("C", today), ActionItem("D", date(2026, 6, 1), done_at=NOW)
    assert carried_over([late, later, due_today, done], today) == [later, late]


def test_ongoing_coordination_rests_on_consent():
    check_may_hold_ongoing_staffing(CONSENT, NOW)
    with pytest.raises(RuleBroken, match="Record consent"):
        check_may_hold_ongoing_staffing(None, NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"signer_alleged": True},
        {"signer_alleged": None},
        {"basis": "neighbor"},
        {"withdrawn_at": NOW},
        {"expires_at": NOW},
        {"given_at": NOW + timedelta(seconds=1)},
    ],
)
def test_a_consent_that_is_not_sound_opens_nothing(change):
    assert not replace(CONSENT, **change).is_in_force(NOW)


def test_a_court_order_does_not_hang_on_a_signer():
    assert replace(CONSENT, basis="court_order", signer_alleged=None).is_in_force(NOW)
    assert set(BASES) >= {"court_order", "state_custody", "guardian"}
