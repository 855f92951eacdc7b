"""Builds the Viewer of a request from an account and its grants; the system's own viewer for jobs."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.accounts.models import Account

NOBODY = Viewer(code="", roles=frozenset({"public"}), regions=frozenset(), agency="", discipline="")
ALL_REGIONS = "*"


def system_viewer(job: str = "") -> Viewer:
    """The named viewer for jobs: it acts for the installation and reads no sealed field."""
    return Viewer(
        code="SYSTEM", roles=frozenset({"system"}), regions=frozenset({ALL_REGIONS}), agency="", discipline="", is_system=True
    )


def viewer_of(account: Account, now: datetime) -> Viewer:
    """The account as a Viewer at this moment: roles and regions of its running grants. One query."""
    grants = list(
        Grant.objects.filter(account=account, starts_at__lte=now)
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
        .values_list("role", "region")
    )
    if not account.is_active:
        grants = []
    return Viewer(
        code=account.code,
        roles=frozenset(role for role, _ in grants),
        regions=frozenset(region or ALL_REGIONS for _, region in grants),
        agency=account.agency_code,
        discipline=account.discipline,
        name=account.name,
    )
