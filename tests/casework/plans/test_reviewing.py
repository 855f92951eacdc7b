"""The monthly work: reviews with outcomes, check-ins with partners, choices, and what of it is owed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.cases.parts import Look, dues_of, flags_of, open_ends_of
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.facts import ties_of
from rightdoor.casework.plans.decisions.actions import look_back, record_shared_decision
from rightdoor.casework.plans.decisions.queries import open_decisions
from rightdoor.casework.plans.deidentified import counted_choices, counted_plans, counted_reviews
from rightdoor.casework.plans.models import CheckIn, PlanGoal, PlanReview, SharedDecision
from rightdoor.casework.plans.reviews.actions import record_check_in, review_plan
from rightdoor.casework.plans.reviews.queries import open_reviews
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.service_plan import GoalReviewed
from rightdoor.domain.shared_decision import Choice, Option
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import local

OPTIONS = (Option("The school nearby", "Friends", "Known there"), Option("Not now", "Rest", "Time", is_not_now=True))


def review(scene, plan, **changed):
    now = changed.pop("now", scene.now + timedelta(days=10))
    said = {
        "goals": {plan.goals.get().line: GoalReviewed("met")},
        "outcomes": {"safety": "safe", "school": ""},
        "ends": "stands",
        "next_on": local(now).date() + timedelta(days=30),
        "now": now,
    }
    return review_plan(scene.coordinator, plan, **(said | changed))


def choose(scene, case, **changed):
    said = {"preference": 0, "chosen": 0, "decided_by": "client", **changed}
    return record_shared_decision(
        scene.coordinator, case, choice=Choice("Which school", OPTIONS, "A friend", **said), now=scene.now
    )


@pytest.mark.req("CASE-6", "CASE-14")
def test_a_review_settles_goals_records_outcomes_and_starts_the_next_clock(scene, case, plan):
    made = review(scene, plan, changes="One hour more a week.")

    (shown,) = open_reviews(scene.coordinator, case, scene.now)
    assert PlanGoal.objects.get().state == "met"
    assert (shown.goals[0].progress, shown.changes) == ("met", "One hour more a week.")
    assert shown.outcomes == {"safety": "safe", "placement": "", "school": "", "engagement": ""}
    assert (shown.engaged_days, shown.services) == (10, {})
    plan.refresh_from_db()
    assert plan.review_due_at == made.next_due_at > scene.now + timedelta(days=30)
    assert b"safe" not in bytes(made.told_sealed)


@pytest.mark.req("CASE-6")
def test_a_review_that_says_nothing_of_an_open_goal_changes_nothing(scene, plan):
    due = plan.review_due_at
    with pytest.raises(RuleBroken):
        review(scene, plan, goals={})
    with pytest.raises(NotPermitted):
        review_plan(scene.advocate, plan, goals={}, outcomes={}, ends="stands", next_on=scene.now.date(), now=scene.now)

    plan.refresh_from_db()
    assert not PlanReview.objects.exists()
    assert plan.review_due_at == due


def test_a_review_sent_twice_stands_once(scene, plan):
    code = new_code()

    assert review(scene, plan, code=code) == review(scene, plan, code=code)


@pytest.mark.req("CASE-6")
def test_a_check_in_moves_the_clock_of_the_partners(scene, case, plan):
    asked_at = scene.now + timedelta(days=20)
    add_to_case(
        scene.coordinator,
        case,
        account_code=scene.detective.code,
        discipline="local_law_enforcement",
        need="investigation",
        now=scene.now,
    )
    record_check_in(
        scene.coordinator,
        case,
        partner=scene.detective.code,
        asked_on=local(asked_at).date(),
        said="Nothing new.",
        now=asked_at,
    )

    plan.refresh_from_db()
    assert plan.check_in_due_at > asked_at + timedelta(days=29)
    with pytest.raises(RuleBroken):
        record_check_in(
            scene.coordinator, case, partner=new_code(), asked_on=scene.now.date(), said="Well", now=asked_at
        )
    assert CheckIn.objects.count() == 1


@pytest.mark.req("CASE-6")
def test_what_is_owed_is_shown_to_whom_the_plan_is_open_and_late_reviews_are_flagged(scene, case, plan):
    choose(scene, case, chosen=None, decided_by="", revisit_on=scene.now.date() + timedelta(days=5))
    later = scene.now + timedelta(days=31)

    def seen_by(viewer):
        return {one.kind for one in dues_of(viewer, [case], ties_of(viewer, [case.client], later), later)}

    mine = {"plan.review", "plan.check_in", "plan.action", "plan.goal", "shared_decision"}
    assert mine <= seen_by(scene.coordinator)
    assert not mine & seen_by(scene.detective)
    look = Look(scene.coordinator, case, standing_of(scene.coordinator, case, later), later)
    assert "Plan review late" in {flag.label for flag in flags_of(look)}
    assert {"1 goal of the plan still open", "1 action of the plan still open"} <= {
        end.what for end in open_ends_of(look)
    }


@pytest.mark.req("CASE-4")
def test_a_choice_is_sealed_and_looked_at_again(scene, case):
    row = choose(scene, case, revisit_on=scene.now.date() + timedelta(days=5))
    look_back(scene.coordinator, row, outcome="went_well", words="She likes it.", now=scene.now + timedelta(days=5))

    (shown,) = open_decisions(scene.coordinator, case, scene.now)
    assert (shown.preferred, shown.decided, shown.was_followed) == ("The school nearby", "The school nearby", True)
    assert (shown.outcome, shown.outcome_words) == ("went_well", "She likes it.")
    assert b"school" not in bytes(row.told_sealed)
    assert open_decisions(scene.advocate, case, scene.now) == []
    with pytest.raises(RuleBroken):
        look_back(scene.coordinator, row, outcome="partly", now=scene.now + timedelta(days=6))


@pytest.mark.req("CASE-4")
def test_one_option_alone_is_no_choice(scene, case):
    with pytest.raises(RuleBroken):
        record_shared_decision(
            scene.coordinator, case, choice=Choice("Which school", OPTIONS[:1], "A friend"), now=scene.now
        )
    assert not SharedDecision.objects.exists()


@pytest.mark.req("CASE-14")
def test_rows_for_counting_say_how_many_and_nothing_of_whom(scene, case, plan):
    choose(scene, case)
    review(scene, plan)
    span = (scene.now - timedelta(days=1), scene.now + timedelta(days=60))

    (reviewed,), (chosen,), (held,) = (
        list(counted(*span)) for counted in (counted_reviews, counted_choices, counted_plans)
    )
    assert (reviewed.was_on_time, reviewed.goals_met, reviewed.engaged) == (True, 1, "up to 30 days")
    assert (chosen.has_preference, chosen.was_followed) == (True, True)
    assert (held.has_choice, held.services_planned, held.services_begun) == (True, 1, 0)
    said = f"{reviewed} {chosen} {held}"
    assert not any(hidden in said for hidden in (case.code, case.client.code, plan.code, "school", "Nora"))
