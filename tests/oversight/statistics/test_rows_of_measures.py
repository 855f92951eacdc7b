"""Out of tables into rows: what each column means to a measure, and that no row holds what leads to a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.cases.deidentified import cases_counted
from rightdoor.casework.cases.models import Case
from rightdoor.casework.closure.models import Closure
from rightdoor.casework.consents.models import ParticipationConsent
from rightdoor.casework.plans.deidentified import carried_rows, looked_at_rows
from rightdoor.casework.plans.models import PlanReview, ServicePlan
from rightdoor.casework.referrals.deidentified import measure_rows as referral_rows
from rightdoor.casework.referrals.deidentified import referrals_counted, rows_without_a_case
from rightdoor.casework.referrals.models import Referral, TierChange
from rightdoor.casework.services.deidentified import measure_rows as outgoing_rows
from rightdoor.casework.services.models import ServiceReferral
from rightdoor.casework.staffings.deidentified import case_rows, meeting_rows
from rightdoor.casework.staffings.models import CadenceSetting, Staffing
from rightdoor.community.meetings.deidentified import advisory_rows, counted_places
from rightdoor.domain.measures.rows import Scheduled, TierSet
from tests.casework.team import held, received
from tests.people import OTHER_REGION, REGION

DAY = timedelta(days=1)


@pytest.fixture
def staffing(scene):
    """Held, with its summary owed."""
    return held(scene)


@pytest.fixture
def span(now):
    """From a month before the scene to a month after it."""
    return now - 30 * DAY, now + 30 * DAY


def of_case(coordinator, span):
    ((code, region, row),) = case_rows(cases_counted(coordinator), *span)
    assert region == REGION
    return row


@pytest.mark.req("STAT-4")
def test_a_referral_brings_its_tiers_its_due_time_and_its_decision(coordinator, staffing, span, now):
    ((code, region, row),) = referral_rows(referrals_counted(coordinator), *span)
    referral = staffing.case.referral

    assert (code, region) == (referral.code, REGION)
    assert row.tiers == (TierSet(1, now),)
    assert (row.received_at, row.due_at) == (now, referral.due_at)
    assert row.held_at == staffing.held_at
    assert (row.eligible, row.source) == (True, "school")


@pytest.mark.req("STAT-4", "INT-6")
def test_tiers_are_those_in_force_and_repeated_ones_are_one(coordinator, scene, span, now):
    referral = received(scene)
    steps = [("retriaged", 1, 1), ("waits", 3, 2), ("refused", 1, 2), ("waits", 3, 2), ("lengthened", 3, 2)]
    for number, (kind, tier, needed) in enumerate(steps, start=1):
        TierChange.objects.create(
            referral=referral, at=now + number * DAY, by=coordinator.code, kind=kind, tier=tier, asked=needed,
            due_at=now, why_sealed=b"x", seconded_by="ABCD-2345",
        )  # fmt: skip
    ((_, _, row),) = referral_rows(referrals_counted(coordinator), *span)

    assert row.tiers == (TierSet(1, now), TierSet(3, now + 5 * DAY))


@pytest.mark.req("STAT-4")
def test_what_was_not_accepted_or_not_decided_is_a_row_without_a_case(coordinator, scene, span, now):
    turned_away, undecided = received(scene), received(scene)
    Referral.objects.filter(pk=turned_away.pk).update(
        state="ineligible", ineligible_reason="age", tier=None, due_at=None
    )
    Referral.objects.filter(pk=undecided.pk).update(state="received", decided_at=None, tier=None, due_at=None)
    found = {code: row.accepted for code, _, row in rows_without_a_case(referrals_counted(coordinator), *span)}

    assert found == {turned_away.code: False, undecided.code: None}
    told = {code: row.eligible for code, _, row in referral_rows(referrals_counted(coordinator), *span)}
    assert told == {turned_away.code: False, undecided.code: None}


@pytest.mark.req("STAT-4", "MTG-5")
def test_a_meeting_that_was_called_off_or_owes_no_plan_says_so(coordinator, staffing, span):
    cases = cases_counted(coordinator)
    Staffing.objects.filter(pk=staffing.pk).update(continued_services="not_eligible")
    ((code, _, row),) = meeting_rows(cases, *span)
    assert (code, row.plan_is_owed, row.is_cancelled) == (staffing.code, False, False)
    assert (row.kind, row.started_at, row.record_shared_at) == ("emergency", staffing.held_at, None)

    Staffing.objects.filter(pk=staffing.pk).update(state="cancelled", held_at=None)
    ((_, _, row),) = meeting_rows(cases, *span)
    assert row.is_cancelled is True


@pytest.mark.req("STAT-4", "MTG-5")
def test_a_plan_adopted_after_the_meeting_is_delivered_and_one_from_before_is_not(coordinator, staffing, span):
    plan = ServicePlan.objects.get(case=staffing.case)
    for shift, expected in ((-DAY, None), (DAY, staffing.held_at + DAY)):
        ServicePlan.objects.filter(pk=plan.pk).update(state="adopted", adopted_at=staffing.held_at + shift)
        ((_, _, row),) = meeting_rows(cases_counted(coordinator), *span)
        assert row.plan_shared_at == expected


@pytest.mark.req("STAT-4")
def test_consent_is_the_latest_answer_and_taken_back_is_none(coordinator, staffing, span, now):
    client = staffing.case.client
    assert of_case(coordinator, span).consent == "not_known"

    def answer(words, days, **more):
        ParticipationConsent.objects.create(
            client=client, answer=words, told_sealed=b"x", given_at=now + days * DAY, recorded_at=now,
            recorded_by=coordinator.code, **more,
        )  # fmt: skip

    answer("refused", 1)
    assert of_case(coordinator, span).consent == "refused"
    answer("given", 2)
    assert of_case(coordinator, span).consent == "given"
    answer("given", 3, withdrawn_at=now + 4 * DAY, ended_why="withdrawn")
    assert of_case(coordinator, span).consent == "refused"


@pytest.mark.req("STAT-4", "CASE-11", "CASE-12")
def test_a_case_brings_its_rhythm_its_reviews_and_its_being_opened_again(coordinator, staffing, span, now):
    case = staffing.case
    CadenceSetting.objects.create(
        case=case, cadence="on_request", why_sealed=b"x", set_at=now + DAY, set_by=coordinator.code
    )
    plan = ServicePlan.objects.get(case=case)
    PlanReview.objects.create(
        case=case, plan=plan, reviewed_at=now + 5 * DAY, reviewed_by=coordinator.code, next_due_at=now + 35 * DAY,
        ends="goes_on", told_sealed=b"x", due_at=now + 6 * DAY,
    )  # fmt: skip
    Closure.objects.create(
        case=case, closed_at=now + 7 * DAY, closed_by=coordinator.code, access_ends_at=now + 7 * DAY,
        told_sealed=b"x", contact_sealed=b"x", reopened_at=now + 8 * DAY, reopened_by=coordinator.code,
    )  # fmt: skip
    row = of_case(coordinator, span)

    assert row.schedule == (Scheduled(now + DAY, None),)
    assert row.reviews == (now + 5 * DAY,)
    assert [(one.kind, one.held_at) for one in row.staffings] == [("emergency", staffing.held_at)]
    assert (row.opened_at, row.closed_at, row.accepted) == (now + 8 * DAY, None, True)
    ((_, _, carried),) = carried_rows(cases_counted(coordinator), *span)
    assert (carried.opened_at, carried.again_at) == (case.opened_at, now + 8 * DAY)
    ((_, _, looked),) = looked_at_rows(cases_counted(coordinator), *span)
    assert (looked.reviewed_at, looked.due_at) == (now + 5 * DAY, now + 6 * DAY)


@pytest.mark.req("STAT-4")
def test_a_case_of_other_days_is_no_row(coordinator, staffing, now):
    cases, long_ago = cases_counted(coordinator), (now - 300 * DAY, now - 200 * DAY)
    Case.objects.filter(pk=staffing.case.pk).update(opened_at=now)

    for read in (case_rows, carried_rows, meeting_rows, looked_at_rows, outgoing_rows):
        assert read(cases, *long_ago) == []
    assert referral_rows(referrals_counted(coordinator), *long_ago) == []


@pytest.mark.req("STAT-4", "CASE-5")
@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("completed", "completed"),
        ("declined", "not_completed"),
        ("not_reached", "not_completed"),
        ("started", "not_known"),
    ],
)
def test_what_came_of_a_referral_to_a_service_is_told_without_what_it_was(
    coordinator, staffing, span, now, state, outcome
):
    over = state != "started"
    made = ServiceReferral.objects.create(
        case=staffing.case, holder=coordinator.agency, state=state, told_sealed=b"x", sent_on=now.date(),
        last_step_on=now.date(), due_at=None if over else now, ended_on=now.date() if over else None, made_at=now,
        made_by=coordinator.code,
    )  # fmt: skip
    ((code, region, row),) = outgoing_rows(cases_counted(coordinator), *span)

    assert (code, region, row.outcome, row.made_at) == (made.code, REGION, outcome, now)


@pytest.mark.req("STAT-4", "MTG-3")
def test_places_are_counted_by_discipline_and_another_region_has_none(coordinator, staffing, span):
    found = {one.discipline: one for one in counted_places(coordinator, [REGION], *span)}

    assert (found["local_law_enforcement"].present, found["local_law_enforcement"].told) == (1, 1)
    assert found["victim_advocate"].present == 0
    assert counted_places(coordinator, [OTHER_REGION], *span) == []
    assert [row.meetings for row in advisory_rows([REGION, OTHER_REGION], *span)] == [(), ()]
