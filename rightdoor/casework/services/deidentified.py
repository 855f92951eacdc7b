"""Referrals to services as rows for counting: kind, outcome, spans of days. No code, no day, no word of what was told.

The kind stands sealed, because it tells about the client: it is opened here for counting alone, and nothing else of
what stands beside it leaves this module.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.db.models import Exists, OuterRef, Q

from rightdoor.casework.cases.deidentified import cases_known, is_open
from rightdoor.casework.cases.models import StatusDetermination
from rightdoor.casework.cases.queries import determination_label
from rightdoor.casework.referrals.sealed import facts_label
from rightdoor.casework.services.models import AdvocacyReason, ServiceReferral, ServiceStep
from rightdoor.casework.services.sealed import told_label
from rightdoor.community.partners.deidentified import among
from rightdoor.domain.looking_back import Lookback
from rightdoor.domain.measures.rows import OutgoingRow
from rightdoor.domain.permission import Viewer
from rightdoor.domain.service_referral import ENDED_STATES
from rightdoor.foundation.audit.events import record_counting, record_read
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.sealing.seals import open_each

# Days to a step, as bands that no single child can be told by; a band's upper end belongs to it.
BANDS = ((1, "up to 1 day"), (7, "2 to 7 days"), (14, "8 to 14 days"), (30, "15 to 30 days"))
LONGER = "over 30 days"
AT_ONCE = 500
STEPS = ("accepted", "contacted", "started", "completed")


@dataclass(frozen=True, slots=True)
class CountedService:
    """One referral to a service without anything that leads back to it. A band is "" while the step is not there."""

    region: str
    month: str  # 2026-03, of sending, in the state's zone
    category: str  # a key of the pack; "" where its key was destroyed
    state: str
    to_accepted: str
    to_first_contact: str
    to_started: str
    to_completed: str


def counted_services(viewer: Viewer, since: datetime, until: datetime) -> Iterator[CountedService]:
    """Every referral to a service made from `since` on and before `until`, for the statistics.

    What is opened for it stands in the trail, with the codes, before the first row of a part is handed out.
    """
    rows = (
        ServiceReferral.objects.filter(made_at__gte=since, made_at__lt=until)
        .select_related("case__client")
        .prefetch_related("steps")
        .order_by("-made_at", "-id")
    )
    stream = rows.iterator(chunk_size=AT_ONCE)
    while part := list(islice(stream, AT_ONCE)):
        for holder in sorted({row.holder for row in part}):
            record_read(
                viewer,
                "service_referral.listed",
                kind="servicereferral",
                codes=[row.code for row in part if row.holder == holder],
                classes=["PLAN"],
                holder=holder,
                purpose="counting",
            )
        for row, text in zip(part, open_each([(row.told_sealed, told_label(row)) for row in part]), strict=True):
            days: dict[str, date] = {}
            for step in row.steps.all():
                days.setdefault(step.state, step.happened_on)
            spans = [band(days[name] - row.sent_on) if name in days else "" for name in STEPS]
            category = json.loads(text).get("category", "") if text else ""
            yield CountedService(row.case.region, f"{local(row.made_at):%Y-%m}", category, row.state, *spans)


def band(span: timedelta) -> str:
    """How long it took, as a band."""
    return next((words for limit, words in BANDS if span.days <= limit), LONGER)


@dataclass(frozen=True, slots=True)
class CountedAdvocacy:
    """One case at a moment: is its client a confirmed victim, and is the duty of an advocacy referral answered?"""

    is_confirmed: bool | None  # None: its key was destroyed
    is_answered: bool  # a referral to an advocate that was not declined, or a reason for none


def counted_advocacy(viewer: Viewer, region: str, back: Lookback) -> list[CountedAdvocacy]:
    """The region's cases that were open at that moment. The status is opened for counting alone.

    What is opened stands in the trail, with the codes, before a row is handed out.
    """
    until = back.until
    referred = ServiceReferral.objects.filter(case=OuterRef("pk"), answers_advocacy=True, made_at__lte=until)
    declined = ServiceStep.objects.filter(referral=OuterRef("pk"), state="declined", recorded_at__lte=until)
    reasoned = AdvocacyReason.objects.filter(case=OuterRef("pk"), recorded_at__lte=until).filter(
        Q(ask_again_on__isnull=True) | Q(ask_again_on__gt=local(until).date())
    )
    cases = list(
        cases_known(region, until)
        .filter(is_open(until))
        .annotate(
            referred=Exists(referred.filter(~Exists(declined))),
            reasoned=Exists(reasoned),
        )
        .select_related("client", "referral", "referral__client")
        .order_by("-opened_at", "-id")
    )
    latest = {
        one.case_id: one
        for one in StatusDetermination.objects.filter(case__in=cases, at__lte=until)
        .order_by("case_id", "-at", "-id")
        .distinct("case_id")
    }
    counted = []
    for start in range(0, len(cases), AT_ONCE):
        part = cases[start : start + AT_ONCE]
        record_counting(viewer, "case.counted", part, kind="case", classes=["CORE"])
        texts = open_each(
            [
                (latest[case.pk].told_sealed, determination_label(latest[case.pk], case))
                if case.pk in latest
                else (case.referral.facts_sealed, facts_label(case.referral))
                for case in part
            ]
        )
        for case, text in zip(part, texts, strict=True):
            told = json.loads(text) if text else {}
            status = told.get("status" if case.pk in latest else "victim_status", "")
            counted.append(CountedAdvocacy(status == "confirmed" if status else None, case.referred or case.reasoned))
    return counted


def measure_rows(cases: Collection[int], since: datetime, until: datetime) -> list[tuple[str, str, OutgoingRow]]:
    """Code, region and row of each referral to a service that was made in these days on these cases. One query.

    What it was to stands sealed, and is not opened here. (CASE-5)
    """
    rows = ServiceReferral.objects.filter(among("case_id", cases), made_at__gte=since, made_at__lt=until)
    return [
        (
            code,
            region,
            OutgoingRow(
                made_at,
                "completed" if state == "completed" else "not_completed" if state in ENDED_STATES else "not_known",
            ),
        )
        for code, region, made_at, state in rows.order_by("-made_at", "-pk").values_list(
            "code", "case__region", "made_at", "state"
        )
    ]
