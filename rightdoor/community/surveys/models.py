"""Rounds, who was invited, the answers of a round in one piece, and what is done about a result."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from rightdoor.foundation.codes import new_code


class SurveyRound(models.Model):
    """One asking of one instrument in one region, from day to day. Once over, it never opens again."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    region = models.CharField(max_length=60)
    instrument_key = models.CharField(max_length=80)
    instrument_version = models.CharField(max_length=80)
    instrument_hash = models.CharField(max_length=71)
    title = models.CharField(max_length=120)
    meeting = models.CharField(max_length=9, blank=True)  # of which meeting, where it is about one
    opens_on = models.DateField()
    closes_on = models.DateField()  # the last day
    ended_on = models.DateField(null=True, blank=True)  # closed before that day
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=9)

    class Meta:
        indexes = [models.Index(fields=["region", "instrument_key", "closes_on"], name="rounds_of_a_region")]
        constraints = [
            models.CheckConstraint(name="round_closes_after_it_opens", condition=Q(closes_on__gte=F("opens_on"))),
        ]


class Invited(models.Model):
    """A one-time code: for whom, of which discipline, whether it was used. Neither when, nor what was said.

    Without an account it is a slip that was handed out, and nobody is named.
    """

    round = models.ForeignKey(SurveyRound, on_delete=models.PROTECT, related_name="invited")
    account_code = models.CharField(max_length=9, blank=True)
    discipline = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    is_used = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "account_code"], name="one_code_a_person", condition=~Q(account_code="")
            )
        ]


class AnswerPool(models.Model):
    """All answers of a round, sealed together, so that no row, number or order stands for a person."""

    round = models.OneToOneField(SurveyRound, primary_key=True, on_delete=models.PROTECT, related_name="pool")
    answers_sealed = models.BinaryField()


class SurveyStep(models.Model):
    """What is done about a result: a factor, what, by whom, until when."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    round = models.ForeignKey(SurveyRound, on_delete=models.PROTECT, related_name="steps")
    factor = models.CharField(max_length=80)
    text = models.CharField(max_length=400)
    owner = models.CharField(max_length=9)
    due_on = models.DateField()
    state = models.CharField(max_length=8, default="open", choices=[(x, x) for x in ("open", "done", "dropped")])
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=9)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=9, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="survey_step_settled_has_its_time",
                condition=Q(state="open", settled_at__isnull=True) | (~Q(state="open") & Q(settled_at__isnull=False)),
            )
        ]
