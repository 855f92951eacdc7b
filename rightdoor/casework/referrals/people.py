"""Who coordinates a region, and who may agree to a slower response there. Accounts and grants only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from rightdoor.foundation.access.models import Grant

SECONDERS = ("care_coordinator", "alliance_reviewer")


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person of staff by code and name."""

    code: str
    name: str


def coordinators_of(region: str, now: datetime) -> list[str]:
    """Codes of those who coordinate exactly this region, for notices."""
    rows = _running(("care_coordinator",), now).filter(region=region)
    return sorted(set(rows.values_list("account__code", flat=True)))


def agency_coordinating(region: str, now: datetime) -> str:
    """The agency of the region's coordinators: it holds the region's records. Empty when nobody coordinates it."""
    rows = _running(("care_coordinator",), now).filter(region=region).exclude(account__agency_code="")
    return rows.order_by("account__created_at").values_list("account__agency_code", flat=True).first() or ""


def seconders_of(region: str, actor: str, now: datetime) -> list[Colleague]:
    """Who may be the second person when a response is made slower: a coordinator or reviewer of the region or the
    state, and never the one who asks. (INT-6)
    """
    rows = _running(SECONDERS, now).filter(region__in=[region, ""]).exclude(account__code=actor)
    people = sorted(set(rows.values_list("account__name", "account__code")))
    return [Colleague(code, name) for name, code in people]


def _running(roles: tuple[str, ...], now: datetime) -> QuerySet[Grant]:
    return Grant.objects.filter(role__in=roles, starts_at__lte=now, account__is_active=True).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
