"""A word in time: what clears a person or an agency runs out within thirty days. (TEAM-6)"""

from __future__ import annotations

from datetime import datetime

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.clearance import AGREEMENT, REMIND_BEFORE, people_needing, required
from rightdoor.foundation.access.models import AgencyAgreement, ClearanceRecord
from rightdoor.foundation.access.onboarding import heads_of
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.notices.actions import notify


@action("clearance.reminded")
def remind_of_renewals(viewer: Viewer, *, now: datetime) -> int:
    """Tell people, once, of what runs out within thirty days, and heads of agencies of their agency's agreement.

    What was renewed meanwhile is passed over. Returns how many were told.
    """
    soon = now + REMIND_BEFORE
    people = dict(people_needing(now).values_list("code", "pk"))
    told = 0
    for row in ClearanceRecord.objects.filter(
        account_code__in=people, starts_at__lte=now, ends_at__gt=now, ends_at__lte=soon, reminded_at__isnull=True
    ).order_by("pk"):
        told += _remind_of(row, now) if row.what in required() | {AGREEMENT} else 0
    for agreement in AgencyAgreement.objects.filter(
        starts_at__lte=now, ends_at__gt=now, ends_at__lte=soon, reminded_at__isnull=True
    ).order_by("pk"):
        AgencyAgreement.objects.filter(pk=agreement.pk).update(reminded_at=now)
        if AgencyAgreement.objects.filter(agency_code=agreement.agency_code, ends_at__gt=soon).exists():
            continue
        heads = heads_of(agreement.agency_code, now)
        told += notify(heads, "agency_agreement.due", agreement.agency_code, now, due_at=agreement.ends_at)
    record(viewer, "clearance.reminded", kind="clearance", told=told)
    return told


def _remind_of(row: ClearanceRecord, now: datetime) -> int:
    ClearanceRecord.objects.filter(pk=row.pk).update(reminded_at=now)
    later = ClearanceRecord.objects.filter(account_code=row.account_code, what=row.what, ends_at__gt=row.ends_at)
    if later.exists():
        return 0
    return notify([row.account_code], "clearance.due", row.account_code, now, due_at=row.ends_at)
