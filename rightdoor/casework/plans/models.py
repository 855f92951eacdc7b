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
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_plan_of_a_number")]


class PlannedService(models.Model):
    """A need, the service that answers it, who sees to it and by when."""

    plan = models.ForeignKey(ServicePlan, on_delete=models.PROTECT, related_name="services")
    category = models.CharField(max_length=60)  # key of the pack's service categories
    owner = models.CharField(max_length=9, blank=True)  # account code
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(
        max_length=12, choices=[(x, x) for x in ("planned", "started", "completed", "declined")], default="planned"
    )
    told_sealed = models.BinaryField()  # class PLAN: need, goal, the client's choice
