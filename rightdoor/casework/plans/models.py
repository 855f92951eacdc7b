"""Service plans with their goals, actions and services; their reviews, check-ins with partners, shared decisions."""

from __future__ import annotations

from django.db import models

from rightdoor.casework.cases.models import Case
from rightdoor.domain.service_plan import ACTION_STATES, GOAL_STATES, REVIEW_ENDS
from rightdoor.foundation.codes import new_code


class ServicePlan(models.Model):
    """One version of a client's plan. The newest adopted one holds."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=[(x, x) for x in ("draft", "adopted", "replaced")], default="draft")
    # class PLAN: what the client wants, in the client's words; strengths, template, consent, needs by domain, barriers
    wishes_sealed = models.BinaryField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=9)
    adopted_at = models.DateTimeField(null=True, blank=True)
    review_due_at = models.DateTimeField(null=True, blank=True)
    check_in_due_at = models.DateTimeField(null=True, blank=True)  # when the partners are asked again

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
    line = models.CharField(max_length=9, blank=True)  # the same service in every version keeps this code
    owner = models.CharField(max_length=9, blank=True)  # account code
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(
        max_length=12, choices=[(x, x) for x in ("planned", "started", "completed", "declined")], default="planned"
    )
    told_sealed = models.BinaryField()  # class PLAN: kind of service (it tells about the client), need, choice

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_service_of_a_number")]


class PlanGoal(models.Model):
    """A goal of one version: a draft until it can be followed, then open until a review settles it."""

    plan = models.ForeignKey(ServicePlan, on_delete=models.PROTECT, related_name="goals")
    number = models.PositiveSmallIntegerField()
    line = models.CharField(max_length=9, default=new_code)  # the same goal in every version keeps this code
    owner = models.CharField(max_length=9, blank=True)
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=[(x, x) for x in GOAL_STATES], default="draft")
    told_sealed = models.BinaryField()  # class PLAN: domain, goal, measure, unit, baseline, target, why it matters

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_goal_of_a_number")]


class PlanAction(models.Model):
    """Something that somebody does by a day."""

    plan = models.ForeignKey(ServicePlan, on_delete=models.PROTECT, related_name="actions")
    number = models.PositiveSmallIntegerField()
    line = models.CharField(max_length=9, default=new_code)
    owner = models.CharField(max_length=9)
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=[(x, x) for x in ACTION_STATES], default="open")
    told_sealed = models.BinaryField()  # class PLAN: what is to be done

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_action_of_a_number")]


class _AboutACase(models.Model):
    """What a record of a case answers about itself."""

    code = models.CharField(max_length=9, unique=True, default=new_code)

    class Meta:
        abstract = True

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.case.holder


class PlanReview(_AboutACase):
    """The monthly look at the plan that holds. Never changed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plan_reviews")
    plan = models.ForeignKey(ServicePlan, on_delete=models.PROTECT, related_name="reviews")
    reviewed_at = models.DateTimeField()
    reviewed_by = models.CharField(max_length=9)
    due_at = models.DateTimeField(null=True, blank=True)  # when it was due
    next_due_at = models.DateTimeField()
    ends = models.CharField(max_length=8, choices=[(x, x) for x in REVIEW_ENDS])
    told_sealed = models.BinaryField()  # class PLAN: each goal, outcomes, services so far, what changes

    class Meta:
        ordering = ["-reviewed_at", "-id"]


class CheckIn(_AboutACase):
    """One of the partners was asked how it goes."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="check_ins")
    partner = models.CharField(max_length=9)  # account code of who was asked
    asked_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=9)
    due_at = models.DateTimeField(null=True, blank=True)  # when it was due
    told_sealed = models.BinaryField()  # class PLAN: what they said

    class Meta:
        ordering = ["-asked_on", "-id"]


class SharedDecision(_AboutACase):
    """Options laid open to the client, what the client wanted, and who decided."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="shared_decisions")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=9)
    revisit_on = models.DateField(null=True, blank=True)
    revisited_at = models.DateTimeField(null=True, blank=True)
    revisited_by = models.CharField(max_length=9, blank=True)
    # Whether, never what: the share of plans with the client's own choice is counted without opening any.
    has_preference = models.BooleanField(default=False)
    was_followed = models.BooleanField(null=True, default=None)
    told_sealed = models.BinaryField()  # class PLAN: the decision, its options, what matters, preference, who decided
    outcome_sealed = models.BinaryField(null=True, blank=True)  # class PLAN: what came of it

    class Meta:
        ordering = ["-recorded_at", "-id"]
