"""Which cases are counted at a moment, for the rows that the slices above make of them. Handed out as rows only."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from rightdoor.casework.cases.models import Case
from rightdoor.community.partners.deidentified import holders_apart


def cases_known(region: str, at: datetime) -> QuerySet[Case]:
    """The region's cases that had been opened by then. What an agency keeps apart is not among them. (SR-18)"""
    return Case.objects.filter(region=region, opened_at__lte=at).exclude(holder__in=holders_apart())


def is_open(at: datetime) -> Q:
    """Was the case open at that moment? One that was opened again since then was closed, if its ending says so."""
    ended = Case.objects.filter(closures__closed_at__lte=at, closures__reopened_at__gt=at)
    return (Q(closed_at__isnull=True) | Q(closed_at__gt=at)) & ~Q(pk__in=ended.values("pk"))
