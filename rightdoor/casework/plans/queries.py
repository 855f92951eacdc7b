"""Service plans for pages: opened once, recorded before shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.casework.cases.queries import names_of_accounts, people_on, standing_of
from rightdoor.casework.clients.disclosure import SealedField, may_read, open_fields
from rightdoor.casework.clients.facts import Tie, as_coordinator, facts_of, tie_in
from rightdoor.casework.plans.models import PlanAction, PlanGoal, PlannedService, ServicePlan
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer, may
from rightdoor.domain.service_plan import GoalFacts, missing_of
from rightdoor.foundation.access.viewers import viewers_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.ready import Ready
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
    line: str = ""


@dataclass(frozen=True, slots=True)
class ShownNeed:
    """What is known about one domain of need. `risk` "": nobody has established it."""

    domain: str
    risk: str
    words: str


@dataclass(frozen=True, slots=True)
class ShownGoal:
    """A goal, opened, with what it still lacks."""

    number: int
    line: str
    domain: str
    goal: str
    measure: str
    unit: str
    baseline: str
    target: str
    why: str
    owner: str
    owner_name: str
    due_on: date | None
    state: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownAction:
    """Something that somebody does by a day, opened."""

    number: int
    line: str
    what: str
    owner: str
    owner_name: str
    due_on: date
    state: str


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
    template: str = ""
    authors: str = ""
    consent: str = ""
    barriers: str = ""
    needs: tuple[ShownNeed, ...] = ()
    goals: tuple[ShownGoal, ...] = ()
    actions: tuple[ShownAction, ...] = ()
    check_in_due_at: datetime | None = None


def may_read_plan(viewer: Viewer, case: Case, now: datetime, tie: Tie | None = None) -> bool:
    """Is the service plan of this case open to the viewer? An invitation or a share opens the core, not the plan."""
    standing = tie or standing_of(viewer, case, now)
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


def version_of(viewer: Viewer, case: Case, number: str, now: datetime) -> ServicePlan:
    """The version of this number. Raises NotVisible."""
    if not number.isdecimal() or len(number) > 4 or not may_read_plan(viewer, case, now):
        raise NotVisible
    plan = ServicePlan.objects.select_related("case", "case__client").filter(case=case, number=int(number)).first()
    if plan is None:
        raise NotVisible
    return plan


def newest_plan(viewer: Viewer, case: Case, now: datetime) -> ServicePlan | None:
    """The version that was written last, or None; None also for whom the plan is not open."""
    if not may_read_plan(viewer, case, now):
        return None
    return ServicePlan.objects.select_related("case", "case__client").filter(case=case).order_by("-number").first()


def plan_in_force(viewer: Viewer, case: Case, now: datetime) -> ServicePlan | None:
    """The version that holds, or None; None also for whom the plan is not open."""
    if not may_read_plan(viewer, case, now):
        return None
    return ServicePlan.objects.select_related("case", "case__client").filter(case=case, state="adopted").first()


def people_who_read(viewer: Viewer, case: Case, now: datetime) -> list[tuple[str, str]]:
    """(account code, name) of everybody on the case to whom its plan is open: who may own a goal or an action.

    To give somebody a task in words is to disclose it, so it needs the ground that opens the plan to them. (SR-20)
    """
    codes = {one.code for one in people_on(case, now)} | {viewer.code}
    people = viewers_of(Account.objects.filter(code__in=codes, is_active=True), now)
    facts = facts_of(viewer, [case.client], now, others=list(people.values()))
    found = []
    for code, one in people.items():
        tie = as_coordinator(one, tie_in(one, case.client, facts, case.client_id), case.region)
        if may_read_plan(one, case, now, tie):
            found.append((code, one.name))
    return sorted(found, key=lambda one: (one[1], one[0]))


def people_for_services(case: Case, people: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Who may see to a service: `people`, and whoever saw to one in the version before, whether or not the plan is open
    to them.
    """
    newest = case.plans.order_by("-number").first()
    before = set(newest.services.exclude(owner="").values_list("owner", flat=True)) if newest else set()
    held = Account.objects.filter(code__in=before - {code for code, _ in people}, is_active=True)
    return [*people, *held.order_by("name", "code").values_list("code", "name")]


def open_plan(viewer: Viewer, plan: ServicePlan, now: datetime) -> ShownPlan:
    """The plan with its words, recorded before it is returned. Raises NotVisible for whom it is not open."""
    case = plan.case
    standing = standing_of(viewer, case, now)
    services = list(plan.services.order_by("number"))
    goals, steps = list(plan.goals.order_by("number")), list(plan.actions.order_by("number"))
    wishes, *told = open_fields(
        viewer,
        case.client,
        [SealedField(wishes_label(plan), plan.wishes_sealed)]
        + [SealedField(service_label(plan, one.number), one.told_sealed) for one in services]
        + [SealedField(goal_label(plan, one.number), one.told_sealed) for one in goals]
        + [SealedField(action_label(plan, one.number), one.told_sealed) for one in steps],
        now,
        verb="plan.read",
        obj=plan,
        standing=standing,
    )
    if wishes is None or not may(viewer, "plan.read", standing):
        raise NotVisible
    owners = {one.owner for one in (*services, *goals, *steps)}
    names = names_of_accounts(owners | {plan.written_by})
    words = iter(told)
    return ShownPlan(
        code=plan.code,
        number=plan.number,
        state=plan.state,
        written_at=plan.written_at,
        written_by=names.get(plan.written_by, ""),
        adopted_at=plan.adopted_at,
        review_due_at=plan.review_due_at,
        wishes=wishes.get("wishes", ""),
        strengths=wishes.get("strengths", ""),
        services=tuple(_shown(one, next(words) or {}, names) for one in services),
        template=wishes.get("template", ""),
        authors=wishes.get("authors", ""),
        consent=wishes.get("consent", ""),
        barriers=wishes.get("barriers", ""),
        needs=tuple(
            ShownNeed(one.get("domain", ""), one.get("risk", ""), one.get("words", ""))
            for one in wishes.get("needs", [])
        ),
        goals=tuple(_goal(one, next(words) or {}, names) for one in goals),
        actions=tuple(_step(one, next(words) or {}, names) for one in steps),
        check_in_due_at=plan.check_in_due_at,
    )


def _shown(one: PlannedService, words: dict[str, str], names: Mapping[str, str]) -> ShownService:
    return ShownService(
        one.number,
        words.get("category", ""),
        one.owner,
        names.get(one.owner, ""),
        one.due_on,
        one.state,
        words.get("need", ""),
        words.get("choice", ""),
        one.line or f"#{one.number}",
    )


def _goal(one: PlanGoal, words: dict[str, str], names: Mapping[str, str]) -> ShownGoal:
    said = {part: words.get(part, "") for part in ("goal", "measure", "unit", "baseline", "target", "why")}
    facts = GoalFacts(due_on=one.due_on, owner=one.owner, **said)
    return ShownGoal(
        number=one.number,
        line=one.line,
        domain=words.get("domain", ""),
        owner=one.owner,
        owner_name=names.get(one.owner, ""),
        due_on=one.due_on,
        state=one.state,
        missing=missing_of(facts) if one.state == "draft" else (),
        **said,
    )


def _step(one: PlanAction, words: dict[str, str], names: Mapping[str, str]) -> ShownAction:
    return ShownAction(
        one.number, one.line, words.get("what", ""), one.owner, names.get(one.owner, ""), one.due_on, one.state
    )


# ------------------------------------------------------------------------------------------------------ what is owed


@dataclass(frozen=True, slots=True)
class Owed:
    """Something with a day that a plan, or a decision of the client's, owes. No word of it."""

    case_id: int
    case_code: str
    kind: str  # plan.review, plan.check_in, plan.action, plan.goal, shared_decision
    due_at: datetime | None
    due_on: date | None
    about: str
    owner: str = ""


_HOLDING = Ready(
    lambda cases: ServicePlan.objects.filter(case__in=cases, state="adopted").order_by("id"), lists=("cases",), cases=-1
)


def _read_by(viewer: Viewer, cases: Iterable[Case], ties: Mapping[int, Tie], now: datetime) -> dict[int, str]:
    """Codes of the cases whose plan is open to the viewer, by primary key."""
    seen = {}
    for case in cases:
        tie = ties.get(case.client_id)
        if tie is not None and may_read_plan(viewer, case, now, as_coordinator(viewer, tie, case.region)):
            seen[case.pk] = case.code
    return seen


def late_reviews(viewer: Viewer, case: Case, tie: Tie, now: datetime) -> list[ServicePlan]:
    """The plan of the case, if it is open to the viewer and its review is late. One query, and nothing is opened."""
    if not _read_by(viewer, [case], {case.client_id: tie}, now):
        return []
    held = _HOLDING.objects(cases=[case.pk])
    return [plan for plan in held if plan.review_due_at is not None and plan.review_due_at < now]


def owed(viewer: Viewer, cases: Iterable[Case], ties: Mapping[int, Tie], now: datetime) -> list[Owed]:
    """What the plans of these cases owe, for whom they are open; without opening one. Four queries. (CASE-6)

    `ties` by client's primary key.
    """
    from rightdoor.casework.plans.models import SharedDecision

    seen = _read_by(viewer, cases, ties, now)
    if not seen:
        return []
    found = []
    for plan in _HOLDING.objects(cases=list(seen)):
        place = (plan.case_id, seen[plan.case_id])
        found.append(Owed(*place, "plan.review", plan.review_due_at, None, plan.code))
        if plan.check_in_due_at is not None:
            found.append(Owed(*place, "plan.check_in", plan.check_in_due_at, None, plan.code))
    held = {"plan__case__in": list(seen), "plan__state": "adopted", "state": "open"}
    wanted = ("plan__case_id", "plan__code", "due_on", "owner")
    for kind, rows in (("plan.action", PlanAction.objects), ("plan.goal", PlanGoal.objects)):
        for case_id, code, due_on, owner in rows.filter(**held).order_by("id").values_list(*wanted):
            found.append(Owed(case_id, seen[case_id], kind, None, due_on, code, owner))
    for one in SharedDecision.objects.filter(
        case__in=seen, revisit_on__isnull=False, revisited_at__isnull=True
    ).order_by("id"):
        found.append(
            Owed(one.case_id, seen[one.case_id], "shared_decision", None, one.revisit_on, one.code, one.recorded_by)
        )
    return found


def open_counts(viewer: Viewer, case: Case, now: datetime, tie: Tie | None = None) -> dict[str, int]:
    """How many goals and actions of the plan that holds are open. Nothing for whom it is not open. Two queries."""
    if not may_read_plan(viewer, case, now, tie):
        return {}
    held = {"plan__case": case, "plan__state": "adopted", "state": "open"}
    return {
        "goals": PlanGoal.objects.filter(**held).count(),
        "actions": PlanAction.objects.filter(**held).count(),
    }


# ----------------------------------------------------------------------------------------------------------- labels


def wishes_label(plan: ServicePlan) -> SealContext:
    """The label of a plan's words."""
    return _label(plan.case, "plans_serviceplan", "wishes", plan.code)


def service_label(plan: ServicePlan, number: int) -> SealContext:
    """The label of a planned service's words: plan and place in it."""
    return _label(plan.case, "plans_plannedservice", "told", f"{plan.code}/{number}")


def goal_label(plan: ServicePlan, number: int) -> SealContext:
    """The label of a goal's words."""
    return _label(plan.case, "plans_plangoal", "told", f"{plan.code}/{number}")


def action_label(plan: ServicePlan, number: int) -> SealContext:
    """The label of an action's words."""
    return _label(plan.case, "plans_planaction", "told", f"{plan.code}/{number}")


def label_of(row: Any, case: Case, column: str = "told") -> SealContext:
    """The label of a review, a check-in or a shared decision."""
    return _label(case, row._meta.db_table, column, row.code)


def _label(case: Case, table: str, column: str, row: str) -> SealContext:
    return SealContext(table, column, row, case.client.code, case.holder, "PLAN")
