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


class SystemsPart(models.Model):
    """Which systems the client is with, as far as one data class says it. No part is ever changed; the newest of a
    class holds. (CASE-1)
    """

    code = models.CharField(max_length=9, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="systems")
    data_class = models.CharField(max_length=8)
    version = models.PositiveIntegerField()  # of all parts of the case together: the parts of one act have the same
    at = models.DateTimeField()
    by = models.CharField(max_length=9)
    told_sealed = models.BinaryField()  # the part's class: answers by the pack's keys

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "data_class", "version"], name="one_part_of_systems_a_version")
        ]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.case.holder


class CaseTie(models.Model):
    """One of a group of several children: brothers and sisters, or several found together. (CASE-1)

    A group is a code that its children share, and nothing else: no record of one is reached from another.
    """

    group = models.CharField(max_length=9)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="ties")
    tied_at = models.DateTimeField()
    tied_by = models.CharField(max_length=9)
    untied_at = models.DateTimeField(null=True, blank=True)
    untied_by = models.CharField(max_length=9, blank=True)

    class Meta:
        indexes = [models.Index(fields=["group"], name="tie_of_group", condition=Q(untied_at__isnull=True))]
        constraints = [
            models.UniqueConstraint(fields=["client"], condition=Q(untied_at__isnull=True), name="one_group_a_client")
        ]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.client.holder


class CaseTransfer(models.Model):
    """A case offered to another region's coordinators. Until one of them takes it over, nothing changes. (CASE-13)

    They see this row and nothing of the case: its code, from where, since when.
    """

    code = models.CharField(max_length=9, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transfers")
    case_code = models.CharField(max_length=9)  # whoever takes it over does not see the case before
    state = models.CharField(
        max_length=9, choices=[(x, x) for x in ("asked", "accepted", "declined", "withdrawn")], default="asked"
    )
    from_region = models.CharField(max_length=60)
    to_region = models.CharField(max_length=60)
    from_coordinator = models.CharField(max_length=9)
    to_coordinator = models.CharField(max_length=9, blank=True)  # who took it over
    keeps_team = models.BooleanField()  # do those who are on the case stay on it?
    why_sealed = models.BinaryField()  # class CORE: the reason
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=9)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=9, blank=True)

    class Meta:
        indexes = [models.Index(fields=["to_region"], name="transfer_waiting", condition=Q(state="asked"))]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="asked"), name="one_running_transfer"),
            models.CheckConstraint(
                name="transfer_answered_has_its_time",
                condition=Q(state="asked", answered_at__isnull=True)
                | (~Q(state="asked") & Q(answered_at__isnull=False)),
            ),
        ]

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
