"""Referrals as rows for counting: choices, months and spans. No code, no day, no word of what was told.

Only clear columns are read, but for the kind of trafficking: it stands sealed, and is opened here for counting alone.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from rightdoor.casework.clients.models import keeping_apart, kept_apart, regions_q
from rightdoor.casework.referrals.models import MandatedReport, Referral, TierChange
from rightdoor.casework.referrals.sealed import facts_label
from rightdoor.community.partners.deidentified import among, holders_apart
from rightdoor.domain.clock import Clock
from rightdoor.domain.looking_back import Lookback
from rightdoor.domain.measures.rows import CaseRow, ReferralRow, TierSet
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.events import record_counting
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.sealing.seals import open_each

# Hours from the start of the clock to the staffing, as bands that no single child can be told by.
BANDS = ((24, "up to 24 h"), (48, "24 to 48 h"), (72, "48 to 72 h"), (168, "3 to 7 days"))
LONGER = "over 7 days"
SETTLES_WITHIN = timedelta(days=7)  # the longest tier: by then intake is over
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class CountedReferral:
    """One referral without anything that leads back to it."""

    region: str
    month: str  # 2026-03, of receipt, in the state's zone
    source: str
    channel: str
    state: str
    tier: int | None
    ineligible_reason: str
    response: str  # met, missed, or "" while nothing was held
    response_within: str  # a band, or ""
    late_cause: str


def counted_referrals(since: datetime, until: datetime) -> Iterator[CountedReferral]:
    """Every referral received from `since` on and before `until`, for the statistics."""
    rows = Referral.objects.filter(received_at__gte=since, received_at__lt=until).only(
        "region",
        "received_at",
        "source",
        "channel",
        "state",
        "tier",
        "ineligible_reason",
        "clock_started_at",
        "due_at",
        "stopped_at",
        "late_cause",
    )
    for row in rows.order_by("-received_at", "-id").iterator(chunk_size=2000):
        clock = row.clock
        yield CountedReferral(
            region=row.region,
            month=f"{local(row.received_at):%Y-%m}",
            source=row.source,
            channel=row.channel,
            state=row.state,
            tier=row.tier,
            ineligible_reason=row.ineligible_reason,
            response=clock.state(row.stopped_at) if clock and row.stopped_at else "",
            response_within=band(row.clock_started_at, row.stopped_at) if row.stopped_at else "",
            late_cause=row.late_cause,
        )


def band(started_at: datetime, held_at: datetime) -> str:
    """How soon the staffing was held, as a band; its upper end belongs to it."""
    hours = (held_at - started_at).total_seconds() / 3600
    return next((words for limit, words in BANDS if hours <= limit), LONGER)


# ---------------------------------------------------------------------------------------- what an evaluation looks for


@dataclass(frozen=True, slots=True)
class CountedIntake:
    """One referral's way through intake, as it stood at a moment."""

    quarter: int  # of receipt
    source: str
    channel: str
    is_new: bool  # received less than a week before: its intake may still run
    is_decided: bool  # eligible or not
    is_ineligible: bool
    has_reason: bool  # of the ineligible one
    has_tier: bool
    has_mandated_report: bool  # whether it was made is on record
    response: str  # met, missed; overdue where nothing is known and the time is over; "" while it runs or none is owed
    answered: int | None  # the quarter in which the emergency staffing was held


def counted_intakes(region: str, back: Lookback) -> list[CountedIntake]:
    """The region's referrals of the two years, as they stood at that moment. One query."""
    rows = (
        _received(region, back)
        .annotate(
            was_tiered=Exists(TierChange.objects.filter(referral=OuterRef("pk"), at__lte=back.until)),
            was_reported=Exists(
                MandatedReport.objects.filter(referral=OuterRef("pk"), recorded_at__lte=back.until, made__isnull=False)
            ),
        )
        .only(
            "received_at",
            "source",
            "channel",
            "state",
            "decided_at",
            "ineligible_reason",
            "clock_started_at",
            "due_at",
            "stopped_at",
        )
    )
    return [
        CountedIntake(
            quarter=back.quarter(row.received_at) or 0,
            source=row.source,
            channel=row.channel,
            is_new=row.received_at > back.until - SETTLES_WITHIN,
            is_decided=back.has_seen(row.decided_at),
            is_ineligible=back.has_seen(row.decided_at) and row.state == "ineligible",
            has_reason=bool(row.ineligible_reason),
            has_tier=row.was_tiered,
            has_mandated_report=row.was_reported,
            response=_response(row, back),
            answered=back.quarter(row.stopped_at),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class CountedKind:
    """What a referral of a partner was about. "" where nobody has established it, or its key was destroyed."""

    quarter: int
    kind: str  # sex, labor, both
    relationship: str


def counted_kinds(viewer: Viewer, region: str, back: Lookback, sources: Collection[str]) -> list[CountedKind]:
    """The kinds of trafficking in the region's referrals from these sources, opened for counting alone.

    What is opened stands in the trail, with the codes, before a row of it is handed out.
    """
    found = list(
        _received(region, back)
        .filter(source__in=sources)
        .select_related("client")
        .only("code", "holder", "received_at", "facts_sealed", "client__code")
    )
    counted = []
    for start in range(0, len(found), AT_ONCE):
        part = found[start : start + AT_ONCE]
        record_counting(viewer, "referral.counted", part, kind="referral", classes=["CORE"])
        for row, text in zip(part, open_each([(row.facts_sealed, facts_label(row)) for row in part]), strict=True):
            told = json.loads(text) if text else {}
            counted.append(
                CountedKind(back.quarter(row.received_at) or 0, told.get("kind") or "", told.get("relationship") or "")
            )
    return counted


def _received(region: str, back: Lookback) -> QuerySet[Referral]:
    rows = Referral.objects.filter(region=region, received_at__gt=back.earliest, received_at__lte=back.until)
    return rows.exclude(holder__in=holders_apart()).order_by("-received_at", "-id")


def _response(row: Referral, back: Lookback) -> str:
    if row.due_at is None:
        return ""
    if back.has_seen(row.stopped_at):
        return Clock(row.clock_started_at, row.due_at, stopped_at=row.stopped_at).state(back.until)
    is_owed = row.state != "ineligible" and row.due_at <= back.until
    return "overdue" if is_owed else ""


# --------------------------------------------------------------------------------------- what measures are made of


def referrals_counted(viewer: Viewer, *, region: str = "", own: bool = False) -> QuerySet[Referral]:
    """The referrals that this viewer's figures are made of, and whose rows the viewer may open.

    A coordinator counts those of `visible_referrals` in the coordinator's regions, `own` those that the coordinator
    took up. The installation counts all of them, but what an agency keeps apart. For everybody else there is none.
    (SR-18)
    """
    if viewer.is_system:
        found = Referral.objects.exclude(holder__in=holders_apart())
    elif viewer.has("care_coordinator"):
        found = Referral.objects.filter(regions_q(viewer)).exclude(holder__in=keeping_apart(viewer))
        found = found.exclude(client__in=kept_apart(viewer).values("client"))
    else:
        return Referral.objects.none()
    if region:
        found = found.filter(region=region)
    return found.filter(coordinator=viewer.code) if own else found


def measure_rows(within: QuerySet[Referral], since: datetime, until: datetime) -> list[tuple[str, str, ReferralRow]]:
    """Code, region and row of each referral whose clock started from `since` on and before `until`. Two queries.

    The code leads to the record, for whom it is open; `within` says which may be counted at all. (STAT-4)
    """
    chosen = within.filter(clock_started_at__gte=since, clock_started_at__lt=until)
    columns = (
        "pk", "code", "region", "state", "source", "clock_started_at", "due_at", "stopped_at", "decided_at",
        "ineligible_reason", "late_cause",
    )  # fmt: skip
    told = list(chosen.order_by("-clock_started_at", "-pk").values_list(*columns))
    tiers = _tiers_in_force([pk for pk, *_ in told])
    return [
        (
            code,
            region,
            ReferralRow(
                received_at=started,
                tiers=tiers.get(pk, ()),
                held_at=stopped,
                eligible=_is_eligible(state, decided),
                decided_at=decided,
                reason=reason,
                source=source,
                late_cause=cause,
                due_at=due,
            ),
        )
        for pk, code, region, state, source, started, due, stopped, decided, reason, cause in told
    ]


def rows_without_a_case(within: QuerySet[Referral], since: datetime, until: datetime) -> list[tuple[str, str, CaseRow]]:
    """Referrals of these days that were not accepted, or are not decided: what a cohort of cases leaves out. One query.

    Code and region of the referral, and a row that says no more than that.
    """
    chosen = within.filter(clock_started_at__gte=since, clock_started_at__lt=until, case__isnull=True)
    return [
        # Accepted and not yet a case: nothing was held on it, and whether it becomes one is open.
        (code, region, CaseRow(started, accepted=False if _is_eligible(state, decided) is False else None))
        for code, region, state, started, decided in chosen.order_by("-clock_started_at", "-pk").values_list(
            "code", "region", "state", "clock_started_at", "decided_at"
        )
    ]


def _tiers_in_force(chosen: Collection[int]) -> dict[int, tuple[TierSet, ...]]:
    """Each referral's tiers as they came into force. A slower one that waits for its second person is not in force."""
    hours = {tier.number: tier.due_hours for tier in active_pack().tiers}
    changes = TierChange.objects.filter(among("referral_id", chosen)).order_by("referral", "at", "id")
    found: dict[int, tuple[TierSet, ...]] = {}
    for pk, at, kind, tier, asked in changes.values_list("referral_id", "at", "kind", "tier", "asked"):
        before = found.get(pk, ())
        held = tier
        if kind == "waits":
            held = min((asked, *(one.tier for one in before[-1:])), key=lambda one: (hours.get(one, 0), one))
        if not before or before[-1].tier != held:
            found[pk] = (*before, TierSet(held, at))
    return found


def _is_eligible(state: str, decided_at: datetime | None) -> bool | None:
    if decided_at is None:
        return None
    return state != "ineligible"
