"""Service plans with their goals and planned services."""

from __future__ import annotations

from django.db import models

from rightdoor.casework.cases.models import Case
from rightdoor.foundation.codes import new_code


class ServicePlan(models.Model):
    """One version of a client's plan. The newest adopted one holds."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=[(x, x) for x in ("draft", "adopted", "replaced")], default="draft")
    wishes_sealed = models.BinaryField()  # class PLAN: what the client wants, in the client's words; strengths
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=9)
    adopted_at = models.DateTimeField(null=True, blank=True)
    review_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_plan_of_a_number"),
            models.UniqueConstraint(fields=["case"], condition=models.Q(state="adopted"), name="one_adopted_plan"),
        ]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.case.holder


class PlannedService(models.Model):
    """A need, the service that answers it, who sees to it and by when."""

    plan = models.ForeignKey(ServicePlan, on_delete=models.PROTECT, related_name="services")
    number = models.PositiveSmallIntegerField()  # its place in the plan, from 1; part of the seal's label
    owner = models.CharField(max_length=9, blank=True)  # account code
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(
        max_length=12, choices=[(x, x) for x in ("planned", "started", "completed", "declined")], default="planned"
    )
    told_sealed = models.BinaryField()  # class PLAN: kind of service (it tells about the client), need, choice

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_service_of_a_number")]
