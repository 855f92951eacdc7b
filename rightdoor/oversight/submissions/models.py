"""Years, who is asked, and what they answered: every answer sealed, none ever overwritten."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from rightdoor.domain.submission.year import KINDS, SOURCES, STATES
from rightdoor.foundation.codes import new_code

MODES = ("totals", "lines", "nil", "prosecuted")


class ReportingYear(models.Model):
    """The year whose people are counted, the form that counts them, and how far it is."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    year = models.PositiveIntegerField(unique=True)
    form_version = models.CharField(max_length=40)
    opens_on = models.DateField()
    due_on = models.DateField()  # the last day
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=9)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.CharField(max_length=9, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=9, blank=True)
    let_go_at = models.DateTimeField(null=True, blank=True)  # its answers were destroyed

    class Meta:
        constraints = [
            models.CheckConstraint(name="reporting_year_ends_after_it_opens", condition=Q(due_on__gt=F("opens_on"))),
            models.CheckConstraint(
                name="reporting_year_ends_once_frozen", condition=Q(ended_at__isnull=True) | Q(frozen_at__isnull=False)
            ),
        ]


class Listed(models.Model):
    """One source on a year's list, and what became of it."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    year = models.ForeignKey(ReportingYear, on_delete=models.PROTECT, related_name="listed")
    agency_code = models.CharField(max_length=9)
    kind = models.CharField(max_length=12, choices=[(x, x) for x in KINDS])
    source = models.CharField(max_length=8, choices=[(x, x) for x in SOURCES], default="typed")
    state = models.CharField(max_length=9, choices=[(x, x) for x in STATES], default="listed")
    is_late = models.BooleanField(default=False)  # added after the list was frozen: outside of the share
    reason = models.CharField(max_length=20, blank=True)  # why it declines, from a closed list
    lines_allowed_by = models.CharField(max_length=9, blank=True)  # who recorded counsel's approval
    listed_at = models.DateTimeField()
    listed_by = models.CharField(max_length=9)
    asked_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveIntegerField(default=0)
    # A source without an account comes with a code: what is kept of it is a digest. A new one ends the one before.
    link_number = models.PositiveIntegerField(default=0)
    link_digest = models.CharField(max_length=64, blank=True)
    link_ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "agency_code", "kind"], name="one_entry_a_source"),
            models.UniqueConstraint(fields=["link_digest"], name="one_entry_a_link", condition=~Q(link_digest="")),
            models.CheckConstraint(
                name="listed_declined_has_its_reason", condition=Q(reason="") | Q(state__in=["declined", "asked"])
            ),
        ]


class Answer(models.Model):
    """One version of what a source answered. Later ones stand above it and leave it as it is."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    listed = models.ForeignKey(Listed, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveIntegerField()
    mode = models.CharField(max_length=10, choices=[(x, x) for x in MODES])
    form_version = models.CharField(max_length=40)
    funding = ArrayField(models.CharField(max_length=12), default=list)
    role = models.CharField(max_length=20)  # of whoever stands for it, from a closed list; never a name
    came_at = models.DateTimeField()
    came_by = models.CharField(max_length=9, blank=True)  # "": by the code of a source without an account
    body_sealed = models.BinaryField(null=True)  # totals, lines, reasons; None for nobody served, and once let go

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listed", "number"], name="one_answer_a_number"),
            models.CheckConstraint(
                name="nobody_served_has_no_body", condition=~Q(mode="nil") | Q(body_sealed__isnull=True)
            ),
        ]
