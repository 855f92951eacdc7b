"""Staffings and the rhythm of cases as rows for counting: kinds, quarters, yes or no. No code, no day, no word.

Only clear columns are read: that something was written, never what.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from rightdoor.casework.cases.deidentified import cases_known, is_open
from rightdoor.casework.clients.models import Standing
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
from rightdoor.community.partners.deidentified import holders_apart
from rightdoor.domain import cadence as rule
from rightdoor.domain.cadence import Rhythm
from rightdoor.domain.looking_back import Lookback
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
