"""Endings as rows for counting: region, month, how long the case was open, opened again or not. No code, no day.

What stands sealed, the reason, is counted for whom the record is open, and as totals by the pack's groups only.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from rightdoor.casework.cases.models import Case, StatusDetermination, visible_cases
from rightdoor.casework.cases.queries import determination_label
from rightdoor.casework.clients.deidentified import CountedTraits, counted_once, counted_traits
from rightdoor.casework.clients.disclosure import decision_on
from rightdoor.casework.clients.facts import as_coordinator, ties_of
from rightdoor.casework.closure.models import Closure, Review
from rightdoor.casework.closure.sealed import closure_label
from rightdoor.casework.missing.models import Episode
from rightdoor.casework.plans.models import ServicePlan
from rightdoor.casework.referrals.deidentified import measure_rows
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.sealed import facts_label
from rightdoor.casework.services.models import ServiceReferral, ServiceStep
from rightdoor.casework.services.sealed import told_label
from rightdoor.community.partners.deidentified import holders_apart
from rightdoor.domain.confidentiality import Item
from rightdoor.domain.looking_back import Lookback
from rightdoor.domain.measures.funnel import Path
from rightdoor.domain.measures.norms import Asked
from rightdoor.domain.measures.response import tier_of, verdict_on
from rightdoor.domain.permission import Viewer
from rightdoor.domain.person_year import NOT_ASKED, UNKNOWN, kind_of
from rightdoor.foundation.audit.events import record_counting, record_read
from rightdoor.foundation.jurisdiction.active import active_pack, local, zone
from rightdoor.foundation.sealing.seals import SealContext, open_each
from rightdoor.packs.measures import norms_of

# Days from opening to ending, as bands that no single child can be told by.
BANDS = ((30, "up to a month"), (90, "1 to 3 months"), (180, "3 to 6 months"), (365, "6 to 12 months"))
LONGER = "over a year"
COUNTED_AT_ONCE = 1000  # codes in one event of the trail


@dataclass(frozen=True, slots=True)
class CountedClosure:
    """One ending without anything that leads back to it."""

    region: str
    month: str  # 2026-03, in the state's zone
    open_for: str
    reopened: bool


def counted_closures(since: datetime, until: datetime) -> Iterator[CountedClosure]:
    """Every ending from `since` on and before `until`, those of cases that were opened again among them."""
    rows = Closure.objects.filter(closed_at__gte=since, closed_at__lt=until).select_related("case")
    for row in rows.order_by("closed_at", "pk").iterator(chunk_size=2000):
        yield CountedClosure(
            region=row.case.region,
            month=f"{local(row.closed_at):%Y-%m}",
            open_for=band(row.case.opened_at, row.closed_at),
            reopened=row.reopened_at is not None,
        )


@dataclass(frozen=True, slots=True)
class CountedOutcome:
    """One ending as its record tells it to whom that record is open: why, by the pack's group, and after how long."""

    reason: str
    open_for: str


def outcomes_counted(
    viewer: Viewer, since: datetime, until: datetime, now: datetime, *, region: str = ""
) -> list[CountedOutcome]:
    """Every ending in this time, those of cases that were opened again among them, whose record is open to the viewer.

    The reasons stand sealed. Recorded before it is returned: one event for each holder and kind of ground, with the
    codes. An ending whose key was destroyed tells nothing any more and is not among them.
    """
    seen = visible_cases(viewer, now)
    rows = list(
        Closure.objects.filter(
            closed_at__gte=since, closed_at__lt=until, case__in=seen.filter(region=region) if region else seen
        )
        .select_related("case", "case__client")
        .order_by("closed_at", "pk")
    )
    ties = ties_of(viewer, {row.case.client for row in rows}, now)
    together: dict[tuple[str, str, str], list[Closure]] = {}
    for row in rows:
        case = row.case
        tie = as_coordinator(viewer, ties[case.client_id], case.region)
        ground = decision_on(viewer, case.client, Item("CORE", case.holder), now, action="list", tie=tie)
        if ground.allowed and not ground.status_only:
            together.setdefault((case.holder, ground.basis, ground.ground_code), []).append(row)
    for (holder, basis, ground_code), group in together.items():
        for start in range(0, len(group), COUNTED_AT_ONCE):
            record_read(
                viewer,
                "case.read",
                kind="closure",
                codes=[row.code for row in group[start : start + COUNTED_AT_ONCE]],
                classes=["CORE"],
                holder=holder,
                basis=basis.lower(),
                purpose="counting",
                ground=ground_code or None,
            )
    chosen = [row for group in together.values() for row in group]
    told = open_each([(row.told_sealed, closure_label(row)) for row in chosen])
    reason_of = active_pack().closure.reason
    found = [
        (row, reason_of(json.loads(words).get("reason", ""))) for row, words in zip(chosen, told, strict=True) if words
    ]
    return [
        CountedOutcome(reason.group if reason else "other", band(row.case.opened_at, row.closed_at))
        for row, reason in found
    ]


def reasons_counted(viewer: Viewer, since: datetime, until: datetime, now: datetime) -> Counter[str]:
    """How many endings had a reason of each of the pack's groups, among those whose record is open to the viewer."""
    return Counter(one.reason for one in outcomes_counted(viewer, since, until, now))


def band(opened_at: datetime, closed_at: datetime) -> str:
    """How long a case was open, as a band; its upper end belongs to it."""
    days = (closed_at - opened_at).total_seconds() / 86400
    return next((words for limit, words in BANDS if days <= limit), LONGER)


# ---------------------------------------------------------------------------------------- what an evaluation looks for


@dataclass(frozen=True, slots=True)
class CountedEnding:
    """One case that was closed: whether its checklist was gone through, and whether it was talked over."""

    quarter: int
    has_checklist: bool | None  # None: its key was destroyed
    has_debrief: bool | None


@dataclass(frozen=True, slots=True)
class CountedReview:
    """One after-action review that was held."""

    quarter: int
    asks_for_changes: bool  # at least one recommendation, with its owner


def counted_endings(viewer: Viewer, region: str, back: Lookback) -> list[CountedEnding]:
    """The region's cases that were closed in the two years and stayed so until that moment.

    Whether there was a debrief stands sealed and is opened for counting alone: recorded before a row is handed out.
    """
    rows = list(
        Closure.objects.filter(case__region=region, closed_at__gt=back.earliest, closed_at__lte=back.until)
        .filter(Q(reopened_at__isnull=True) | Q(reopened_at__gt=back.until))
        .exclude(case__holder__in=holders_apart())
        .select_related("case", "case__client")
        .order_by("-closed_at", "-pk")
    )
    counted = []
    for start in range(0, len(rows), COUNTED_AT_ONCE):
        part = rows[start : start + COUNTED_AT_ONCE]
        record_counting(viewer, "case.counted", part, kind="closure", classes=["CORE"])
        for row, text in zip(part, open_each([(one.told_sealed, closure_label(one)) for one in part]), strict=True):
            told = json.loads(text) if text else None
            counted.append(
                CountedEnding(
                    quarter=back.quarter(row.closed_at) or 0,
                    has_checklist=None if told is None else bool(told.get("told") and told.get("safety_plan")),
                    has_debrief=None if told is None else bool(told.get("debrief")),
                )
            )
    return counted


def counted_action_reviews(region: str, back: Lookback) -> list[CountedReview]:
    """The region's after-action reviews that were held in the two years. One query."""
    rows = (
        Review.objects.filter(case__region=region, state="held", held_at__gt=back.earliest, held_at__lte=back.until)
        .exclude(case__holder__in=holders_apart())
        .annotate(asked=Count("recommendations"))
        .order_by("-held_at", "-pk")
    )
    return [CountedReview(back.quarter(row.held_at) or 0, row.asked > 0) for row in rows]


# -------------------------------------------------------------------------------------------------- persons of a year


@dataclass(frozen=True, slots=True)
class CountedPerson:
    """One child or youth whom the platform served in a span of time, without anything that leads back.

    Codes of the yearly form; the relationship, the setting, the source and the services are keys of the pack.
    """

    region: str  # of the case that was opened last
    quarter: str  # 2026 Q1, of the first service in the span
    status: str  # confirmed, suspected, not_trafficking; unknown
    kind: str  # sex, labor, both; unknown
    age: str  # at the first service in the span
    gender: str
    race: str  # nobody is asked here
    relationship: str
    setting: str
    source: str  # of the first referral
    standing: str  # new: no case was open before; continuing
    outcome: str  # active, missing, or the group of the reason for which the last case ended; unknown
    services: frozenset[str]  # begun in the span, or running in it


def counted_persons(viewer: Viewer, since: datetime, until: datetime, *, region: str = "") -> list[CountedPerson]:
    """Everybody with a case open at some time from `since` on and before `until`, each child once.

    Who was linked or merged counts as one, as that stands when it is counted. What stands sealed is opened for counting
    alone and recorded before; of what an agency keeps apart no row is taken. The caller has asked whether the viewer
    may count, and hands out no row to anybody without protecting it. In no order that tells anything.
    """
    cases = _cases_between(since, until, region)
    once = counted_once({case.client_id for case in cases})
    mine: dict[int, list[Case]] = {}
    for case in cases:
        mine.setdefault(once[case.client_id], []).append(case)
    first_day = local(since).date()
    day_of = {group[0].client: max(first_day, local(group[0].opened_at).date()) for group in mine.values()}
    traits = counted_traits(viewer, day_of)
    known_before = _known_before(mine, since)
    told = _Told(viewer, cases, since, until)
    persons = [
        _person(group, traits.get(group[0].client_id), told, since, until, is_known=key in known_before)
        for key, group in mine.items()
    ]
    return sorted(persons, key=lambda one: (one.region, one.quarter, one.age, one.gender, one.kind, repr(one)))


def _cases_between(since: datetime, until: datetime, region: str) -> list[Case]:
    # Opened again after the span: within it the case may have been closed all along.
    at_rest = Closure.objects.filter(case=OuterRef("pk"), closed_at__lt=since, reopened_at__gte=until)
    rows = (
        Case.objects.filter(opened_at__lt=until)
        .filter(Q(closed_at__isnull=True) | Q(closed_at__gte=since))
        .filter(~Exists(at_rest))
        .exclude(holder__in=holders_apart())
        .exclude(client__holder__in=holders_apart())
    )
    if region:
        rows = rows.filter(region=region)
    return list(rows.select_related("client", "referral", "referral__client").order_by("opened_at", "pk"))


def _known_before(mine: Mapping[int, Sequence[Case]], since: datetime) -> set[int]:
    """Whose first case is older than the span, also under another entry and in another region."""
    older = set(Case.objects.filter(opened_at__lt=since).values_list("client", flat=True).distinct())
    return set(counted_once(older).values()) & set(mine)


class _Told:
    """What the sealed columns of some cases say, read once for all of them."""

    def __init__(self, viewer: Viewer, cases: Sequence[Case], since: datetime, until: datetime) -> None:
        self.until = until
        record_counting(viewer, "case.counted", cases, kind="case", classes=["CORE", "PLAN"])
        self.facts = _opened((case.pk, case.referral.facts_sealed, facts_label(case.referral)) for case in cases)
        by_pk = {case.pk: case for case in cases}
        latest = StatusDetermination.objects.filter(case__in=by_pk, at__lt=until).order_by("case_id", "-at", "-id")
        self.status = _opened(
            (one.case_id, one.told_sealed, determination_label(one, by_pk[one.case_id]))
            for one in latest.distinct("case_id")
        )
        endings = Closure.objects.filter(case__in=by_pk, closed_at__lt=until).filter(
            Q(reopened_at__isnull=True) | Q(reopened_at__gte=until)
        )
        self.ended = _opened(
            (one.case_id, one.told_sealed, closure_label(one))
            for one in endings.select_related("case__client")
            .order_by("case_id", "-closed_at", "-id")
            .distinct("case_id")
        )
        away = Episode.objects.filter(case__in=by_pk, learned_at__lt=until)
        away = away.filter(Q(recovered_at__isnull=True) | Q(recovered_at__gte=until))
        self.missing = set(away.values_list("case_id", flat=True))
        self.services: dict[int, set[str]] = {}
        begun = ServiceStep.objects.filter(
            referral=OuterRef("pk"), state__in=("started", "completed"), happened_on__lt=local(until).date()
        )
        services = ServiceReferral.objects.filter(Exists(begun), case__in=by_pk).filter(
            Q(ended_on__isnull=True) | Q(ended_on__gte=local(since).date())
        )
        rows = list(services.select_related("case__client").order_by("pk"))
        told = _opened((row.pk, row.told_sealed, told_label(row)) for row in rows)
        for row in rows:
            if category := told.get(row.pk, {}).get("category"):
                self.services.setdefault(row.case_id, set()).add(category)


def _person(
    group: Sequence[Case],
    traits: CountedTraits | None,
    told: _Told,
    since: datetime,
    until: datetime,
    *,
    is_known: bool,
) -> CountedPerson:
    first, last = group[0], group[-1]
    began = local(max(since, first.opened_at))
    facts = [told.facts.get(case.pk, {}) for case in group]
    return CountedPerson(
        region=last.region,
        quarter=f"{began.year} Q{(began.month + 2) // 3}",
        status=_status(group, told),
        kind=kind_of(one.get("kind") or "" for one in facts),
        age=traits.age if traits else UNKNOWN,
        gender=traits.gender if traits else UNKNOWN,
        race=NOT_ASKED,
        relationship=_last_said(facts, "relationship"),
        setting=_last_said(facts, "setting"),
        source=first.referral.source,
        standing="continuing" if is_known else "new",
        outcome=_outcome(group, told),
        services=frozenset().union(*(told.services.get(case.pk, set()) for case in group)),
    )


def _status(group: Sequence[Case], told: _Told) -> str:
    """As last determined; where nobody has, as last established when the child was referred."""
    for case in reversed(group):
        if case.pk in told.status:
            return told.status[case.pk].get("status") or UNKNOWN
    return told.facts.get(group[-1].pk, {}).get("victim_status") or UNKNOWN


def _outcome(group: Sequence[Case], told: _Told) -> str:
    ended = told.ended
    open_ones = [
        case.pk for case in group if case.pk not in ended and not (case.closed_at and case.closed_at < told.until)
    ]
    if open_ones:
        return "missing" if set(open_ones) & told.missing else "active"
    reason = active_pack().closure.reason(ended.get(group[-1].pk, {}).get("reason") or "")
    return reason.group if reason else UNKNOWN


def _last_said(facts: Sequence[Mapping[str, Any]], key: str) -> str:
    return next((one[key] for one in reversed(facts) if one.get(key)), UNKNOWN)


def _opened(rows: Iterable[tuple[int, bytes | memoryview | None, SealContext]]) -> dict[int, dict[str, Any]]:
    """What each says, by its key; nothing where its key was destroyed."""
    found = list(rows)
    texts = open_each([(blob, label) for _, blob, label in found])
    return {pk: json.loads(text) if text else {} for (pk, _, _), text in zip(found, texts, strict=True)}


# ------------------------------------------------------------------------------ from the referral to what became of it


@dataclass(frozen=True, slots=True)
class CountedWay:
    """One referral as it stood at a moment: where it went, how far it came, what became of it. No code, no day.

    `area`: where it happened; "" where nobody has established it, or its key was destroyed. `ending`: the group of the
    reason for which the case closed. `path.is_first`: the first of that person in its calendar year.
    """

    region: str
    area: str
    tier: int | None
    response: str  # met, missed; not_owed where it was turned away before
    source: str
    path: Path


def counted_ways(viewer: Viewer, since: datetime, until: datetime, at: datetime) -> list[CountedWay]:
    """The referrals whose clock started in these days, as they stood at `at`, for the statistics of the state.

    What stands sealed (where it happened, why a case ended) is opened for counting alone, for a person; recorded first,
    so inside an act. What an agency keeps apart is not counted. (SR-18)
    """
    everything = Referral.objects.exclude(holder__in=holders_apart())
    rows = {code: row for code, _, row in measure_rows(everything, since, until)}
    asked = Asked(at, norms_of(active_pack()))
    referrals = list(
        everything.filter(clock_started_at__gte=since, clock_started_at__lt=until)
        .annotate(
            was_planned=Exists(ServicePlan.objects.filter(case__referral=OuterRef("pk"), adopted_at__lte=at)),
            was_case=Exists(Case.objects.filter(referral=OuterRef("pk"), opened_at__lte=at)),
        )
        .select_related("client")
        .only("code", "holder", "region", "state", "source", "ineligible_reason", "client__code", "facts_sealed")
        .order_by("clock_started_at", "pk")
    )
    areas = _areas_of(viewer, referrals)
    endings = _endings_of(viewer, since, until, at)
    firsts = _firsts(since, until)
    found = []
    for referral in referrals:
        row = rows[referral.code]
        verdict = verdict_on(row, asked)
        decided = row.decided_at is not None and row.decided_at <= at
        has_tier = bool(row.tiers) and (row.tiers[0].at is None or row.tiers[0].at <= at)
        found.append(
            CountedWay(
                region=referral.region,
                area=areas.get(referral.code, ""),
                tier=tier_of(row, asked) if has_tier else None,
                response=verdict.kind if verdict.kind in ("met", "missed") else "not_owed",
                source=referral.source,
                path=Path(
                    eligible=row.eligible if decided else None,
                    is_tiered=has_tier,
                    is_staffed=row.held_at is not None and row.held_at <= at,
                    is_planned=referral.was_planned,
                    has_case=referral.was_case,
                    is_closed=referral.pk in endings,
                    reason=referral.ineligible_reason,
                    ending=endings.get(referral.pk, ""),
                    is_first=referral.pk in firsts,
                ),
            )
        )
    return found


def _areas_of(viewer: Viewer, referrals: list[Referral]) -> dict[str, str]:
    """Code of the referral -> where it happened."""
    found = {}
    for start in range(0, len(referrals), COUNTED_AT_ONCE):
        part = referrals[start : start + COUNTED_AT_ONCE]
        record_counting(viewer, "referral.counted", part, kind="referral", classes=["CORE"])
        for row, text in zip(part, open_each([(row.facts_sealed, facts_label(row)) for row in part]), strict=True):
            found[row.code] = (json.loads(text) if text else {}).get("area") or ""
    return found


def _endings_of(viewer: Viewer, since: datetime, until: datetime, at: datetime) -> dict[int, str]:
    """Key of the referral -> the group of the reason for which its case was closed at that moment; "" not known."""
    rows = list(
        Closure.objects.filter(
            case__referral__clock_started_at__gte=since, case__referral__clock_started_at__lt=until, closed_at__lte=at
        )
        .filter(Q(reopened_at__isnull=True) | Q(reopened_at__gt=at))
        .exclude(case__holder__in=holders_apart())
        .select_related("case", "case__client")
        .order_by("closed_at", "pk")
    )
    found = {}
    for start in range(0, len(rows), COUNTED_AT_ONCE):
        part = rows[start : start + COUNTED_AT_ONCE]
        record_counting(viewer, "case.counted", part, kind="closure", classes=["CORE"])
        for row, text in zip(part, open_each([(one.told_sealed, closure_label(one)) for one in part]), strict=True):
            reason = active_pack().closure.reason(json.loads(text).get("reason", "")) if text else None
            found[row.case.referral_id] = reason.group if reason else ""
    return found


def _firsts(since: datetime, until: datetime) -> set[int]:
    """Keys of the referrals that are the first of their person in a calendar year. Two entries of one child are one."""
    begin = datetime(local(since).year, 1, 1, tzinfo=zone())
    rows = list(
        Referral.objects.filter(clock_started_at__gte=begin, clock_started_at__lt=until)
        .exclude(holder__in=holders_apart())
        .order_by("clock_started_at", "pk")
        .values_list("pk", "client_id", "clock_started_at")
    )
    persons = counted_once(client for _, client, _ in rows)
    seen: set[tuple[int, int]] = set()
    found = set()
    for pk, client, started in rows:
        mark = (local(started).year, persons[client])
        if mark not in seen:
            seen.add(mark)
            found.add(pk)
    return found


def first_quarter() -> tuple[int, int] | None:
    """Year and quarter of the referral that was received first; None while there is none. One query."""
    rows = Referral.objects.exclude(holder__in=holders_apart()).order_by("received_at", "id")
    first = rows.values_list("clock_started_at", flat=True).first()
    return (local(first).year, (local(first).month + 2) // 3) if first else None
