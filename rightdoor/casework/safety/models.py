"""Safety plans in versions, what calls for a look at them, and what was answered to "is it safe to hold this?"."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import new_code

CODE = 9


class SafetyPlan(models.Model):
    """One version of a client's safety plan. The adopted one holds; at most one draft is written on."""

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="safety_plans")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=[(x, x) for x in ("draft", "adopted", "replaced")], default="draft")
    version = models.PositiveIntegerField(default=1)  # of the draft: two writers
    told_sealed = models.BinaryField()  # class SAFE: every part but the places
    places_sealed = models.BinaryField()  # class LOC: where the client stays or would go
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=CODE)
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.CharField(max_length=CODE, blank=True)
    own_review_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)  # looked at, and nothing to change
    review_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_safety_plan_of_a_number"),
            models.UniqueConstraint(fields=["case"], condition=Q(state="adopted"), name="one_adopted_safety_plan"),
            models.UniqueConstraint(fields=["case"], condition=Q(state="draft"), name="one_safety_plan_in_writing"),
            models.CheckConstraint(
                name="safety_plan_adopted_has_its_review",
                condition=Q(state="draft", adopted_at__isnull=True)
                | (~Q(state="draft") & Q(adopted_at__isnull=False, review_due_at__isnull=False)),
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


class ReviewTrigger(models.Model):
    """Something happened, or will, for which the plan must be looked at again. What it was stands sealed."""

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="safety_triggers")
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    raised_by = models.CharField(max_length=CODE)
    settled_at = models.DateTimeField(null=True, blank=True)
    told_sealed = models.BinaryField()  # class SAFE: which trigger, words

    class Meta:
        indexes = [models.Index(fields=["case"], name="safety_trigger_open", condition=Q(settled_at__isnull=True))]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.case.holder


class HoldingAnswer(models.Model):
    """What the client answered to "is it safe for you to hold this?", each time that it was asked."""

    plan = models.ForeignKey(SafetyPlan, on_delete=models.PROTECT, related_name="holding_answers")
    number = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=CODE)
    told_sealed = models.BinaryField()  # class SAFE: the answer

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_holding_answer_of_a_number")]


def visible_safety_plans(viewer: Viewer, now: datetime) -> models.QuerySet[SafetyPlan]:
    """Safety plans of cases that this viewer may know of; whether they open is asked of each. (SR-01)"""
    return SafetyPlan.objects.filter(case__in=visible_cases(viewer, now))
