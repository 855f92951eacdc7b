"""Acts on service plans: write a version, adopt it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.plans.models import PlannedService, ServicePlan
from rightdoor.casework.plans.queries import service_context, wishes_context
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.sealing.seals import seal_many


@dataclass(frozen=True, slots=True)
class Service:
    """A need and the service that answers it, as written: category is a key of the pack's services."""

    category: str
    need: str
    choice: str = ""
    owner: str = ""
    due_on: date | None = None


@action("plan.written")
def write_plan(
    viewer: Viewer, case: Case, *, wishes: str, services: Sequence[Service], now: datetime, strengths: str = ""
) -> ServicePlan:
    """Writes a new version of the client's plan; earlier ones stay. A draft until adopted. (CASE-4, MTG-8)

    Raises RuleBroken when nothing is planned or a category is not the pack's.
    """
    check_may(viewer, "plan.write", standing_of(viewer, case, now))
    if not services:
        raise RuleBroken("Plan at least one service, even if it is only the next step.")
    known = {service.key for service in active_pack().services}
    if any(service.category not in known for service in services):
        raise RuleBroken("Choose each kind of service from the list.")
    number = case.plans.count() + 1
    plan = ServicePlan(code=new_code(), case=case, number=number, written_at=now, written_by=viewer.code)
    sealed = seal_many(
        [(json.dumps({"wishes": wishes, "strengths": strengths}), wishes_context(plan))]
        + [
            (json.dumps({"need": one.need, "choice": one.choice}), service_context(plan, index))
            for index, one in enumerate(services)
        ]
    )
    plan.wishes_sealed = sealed[0]
    plan.save()
    PlannedService.objects.bulk_create(
        PlannedService(plan=plan, category=one.category, owner=one.owner, due_on=one.due_on, told_sealed=words)
        for one, words in zip(services, sealed[1:], strict=True)
    )
    record(viewer, "plan.written", plan, subject=case.client.code, holder=case.holder, number=number)
    return plan


@action("plan.adopted")
def adopt_plan(viewer: Viewer, plan: ServicePlan, *, now: datetime) -> None:
    """Adopts a version: it holds from now on, the one before is replaced, the monthly review is due. (CASE-4, CASE-6)"""
    check_may(viewer, "plan.adopt", standing_of(viewer, plan.case, now))
    if plan.state != "draft":
        raise RuleBroken("Only a draft can be adopted. Write a new version.")
    plan.case.plans.filter(state="adopted").update(state="replaced")
    cadence = active_pack().cadence("service_plan_review")
    plan.state, plan.adopted_at = "adopted", now
    plan.review_due_at = now + timedelta(days=cadence.every_days or 30)
    plan.save(update_fields=["state", "adopted_at", "review_due_at"])
    record(viewer, "plan.adopted", plan, subject=plan.case.client.code, holder=plan.case.holder)
