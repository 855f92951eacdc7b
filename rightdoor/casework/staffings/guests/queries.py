"""Which guests have signed, and who has still to."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from rightdoor.casework.clients.models import Standing
from rightdoor.casework.staffings.models import Staffing
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import normalise

AWAITS = "awaits"


def unsigned_at(viewer: Viewer, meeting_code: str, now: datetime) -> list[Staffing]:
    """The staffings of this meeting for which the viewer, a guest, has signed no notice yet; within the window."""
    mine = waiting(viewer, now).values("about")
    return list(
        Staffing.objects.select_related("case", "case__client", "meeting")
        .filter(meeting__code=normalise(meeting_code), code__in=mine)
        .order_by("starts_at", "pk")
    )


def signed_by(staffing: Staffing, account_codes: list[str]) -> set[str]:
    """Which of these guests signed already: a meeting that is moved asks nobody twice."""
    return set(
        Standing.objects.filter(
            client=staffing.case.client_id, about=staffing.code, kind="invited", account_code__in=account_codes
        ).values_list("account_code", flat=True)
    )


def waiting(viewer: Viewer, now: datetime) -> QuerySet[Standing]:
    """The viewer's own standings that wait for a signature, within their windows."""
    return Standing.objects.filter(account_code=viewer.code, kind=AWAITS, starts_at__lte=now).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
