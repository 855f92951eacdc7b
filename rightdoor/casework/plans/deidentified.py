"""Reviews, plans and choices as rows for counting: months, bands and numbers. No code, no day, no word.

Only clear columns are read. What stands sealed (the kind of a service, the outcomes of a review) is counted where
somebody may open it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Max, Min, OuterRef, Q

from rightdoor.casework.cases.deidentified import cases_known, is_open
from rightdoor.casework.cases.models import Case
from rightdoor.casework.plans.models import PlanReview, ServicePlan, SharedDecision
from rightdoor.community.partners.deidentified import among
from rightdoor.domain.looking_back import Lookback
from rightdoor.domain.measures.rows import Row
from rightdoor.domain.service_plan import engagement_days
from rightdoor.foundation.jurisdiction.active import active_pack, local

BANDS = ((30, "up to 30 days"), (90, "31 to 90 days"), (180, "91 to 180 days"), (365, "181 to 365 days"))
LONGER = "over a year"
A_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class CountedReview:
    """One review without anything that leads back to a person."""

    region: str
    month: str  # 2026-03, in the state's zone
    was_on_time: bool
    ends: str
    goals: int
    goals_met: int  # of the version that was reviewed, at the time of counting
    engaged: str  # how long the work had lasted, as a band


@dataclass(frozen=True, slots=True)
class CountedPlan:
    """One adopted version without anything that leads back to a person."""

    region: str
    month: str
    goals: int
    services_planned: int
    services_begun: int  # started or completed
    has_choice: bool  # a wish of the client's is on record for this case


@dataclass(frozen=True, slots=True)
class CountedChoice:
    """One shared decision without anything that leads back to a person."""

    region: str
    month: str
    has_preference: bool
    was_followed: bool | None


def counted_reviews(since: datetime, until: datetime) -> Iterator[CountedReview]:
    """Every review from `since` on and before `until`."""
    rows = (
        PlanReview.objects.filter(reviewed_at__gte=since, reviewed_at__lt=until)
        .select_related("case")
        .annotate(goals=Count("plan__goals"), met=Count("plan__goals", filter=Q(plan__goals__state="met")))
    )
    for row in rows.order_by("-reviewed_at", "-id").iterator(chunk_size=2000):
        yield CountedReview(
            region=row.case.region,
            month=_month(row.reviewed_at),
            was_on_time=row.due_at is None or row.reviewed_at <= row.due_at,
            ends=row.ends,
            goals=row.goals,
            goals_met=row.met,
            engaged=band(engagement_days(local(row.case.opened_at).date(), local(row.reviewed_at).date())),
        )


def counted_plans(since: datetime, until: datetime) -> Iterator[CountedPlan]:
    """Every version adopted from `since` on and before `until`."""
    chosen = SharedDecision.objects.filter(case=OuterRef("case"), has_preference=True)
    begun = Q(services__state__in=["started", "completed"])
    rows = (
        ServicePlan.objects.filter(adopted_at__gte=since, adopted_at__lt=until)
        .select_related("case")
        .annotate(
            many_goals=Count("goals", distinct=True),
            planned=Count("services", distinct=True),
            begun=Count("services", filter=begun, distinct=True),
            has_choice=Exists(chosen),
        )
    )
    for row in rows.order_by("-adopted_at", "-id").iterator(chunk_size=2000):
        yield CountedPlan(
            region=row.case.region,
            month=_month(row.adopted_at),
            goals=row.many_goals,
            services_planned=row.planned,
            services_begun=row.begun,
            has_choice=row.has_choice,
        )


def counted_choices(since: datetime, until: datetime) -> Iterator[CountedChoice]:
    """Every shared decision recorded from `since` on and before `until`."""
    rows = SharedDecision.objects.filter(recorded_at__gte=since, recorded_at__lt=until).select_related("case")
    for row in rows.order_by("-recorded_at", "-id").iterator(chunk_size=2000):
        yield CountedChoice(row.case.region, _month(row.recorded_at), row.has_preference, row.was_followed)


@dataclass(frozen=True, slots=True)
class CountedFollowing:
    """How one open case's plan was followed, as it stood at a moment."""

    is_new: bool  # opened so lately that the first plan is not owed yet
    has_plan: bool
    was_looked_at: bool  # adopted or reviewed within the last 31 days


def counted_following(region: str, back: Lookback) -> list[CountedFollowing]:
    """The region's cases that were open at that moment, each with how its plan is followed. One query."""
    until = back.until
    adopted = ServicePlan.objects.filter(case=OuterRef("pk"), adopted_at__lte=until)
    reviewed = PlanReview.objects.filter(case=OuterRef("pk"), reviewed_at__lte=until)
    rows = (
        cases_known(region, until)
        .filter(is_open(until))
        .annotate(
            has_plan=Exists(adopted),
            newly_adopted=Exists(adopted.filter(adopted_at__gt=until - A_MONTH)),
            newly_reviewed=Exists(reviewed.filter(reviewed_at__gt=until - A_MONTH)),
        )
        .order_by("-opened_at", "-id")
    )
    owed_after = timedelta(hours=active_pack().clocks.service_plan_due_hours)
    return [
        CountedFollowing(
            is_new=row.opened_at + owed_after > until,
            has_plan=row.has_plan,
            was_looked_at=row.newly_adopted or row.newly_reviewed,
        )
        for row in rows
    ]


def band(days: int) -> str:
    """How long the work has lasted, as a band; its upper end belongs to it."""
    return next((words for limit, words in BANDS if days <= limit), LONGER)


def _month(at: datetime) -> str:
    return f"{local(at):%Y-%m}"


# --------------------------------------------------------------------------------------- what measures are made of


@dataclass(frozen=True, slots=True)
class CarriedRow(Row):
    """A case as it was carried: from when until when, in which mode, and since when it has had a plan."""

    opened_at: datetime
    closed_at: datetime | None = None
    again_at: datetime | None = None  # when it was opened again, the last time
    adopted_at: datetime | None = None  # of its first plan
    mode: str = ""


@dataclass(frozen=True, slots=True)
class LookedAtRow(Row):
    """A look at a plan that was owed or done. `reviewed_at` None: it is owed."""

    due_at: datetime | None
    reviewed_at: datetime | None = None


def carried_rows(cases: Collection[int], since: datetime, until: datetime) -> list[tuple[str, str, CarriedRow]]:
    """Code, region and row of each of these cases that was open at some time in these days. One query."""
    rows = (
        Case.objects.filter(
            among("pk", cases), Q(closed_at__isnull=True) | Q(closed_at__gte=since), opened_at__lt=until
        )
        .annotate(adopted=Min("plans__adopted_at"), again=Max("closures__reopened_at"))
        .order_by("-opened_at", "-pk")
    )
    return [
        (code, region, CarriedRow(*told))
        for code, region, *told in rows.values_list(
            "code", "region", "opened_at", "closed_at", "again", "adopted", "mode"
        )
    ]


def looked_at_rows(cases: Collection[int], since: datetime, until: datetime) -> list[tuple[str, str, LookedAtRow]]:
    """Code of the case, region and row of each review of a plan that was done in these days, or is owed since one of
    them. Two queries. (CASE-6)
    """
    done = PlanReview.objects.filter(among("case_id", cases), reviewed_at__gte=since, reviewed_at__lt=until)
    owed = ServicePlan.objects.filter(
        among("case_id", cases), case__state="open", state="adopted", review_due_at__gte=since, review_due_at__lt=until
    )
    return [
        *(
            (code, region, LookedAtRow(due, at))
            for code, region, due, at in done.order_by("-reviewed_at", "-pk").values_list(
                "case__code", "case__region", "due_at", "reviewed_at"
            )
        ),
        *(
            (code, region, LookedAtRow(due))
            for code, region, due in owed.order_by("-review_due_at", "-pk").values_list(
                "case__code", "case__region", "review_due_at"
            )
        ),
    ]
