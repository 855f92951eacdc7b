"""What this slice itself adds to a case: its tabs, the flags of its head.

It speaks for consents, too: that slice stands below and does not know the parts of a case.
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat

from rightdoor.casework.cases.models import Case, StatusDetermination
from rightdoor.casework.cases.parts import Happenings, Look, Parts, Tab, lines
from rightdoor.casework.referrals.models import Referral, TierChange
from rightdoor.domain.permission import may


def _everybody(look: Look) -> bool:
    return True  # whoever may not know of the case was turned away before


def _reads_consents(look: Look) -> bool:
    return may(look.viewer, "consent.read", look.tie)


TABS = (
    Tab("general", "General", "", 0, _everybody),
    Tab("consent", "Consent and releases", "consent/", 22, _reads_consents),
    Tab("disclosures", "Disclosures", "disclosures/", 24, _reads_consents),
)


def _received(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = Referral.objects.filter(pk=case.referral_id)
    return lines(rows, at="received_at", kind="referral.received", klass="CORE", holder=case.holder, by="received_by")


def _tiers(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = TierChange.objects.filter(referral=case.referral_id).exclude(kind__in=["waits", "refused"])
    kind = Concat(Value("tier."), Cast(F("tier"), CharField()))
    return lines(rows, at="at", kind=kind, klass="CORE", holder=case.holder, about="referral__code", by="by")


def _opened(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = Case.objects.filter(pk=case.pk)
    return lines(rows, at="opened_at", kind="case.opened", klass="CORE", holder=case.holder)


def _closed(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = Case.objects.filter(pk=case.pk)
    return lines(rows, at="closed_at", kind="case.closed", klass="CORE", holder=case.holder)


def _determined(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = StatusDetermination.objects.filter(case=case)
    return lines(rows, at="at", kind="status.determined", klass="CORE", holder=case.holder, by="by")


def _nowhere(kind: str, about: str) -> str:
    return ""


HAPPENINGS = (
    Happenings(_received, {"referral.received": "Referral received"}, _nowhere, "Referral"),
    Happenings(
        _tiers,
        {f"tier.{number}": f"Response tier set to {number}" for number in range(1, 10)},
        _nowhere,
        "Referral",
    ),
    Happenings(_opened, {"case.opened": "Case opened"}, _nowhere),
    Happenings(_closed, {"case.closed": "Case closed"}, _nowhere),
    Happenings(_determined, {"status.determined": "Victim status determined"}, _nowhere),
)

OWN = Parts(tabs=TABS, happenings=HAPPENINGS)
