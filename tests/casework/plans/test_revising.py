"""Versions: what a line had come to stays so, two writers keep both texts, goals that lack something are drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.plans import actions
from rightdoor.casework.plans.actions import Conflict, Rest, Service, Step
from rightdoor.casework.plans.comparing import side_by_side
from rightdoor.casework.plans.models import PlanGoal, ServicePlan
from rightdoor.casework.plans.queries import open_plan, people_who_read
from rightdoor.domain.errors import NotPermitted, RuleBroken


def revise(scene, case, rest, based_on, **changed):
    said = {"wishes": "To see my sister.", "services": [], "rest": rest, "based_on": based_on, "now": scene.now}
    return actions.revise_plan(scene.coordinator, case, **(said | changed))


@pytest.mark.req("CASE-4")
def test_a_plan_holds_needs_goals_and_actions_sealed(scene, plan):
    shown = open_plan(scene.coordinator, plan, scene.now)

    assert [(one.domain, one.risk) for one in shown.needs] == [("safety", "urgent")]
    assert (shown.goals[0].goal, shown.goals[0].state, shown.goals[0].missing) == ("Back at school", "open", ())
    assert shown.actions[0].what == "Call the school"
    assert (shown.template, shown.authors) == ("ongoing", "The client")
    assert b"school" not in bytes(PlanGoal.objects.get().told_sealed)


@pytest.mark.req("CASE-4")
def test_a_goal_without_measure_or_day_stays_a_draft_and_says_what_is_missing(scene, case, rest, goal):
    unmeasured = replace(goal, measure="", due_on=None)
    plan = revise(scene, case, replace(rest, goals=(unmeasured,)), 0)

    (shown,) = open_plan(scene.coordinator, plan, scene.now).goals

    assert (shown.state, shown.missing) == ("draft", ("measure", "due_on"))


@pytest.mark.req("CASE-4")
def test_a_line_that_was_settled_stays_so_in_the_next_version(scene, case, plan, rest, goal):
    actions.change_action(scene.coordinator, plan, number=1, state="done", now=scene.now)
    actions.change_service(scene.coordinator, plan, number=1, state="started", now=scene.now)
    before = open_plan(scene.coordinator, plan, scene.now)
    again = replace(
        rest,
        goals=(replace(goal, target="4", line=before.goals[0].line), replace(goal, goal="A dentist")),
        steps=(replace(rest.steps[0], line=before.actions[0].line),),
    )
    service = Service("medical_care", "An examination", "Agreed", line=before.services[0].line)

    after = open_plan(scene.coordinator, revise(scene, case, again, 1, services=[service]), scene.now)

    assert (after.actions[0].state, after.services[0].state) == ("done", "started")
    parts = {part.title: [line.kind for line in part.lines] for part in side_by_side(before, after)}
    assert parts["Goals"] == ["changed", "added"]
    assert parts["Actions"] == ["same"]
    assert parts["In words"][0] == "same"


@pytest.mark.req("CASE-4", "MTG-4")
def test_of_two_writers_the_second_is_told_and_both_texts_stand(scene, case, plan, rest):
    first = revise(scene, case, rest, 1, wishes="What the first wrote.")
    conflict = revise(scene, case, rest, 1, wishes="What the second wrote.")

    assert isinstance(conflict, Conflict)
    assert conflict.theirs == first
    second = revise(scene, case, rest, first.number, wishes="What the second wrote.")
    said = [open_plan(scene.coordinator, one, scene.now).wishes for one in ServicePlan.objects.order_by("number")]
    assert said[1:] == ["What the first wrote.", "What the second wrote."]
    assert second.number == 3


@pytest.mark.req("PRIV-2")
def test_a_goal_or_an_action_is_given_only_to_whom_the_plan_is_open(scene, case, rest, goal):
    add_to_case(
        scene.coordinator,
        case,
        account_code=scene.detective.code,
        discipline="local_law_enforcement",
        need="investigation",
        now=scene.now,
    )
    assert scene.detective.code not in dict(people_who_read(scene.coordinator, case, scene.now))
    for told in (
        replace(rest, goals=(replace(goal, owner=scene.detective.code),)),
        replace(rest, steps=(Step("Call", scene.detective.code, scene.now.date()),)),
    ):
        with pytest.raises(RuleBroken):
            revise(scene, case, told, 0)
    assert not ServicePlan.objects.exists()


def test_a_member_to_whom_the_plan_is_closed_writes_none_and_changes_no_action(scene, case, plan, rest):
    with pytest.raises(NotPermitted):
        actions.revise_plan(
            scene.advocate, case, wishes="", services=[], rest=rest, based_on=1, now=scene.now + timedelta(days=1)
        )
    with pytest.raises(NotPermitted):
        actions.change_action(scene.advocate, plan, number=1, state="done", now=scene.now)


@pytest.mark.parametrize(
    "told",
    [
        Rest(template="splendid"),
        Rest(needs=(actions.Need("juggling", "some"),)),
        Rest(needs=(actions.Need("safety", "terrible"),)),
        Rest(steps=(Step("Call", "", None),)),
        Rest(goals=(actions.Goal(" "),)),
    ],
)
def test_what_the_packs_and_the_rules_do_not_know_is_refused(scene, case, told):
    with pytest.raises(RuleBroken):
        revise(scene, case, told, 0, services=[Service("medical_care")])


def test_a_replaced_plan_is_followed_no_more(scene, case, plan, rest):
    newer = revise(
        scene, case, rest, 1, services=[Service("medical_care", "", "", scene.coordinator.code, scene.now.date())]
    )
    actions.adopt_plan(scene.coordinator, newer, now=scene.now)

    with pytest.raises(RuleBroken):
        actions.change_action(scene.coordinator, plan, number=1, state="done", now=scene.now)
