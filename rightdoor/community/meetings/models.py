"""Meetings, invitations and calendar feeds."""

from __future__ import annotations

from django.db import models

from rightdoor.community.partners.models import Room
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import new_code


class Meeting(models.Model):
    """A meeting of a region's team."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    region = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)  # emergency, ongoing, advisory ... as in the pack's agendas
    mode = models.CharField(max_length=10, choices=[(x, x) for x in ("in_person", "virtual", "mixed")])
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=[(x, x) for x in ("convened", "held", "cancelled")], default="convened"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    convened_at = models.DateTimeField()
    convened_by = models.CharField(max_length=9)
    held_at = models.DateTimeField(null=True, blank=True)
    change_number = models.PositiveIntegerField(default=0)  # iCalendar SEQUENCE

    class Meta:
        indexes = [models.Index(fields=["region", "state", "starts_at"])]
        constraints = [
            models.CheckConstraint(
                name="meeting_ends_after_it_starts", condition=models.Q(ends_at__gt=models.F("starts_at"))
            ),
            models.CheckConstraint(
                name="meeting_held_has_its_time",
                condition=models.Q(state="held", held_at__isnull=False)
                | (~models.Q(state="held") & models.Q(held_at__isnull=True)),
            ),
        ]


class Invitation(models.Model):
    """One member's invitation to a meeting, and what came of it."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="invitations")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="meeting_invitations")
    discipline = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)  # core, recommended, additional, guest, delegate
    answer = models.CharField(
        max_length=10, choices=[(x, x) for x in ("invited", "accepted", "excused", "delegated")], default="invited"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    delegate = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    attendance = models.CharField(max_length=10, blank=True, choices=[(x, x) for x in ("present", "absent")])
    attended_as = models.CharField(max_length=10, blank=True, choices=[(x, x) for x in ("in_person", "virtual")])
    briefing_due = models.BooleanField(default=False)
    briefed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "account"], name="one_invitation_a_person")]


class CalendarFeed(models.Model):
    """A member's private feed address; only its digest is kept."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="calendar_feed")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
