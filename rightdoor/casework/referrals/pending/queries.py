"""Reads of slower tiers that wait for a second person."""

from __future__ import annotations

from datetime import datetime

from django.db.models import OuterRef, Subquery

from rightdoor.casework.referrals.models import Referral, TierChange, visible_referrals
from rightdoor.domain.permission import Viewer


def pending_change(referral: Referral) -> TierChange | None:
    """The slower tier that waits on this referral: the last word on its tier, while its clock runs."""
    if referral.state != "triaged":
        return None
    last = referral.tier_changes.order_by("-at", "-pk").first()
    return last if last is not None and last.kind == "waits" else None


def tiers_waiting_for(viewer: Viewer, now: datetime, *, limit: int = 40) -> list[Referral]:
    """Referrals whose slower tier waits for this viewer, the one due soonest first. One query."""
    last = TierChange.objects.filter(referral=OuterRef("pk")).order_by("-at", "-pk")
    return list(
        visible_referrals(viewer, now)
        .filter(state="triaged")
        .annotate(last_kind=Subquery(last.values("kind")[:1]), last_second=Subquery(last.values("seconded_by")[:1]))
        .filter(last_kind="waits", last_second=viewer.code)
        .order_by("due_at", "pk")[:limit]
    )
