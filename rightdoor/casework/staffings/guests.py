"""Guests: people with no seat on the region's team. One case, one window, one signed notice. (SR-05)

A guest's standing waits until the guest has signed on the screen: until then it is no need to know, and opens nothing.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from rightdoor.casework.clients.models import Standing
from rightdoor.casework.staffings.models import Staffing
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import normalise

AWAITS = "awaits"


def unsigned_at(viewer: Viewer, meeting_code: str, now: datetime) -> list[Staffing]:
    """The staffings of this meeting for which the viewer, a guest, has signed no notice yet; within the window."""
    mine = _waiting(viewer, now).values("about")
    return list(
        Staffing.objects.select_related("case", "case__client", "meeting")
        .filter(meeting__code=normalise(meeting_code), code__in=mine)
        .order_by("starts_at", "pk")
    )


@action("staffing.notice_signed")
def sign_notice(viewer: Viewer, staffing: Staffing, *, version: str, now: datetime) -> None:
    """The guest signs the notice about this one case; the window that was given opens with it.

    Raises NotVisible for anybody who is no guest of this staffing at this moment.
    """
    if not _waiting(viewer, now).filter(about=staffing.code).update(kind="invited"):
        raise NotVisible
    record(viewer, "staffing.notice_signed", staffing, version=f"v{version[:12]}")


def signed_by(staffing: Staffing, account_codes: list[str]) -> set[str]:
    """Which of these guests signed already: a meeting that is moved asks nobody twice."""
    return set(
        Standing.objects.filter(
            client=staffing.case.client_id, about=staffing.code, kind="invited", account_code__in=account_codes
        ).values_list("account_code", flat=True)
    )


def _waiting(viewer: Viewer, now: datetime) -> QuerySet[Standing]:
    return Standing.objects.filter(account_code=viewer.code, kind=AWAITS, starts_at__lte=now).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
