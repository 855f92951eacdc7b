"""Safety plans for pages: found and authorized in one step, opened once, recorded before shown.

The places are opened with the rest and decided on by themselves: whoever reads the plan does not read them by that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import lines
from rightdoor.casework.cases.queries import names_of_accounts, standing_of
from rightdoor.casework.clients.disclosure import SealedField, decision_on, open_fields
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.safety.models import HoldingAnswer, ReviewTrigger, SafetyPlan, visible_safety_plans
from rightdoor.casework.safety.sealed import holding_label, places_label, told_label, trigger_label
from rightdoor.domain.confidentiality import Item
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Standing, Viewer, may
from rightdoor.domain.safety_plan import PARTS
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.jurisdiction.active import local


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A safety plan, opened. `places` is None for whom they are closed."""

    code: str
    number: int
    state: str
    version: int
    parts: Mapping[str, str]
    places: str | None
    written_at: datetime
    written_by: str
    adopted_at: datetime | None
    adopted_by: str
    own_review_on: date | None
    reviewed_at: datetime | None
    review_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownTrigger:
    """Something for which the plan must be looked at again."""

    code: str
    trigger: str
    words: str
    due_at: datetime
    raised_at: datetime
    raised_by: str


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """What was answered to "is it safe for you to hold this?"."""

    answer: str
    asked_at: datetime
    asked_by: str


def may_read_safety(viewer: Viewer, case: Case, tie: Standing, now: datetime) -> bool:
    """Is the safety plan of this case open to the viewer? Whether there is one alone is not enough."""
    known = tie if isinstance(tie, Tie) else None
    found = decision_on(viewer, case.client, Item("SAFE", case.holder), now, tie=known)
    return may(viewer, "safety_plan.read", tie) and found.allowed and not found.status_only


def safety_plan_for(viewer: Viewer, code: str, now: datetime) -> SafetyPlan:
    """The safety plan, if it is open to this viewer. Raises NotVisible."""
    plan = (
        visible_safety_plans(viewer, now)
        .select_related("case__client", "case__referral")
        .filter(code=normalise(code))
        .first()
    )
    if plan is None or not may_read_safety(viewer, plan.case, standing_of(viewer, plan.case, now), now):
        raise NotVisible
    return plan


def safety_plans_of(viewer: Viewer, case: Case, tie: Tie, now: datetime) -> list[SafetyPlan]:
    """All versions of a case's safety plan, newest first, unopened; none for whom it is not open."""
    return list(case.safety_plans.order_by("-number")) if may_read_safety(viewer, case, tie, now) else []


def open_safety_plan(
    viewer: Viewer, plan: SafetyPlan, now: datetime, *, action: str = "read", tie: Tie | None = None
) -> ShownPlan:
    """The plan with its words, recorded before it is returned. Raises NotVisible for whom it is not open."""
    case = plan.case
    standing = tie or standing_of(viewer, case, now)
    told, places = open_fields(
        viewer,
        case.client,
        [SealedField(told_label(plan), plan.told_sealed), SealedField(places_label(plan), plan.places_sealed)],
        now,
        verb="safety_plan.read",
        obj=plan,
        standing=standing,
        action=action,
    )
    if told is None or not may(viewer, "safety_plan.read", standing):
        raise NotVisible
    names = names_of_accounts({plan.written_by, plan.adopted_by})
    return ShownPlan(
        plan.code,
        plan.number,
        plan.state,
        plan.version,
        {name: told.get(name, "") for name in PARTS},
        None if places is None else places.get("places", ""),
        plan.written_at,
        names.get(plan.written_by, ""),
        plan.adopted_at,
        names.get(plan.adopted_by, ""),
        local(plan.own_review_at).date() if plan.own_review_at else None,
        plan.reviewed_at,
        plan.review_due_at,
    )


def triggers_of(viewer: Viewer, case: Case, tie: Tie, now: datetime) -> list[ShownTrigger]:
    """What still calls for a look at the plan, soonest first; none for whom the plan is not open."""
    if not may_read_safety(viewer, case, tie, now):
        return []
    rows = list(ReviewTrigger.objects.filter(case=case, settled_at__isnull=True).order_by("due_at", "id"))
    if not rows:
        return []
    for row in rows:
        row.case = case
    told = open_fields(
        viewer,
        case.client,
        [SealedField(trigger_label(row), row.told_sealed) for row in rows],
        now,
        verb="safety_plan.read",
        obj=case,
        standing=tie,
    )
    names = names_of_accounts({row.raised_by for row in rows})
    return [
        ShownTrigger(
            row.code, words["trigger"], words["words"], row.due_at, row.raised_at, names.get(row.raised_by, "")
        )
        for row, words in zip(rows, told, strict=True)
        if words is not None
    ]


def last_holding_answer(viewer: Viewer, plan: SafetyPlan, tie: Tie, now: datetime) -> ShownAnswer | None:
    """The last answer to "is it safe for you to hold this?", of any version of the plan; None where nobody asked."""
    answer = (
        HoldingAnswer.objects.filter(plan__case=plan.case_id)
        .select_related("plan")
        .order_by("-asked_at", "-id")
        .first()
    )
    if answer is None:
        return None
    answer.plan.case = plan.case
    (told,) = open_fields(
        viewer,
        plan.case.client,
        [SealedField(holding_label(answer), answer.told_sealed)],
        now,
        verb="safety_plan.read",
        obj=plan,
        standing=tie,
    )
    if told is None:
        return None
    by = names_of_accounts({answer.asked_by}).get(answer.asked_by, "")
    return ShownAnswer(told["answer"], answer.asked_at, by)


def looks_owed(cases: Sequence[Case]) -> tuple[dict[int, datetime], dict[int, str]]:
    """When the plan of each of these cases is to be looked at, by the case's key, and the codes of the plans in force.

    Days and codes alone; nothing is opened. Two queries. The caller has asked for whom.
    """
    plans = list(SafetyPlan.objects.filter(case__in=cases, state="adopted", review_due_at__isnull=False))
    soonest = {plan.case_id: plan.review_due_at for plan in plans if plan.review_due_at}
    for trigger in ReviewTrigger.objects.filter(case__in=cases, settled_at__isnull=True):
        soonest[trigger.case_id] = min(trigger.due_at, soonest.get(trigger.case_id, trigger.due_at))
    return soonest, {plan.case_id: plan.code for plan in plans}


def lines_of_adopted(case: Case) -> QuerySet[Any, dict[str, Any]]:
    """Versions that came into force, as lines of the case's timeline."""
    rows = SafetyPlan.objects.filter(case=case)
    return lines(rows, at="adopted_at", kind="safety.adopted", klass="SAFE", holder=case.holder, by="adopted_by")


def lines_of_reviewed(case: Case) -> QuerySet[Any, dict[str, Any]]:
    """That a version was looked at again and nothing had to change."""
    rows = SafetyPlan.objects.filter(case=case)
    return lines(rows, at="reviewed_at", kind="safety.reviewed", klass="SAFE", holder=case.holder)


def lines_of_triggers(case: Case) -> QuerySet[Any, dict[str, Any]]:
    """That another look was asked for, not why."""
    rows = ReviewTrigger.objects.filter(case=case)
    return lines(
        rows, at="raised_at", kind="safety.asked", klass="SAFE", holder=case.holder, about="case__code", by="raised_by"
    )
