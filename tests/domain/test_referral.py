"""The way of a referral, the victim status, and the service plan."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.referral import (
    STATES,
    TRANSITIONS,
    IntakeFacts,
    check_awaiting_triage,
    check_has_running_clock,
    check_may_become,
    check_may_reconsider,
    check_ready_to_leave_intake,
    unsettled,
)
from rightdoor.domain.service_plan import (
    SERVICE_STATES,
    SERVICE_TRANSITIONS,
    ServiceFacts,
    check_may_adopt,
    check_may_change_service,
)
from rightdoor.domain.victim_status import STATUSES, check_may_determine
from rightdoor.domain.victim_status import TRANSITIONS as STATUS_TRANSITIONS

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
SETTLED = IntakeFacts(
    mandated_report_made=True,
    mandated_report_by="School nurse",
    mandated_report_at=NOW,
    mandated_report_number="26-0117",
    region="north",
    victim_status="suspected",
    eligible=True,
    triaged=True,
)


@pytest.mark.req("INT-5")
def test_the_table_of_states_is_complete():
    assert set(TRANSITIONS) == set(STATES)
    assert set().union(*TRANSITIONS.values()) <= set(STATES)


@pytest.mark.req("INT-5")
def test_no_state_is_a_dead_end():
    reached, frontier = set(), {"closed"}
    while frontier:
        reached |= frontier
        frontier = set().union(*(TRANSITIONS[state] for state in frontier)) - reached
    assert reached == set(STATES)


@pytest.mark.req("INT-5")
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("new", STATES)
def test_only_the_steps_of_the_table_are_taken(state, new):
    if new in TRANSITIONS[state]:
        check_may_become(state, new)
    else:
        with pytest.raises(RuleBroken, match="cannot become"):
            check_may_become(state, new)


def test_a_state_that_does_not_exist_is_a_mistake():
    with pytest.raises(KeyError):
        check_may_become("received", "lost")


@pytest.mark.req("INT-6")
@pytest.mark.parametrize(
    ("state", "waits"),
    [
        ("received", True),
        ("eligible", True),
        ("triaged", False),
        ("staffed", False),
        ("ineligible", False),
        ("closed", False),
    ],
)
def test_triage_waits_for_no_one_but_happens_once(state, waits):
    if waits:
        check_awaiting_triage(state)
    else:
        with pytest.raises(RuleBroken):
            check_awaiting_triage(state)


@pytest.mark.req("INT-6")
def test_the_tier_changes_only_while_the_clock_runs():
    check_has_running_clock("triaged")
    with pytest.raises(RuleBroken, match="does not run"):
        check_has_running_clock("staffed")


@pytest.mark.req("INT-5")
def test_a_referral_turned_away_is_taken_up_again_with_a_reason():
    check_may_reconsider("ineligible", reason="A birth certificate was found")
    with pytest.raises(RuleBroken, match="what has changed"):
        check_may_reconsider("closed", reason=" ")
    with pytest.raises(RuleBroken, match="still open"):
        check_may_reconsider("triaged", reason="A birth certificate was found")


@pytest.mark.req("INT-12")
def test_a_settled_referral_leaves_intake():
    check_ready_to_leave_intake(SETTLED)


@pytest.mark.req("INT-12")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"mandated_report_made": None}, "Record whether the mandated report was made."),
        ({"mandated_report_made": False}, "Say why no mandated report is owed, or make it now."),
        ({"mandated_report_by": " "}, "Record who made the mandated report."),
        ({"mandated_report_at": None}, "Record when the mandated report was made."),
        ({"mandated_report_number": ""}, "Record the number of the mandated report."),
        ({"region": ""}, "Choose the region."),
        ({"victim_status": ""}, "Record the victim status."),
        ({"eligible": None}, "Decide eligibility."),
        ({"triaged": False}, "Set the response tier."),
    ],
)
def test_one_open_point_keeps_a_referral_in_intake(change, sentence):
    facts = replace(SETTLED, **change)
    assert unsettled(facts) == [sentence]
    with pytest.raises(RuleBroken):
        check_ready_to_leave_intake(facts)


@pytest.mark.req("INT-12")
def test_a_reason_settles_that_no_mandated_report_is_owed():
    facts = IntakeFacts(
        False, why_no_mandated_report="Came from the hotline", region="a", victim_status="b", eligible=False
    )
    assert unsettled(facts) == []


@pytest.mark.req("MTG-8")
def test_every_status_may_be_determined_from_every_other():
    assert set(STATUS_TRANSITIONS) == {"", *STATUSES}
    for current in STATUS_TRANSITIONS:
        for new in STATUSES:
            check_may_determine(current, new, evidence="Statement to the detective", determined_by="K7MQ-4XPR")


@pytest.mark.req("MTG-8")
@pytest.mark.parametrize(
    ("current", "new", "evidence", "by"),
    [
        ("suspected", "confirmed", " ", "A"),
        ("suspected", "not_trafficking", "", "A"),
        ("confirmed", "suspected", "", "A"),
        ("suspected", "suspected", "", " "),
        ("suspected", "at_risk", "a report", "A"),
        ("unheard_of", "suspected", "a report", "A"),
    ],
)
def test_a_status_without_ground_or_name_is_refused(current, new, evidence, by):
    with pytest.raises(RuleBroken):
        check_may_determine(current, new, evidence=evidence, determined_by=by)


def test_suspecting_needs_no_evidence():
    check_may_determine("", "suspected", evidence="", determined_by="A")


@pytest.mark.req("CASE-4")
def test_a_plan_with_wishes_and_services_that_have_an_owner_and_a_day_is_adopted():
    declined = ServiceFacts("mentorship", "", None, "declined")
    check_may_adopt("draft", "Wants to finish school", [ServiceFacts("education", "A", date(2026, 6, 9)), declined])


@pytest.mark.req("CASE-4")
@pytest.mark.parametrize(
    ("state", "wishes", "services"),
    [
        ("adopted", "School", [ServiceFacts("education", "A", date(2026, 6, 9))]),
        ("draft", " ", [ServiceFacts("education", "A", date(2026, 6, 9))]),
        ("draft", "School", []),
        ("draft", "School", [ServiceFacts("education", "", date(2026, 6, 9))]),
        ("draft", "School", [ServiceFacts("education", "A", None)]),
    ],
)
def test_a_plan_with_a_gap_is_not_adopted(state, wishes, services):
    with pytest.raises(RuleBroken):
        check_may_adopt(state, wishes, services)


def test_a_declined_service_may_be_offered_again_and_a_completed_one_is_done():
    assert set(SERVICE_TRANSITIONS) == set(SERVICE_STATES)
    check_may_change_service("declined", "planned")
    with pytest.raises(RuleBroken):
        check_may_change_service("completed", "started")
