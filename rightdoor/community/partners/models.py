"""Agencies and their meeting rooms."""

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
