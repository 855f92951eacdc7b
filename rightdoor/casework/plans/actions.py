"""Acts on service plans: write a version, adopt it, follow its services."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.disclosure import check_may_write
from rightdoor.casework.plans.models import PlannedService, ServicePlan
from rightdoor.casework.plans.queries import open_plan, service_label, wishes_label
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.domain.service_plan import ServiceFacts, check_may_adopt, check_may_change_service
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import is_code, new_code
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.sealing.seals import seal_many


@dataclass(frozen=True, slots=True)
class Service:
    """A need and the service that answers it, as written: category is a key of the pack's services."""

    category: str
    need: str = ""
    choice: str = ""
    owner: str = ""
    due_on: date | None = None


@action("plan.written")
def write_plan(
    viewer: Viewer,
    case: Case,
    *,
    wishes: str,
    services: Sequence[Service],
    now: datetime,
    strengths: str = "",
    code: str = "",
) -> ServicePlan:
    """Writes a new version of the client's plan; earlier ones stay. A draft until adopted. (CASE-4, MTG-8)

    `code` may be fixed beforehand by a form: sent twice, the version that it made is returned. Raises NotPermitted,
    and RuleBroken when nothing is planned, a category is not the pack's, or a person cannot see to it.
    """
    _check_may_write(viewer, case, now)
    again = case.plans.filter(code=code, written_by=viewer.code).first() if is_code(code) else None
    if again is not None:
        record(viewer, "plan.written", again, repeated=True)
        return again
    _check_services(services)
    Case.objects.select_for_update().get(pk=case.pk)  # two writers at once get two numbers
    number = case.plans.count() + 1
    plan = ServicePlan(
        code=code if is_code(code) else new_code(), case=case, number=number, written_at=now, written_by=viewer.code
    )
    plan.wishes_sealed, *told = seal_many(
        [(_text({"wishes": wishes.strip(), "strengths": strengths.strip()}), wishes_label(plan))]
        + [
            (
                _text({"category": one.category, "need": one.need.strip(), "choice": one.choice.strip()}),
                service_label(plan, place),
            )
            for place, one in enumerate(services, start=1)
        ]
    )
    plan.save(force_insert=True)
    PlannedService.objects.bulk_create(
        PlannedService(plan=plan, number=place, owner=one.owner, due_on=one.due_on, told_sealed=words)
        for place, (one, words) in enumerate(zip(services, told, strict=True), start=1)
    )
    record(viewer, "plan.written", plan, number=number, services=len(services))
    return plan


@action("plan.adopted")
def adopt_plan(viewer: Viewer, plan: ServicePlan, *, now: datetime) -> None:
    """Adopts a version: it holds from now on, the one before is replaced, the monthly review is due. (CASE-4, CASE-6)

    Raises NotPermitted, and RuleBroken while the client's wishes, a person or a day is missing.
    """
    check_may(viewer, "plan.adopt", standing_of(viewer, plan.case, now))
    held = ServicePlan.objects.select_for_update(of=("self",)).select_related("case", "case__client").get(pk=plan.pk)
    shown = open_plan(viewer, held, now)
    facts = [ServiceFacts(one.category, one.owner, one.due_on, one.state) for one in shown.services]
    check_may_adopt(held.state, shown.wishes, facts)
    plan.case.plans.filter(state="adopted").update(state="replaced")
    cadence = active_pack().cadence("service_plan_review")
    plan.state, plan.adopted_at = "adopted", now
    plan.review_due_at = now + timedelta(days=cadence.every_days or 30)
    plan.save(update_fields=["state", "adopted_at", "review_due_at"])
    record(viewer, "plan.adopted", plan)


@action("plan.service_changed")
def change_service(viewer: Viewer, plan: ServicePlan, *, number: int, state: str, now: datetime) -> None:
    """A planned service was started, completed or declined. (CASE-4, CASE-5)

    Raises NotPermitted, RuleBroken for a step that the field does not know.
    """
    _check_may_write(viewer, plan.case, now)
    service = plan.services.select_for_update().filter(number=number).first()
    if service is None or state not in {"planned", "started", "completed", "declined"}:
        raise RuleBroken("Choose a service of this plan, and what came of it.")
    check_may_change_service(service.state, state)
    service.state = state
    service.save(update_fields=["state"])
    record(viewer, "plan.service_changed", plan, number=number, state=state)


def _check_may_write(viewer: Viewer, case: Case, now: datetime) -> None:
    tie = standing_of(viewer, case, now)
    check_may(viewer, "plan.write", tie)
    check_may_write(viewer, case.client, "PLAN", now, holder=case.holder, standing=tie)


def _check_services(services: Sequence[Service]) -> None:
    if not services:
        raise RuleBroken("Plan at least one service, even if it is only the next step.")
    known = {service.key for service in active_pack().services}
    if any(one.category not in known for one in services):
        raise RuleBroken("Choose each kind of service from the list.")
    owners = {one.owner for one in services if one.owner}
    if owners - set(Account.objects.filter(code__in=owners, is_active=True).values_list("code", flat=True)):
        raise RuleBroken("Choose who sees to each service from the list.")


def _text(words: dict[str, str]) -> str:
    return json.dumps(words, ensure_ascii=False)
