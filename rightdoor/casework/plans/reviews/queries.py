"""Reviews and check-ins for pages: opened once, recorded before shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.casework.cases.queries import names_of_accounts, standing_of
from rightdoor.casework.clients.disclosure import SealedField, open_fields
from rightdoor.casework.plans.models import CheckIn, PlanReview
from rightdoor.casework.plans.queries import label_of, may_read_plan
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import normalise


@dataclass(frozen=True, slots=True)
class GoalAtReview:
    """How a goal stood at a review, in its words of that day."""

    line: str
    goal: str
    progress: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class ShownReview:
    """A review, opened. Outcomes: measure to level of its scale, "" where it was not established."""

    code: str
    plan_code: str
    plan_number: int
    reviewed_at: datetime
    reviewed_by: str
    due_at: datetime | None
    next_due_at: datetime
    ends: str
    goals: tuple[GoalAtReview, ...] = ()
    outcomes: Mapping[str, str] = field(default_factory=dict)
    outcome_words: str = ""
    services: Mapping[str, int] = field(default_factory=dict)
    engaged_days: int = 0
    changes: str = ""

    @property
    def was_late(self) -> bool:
        """Was it made after the moment at which it was due?"""
        return self.due_at is not None and self.reviewed_at > self.due_at


@dataclass(frozen=True, slots=True)
class ShownCheckIn:
    """A check-in with one of the partners, opened."""

    code: str
    partner: str
    asked_on: date
    recorded_by: str
    said: str


def review_for(viewer: Viewer, code: str, now: datetime) -> PlanReview:
    """The review, for whom the plan is open. Raises NotVisible."""
    review = (
        PlanReview.objects.select_related("case", "case__client", "case__referral", "plan")
        .filter(code=normalise(code), case__in=visible_cases(viewer, now))
        .first()
    )
    if review is None or not may_read_plan(viewer, review.case, now):
        raise NotVisible
    return review


def open_reviews(viewer: Viewer, case: Case, now: datetime, *, only: PlanReview | None = None) -> list[ShownReview]:
    """The reviews of a case, newest first, with their outcomes; recorded before they are returned. For whom the plan
    is closed, none. (CASE-14)
    """
    if not may_read_plan(viewer, case, now):
        return []
    rows = [only] if only is not None else list(case.plan_reviews.select_related("plan"))
    told = open_fields(
        viewer,
        case.client,
        [SealedField(label_of(row, case), row.told_sealed) for row in rows],
        now,
        verb="plan.read",
        obj=only or case,
        standing=standing_of(viewer, case, now),
    )
    names = names_of_accounts({row.reviewed_by for row in rows})
    return [
        ShownReview(
            code=row.code,
            plan_code=row.plan.code,
            plan_number=row.plan.number,
            reviewed_at=row.reviewed_at,
            reviewed_by=names.get(row.reviewed_by, ""),
            due_at=row.due_at,
            next_due_at=row.next_due_at,
            ends=row.ends,
            **_told(words),
        )
        for row, words in zip(rows, told, strict=True)
        if words is not None
    ]


def check_ins_of(viewer: Viewer, case: Case, now: datetime) -> list[ShownCheckIn]:
    """Which partners were asked and what they said, newest first. For whom the plan is closed, none."""
    if not may_read_plan(viewer, case, now):
        return []
    rows = list(case.check_ins.all())
    told = open_fields(
        viewer,
        case.client,
        [SealedField(label_of(row, case), row.told_sealed) for row in rows],
        now,
        verb="plan.read",
        obj=case,
        standing=standing_of(viewer, case, now),
    )
    names = names_of_accounts({row.partner for row in rows} | {row.recorded_by for row in rows})
    return [
        ShownCheckIn(
            row.code, names.get(row.partner, ""), row.asked_on, names.get(row.recorded_by, ""), words.get("said", "")
        )
        for row, words in zip(rows, told, strict=True)
        if words is not None
    ]


def last_asked(viewer: Viewer, case: Case, now: datetime) -> dict[str, date]:
    """When each partner was asked last, by account code; nothing for whom the plan is closed. One query."""
    if not may_read_plan(viewer, case, now):
        return {}
    return dict(CheckIn.objects.filter(case=case).order_by("asked_on", "id").values_list("partner", "asked_on"))


def _told(words: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "goals": tuple(
            GoalAtReview(one["line"], one["goal"], one["progress"], one.get("why", "")) for one in words["goals"]
        ),
        "outcomes": words["outcomes"],
        "outcome_words": words.get("outcome_words", ""),
        "services": words["services"],
        "engaged_days": words["engaged_days"],
        "changes": words.get("changes", ""),
    }
