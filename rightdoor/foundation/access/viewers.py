"""Builds the Viewer of a request from an account and its grants; the system's own viewer for jobs."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from rightdoor.domain.permission import ALL_REGIONS, Viewer
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.accounts.models import Account

NOBODY = Viewer(code="", roles=frozenset({"public"}), regions=frozenset(), agency="", discipline="")


def system_viewer(job: str = "") -> Viewer:
    """The named viewer for jobs and commands: it acts for the installation and reads no sealed field."""
    return Viewer(
        code="system",
        roles=frozenset({"system"}),
        regions=frozenset({ALL_REGIONS}),
        agency="",
        discipline="",
        name=job,
        is_system=True,
    )


def viewer_of(account: Account, now: datetime) -> Viewer:
    """The account as a Viewer at this moment: roles and regions of its running grants. One query."""
    grants = list(
        Grant.objects.filter(account=account, starts_at__lte=now)
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
        .values_list("role", "region")
    )
    return as_viewer(account, grants)


def as_viewer(account: Account, grants: list[tuple[str, str]]) -> Viewer:
    """The account with these (role, region) grants; a switched-off account has none."""
    if not account.is_active:
        grants = []
    return Viewer(
        code=account.code,
        roles=frozenset(role for role, _ in grants),
        regions=frozenset(region or ALL_REGIONS for _, region in grants),
        reach=frozenset((role, region or ALL_REGIONS) for role, region in grants),
        agency=account.agency_code,
        discipline=account.discipline,
        name=account.name,
    )


def arriving_viewer(account: Account) -> Viewer:
    """A person on the way in: known by code, with no role yet, so that the record of the way in names them."""
    return as_viewer(account, [])
