"""Handing over the open work of a person who leaves."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.facts import facts_of
from rightdoor.casework.clients.models import Client, Standing
from rightdoor.casework.plans.models import PlannedService
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.staffings.leaving.queries import OpenWork, open_work
from rightdoor.casework.staffings.models import ActionItem
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.fence import acting_as, also


@action("work.handed_over")
def hand_over(viewer: Viewer, leaving: Viewer, to: Viewer | None, now: datetime) -> OpenWork:
    """Give it to a colleague, and end every standing of the one who leaves. Returns what was handed over.

    What the colleague is kept apart from stays behind, and so does everything when nobody is named: its coordinators
    see it as before. The colleague gets the same place on the team, no more. Called inside the act that ends the
    account, which asks whether the viewer may.
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
            work = open_work(leaving, now, apart=apart) if to is not None else OpenWork()
            if to is not None:
                _give(viewer, leaving, to, work, apart, now)
            running.filter(starts_at__gt=now).update(ends_at=F("starts_at"), ended_by=viewer.code)
            running.filter(starts_at__lte=now).update(ends_at=now, ended_by=viewer.code)
    given_to = to.code if to is not None else None
    record(viewer, "work.handed_over", kind="account", code=leaving.code, to=given_to, records=work.count)
    return work


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
