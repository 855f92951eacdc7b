"""Staffings and the rhythm of cases as rows for counting: kinds, quarters, yes or no. No code, no day, no word.

Only clear columns are read: that something was written, never what.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from rightdoor.casework.cases.deidentified import cases_known, is_open
from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.models import Standing
from rightdoor.casework.consents.models import ParticipationConsent
from rightdoor.casework.plans.models import PlanReview, ServicePlan
from rightdoor.casework.staffings.models import (
    ActionItem,
    CadenceSetting,
    CaseSummary,
    Decision,
    Packet,
    Staffing,
    TopicMinutes,
)
from rightdoor.community.meetings.models import Invitation
from rightdoor.community.partners.deidentified import among, holders_apart
from rightdoor.domain import cadence as rule
from rightdoor.domain.cadence import Rhythm
from rightdoor.domain.looking_back import Lookback
from rightdoor.domain.measures.rows import CaseRow, Consent, MeetingRow, Scheduled, StaffingRow
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.notices.models import Notice

FIRST_REVIEW = "service_plan_review"  # the pack's cadence: after so many days a plan is looked at for the first time
THREE = 3  # staffings: "three or more" is what a state asks for, and more is not told


@dataclass(frozen=True, slots=True)
class CountedStaffing:
    """One case's turn at a meeting that was held."""

    kind: str  # emergency, ongoing, case_review
    quarter: int
    has_notice: bool
    has_attendance: bool  # of each place somebody said whether it was taken
    has_minutes: bool
    has_decisions: bool
    has_items: bool  # to do, each with its owner
    has_summary: bool
    shared: str  # met, missed (late, or not at all), running, or "" where no time was set
    had_signed_guest: bool


@dataclass(frozen=True, slots=True)
class CountedCase:
    """How often one case came before the team, and when it does next."""

    opened: int | None  # the quarter; None: more than two years ago
    is_open: bool
    is_past_first_review: bool
    had_ongoing: bool
    staffings: int  # held so far; three stands for three and more
    next: str  # of an open one: scheduled, ahead, overdue, on_request, not_set
    has_cadence: bool


def counted_staffings(region: str, back: Lookback) -> list[CountedStaffing]:
    """The region's staffings that were held in the two years, as they stood at that moment. One query."""
    rows = (
        Staffing.objects.filter(region=region, state="held", held_at__gt=back.earliest, held_at__lte=back.until)
        .exclude(case__holder__in=holders_apart())
        .annotate(
            was_told=Exists(
                Notice.objects.filter(
                    code=OuterRef("meeting__code"), kind="meeting.invited", created_at__lte=OuterRef("starts_at")
                )
            ),
            invited=Exists(Invitation.objects.filter(meeting=OuterRef("meeting"))),
            unrecorded=Exists(Invitation.objects.filter(meeting=OuterRef("meeting"), attendance="")),
            minuted=Exists(TopicMinutes.objects.filter(staffing=OuterRef("pk"), written_at__lte=back.until)),
            decided=Exists(Decision.objects.filter(staffing=OuterRef("pk"), decided_at__lte=back.until)),
            assigned=Exists(
                ActionItem.objects.filter(staffing=OuterRef("pk"), recorded_at__lte=back.until).exclude(owner="")
            ),
            filed=Exists(CaseSummary.objects.filter(staffing=OuterRef("pk"), filed_at__lte=back.until)),
            # Whoever is a guest has a standing of this staffing; it is "awaits" until the notice is signed.
            guest_signed=Exists(
                Standing.objects.filter(
                    client=OuterRef("case__client"),
                    about=OuterRef("code"),
                    kind="invited",
                    account_code__in=Invitation.objects.filter(
                        meeting=OuterRef(OuterRef("meeting")), kind="guest"
                    ).values("account__code"),
                )
            ),
            packet_signed=Exists(Packet.objects.filter(staffing=OuterRef("pk"), signed_at__lte=back.until)),
        )
        .order_by("-held_at", "-pk")
    )
    return [
        CountedStaffing(
            kind=row.kind,
            quarter=back.quarter(row.held_at) or 0,
            has_notice=row.was_told,
            has_attendance=row.invited and not row.unrecorded,
            has_minutes=row.minuted,
            has_decisions=row.decided,
            has_items=row.assigned,
            has_summary=row.filed,
            shared=_shared(row.summary_due_at, row.summary_shared_at, back),
            had_signed_guest=row.guest_signed or row.packet_signed,
        )
        for row in rows
    ]


def counted_cases(region: str, back: Lookback) -> list[CountedCase]:
    """The region's cases that were open at that moment, or were opened in the year before it. One query."""
    until = back.until
    setting = CadenceSetting.objects.filter(case=OuterRef("pk"), set_at__lte=until).order_by("-set_at", "-id")
    held = Q(staffings__state="held", staffings__held_at__lte=until)
    last = Staffing.objects.filter(case=OuterRef("pk"), state="held", held_at__lte=until).order_by("-held_at", "-id")
    coming = Staffing.objects.filter(case=OuterRef("pk"), starts_at__gt=until, meeting__convened_at__lte=until).exclude(
        state="cancelled"
    )
    rows = (
        cases_known(region, until)
        .filter(is_open(until) | Q(opened_at__gt=back.since))
        .annotate(
            was_open=Exists(cases_known(region, until).filter(is_open(until), pk=OuterRef("pk"))),
            many=Count("staffings", filter=held, distinct=True),
            ongoing=Count("staffings", filter=held & Q(staffings__kind="ongoing"), distinct=True),
            set_to=Subquery(setting.values("cadence")[:1]),
            chosen_on=Subquery(setting.values("next_on")[:1]),
            chosen_at=Subquery(setting.values("set_at")[:1]),
            last_held_at=Subquery(last.values("held_at")[:1]),
            coming_at=Subquery(coming.order_by("starts_at", "id").values("starts_at")[:1]),
            began_at=F("opened_at"),
        )
        .order_by("-opened_at", "-id")
    )
    days = {key: _days_of(key) for key in rule.KEYS}
    strictest = rule.strictest_of(days.values())
    first_review = timedelta(days=_days_of(FIRST_REVIEW) or 30)
    counted = []
    for row in rows:
        rhythm = Rhythm(
            opened_on=local(row.began_at).date(),
            is_set=row.set_to in days,
            every_days=days.get(row.set_to),
            chosen_on=row.chosen_on,
            chosen_at=_day(row.chosen_at),
            last_held_on=_day(row.last_held_at),
            scheduled_on=_day(row.coming_at),
        )
        upcoming = rule.next_of(rhythm, local(until).date(), strictest=strictest) if row.was_open else None
        counted.append(
            CountedCase(
                opened=back.quarter(row.began_at),
                is_open=row.was_open,
                is_past_first_review=row.began_at + first_review <= until,
                had_ongoing=row.ongoing > 0,
                staffings=min(row.many, THREE),
                next=upcoming.state if upcoming else "",
                has_cadence=rhythm.is_set,
            )
        )
    return counted


def _shared(due_at: datetime | None, shared_at: datetime | None, back: Lookback) -> str:
    if due_at is None:
        return ""
    if shared_at is not None and shared_at <= back.until:
        return "met" if shared_at <= due_at else "missed"
    return "missed" if due_at <= back.until else "running"


def _days_of(key: str) -> int | None:
    known = {one.key: one.every_days for one in active_pack().clocks.cadence}
    return known.get(key)


def _day(at: datetime | None) -> date | None:
    return None if at is None else local(at).date()


# --------------------------------------------------------------------------------------- what measures are made of


def meeting_rows(cases: Collection[int], since: datetime, until: datetime) -> list[tuple[str, str, MeetingRow]]:
    """Code, region and row of each staffing of these cases that was held, or called off, in these days. Two queries.

    A plan is delivered with the summary that holds it, or when it is adopted after the meeting began. The hours run
    from when the meeting was held, as on the desk. (MTG-5)
    """
    in_time = Q(state="held", held_at__gte=since, held_at__lt=until)
    off = Q(state="cancelled", starts_at__gte=since, starts_at__lt=until)
    adopted = _moments(ServicePlan.objects.filter(among("case_id", cases), adopted_at__gte=since), "adopted_at")
    chosen = Staffing.objects.filter(among("case_id", cases), in_time | off)
    rows = chosen.annotate(with_plan=Q(summary__plan_sealed__isnull=False)).order_by("-starts_at", "-pk")
    found = []
    for code, region, case, kind, state, starts, held, shared, with_plan, services in rows.values_list(
        "code", "region", "case_id", "kind", "state", "starts_at", "held_at", "summary_shared_at", "with_plan",
        "continued_services",
    ):  # fmt: skip
        row = MeetingRow(
            kind=kind,
            started_at=held or starts,
            is_cancelled=state == "cancelled",
            record_shared_at=shared,
            plan_shared_at=_first_of(
                shared if with_plan else None, _first_after(adopted.get(case, []), held or starts)
            ),
            plan_is_owed=False if services == "not_eligible" else None,
        )
        found.append((code, region, row))
    return found


def case_rows(cases: Collection[int], since: datetime, until: datetime) -> list[tuple[str, str, CaseRow]]:
    """Code, region and row of each case that was referred or open in these days. Five queries.

    A review of its status is a review of the plan, or an ongoing meeting or case review that was held. Of a case that
    was opened again the time since then counts.
    """
    referred = Q(referral__clock_started_at__gte=since, referral__clock_started_at__lt=until)
    was_open = Q(opened_at__lt=until) & (Q(closed_at__isnull=True) | Q(closed_at__gte=since))
    chosen = Case.objects.filter(among("pk", cases), referred | was_open)
    told = list(
        chosen.annotate(again_at=Max("closures__reopened_at"))
        .order_by("-opened_at", "-pk")
        .values_list(
            "pk", "code", "region", "client_id", "referral__clock_started_at", "opened_at", "closed_at", "again_at"
        )
    )
    keys = [pk for pk, *_ in told]
    staffed: dict[int, list[StaffingRow]] = {}
    held = Staffing.objects.filter(among("case_id", keys), state="held", held_at__isnull=False).order_by(
        "held_at", "pk"
    )
    for case, kind, at, meeting in held.values_list("case_id", "kind", "held_at", "meeting_id"):
        staffed.setdefault(case, []).append(StaffingRow(kind, at, str(meeting)))
    reviewed = _moments(PlanReview.objects.filter(among("case_id", keys)), "reviewed_at")
    rhythms: dict[int, list[Scheduled]] = {}
    days = {key: _days_of(key) for key in rule.KEYS}
    settings = CadenceSetting.objects.filter(among("case_id", keys)).order_by("set_at", "pk")
    for case, key, at in settings.values_list("case_id", "cadence", "set_at"):
        if key in days:
            rhythms.setdefault(case, []).append(Scheduled(at, days[key]))
    consents: dict[int, Consent] = {}
    answers = ParticipationConsent.objects.filter(
        among("client_id", {client for _, _, _, client, *_ in told})
    ).order_by("given_at", "pk")
    for client, answer, why in answers.values_list("client_id", "answer", "ended_why"):
        consents[client] = "refused" if answer == "refused" or why == "withdrawn" else "given"
    found = []
    for pk, code, region, client, started, opened, closed, again in told:
        meetings = staffed.get(pk, [])
        looked_at = [one.held_at for one in meetings if one.kind != "emergency"]
        row = CaseRow(
            referred_at=started,
            accepted=True,
            staffings=tuple(meetings),
            consent=consents.get(client, "not_known"),
            opened_at=again or opened,
            closed_at=closed,
            schedule=tuple(rhythms.get(pk, ())),
            reviews=tuple(sorted([*reviewed.get(pk, []), *looked_at])),
        )
        found.append((code, region, row))
    return found


def _moments(rows: QuerySet[ServicePlan] | QuerySet[PlanReview], field: str) -> dict[int, list[datetime]]:
    """The moments of each case, in their order."""
    found: dict[int, list[datetime]] = {}
    for case, at in rows.order_by(field, "pk").values_list("case_id", field):
        found.setdefault(case, []).append(at)
    return found


def _first_after(moments: Sequence[datetime], at: datetime) -> datetime | None:
    place = bisect_left(moments, at)
    return moments[place] if place < len(moments) else None


def _first_of(*moments: datetime | None) -> datetime | None:
    return min((one for one in moments if one is not None), default=None)
