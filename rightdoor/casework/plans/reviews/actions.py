"""Acts of the monthly work on a plan: review it, ask the partners."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import people_on, standing_of
from rightdoor.casework.clients.disclosure import check_may_write
from rightdoor.casework.plans.models import CheckIn, PlanReview, ServicePlan
from rightdoor.casework.plans.queries import label_of, open_plan
from rightdoor.domain import service_plan as rule
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.domain.service_plan import GoalReviewed, ServiceFacts
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack, local, zone
from rightdoor.foundation.once import own_code, sent_before
from rightdoor.foundation.sealing.seals import seal_json


@action("plan.reviewed")
def review_plan(
    viewer: Viewer,
    plan: ServicePlan,
    *,
    goals: Mapping[str, GoalReviewed],
    outcomes: Mapping[str, str],
    ends: str,
    next_on: date | None,
    now: datetime,
    outcome_words: str = "",
    changes: str = "",
    code: str = "",
) -> PlanReview:
    """Says of each open goal how it stands, and how the client fares; the next review's clock begins. (CASE-6, CASE-14)

    `goals` by the goal's line. Services by kind and the length of engagement are computed. A goal that was met, not
    met or given up is settled. `code` may be fixed by a form: sent twice, it stands once. Raises NotPermitted,
    RuleBroken; KeyError for an answer that the scale does not know.
    """
    case = plan.case
    tie = standing_of(viewer, case, now)
    check_may(viewer, "plan.review", tie)
    check_may_write(viewer, case.client, "PLAN", now, holder=case.holder, standing=tie)
    code = own_code(viewer, PlanReview, plan.code, code)
    again = sent_before(case.plan_reviews.filter(reviewed_by=viewer.code), code)
    if again is not None:
        record(viewer, "plan.reviewed", again, repeated=True)
        return again
    held = ServicePlan.objects.select_for_update(of=("self",)).select_related("case", "case__client").get(pk=plan.pk)
    shown = open_plan(viewer, held, now)
    followed = {one.line: one for one in shown.goals if one.state == "open"}
    today = local(now).date()
    rule.check_may_review(
        state=held.state,
        goals=goals,
        open_goals=list(followed),
        outcomes=outcomes,
        ends=ends,
        next_on=next_on,
        today=today,
        every_days=active_pack().cadence("service_plan_review").every_days,
    )
    assert next_on is not None  # the rule has asked
    review = PlanReview(
        code=code or new_code(),
        case=case,
        plan=held,
        reviewed_at=now,
        reviewed_by=viewer.code,
        due_at=held.review_due_at,
        next_due_at=_end_of(next_on),
        ends=ends,
    )
    services = [ServiceFacts(one.category, one.owner, one.due_on, one.state) for one in shown.services]
    told = {
        "goals": [
            {"line": line, "goal": one.goal, "progress": goals[line].progress, "why": goals[line].why.strip()}
            for line, one in followed.items()
        ],
        "outcomes": {measure: outcomes.get(measure, "") for measure in rule.OUTCOME_SCALES},
        "outcome_words": outcome_words.strip(),
        "services": dict(rule.services_by_kind(services)),
        "engaged_days": rule.engagement_days(local(case.opened_at).date(), today),
        "changes": changes.strip(),
    }
    review.told_sealed = seal_json(told, label_of(review, case))
    review.save(force_insert=True)
    for line in followed:
        if goals[line].progress in rule.SETTLED_GOALS:
            held.goals.filter(line=line).update(state=goals[line].progress)
    held.review_due_at = review.next_due_at
    held.save(update_fields=["review_due_at"])
    plan.review_due_at = held.review_due_at
    record(viewer, "plan.reviewed", review, ends=ends, goals=len(followed))
    return review


@action("plan.checked_in")
def record_check_in(
    viewer: Viewer, case: Case, *, partner: str, asked_on: date | None, said: str, now: datetime, code: str = ""
) -> CheckIn:
    """One of the partners was asked how the plan goes, and what they said in a line; the clock begins anew. (CASE-6)

    `partner` is the account of somebody on the case. `code` may be fixed by a form: sent twice, it stands once.
    Raises NotPermitted, RuleBroken.
    """
    tie = standing_of(viewer, case, now)
    check_may(viewer, "plan.check_in", tie)
    check_may_write(viewer, case.client, "PLAN", now, holder=case.holder, standing=tie)
    code = own_code(viewer, CheckIn, case.code, code)
    again = sent_before(case.check_ins.filter(recorded_by=viewer.code), code)
    if again is not None:
        record(viewer, "plan.checked_in", again, repeated=True)
        return again
    plan = ServicePlan.objects.select_for_update().filter(case=case, state="adopted").first()
    rule.check_may_check_in(
        state=plan.state if plan else "", partner=partner, words=said, asked_on=asked_on, today=local(now).date()
    )
    assert plan is not None  # the rule has asked
    assert asked_on is not None
    if partner not in {one.code for one in people_on(case, now)} - {viewer.code}:
        raise RuleBroken("Choose somebody else who is on the case.")
    row = CheckIn(
        code=code or new_code(),
        case=case,
        partner=partner,
        asked_on=asked_on,
        recorded_at=now,
        recorded_by=viewer.code,
        due_at=plan.check_in_due_at,
    )
    row.told_sealed = seal_json({"said": said.strip()}, label_of(row, case))
    row.save(force_insert=True)
    every = active_pack().cadence("partner_check_in").every_days or 30
    plan.check_in_due_at = max(_end_of(asked_on + timedelta(days=every)), plan.check_in_due_at or now)
    plan.save(update_fields=["check_in_due_at"])
    record(viewer, "plan.checked_in", row, person=partner)
    return row


def _end_of(day: date) -> datetime:
    """The last moment of a calendar day in the state's zone. (practice.md 8: calendar days end at midnight)"""
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone())
