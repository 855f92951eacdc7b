"""Builds the Viewer of a request from an account and its grants; the system's own viewer for jobs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from rightdoor.domain.permission import ALL_REGIONS, Clearance, Viewer
from rightdoor.foundation.access.clearance import as_clearance, clearances_of, with_clearance
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.ready import Ready

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
    """The account as a Viewer at this moment: roles and regions of its running grants, and its clearance. One query.

    Nobody but the wall hands a person's viewer to a page, and only of a whole session: the second factor is proved.
    """
    rows = _GRANTS.rows(pk=account.pk, code=account.code, agency=account.agency_code, now=now)
    done, is_agreed = (frozenset(rows[0][2]), rows[0][3]) if rows else (frozenset(), None)
    return as_viewer(
        account,
        [(role, region) for role, region, *_ in rows],
        clearance=as_clearance(account, done, is_agreed),
    )


def _grants(pk: int, code: str, agency: str, now: datetime) -> QuerySet[Grant, tuple[str, str, list[str], bool]]:
    """(role, region, what is in force of the clearance, whether the agency has agreed) of each running grant."""
    running = Grant.objects.filter(account=pk, starts_at__lte=now).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
    cleared = with_clearance(running, Account(code=code, agency_code=agency), now)
    return cleared.values_list("role", "region", "done", "is_agreed")


_GRANTS = Ready(_grants, pk=-1, code="?code", agency="?agency", now=datetime(1, 1, 2, tzinfo=UTC))


def as_viewer(account: Account, grants: Sequence[tuple[str, str]], *, clearance: Clearance | None = None) -> Viewer:
    """The account with these (role, region) grants; a switched-off account has none.

    Without a clearance nothing is established, and no client's record opens.
    """
    if not account.is_active:
        grants, clearance = [], None
    return Viewer(
        code=account.code,
        roles=frozenset(role for role, _ in grants),
        regions=frozenset(region or ALL_REGIONS for _, region in grants),
        reach=frozenset((role, region or ALL_REGIONS) for role, region in grants),
        agency=account.agency_code,
        discipline=account.discipline,
        name=account.name,
        clearance=clearance,
    )


def viewers_of(accounts: Iterable[Account], now: datetime) -> dict[str, Viewer]:
    """Other people as the rule sees them at this moment, by code: to ask what would open to them. Three queries."""
    known = {account.pk: account for account in accounts}
    cleared = clearances_of(known.values(), now)
    grants: dict[int, list[tuple[str, str]]] = {pk: [] for pk in known}
    running = Grant.objects.filter(account__in=known, starts_at__lte=now).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    for pk, role, region in running.values_list("account_id", "role", "region"):
        grants[pk].append((role, region))
    return {
        account.code: as_viewer(account, grants[pk], clearance=cleared[account.code]) for pk, account in known.items()
    }


def arriving_viewer(account: Account) -> Viewer:
    """A person on the way in: known by code, with no role yet, so that the record of the way in names them."""
    return as_viewer(account, [])
