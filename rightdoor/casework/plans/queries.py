"""Service plans for pages: opened once, recorded before shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.casework.cases.queries import names_of_accounts, standing_of
from rightdoor.casework.clients.disclosure import SealedField, may_read, open_fields
from rightdoor.casework.plans.models import PlannedService, ServicePlan
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer, may
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.sealing.seals import SealContext


@dataclass(frozen=True, slots=True)
class ShownService:
    """A planned service, opened."""

    number: int
    category: str
    owner: str
    owner_name: str
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
    written_by: str
    adopted_at: datetime | None
    review_due_at: datetime | None
    wishes: str
    strengths: str
    services: tuple[ShownService, ...]


def may_read_plan(viewer: Viewer, case: Case, now: datetime) -> bool:
    """Is the service plan of this case open to the viewer? An invitation or a share opens the core, not the plan."""
    standing = standing_of(viewer, case, now)
    ground = may_read(viewer, case.client, standing, "PLAN", now, holder=case.holder)
    return may(viewer, "plan.read", standing) and ground.allowed and not ground.status_only


def plan_for(viewer: Viewer, code: str, now: datetime) -> ServicePlan:
    """The plan, if it is open to this viewer. Raises NotVisible, also where the case is known and the plan is not."""
    plan = (
        ServicePlan.objects.select_related("case", "case__client", "case__referral")
        .filter(code=normalise(code), case__in=visible_cases(viewer, now))
        .first()
    )
    if plan is None or not may_read_plan(viewer, plan.case, now):
        raise NotVisible
    return plan


def plans_of(viewer: Viewer, case: Case, now: datetime) -> list[ServicePlan]:
    """All versions of a case's plan, newest first, unopened; none for whom the plan is not open."""
    return list(case.plans.order_by("-number")) if may_read_plan(viewer, case, now) else []


def open_plan(viewer: Viewer, plan: ServicePlan, now: datetime) -> ShownPlan:
    """The plan with its words, recorded before it is returned. Raises NotVisible for whom it is not open."""
    case = plan.case
    standing = standing_of(viewer, case, now)
    services = list(plan.services.order_by("number"))
    wishes, *told = open_fields(
        viewer,
        case.client,
        [SealedField(wishes_label(plan), plan.wishes_sealed)]
        + [SealedField(service_label(plan, one.number), one.told_sealed) for one in services],
        now,
        verb="plan.read",
        obj=plan,
        standing=standing,
    )
    if wishes is None or not may(viewer, "plan.read", standing):
        raise NotVisible
    names = names_of_accounts({one.owner for one in services} | {plan.written_by})
    return ShownPlan(
        plan.code,
        plan.number,
        plan.state,
        plan.written_at,
        names.get(plan.written_by, ""),
        plan.adopted_at,
        plan.review_due_at,
        wishes.get("wishes", ""),
        wishes.get("strengths", ""),
        tuple(_shown(one, words or {}, names) for one, words in zip(services, told, strict=True)),
    )


def _shown(one: PlannedService, words: dict[str, str], names: dict[str, str]) -> ShownService:
    return ShownService(
        one.number,
        words.get("category", ""),
        one.owner,
        names.get(one.owner, ""),
        one.due_on,
        one.state,
        words.get("need", ""),
        words.get("choice", ""),
    )


def wishes_label(plan: ServicePlan) -> SealContext:
    """The label of a plan's words."""
    return SealContext("plans_serviceplan", "wishes", plan.code, plan.case.client.code, plan.case.holder, "PLAN")


def service_label(plan: ServicePlan, number: int) -> SealContext:
    """The label of a planned service's words: plan and place in it."""
    return SealContext(
        "plans_plannedservice", "told", f"{plan.code}/{number}", plan.case.client.code, plan.case.holder, "PLAN"
    )
