"""Service plans for pages: opened once, recorded before shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.plans.models import ServicePlan
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.sealing.seals import SealContext, open_many


@dataclass(frozen=True, slots=True)
class ShownService:
    """A planned service, opened."""

    category: str
    owner: str
    due_on: date | None
    state: str
    need: str
    choice: str


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A plan, opened."""

    code: str
    number: int
    state: str
    written_at: datetime
    adopted_at: datetime | None
    review_due_at: datetime | None
    wishes: str
    strengths: str
    services: tuple[ShownService, ...]


def plan_for(viewer: Viewer, code: str, now: datetime) -> ServicePlan:
    """The plan, if this viewer may know of its case. Raises NotVisible."""
    plan = (
        ServicePlan.objects.select_related("case", "case__client", "case__referral")
        .filter(code=code, case__in=visible_cases(viewer, now))
        .first()
    )
    if plan is None:
        raise NotVisible
    return plan


def plans_of(viewer: Viewer, case: Case, now: datetime) -> list[ServicePlan]:
    """All versions of a case's plan, newest first, unopened."""
    return list(case.plans.order_by("-number"))


def open_plan(viewer: Viewer, plan: ServicePlan, now: datetime) -> ShownPlan:
    """The plan with its words. Recorded before it is returned. Raises NotPermitted."""
    check_may(viewer, "plan.read", standing_of(viewer, plan.case, now))
    record_read(viewer, "plan.read", plan, subject=plan.case.client.code, holder=plan.case.holder, classes=("PLAN",))
    services = list(plan.services.order_by("id"))
    texts = open_many(
        [(bytes(plan.wishes_sealed), wishes_context(plan))]
        + [(bytes(one.told_sealed), service_context(plan, index)) for index, one in enumerate(services)]
    )
    wishes = json.loads(texts[0])
    told = [json.loads(text) for text in texts[1:]]
    return ShownPlan(
        plan.code,
        plan.number,
        plan.state,
        plan.written_at,
        plan.adopted_at,
        plan.review_due_at,
        wishes.get("wishes", ""),
        wishes.get("strengths", ""),
        tuple(
            ShownService(one.category, one.owner, one.due_on, one.state, words.get("need", ""), words.get("choice", ""))
            for one, words in zip(services, told, strict=True)
        ),
    )


def wishes_context(plan: ServicePlan) -> SealContext:
    """The label of a plan's words."""
    return SealContext("plans_serviceplan", "wishes_sealed", plan.code, plan.case.client.code, plan.case.holder, "PLAN")


def service_context(plan: ServicePlan, index: int) -> SealContext:
    """The label of a planned service's words: plan and place in it."""
    return SealContext(
        "plans_plannedservice", "told_sealed", f"{plan.code}/{index}", plan.case.client.code, plan.case.holder, "PLAN"
    )
