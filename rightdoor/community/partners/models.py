"""Agencies, their meeting rooms, and how closely two of them work together."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from rightdoor.foundation.codes import new_code


class Agency(models.Model):
    """A partner: police, child welfare, advocacy, clinic, coordinating center ..."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    name = models.CharField(max_length=160)
    discipline = models.CharField(max_length=40)  # as in the pack's teams
    level = models.CharField(
        max_length=10, choices=[(x, x) for x in ("local", "state", "federal", "tribal", "private")], default="local"
    )
    regions = ArrayField(models.CharField(max_length=60), default=list)
    emergency_phone = models.CharField(max_length=40, blank=True)
    keeps_own_records = models.BooleanField(default=False)  # funded under the federal confidentiality rules
    is_active = models.BooleanField(default=True)


class Room(models.Model):
    """A place to meet: a room of an agency or a standing video room. Meetings point here, so they need no free text."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=240, blank=True)
    video_url = models.URLField(blank=True)


class Partnership(models.Model):
    """Two agencies that work together in a region. The pair stands once, in whichever order it is named."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    region = models.CharField(max_length=60)
    first = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "first", "second"], name="one_partnership_a_pair"),
            models.CheckConstraint(name="pair_in_its_order", condition=models.Q(first__lt=models.F("second"))),
        ]


class PartnershipLevel(models.Model):
    """What was said of a pair at one time. Never changed: a review is the next one, and the newest holds."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="levels")
    number = models.PositiveIntegerField()
    level = models.CharField(max_length=13, choices=[(x, x) for x in ("cooperation", "coordination", "collaboration")])
    four_ps = ArrayField(models.CharField(max_length=20))
    since = models.DateField()
    shows = models.TextField()
    review_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=9)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "number"], name="one_level_a_number"),
            models.CheckConstraint(name="level_serves_something", condition=~models.Q(four_ps=[])),
        ]
