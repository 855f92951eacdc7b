"""What somebody who leaves has open, and who could take it over."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from rightdoor.casework.staffings.leaving.queries import OpenWork, open_work_of
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.access.queries import standing_to
from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts.models import Account

TAKES_OVER = ("care_coordinator", "team_member")


def work_to_hand_over(viewer: Viewer, account: Account, now: datetime) -> OpenWork:
    """The open work, for those who look after the account. Codes only. Raises NotPermitted."""
    if not viewer.is_system:
        check_may(viewer, "account.change", standing_to(viewer, account.agency_code))
    return open_work_of(viewer_of(account, now), now)


def colleagues_of(account: Account, now: datetime) -> list[Account]:
    """Who could take it over: people of the same agency, or with the same role in the same region. By name."""
    running = Grant.objects.filter(starts_at__lte=now).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
    mine = list(running.filter(account=account, role__in=TAKES_OVER).values_list("role", "region"))
    same = Q(pk__in=[])
    for role, region in mine:
        if role == "care_coordinator":
            same |= Q(role=role, region__in=[region, ""])
        elif account.agency_code:
            same |= Q(role=role, account__agency_code=account.agency_code)
    found = running.filter(same, account__is_active=True).exclude(account=account)
    return list(Account.objects.filter(pk__in=found.values("account")).order_by("name", "code"))
