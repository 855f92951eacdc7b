"""Acts on service plans: write a version, adopt it, follow its services and actions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import people_on, standing_of
from rightdoor.casework.clients.disclosure import check_may_write
from rightdoor.casework.plans.models import PlanAction, PlanGoal, PlannedService, ServicePlan
from rightdoor.casework.plans.queries import (
    action_label,
    goal_label,
    may_read_plan,
    open_plan,
    people_who_read,
    service_label,
    wishes_label,
)
from rightdoor.domain import service_plan as rule
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.domain.service_plan import GoalFacts, ServiceFacts, check_may_adopt, check_may_change_service
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import is_code, new_code
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.once import own_code, sent_before
from rightdoor.foundation.sealing.seals import seal_many


@dataclass(frozen=True, slots=True)
class Service:
    """A need and the service that answers it, as written: category is a key of the pack's services.

    `line` is the service's code in the version before; "" for a new one.
    """

    category: str
    need: str = ""
    choice: str = ""
    owner: str = ""
    due_on: date | None = None
    line: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """What is known about one domain of need. `risk` "": not established."""

    domain: str
    risk: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal as written; what it lacks keeps it a draft. `line` is its code in the version before."""

    goal: str
    domain: str = ""
    measure: str = ""
    unit: str = ""
    baseline: str = ""
    target: str = ""
    due_on: date | None = None
    owner: str = ""
    why: str = ""
    line: str = ""

    def facts(self) -> GoalFacts:
        """As the rule asks for it."""
        return GoalFacts(
            self.goal, self.measure, self.unit, self.baseline, self.target, self.due_on, self.owner, self.why
        )


@dataclass(frozen=True, slots=True)
class Step:
    """An action as written: what, who, by when."""

    what: str
    owner: str
    due_on: date | None
    line: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """Everything of a plan beyond wishes, strengths and services. `template` is a key of the pack's templates."""

    template: str = ""
    authors: str = ""
    consent: str = ""
    barriers: str = ""
    needs: tuple[Need, ...] = ()
    goals: tuple[Goal, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else wrote a version meanwhile. Nothing was written; theirs stands, yours is still in your hands."""

    theirs: ServicePlan


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
    rest: Rest | None = None,
) -> ServicePlan:
    """Writes a new version of the client's plan; earlier ones stay. A draft until adopted. (CASE-4, MTG-8)

    `code` may be fixed beforehand by a form: sent twice, the version that it made is returned. Raises NotPermitted,
    and RuleBroken when nothing is planned, a category is not the pack's, or a person cannot see to it.
    """
    _check_may_write(viewer, case, now)
    code = own_code(viewer, ServicePlan, case.code, code)
    again = sent_before(case.plans.filter(written_by=viewer.code), code)
    if again is not None:
        record(viewer, "plan.written", again, repeated=True)
        return again
    plan = _write(viewer, case, wishes, strengths, services, rest or Rest(), code, now)
    record(viewer, "plan.written", plan, number=plan.number, services=len(services))
    return plan


@action("plan.revised")
def revise_plan(
    viewer: Viewer,
    case: Case,
    *,
    wishes: str,
    services: Sequence[Service],
    rest: Rest,
    based_on: int,
    now: datetime,
    strengths: str = "",
    code: str = "",
) -> ServicePlan | Conflict:
    """Writes the next version, started from version `based_on` (0: from a template). (CASE-4)

    When somebody wrote a version meanwhile nothing is written and theirs is returned, so that the page can show both;
    said again with the newer number, yours becomes the version after theirs. Raises NotPermitted, RuleBroken.
    """
    _check_may_write(viewer, case, now)
    code = own_code(viewer, ServicePlan, case.code, code)
    again = sent_before(case.plans.filter(written_by=viewer.code), code)
    if again is not None:
        record(viewer, "plan.revised", again, repeated=True)
        return again
    Case.objects.select_for_update().get(pk=case.pk)
    newest = ServicePlan.objects.filter(case=case).order_by("-number").first()
    if newest is not None and newest.number != based_on:
        record(viewer, "plan.revised", newest, outcome="conflict")
        return Conflict(newest)
    plan = _write(viewer, case, wishes, strengths, services, rest, code, now)
    record(viewer, "plan.revised", plan, number=plan.number, services=len(services), goals=len(rest.goals))
    return plan


@action("plan.adopted")
def adopt_plan(viewer: Viewer, plan: ServicePlan, *, now: datetime) -> None:
    """Adopts a version: it holds from now on, the one before is replaced, the monthly review is due. (CASE-4, CASE-6)

    The clock of the check-ins with partners runs on from the version before. Raises NotPermitted, and RuleBroken while
    the client's wishes, a person or a day is missing.
    """
    tie = standing_of(viewer, plan.case, now)
    check_may(viewer, "plan.adopt", tie)
    check_may_write(viewer, plan.case.client, "PLAN", now, holder=plan.case.holder, standing=tie)
    held = ServicePlan.objects.select_for_update(of=("self",)).select_related("case", "case__client").get(pk=plan.pk)
    shown = open_plan(viewer, held, now)
    facts = [ServiceFacts(one.category, one.owner, one.due_on, one.state) for one in shown.services]
    check_may_adopt(held.state, shown.wishes, facts)
    before = plan.case.plans.filter(state="adopted").first()
    plan.case.plans.filter(state="adopted").update(state="replaced")
    plan.state, plan.adopted_at = "adopted", now
    plan.review_due_at = now + timedelta(days=active_pack().cadence("service_plan_review").every_days or 30)
    asked_next = now + timedelta(days=active_pack().cadence("partner_check_in").every_days or 30)
    plan.check_in_due_at = (before.check_in_due_at if before else None) or asked_next
    plan.save(update_fields=["state", "adopted_at", "review_due_at", "check_in_due_at"])
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


@action("plan.action_changed")
def change_action(viewer: Viewer, plan: ServicePlan, *, number: int, state: str, now: datetime) -> None:
    """An action was done, dropped or taken up again: by its owner, or by who coordinates the case. (CASE-4)

    Raises NotPermitted, NotVisible for whom the plan is closed, RuleBroken.
    """
    tie = standing_of(viewer, plan.case, now)
    step = plan.actions.select_for_update().filter(number=number).first()
    if step is None or state not in rule.ACTION_STATES:
        raise RuleBroken("Choose an action of this plan, and what came of it.")
    check_may(viewer, "plan.change_action", replace(tie, owns=step.owner == viewer.code))
    if not may_read_plan(viewer, plan.case, now, tie):
        raise NotVisible
    rule.check_may_change_plan(ServicePlan.objects.values_list("state", flat=True).get(pk=plan.pk))
    rule.check_may_change_action(step.state, state)
    step.state = state
    step.save(update_fields=["state"])
    record(viewer, "plan.action_changed", plan, number=number, state=state)


@action("plan.printed")
def note_plan_printed(viewer: Viewer, plan: ServicePlan, *, for_client: bool, language: str, now: datetime) -> None:
    """The viewer took a printed copy of a plan that was opened before. Raises NotVisible otherwise."""
    if not may_read_plan(viewer, plan.case, now):
        raise NotVisible
    record(
        viewer,
        "plan.printed",
        plan,
        classes=("PLAN",),
        what="for_client" if for_client else "for_team",
        language=language,
    )


def _write(
    viewer: Viewer,
    case: Case,
    wishes: str,
    strengths: str,
    services: Sequence[Service],
    rest: Rest,
    code: str,
    now: datetime,
) -> ServicePlan:
    """The version with all its lines, sealed in one go. What a line had come to in the version before stays so."""
    _check_rest(viewer, case, rest, now)
    Case.objects.select_for_update().get(pk=case.pk)  # two writers at once get two numbers
    before = ServicePlan.objects.filter(case=case).order_by("-number").first()
    _check_services(viewer, case, services, before, now, may_be_none=bool(rest.goals or rest.steps))
    plan = ServicePlan(
        code=code or new_code(),
        case=case,
        number=(before.number if before else 0) + 1,
        written_at=now,
        written_by=viewer.code,
    )
    head: dict[str, Any] = {"wishes": wishes.strip(), "strengths": strengths.strip()}
    for name in ("template", "authors", "consent", "barriers"):
        if getattr(rest, name).strip():
            head[name] = getattr(rest, name).strip()
    needs = [one for one in rest.needs if one.risk or one.words.strip()]
    if needs:
        head["needs"] = [{"domain": one.domain, "risk": one.risk, "words": one.words.strip()} for one in needs]
    told = [(_text(head), wishes_label(plan))]
    told += [
        (
            _text({"category": one.category, "need": one.need.strip(), "choice": one.choice.strip()}),
            service_label(plan, place),
        )
        for place, one in enumerate(services, start=1)
    ]
    told += [(_text(_told_goal(one)), goal_label(plan, place)) for place, one in enumerate(rest.goals, start=1)]
    told += [
        (_text({"what": one.what.strip()}), action_label(plan, place)) for place, one in enumerate(rest.steps, start=1)
    ]
    plan.wishes_sealed, *sealed = seal_many(told)
    plan.save(force_insert=True)
    words = iter(sealed)
    stood = _states_of(before)
    PlannedService.objects.bulk_create(
        PlannedService(
            plan=plan,
            number=place,
            line=_line(one.line),
            owner=one.owner,
            due_on=one.due_on,
            state=stood["services"].get(one.line, "planned"),
            told_sealed=next(words),
        )
        for place, one in enumerate(services, start=1)
    )
    PlanGoal.objects.bulk_create(
        PlanGoal(
            plan=plan,
            number=place,
            line=_line(one.line),
            owner=one.owner,
            due_on=one.due_on,
            state=rule.goal_state(one.facts(), stood["goals"].get(one.line, "")),
            told_sealed=next(words),
        )
        for place, one in enumerate(rest.goals, start=1)
    )
    PlanAction.objects.bulk_create(
        PlanAction(
            plan=plan,
            number=place,
            line=_line(one.line),
            owner=one.owner,
            due_on=one.due_on,
            state=stood["actions"].get(one.line, "open"),
            told_sealed=next(words),
        )
        for place, one in enumerate(rest.steps, start=1)
    )
    return plan


def _states_of(plan: ServicePlan | None) -> dict[str, dict[str, str]]:
    """Where each line of this version stands, by its code."""
    if plan is None:
        return {"services": {}, "goals": {}, "actions": {}}
    services = {line or f"#{number}": state for line, number, state in _lines(plan.services)}
    return {
        "services": services,
        "goals": {line: state for line, _, state in _lines(plan.goals)},
        "actions": {line: state for line, _, state in _lines(plan.actions)},
    }


def _lines(rows: Any) -> Iterable[tuple[str, int, str]]:
    return rows.order_by("number").values_list("line", "number", "state")


def _line(given: str) -> str:
    return given if is_code(given) else new_code()


def _check_may_write(viewer: Viewer, case: Case, now: datetime) -> None:
    tie = standing_of(viewer, case, now)
    check_may(viewer, "plan.write", tie)
    check_may_write(viewer, case.client, "PLAN", now, holder=case.holder, standing=tie)


def _check_services(
    viewer: Viewer,
    case: Case,
    services: Sequence[Service],
    before: ServicePlan | None,
    now: datetime,
    *,
    may_be_none: bool = False,
) -> None:
    if not services and not may_be_none:
        raise RuleBroken("Plan at least one service, even if it is only the next step.")
    known = {service.key for service in active_pack().services}
    if any(one.category not in known for one in services):
        raise RuleBroken("Choose each kind of service from the list.")
    owners = {one.owner for one in services if one.owner}
    if not owners:
        return
    # Whoever saw to it before goes on doing so; nobody else from outside the case is handed a part of the plan.
    known = {one.code for one in people_on(case, now)} | {viewer.code}
    known |= set(before.services.values_list("owner", flat=True)) if before else set()
    known &= set(Account.objects.filter(code__in=owners, is_active=True).values_list("code", flat=True))
    if owners - known:
        raise RuleBroken("Choose who sees to each service from the people on this case.")


def _check_rest(viewer: Viewer, case: Case, rest: Rest, now: datetime) -> None:
    pack = active_pack().plans
    if rest.template and rest.template not in {one.key for one in pack.templates}:
        raise RuleBroken("Choose a template from the list.")
    domains = [one.domain for one in rest.needs]
    if len(set(domains)) < len(domains) or any(one not in pack.domains for one in domains):
        raise RuleBroken("Choose each domain of need once, from the list.")
    if any(one.risk and one.risk not in rule.RISKS for one in rest.needs):
        raise RuleBroken("Choose each risk from the list.")
    for goal in rest.goals:
        rule.check_may_set_goal(goal.facts())
        if goal.domain and goal.domain not in pack.domains:
            raise RuleBroken("Choose each domain of need from the list.")
    for step in rest.steps:
        rule.check_may_plan_action(step.what, step.owner, step.due_on)
    owners = {one.owner for one in (*rest.goals, *rest.steps) if one.owner}
    if owners and owners - {code for code, _ in people_who_read(viewer, case, now)}:
        raise RuleBroken(
            "The plan is not open to one of the people you named. Record a release or put them on the case first, or "
            "name somebody else."
        )


def _told_goal(one: Goal) -> dict[str, str]:
    parts = ("goal", "domain", "measure", "unit", "baseline", "target", "why")
    return {part: getattr(one, part).strip() for part in parts}


def _text(words: dict[str, Any]) -> str:
    return json.dumps(words, ensure_ascii=False)
