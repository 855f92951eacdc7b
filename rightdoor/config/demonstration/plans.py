"""Ongoing plans for the newest cases: goals, a review, a check-in, a choice. All of it is invented."""

from __future__ import annotations

from datetime import datetime, timedelta

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import people_on
from rightdoor.casework.plans import actions
from rightdoor.casework.plans.actions import Goal, Need, Rest, Service, Step
from rightdoor.casework.plans.decisions.actions import look_back, record_shared_decision
from rightdoor.casework.plans.models import ServicePlan
from rightdoor.casework.plans.queries import newest_plan, open_plan
from rightdoor.casework.plans.reviews.actions import record_check_in, review_plan
from rightdoor.domain.permission import Viewer
from rightdoor.domain.service_plan import GoalReviewed
from rightdoor.domain.shared_decision import Choice, Option
from rightdoor.foundation.jurisdiction.active import active_pack, local

NEEDS = (
    Need("safety", "some", "An old telephone number is known to others. A new one is wanted."),
    Need("housing", "none_known", "Stays with an aunt, and wants to stay."),
    Need("medical", "", ""),
    Need("dental", "some", "A tooth hurts when it is cold."),
    Need("behavioral_health", "some", "Sleeps badly. Would talk with somebody who is not a man."),
    Need("education", "urgent", "Has missed six weeks. One teacher is trusted."),
    Need("digital_safety", "some", "Two accounts are still open on a phone that somebody else has."),
)
SCHOOL = Choice(
    decision="How to go back to school",
    options=(
        Option("The school nearby, mornings only", "The trusted teacher is there.", "Some people there know."),
        Option("Lessons at home until summer", "Quiet.", "Few people of the same age."),
        Option("Not now", "Time to rest.", "More is missed.", is_not_now=True),
    ),
    matters="To see friends, and that nobody asks questions in class.",
    preference=0,
    provider_view="The school nearby, if the teacher meets her at the door.",
    chosen=0,
    decided_by="together",
)


def show(viewer: Viewer, case: Case, now: datetime) -> ServicePlan | None:
    """Writes the ongoing plan of a case that has a first one, and adopts it. Returns it; None without a first one."""
    first = newest_plan(viewer, case, now)
    if first is None:
        return None
    before = open_plan(viewer, first, now)
    today = local(now).date()
    rest = Rest(
        template="ongoing",
        authors="The client, her aunt, the advocate",
        consent="A parent or guardian",
        barriers="No bus after six in the evening.",
        needs=tuple(one for one in NEEDS if one.domain in active_pack().plans.domains),
        goals=(
            Goal(
                "Back at school three mornings a week",
                "education",
                "Mornings at school",
                "mornings a week",
                "0",
                "3",
                today + timedelta(days=60),
                viewer.code,
                "Her friends are there, and one teacher whom she trusts.",
            ),
            Goal(
                "A telephone that only she knows",
                "digital_safety",
                "Accounts that others can open",
                "accounts",
                "2",
                "0",
                today + timedelta(days=14),
                viewer.code,
                "She wants to write to her sister without anybody reading along.",
            ),
            Goal("Sleep through the night", "behavioral_health", owner=viewer.code),  # a draft: nobody measured yet
        ),
        steps=(
            Step("Ask the teacher to meet her at the door.", viewer.code, today + timedelta(days=5)),
            Step("Change the number, close both accounts.", viewer.code, today + timedelta(days=7)),
        ),
    )
    services = [
        Service(one.category, one.need, one.choice, one.owner or viewer.code, one.due_on or today, one.line)
        for one in before.services
    ]
    plan = actions.revise_plan(
        viewer,
        case,
        wishes=before.wishes,
        strengths=before.strengths,
        services=services,
        rest=rest,
        based_on=first.number,
        now=now,
    )
    assert isinstance(plan, ServicePlan)  # nobody else writes in an invented year
    actions.adopt_plan(viewer, plan, now=now)
    return plan


def go_on(viewer: Viewer, case: Case, plan: ServicePlan, now: datetime) -> None:
    """What happens with the plan later: a choice, a check-in, the review."""
    today = local(now).date()
    choice = record_shared_decision(viewer, case, choice=SCHOOL, now=now)
    look_back(viewer, choice, outcome="partly", words="Two mornings of three so far.", now=now)
    partner = next((one.code for one in people_on(case, now) if one.code != viewer.code), "")
    if partner:
        record_check_in(
            viewer, case, partner=partner, asked_on=today, said="She comes on time and asks for more.", now=now
        )
    states = dict(plan.goals.filter(state="open").order_by("number").values_list("number", "line"))
    reviewed = {line: GoalReviewed("met" if number == 2 else "under_way") for number, line in states.items()}
    review_plan(
        viewer,
        plan,
        goals=reviewed,
        outcomes={"safety": "safe", "placement": "stable", "school": "attends_partly", "engagement": "engaged"},
        changes="One more morning from next week.",
        ends="stands",
        next_on=today + timedelta(days=active_pack().cadence("service_plan_review").every_days or 30),
        now=now,
    )
