"""Cases, the people on them, and determinations of victim status."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from rightdoor.casework.clients.facts import opened_clients
from rightdoor.casework.clients.models import Client, keeping_apart, kept_apart, regions_q
from rightdoor.casework.referrals.models import Referral
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import new_code


class Case(models.Model):
    """Care coordination for one client, from an eligible referral until closure."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="cases")
    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="case")
    holder = models.CharField(max_length=9)
    region = models.CharField(max_length=60)
    coordinator = models.CharField(max_length=9)  # account code
    state = models.CharField(max_length=8, choices=[(x, x) for x in ("open", "closed")], default="open")
    mode = models.CharField(
        max_length=15, choices=[(x, x) for x in ("investigative", "ongoing")], default="investigative"
    )
    district = models.CharField(max_length=60, blank=True)  # judicial district by the pack; "": not known, no team
    cadence = models.CharField(max_length=20, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["region", "state", "-opened_at", "-id"], name="case_by_region"),
            models.Index(fields=["region", "-opened_at", "-id"], name="case_by_region_all"),
            models.Index(fields=["-opened_at", "-id"], name="case_newest"),
            models.Index(fields=["coordinator", "state"], name="case_by_coordinator"),
        ]
        constraints = [
            models.CheckConstraint(
                name="case_closed_has_its_time",
                condition=Q(state="closed", closed_at__isnull=False) | Q(state="open", closed_at__isnull=True),
            )
        ]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.holder


class StatusDetermination(models.Model):
    """Suspected, confirmed or not trafficking: with the evidence, who and when. The latest one holds (CASE-1)."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="determinations")
    at = models.DateTimeField()
    by = models.CharField(max_length=9)
    told_sealed = models.BinaryField()  # class CORE: status, evidence, determined by whom

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.case.holder


def visible_cases(viewer: Viewer, now: datetime) -> models.QuerySet[Case]:
    """Cases that this viewer may know of: coordinators by region, others by a standing and a ground. (SR-01)"""
    if not viewer.code:
        return Case.objects.none()
    opened = Q(client__in=opened_clients(viewer, now))
    if not viewer.has("care_coordinator"):
        return Case.objects.filter(opened)
    # A coordinator may be invited to a case of another region, too.
    coordinated = regions_q(viewer) & ~Q(holder__in=keeping_apart(viewer))
    return Case.objects.filter(coordinated | opened).exclude(client__in=kept_apart(viewer).values("client"))
