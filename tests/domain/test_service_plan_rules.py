"""Goals, reviews and the comparison of two versions. (CASE-4, CASE-6, CASE-14)"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.service_plan import (
    GOAL_PARTS,
    GOAL_STATES,
    OUTCOME_SCALES,
    PROGRESS,
    SETTLED_GOALS,
    GoalFacts,
    GoalReviewed,
    ServiceFacts,
    check_may_change_action,
    check_may_change_plan,
    check_may_check_in,
    check_may_plan_action,
    check_may_review,
    check_may_set_goal,
    compare,
    engagement_days,
    goal_state,
    missing_of,
    services_by_kind,
)

TODAY = date(2026, 3, 10)
WHOLE = GoalFacts(
    "Back at school", "Days", "days a week", "0", "3", TODAY + timedelta(days=60), "K7MQ-4XPR", "A friend"
)
EMPTY = {part: None if part == "due_on" else " " for part in GOAL_PARTS}
texts = st.dictionaries(st.text(max_size=4), st.sampled_from(["", " ", "one", "two", "two "]), max_size=6)


@pytest.mark.req("CASE-4")
@given(st.sets(st.sampled_from(GOAL_PARTS)))
def test_a_goal_that_lacks_anything_is_a_draft_and_names_exactly_what_it_lacks(lacking):
    goal = replace(WHOLE, **{part: EMPTY[part] for part in lacking})

    assert set(missing_of(goal)) == lacking
    assert goal_state(goal) == ("draft" if lacking else "open")
    for settled in SETTLED_GOALS:
        assert goal_state(goal, settled) == settled


def test_a_goal_needs_words_of_its_own_and_a_state_that_exists():
    check_may_set_goal(GoalFacts("Back at school"))
    with pytest.raises(RuleBroken):
        check_may_set_goal(replace(WHOLE, goal=" "))
    with pytest.raises(KeyError):
        goal_state(WHOLE, "forgotten")
    assert set(GOAL_STATES) > SETTLED_GOALS


@pytest.mark.req("CASE-4")
@given(texts, texts)
def test_two_versions_side_by_side_lose_no_line_and_say_the_opposite_backwards(before, after):
    found = compare(before, after)
    kinds = {one.key: one.kind for one in found}
    backwards = {one.key: one.kind for one in compare(after, before)}
    opposite = {"added": "removed", "removed": "added", "changed": "changed", "same": "same"}

    assert backwards == {key: opposite[kind] for key, kind in kinds.items()}
    assert {one.key: one.after for one in found if one.after} == {k: v.strip() for k, v in after.items() if v.strip()}
    assert {one.key: one.before for one in found if one.before} == {
        k: v.strip() for k, v in before.items() if v.strip()
    }
    assert all(one.kind == "same" for one in compare(after, after))


@pytest.mark.parametrize(
    ("what", "owner", "due_on"), [(" ", "K7MQ-4XPR", TODAY), ("Call", "", TODAY), ("Call", "K7MQ-4XPR", None)]
)
def test_an_action_is_something_that_somebody_does_by_a_day(what, owner, due_on):
    with pytest.raises(RuleBroken):
        check_may_plan_action(what, owner, due_on)
    check_may_plan_action("Call", "K7MQ-4XPR", TODAY)


def test_an_action_takes_a_step_only_to_another_state_and_a_replaced_plan_takes_none():
    check_may_change_action("open", "done")
    check_may_change_action("done", "open")
    check_may_change_plan("adopted")
    with pytest.raises(RuleBroken):
        check_may_change_action("done", "done")
    with pytest.raises(KeyError):
        check_may_change_action("open", "vanished")
    with pytest.raises(RuleBroken):
        check_may_change_plan("replaced")


def review(**changed):
    said = {
        "state": "adopted",
        "goals": {"a": GoalReviewed("under_way")},
        "open_goals": ["a"],
        "outcomes": {"safety": ""},
        "ends": "stands",
        "next_on": TODAY + timedelta(days=30),
        "today": TODAY,
        "every_days": 30,
    }
    check_may_review(**(said | changed))


@pytest.mark.req("CASE-6")
@pytest.mark.parametrize(
    "changed",
    [
        {"state": "draft"},
        {"goals": {}},
        {"goals": {"a": GoalReviewed("")}},
        {"goals": {"a": GoalReviewed("not_met")}},
        {"goals": {"a": GoalReviewed("given_up", " ")}},
        {"ends": ""},
        {"next_on": None},
        {"next_on": TODAY},
        {"next_on": TODAY + timedelta(days=31)},
    ],
)
def test_a_review_that_leaves_something_open_is_refused(changed):
    with pytest.raises(RuleBroken):
        review(**changed)


@pytest.mark.req("CASE-14")
def test_a_review_takes_every_level_of_each_scale_and_what_is_not_established():
    for measure, levels in OUTCOME_SCALES.items():
        for level in ("", *levels):
            review(outcomes={measure: level})
        with pytest.raises(KeyError):
            review(outcomes={measure: "splendid"})
    for progress in PROGRESS:
        review(goals={"a": GoalReviewed(progress, "Because")})
    review(every_days=None, next_on=TODAY + timedelta(days=90))
    with pytest.raises(KeyError):
        review(goals={"a": GoalReviewed("vanished")})


@pytest.mark.req("CASE-14")
def test_services_are_counted_by_kind_once_they_have_begun_and_engagement_in_days():
    states = [("a", "started"), ("a", "completed"), ("b", "planned"), ("b", "declined"), ("c", "completed")]
    services = [ServiceFacts(kind, "", None, state) for kind, state in states]

    assert services_by_kind(services) == {"a": 2, "c": 1}
    assert engagement_days(TODAY, TODAY + timedelta(days=41)) == 41
    assert engagement_days(TODAY, TODAY - timedelta(days=1)) == 0


@pytest.mark.req("CASE-6")
@pytest.mark.parametrize(
    "changed",
    [{"state": ""}, {"partner": ""}, {"words": " "}, {"asked_on": None}, {"asked_on": TODAY + timedelta(days=1)}],
)
def test_a_check_in_says_who_was_asked_when_and_what_they_said(changed):
    said = {"state": "adopted", "partner": "K7MQ-4XPR", "words": "All well", "asked_on": TODAY, "today": TODAY}
    check_may_check_in(**said)
    with pytest.raises(RuleBroken):
        check_may_check_in(**(said | changed))
