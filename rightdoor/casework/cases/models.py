"""Cases, the people on them, and determinations of victim status."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q

from rightdoor.casework.clients.models import Client, Standing, regions_q
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
    """Cases that this viewer may know of."""
    if not viewer.code:
        return Case.objects.none()
    if viewer.has("care_coordinator"):
        # A coordinator may be invited to a case of another region, too.
        return Case.objects.filter(regions_q(viewer) | Exists(_standing(viewer, now)))
    return Case.objects.filter(Exists(_standing(viewer, now)))


def _standing(viewer: Viewer, now: datetime) -> models.QuerySet[Standing]:
    """The viewer's running standings to the case's client. A referrer's tie is to the report, not to the case."""
    return Standing.objects.filter(
        client=OuterRef("client"), account_code=viewer.code, kind__in=["assigned", "invited"], starts_at__lte=now
    ).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
