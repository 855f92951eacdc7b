"""What a person who leaves has open, and handing it to a colleague. Codes only: nothing sealed is opened. (TEAM-6)

Whoever looks after accounts sees no case, so the rows are asked for as the person who leaves; what comes back are codes
and counts. Called inside the act that ends the account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.facts import facts_of
from rightdoor.casework.clients.models import Client, Standing
from rightdoor.casework.plans.models import PlannedService
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.staffings.models import ActionItem, Staffing
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.fence import acting_as, also


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
        return _open_work(leaving, now, apart=frozenset())


def hand_over(viewer: Viewer, leaving: Viewer, to: Viewer | None, now: datetime) -> OpenWork:
    """Give it to a colleague, and end every standing of the one who leaves. Returns what was handed over.

    What the colleague is kept apart from stays behind, and so does everything when nobody is named: its coordinators
    see it as before. The colleague gets the same place on the team, no more.
    """
    with acting_as(leaving, now):
        running = Standing.objects.filter(account_code=leaving.code).filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=now)
        )
        clients = list(Client.objects.filter(pk__in=running.values("client")))
        mine = Case.objects.filter(coordinator=leaving.code, state="open")
        clients += list(Client.objects.filter(pk__in=mine.values("client")).exclude(pk__in=[one.pk for one in clients]))
        with also(*(client.code for client in clients)):
            apart = _kept_apart(to, clients, now)
            work = _open_work(leaving, now, apart=apart) if to is not None else OpenWork()
            if to is not None:
                _give(viewer, leaving, to, work, apart, now)
            running.filter(starts_at__gt=now).update(ends_at=F("starts_at"), ended_by=viewer.code)
            running.filter(starts_at__lte=now).update(ends_at=now, ended_by=viewer.code)
    return work


def _open_work(leaving: Viewer, now: datetime, apart: frozenset[int]) -> OpenWork:
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


def _kept_apart(to: Viewer | None, clients: list[Client], now: datetime) -> frozenset[int]:
    """The clients from whom the colleague is kept apart: nothing about them is handed over."""
    if to is None:
        return frozenset()
    return frozenset(pk for pk, facts in facts_of(to, clients, now).items() if to.code in facts.blocked)


def _give(viewer: Viewer, leaving: Viewer, to: Viewer, work: OpenWork, apart: frozenset[int], now: datetime) -> None:
    places = (
        Standing.objects.filter(account_code=leaving.code, kind="assigned", starts_at__lte=now)
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
        .exclude(client__in=apart)
    )
    has_place = set(
        Standing.objects.filter(account_code=to.code, kind="assigned", client__in=places.values("client"))
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
        .values_list("client", flat=True)
    )
    Standing.objects.bulk_create(
        Standing(
            client_id=place.client_id,
            account_code=to.code,
            kind="assigned",
            discipline=place.discipline,
            about=place.about,
            need=place.need,
            starts_at=now,
            ends_at=place.ends_at,
            given_by=viewer.code,
        )
        for place in {place.client_id: place for place in places.order_by("pk")}.values()
        if place.client_id not in has_place
    )
    ActionItem.objects.filter(code__in=work.action_items).update(owner=to.code)
    PlannedService.objects.filter(owner=leaving.code, plan__case__code__in=work.services).update(owner=to.code)
    Referral.objects.filter(code__in=work.referrals).update(coordinator=to.code)
    Case.objects.filter(code__in=work.cases).update(coordinator=to.code)
