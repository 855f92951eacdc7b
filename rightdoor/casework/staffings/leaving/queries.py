"""What a person has open, by code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.models import Standing
from rightdoor.casework.plans.models import PlannedService
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.staffings.models import ActionItem, Staffing
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.fence import acting_as


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Codes of what is open: each kind with the records that somebody must take over."""

    cases: tuple[str, ...] = ()  # coordinated
    assignments: tuple[str, ...] = ()  # of cases on whose team the person is
    referrals: tuple[str, ...] = ()  # whose response clock the person answers for
    staffings: tuple[str, ...] = ()  # still to be held, of cases that the person coordinates
    action_items: tuple[str, ...] = ()
    services: tuple[str, ...] = ()  # codes of the cases in whose plan the person answers for a service

    @property
    def count(self) -> int:
        """How many records that is."""
        return sum(
            len(one)
            for one in (
                self.cases,
                self.assignments,
                self.referrals,
                self.staffings,
                self.action_items,
                self.services,
            )
        )


def open_work_of(leaving: Viewer, now: datetime) -> OpenWork:
    """What this person has open. A fixed number of queries."""
    with acting_as(leaving, now):
        return open_work(leaving, now, apart=frozenset())


def open_work(leaving: Viewer, now: datetime, apart: frozenset[int]) -> OpenWork:
    """The same for whoever acts as this person already, without the clients in `apart`."""
    coordinated = Case.objects.filter(coordinator=leaving.code, state="open").exclude(client__in=apart)
    assigned = (
        Case.objects.filter(
            state="open",
            client__in=Standing.objects.filter(account_code=leaving.code, kind="assigned", starts_at__lte=now)
            .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
            .values("client"),
        )
        .exclude(client__in=apart)
        .exclude(coordinator=leaving.code)
    )
    referrals = Referral.objects.filter(coordinator=leaving.code, stopped_at__isnull=True).exclude(client__in=apart)
    staffings = Staffing.objects.filter(case__in=coordinated, state="scheduled")
    items = ActionItem.objects.filter(owner=leaving.code, done_at__isnull=True).exclude(
        staffing__case__client__in=apart
    )
    services = PlannedService.objects.filter(owner=leaving.code, plan__state__in=["draft", "adopted"]).exclude(
        plan__case__client__in=apart
    )
    return OpenWork(
        cases=_codes(coordinated),
        assignments=_codes(assigned),
        referrals=_codes(referrals),
        staffings=_codes(staffings),
        action_items=_codes(items),
        services=tuple(sorted(set(services.values_list("plan__case__code", flat=True)))),
    )


def _codes(rows: object) -> tuple[str, ...]:
    return tuple(rows.order_by("code").values_list("code", flat=True))  # type: ignore[attr-defined]
