"""Who opened what in an emergency: for those who did, who review it, and whose record it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Standing, Viewer, may
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.accounts.queries import accounts_by_code
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.audit.verbs import VERBS
from rightdoor.foundation.codes import is_code, normalise
from rightdoor.foundation.jurisdiction.active import zone
from rightdoor.foundation.sealing.seals import SealContext, open_each
from rightdoor.oversight.emergency.models import Opening

WEEK = timedelta(days=7)
A_WEEK = 3
VERDICTS = {"justified": "It was justified", "not_justified": "It was not justified", "unclear": "It stays unclear"}


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """An opening as the pages show it, without its reason."""

    code: str
    case_code: str
    who: str
    asked_at: datetime
    opened_at: datetime | None
    ends_at: datetime | None
    review_due_at: datetime | None
    verdict: str
    is_running: bool
    waits_for_second: bool
    waits_for_review: bool
    is_late: bool
    may_second: bool
    may_review: bool


def may_open(viewer: Viewer) -> bool:
    """Has the viewer the role that opens a case in an emergency?"""
    return may(viewer, "emergency.open")


def openings_for(viewer: Viewer, now: datetime) -> list[OpeningRow]:
    """The openings that the viewer may know of, the newest first: one's own, those to review, those of the agency."""
    return _rows(viewer, _visible(viewer).order_by("-asked_at", "-pk")[:200], now)


def to_do_for(viewer: Viewer, now: datetime) -> list[OpeningRow]:
    """Openings that wait for the viewer: to be confirmed, or to be looked at."""
    waiting = _visible(viewer).filter(reviewed_at__isnull=True, refused_by="").exclude(account_code=viewer.code)
    rows = _rows(viewer, waiting.order_by("asked_at", "pk")[:50], now)
    heads = viewer.has("agency_head")
    return [row for row in rows if row.may_second or row.may_review or (heads and row.waits_for_review)]


def opening_for(viewer: Viewer, code: str) -> Opening:
    """One of them. Raises NotVisible."""
    found = _visible(viewer).filter(code=normalise(code)).first() if is_code(normalise(code)) else None
    if found is None:
        raise NotVisible
    return found


def row_of(viewer: Viewer, opening: Opening, now: datetime) -> OpeningRow:
    """One opening as the page shows it."""
    return _rows(viewer, [opening], now)[0]


def reason_of(viewer: Viewer, opening: Opening) -> str:
    """Why it was opened, in the officer's words, for those who judge it. Recorded as a reading."""
    record_read(
        viewer, "access.emergency_reason_seen", opening, classes=["PERF"], basis="review", purpose="emergency-review"
    )
    (text,) = open_each([(opening.reason_sealed, reason_label(opening))])
    return text or ""


def reason_label(opening: Opening) -> SealContext:
    """Under what the reason is sealed."""
    return SealContext("emergency_opening", "reason", opening.code, opening.client_code, opening.holder, "PERF")


def seen_in(opening: Opening) -> list[tuple[str, int]]:
    """What the officer looked at within the hour: sentences, each with how often. Out of the trail."""
    if opening.opened_at is None or opening.ends_at is None:
        return []
    events = AuditEvent.objects.filter(
        actor=opening.account_code, subject=opening.client_code, at__range=(opening.opened_at, opening.ends_at)
    ).exclude(verb__startswith="access.")
    told: dict[str, int] = {}
    for verb in events.order_by("id").values_list("verb", flat=True)[:1000]:
        told[VERBS[verb]] = told.get(VERBS[verb], 0) + 1
    return list(told.items())


def running_opening(viewer: Viewer, now: datetime) -> Opening | None:
    """The viewer's own hour, while it runs. No query for people who cannot open any."""
    if not may_open(viewer):
        return None
    return _running(viewer.code, now).first()


def _running(account_code: str, now: datetime) -> QuerySet[Opening]:
    return Opening.objects.filter(account_code=account_code, opened_at__lte=now, ends_at__gt=now).order_by("-ends_at")


def openings_this_week(account_code: str, now: datetime) -> int:
    """How many cases this person opened in the last seven days."""
    return Opening.objects.filter(account_code=account_code, opened_at__gt=now - WEEK).count()


def is_suspended(account_code: str, now: datetime) -> bool:
    """An opening of this person was not looked at in time: the role rests until it is. (security.md 3.7)"""
    return Opening.objects.filter(
        account_code=account_code, opened_at__isnull=False, reviewed_at__isnull=True, review_due_at__lte=now
    ).exists()


def unreviewed_and_late(now: datetime) -> list[Opening]:
    """Openings whose review is overdue and about which nobody was told yet."""
    return list(
        Opening.objects.filter(
            opened_at__isnull=False, reviewed_at__isnull=True, suspended_at__isnull=True, review_due_at__lte=now
        ).order_by("pk")
    )


def next_business_day(now: datetime) -> datetime:
    """The same time of the next day on which offices are open, in the state's zone."""
    then = now.astimezone(zone()) + timedelta(days=1)
    while then.weekday() >= 5:
        then += timedelta(days=1)
    return then


def privacy_officers(now: datetime) -> set[str]:
    """Codes of those who look at openings."""
    running = Grant.objects.filter(role="privacy_officer", starts_at__lte=now).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    return set(Account.objects.filter(is_active=True, pk__in=running.values("account")).values_list("code", flat=True))


def standing_to(viewer: Viewer, opening: Opening) -> Standing:
    """An agency's head stands to the openings of what the agency holds."""
    return Standing(owns=bool(viewer.agency) and viewer.agency == opening.holder)


def _visible(viewer: Viewer) -> QuerySet[Opening]:
    if not viewer.code:
        return Opening.objects.none()
    if may(viewer, "emergency.review"):
        return Opening.objects.all()
    mine = Q(account_code=viewer.code) if may_open(viewer) else Q(pk__in=[])
    if viewer.has("agency_head") and viewer.agency:
        mine |= Q(holder=viewer.agency)
    return Opening.objects.filter(mine)


def _rows(viewer: Viewer, openings: Iterable[Opening], now: datetime) -> list[OpeningRow]:
    known = list(openings)
    names = accounts_by_code({one.account_code for one in known})
    rows = []
    for one in known:
        is_own = one.account_code == viewer.code
        waits = one.opened_at is None and not one.refused_by
        unreviewed = one.opened_at is not None and one.reviewed_at is None
        rows.append(
            OpeningRow(
                code=one.code,
                case_code=one.case_code,
                who=names[one.account_code].name if one.account_code in names else one.account_code,
                asked_at=one.asked_at,
                opened_at=one.opened_at,
                ends_at=one.ends_at,
                review_due_at=one.review_due_at,
                verdict="refused" if one.refused_by else VERDICTS.get(one.verdict, ""),
                is_running=one.opened_at is not None and one.ends_at is not None and now < one.ends_at,
                waits_for_second=waits,
                waits_for_review=unreviewed,
                is_late=unreviewed and one.review_due_at is not None and one.review_due_at <= now,
                may_second=waits and not is_own and may(viewer, "emergency.second", standing_to(viewer, one)),
                may_review=unreviewed and not is_own and may(viewer, "emergency.review"),
            )
        )
    return rows
