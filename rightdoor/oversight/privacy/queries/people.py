"""Who looks after records: privacy officers, whose codes the acts of this slice tell."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from rightdoor.foundation.access.models import Grant


def privacy_officers(now: datetime) -> set[str]:
    """Codes of the accounts with that role now."""
    running = Grant.objects.filter(role="privacy_officer", account__is_active=True, starts_at__lte=now)
    return set(running.filter(Q(ends_at=None) | Q(ends_at__gt=now)).values_list("account__code", flat=True))
