"""Which cases are counted at a moment, for the rows that the slices above make of them. Handed out as rows only."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.models import keeping_apart, kept_apart, regions_q
from rightdoor.community.partners.deidentified import holders_apart
from rightdoor.domain.permission import Viewer


def cases_known(region: str, at: datetime) -> QuerySet[Case]:
    """The region's cases that had been opened by then. What an agency keeps apart is not among them. (SR-18)"""
    return Case.objects.filter(region=region, opened_at__lte=at).exclude(holder__in=holders_apart())


def is_open(at: datetime) -> Q:
    """Was the case open at that moment? One that was opened again since then was closed, if its ending says so."""
    ended = Case.objects.filter(closures__closed_at__lte=at, closures__reopened_at__gt=at)
    return (Q(closed_at__isnull=True) | Q(closed_at__gt=at)) & ~Q(pk__in=ended.values("pk"))


def cases_counted(viewer: Viewer, *, region: str = "", own: bool = False) -> list[int]:
    """Primary keys of the cases that this viewer's figures are made of, and whose rows the viewer may open. One query.

    Keys and no query: a query within the queries of every slice above would be planned anew each time, and badly.

    A coordinator counts those of `visible_cases` that lie in the coordinator's regions, `own` those that the
    coordinator coordinates; never one on which the coordinator is a guest only. The installation counts all of them,
    but what an agency keeps apart. For everybody else there is none. (SR-18)
    """
    if viewer.is_system:
        found = Case.objects.exclude(holder__in=holders_apart())
    elif viewer.has("care_coordinator"):
        found = Case.objects.filter(regions_q(viewer)).exclude(holder__in=keeping_apart(viewer))
        found = found.exclude(client__in=kept_apart(viewer).values("client"))
    else:
        return []
    if region:
        found = found.filter(region=region)
    if own:
        found = found.filter(coordinator=viewer.code)
    return list(found.order_by("pk").values_list("pk", flat=True))
