"""Self-assessments with their answers, notes, action steps, and what the records proposed. No client stands here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rightdoor.domain.self_assessment import RULINGS, SAYS
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import new_code


class Assessment(models.Model):
    """One run of a tool by a region, or by the whole state (region ""). Complete, it never changes again.

    The pin says which version of the tool was answered, for good.
    """

    code = models.CharField(max_length=9, unique=True, default=new_code)
    instrument_key = models.CharField(max_length=80)
    instrument_version = models.CharField(max_length=80)
    instrument_hash = models.CharField(max_length=71)
    region = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=60)  # the year or the period, as people call it
    state = models.CharField(max_length=10, choices=[(x, x) for x in ("draft", "complete")], default="draft")
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=9)
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.CharField(max_length=9, blank=True)
    next_on = models.DateField(null=True, blank=True)  # when the next run is due

    class Meta:
        indexes = [models.Index(fields=["region", "instrument_key", "state"], name="assessments_of_a_region")]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument_key", "region"], condition=Q(state="draft"), name="one_running_assessment"
            ),
            models.CheckConstraint(
                name="complete_assessment_says_when",
                condition=Q(state="draft", completed_at__isnull=True, completed_by="", next_on__isnull=True)
                | (Q(state="complete", completed_at__isnull=False, next_on__isnull=False) & ~Q(completed_by="")),
            ),
        ]


class Answered(models.Model):
    """The answer to one item, as plain data: a choice is its code, a date is 2026-03-09. A blank has no row."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="answers")
    item = models.CharField(max_length=80)
    answer = models.JSONField()
    answered_at = models.DateTimeField()
    answered_by = models.CharField(max_length=9)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "item"], name="one_answer_an_item")]


class ItemNote(models.Model):
    """What was written beside a topic or an item. About the work, never a client."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="notes")
    item = models.CharField(max_length=80)
    text = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=9)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "item"], name="one_note_an_item")]


class ActionStep(models.Model):
    """Something to do so that a topic gets on: who, until when, and what became of it."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="steps")
    item = models.CharField(max_length=80)  # the topic or the item that it serves
    text = models.CharField(max_length=500)
    owner = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner_words = models.CharField(max_length=120, blank=True)  # who does it, where they have no account
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=[(x, x) for x in ("open", "done", "dropped")], default="open")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=9)
    settled_at = models.DateTimeField(null=True, blank=True)  # done or dropped
    settled_by = models.CharField(max_length=9, blank=True)
    outcome = models.CharField(max_length=500, blank=True)  # what came of it, or why it was dropped

    class Meta:
        indexes = [models.Index(fields=["owner", "state", "due_on"], name="steps_of_an_owner")]
        constraints = [
            models.CheckConstraint(
                name="step_has_one_owner",
                condition=Q(owner__isnull=True) & ~Q(owner_words="") | Q(owner__isnull=False, owner_words=""),
            ),
            models.CheckConstraint(
                name="settled_step_says_when",
                condition=Q(state="open", settled_at__isnull=True, settled_by="")
                | (~Q(state="open") & Q(settled_at__isnull=False) & ~Q(settled_by="")),
            ),
        ]


class Proposal(models.Model):
    """What the platform's records said of one item, at one moment, by one version of a rule. Never changed.

    `figure` is in words ("14 of 14 meetings"). `links`: plain paths of this site, for those who may see the records.
    """

    code = models.CharField(max_length=9, unique=True, default=new_code)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="proposals")
    item = models.CharField(max_length=80)
    says = models.CharField(max_length=11, choices=[(x, x) for x in SAYS])
    figure = models.CharField(max_length=500)
    period_from = models.DateField(null=True, blank=True)
    period_to = models.DateField(null=True, blank=True)
    rule = models.CharField(max_length=120)
    rule_version = models.CharField(max_length=20)
    as_of = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=9)
    links = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["assessment", "item", "id"], name="proposals_of_an_item")]


class Verdict(models.Model):
    """A person's word on a proposal, with the answer that they gave. The last one holds; all are kept."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="verdicts")
    ruling = models.CharField(max_length=10, choices=[(x, x) for x in RULINGS])
    answer = models.CharField(max_length=80)
    reason = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=9)

    class Meta:
        constraints = [
            models.CheckConstraint(name="overruling_has_its_reason", condition=Q(ruling="confirmed") | ~Q(reason=""))
        ]
