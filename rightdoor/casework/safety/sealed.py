"""Labels of the sealed columns of this slice. Where a child is or would go has its own class, key and decision."""

from __future__ import annotations

from rightdoor.casework.cases.models import Case
from rightdoor.casework.safety.models import HoldingAnswer, ReviewTrigger, SafetyPlan
from rightdoor.foundation.sealing.seals import SealContext


def told_label(plan: SafetyPlan) -> SealContext:
    """Every part of the plan but the places."""
    return _label("safety_safetyplan", "told", plan.code, plan.case, "SAFE")


def places_label(plan: SafetyPlan) -> SealContext:
    """Where the client stays or would go."""
    return _label("safety_safetyplan", "places", plan.code, plan.case, "LOC")


def trigger_label(trigger: ReviewTrigger) -> SealContext:
    """What called for a look at the plan."""
    return _label("safety_reviewtrigger", "told", trigger.code, trigger.case, "SAFE")


def holding_label(answer: HoldingAnswer) -> SealContext:
    """Whether it was safe to hold a paper."""
    plan = answer.plan
    return _label("safety_holdinganswer", "told", f"{plan.code}/{answer.number}", plan.case, "SAFE")


def _label(table: str, column: str, row: str, case: Case, klass: str) -> SealContext:
    return SealContext(table, column, row, case.client.code, case.holder, klass)
