"""Grants of roles, and what clears a person for client data: agreement, protocol, training, the agency's word."""

from __future__ import annotations

from django.db import models

from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import new_code


class Grant(models.Model):
    """A role of an account. An empty region means the whole state."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=40)
    region = models.CharField(max_length=60, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.CharField(max_length=9)

    class Meta:
        indexes = [models.Index(fields=["role", "region"])]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "region"],
                condition=models.Q(ends_at__isnull=True),
                name="one_running_grant_of_a_role",
            ),
            models.CheckConstraint(
                name="grant_ends_after_it_starts",
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
            ),
        ]


class RoleRequest(models.Model):
    """A role that one person asked for and another must confirm, before it opens anything. Kept when it ends."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="role_requests")
    role = models.CharField(max_length=40)
    region = models.CharField(max_length=60, blank=True)
    asked_by = models.CharField(max_length=9)
    asked_at = models.DateTimeField()
    seconded_by = models.CharField(max_length=9, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # confirmed (then with a second person) or taken back

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "region"],
                condition=models.Q(ended_at__isnull=True),
                name="one_running_request_of_a_role",
            ),
            models.CheckConstraint(name="role_takes_two_people", condition=~models.Q(seconded_by=models.F("asked_by"))),
        ]


class ClearanceRecord(models.Model):
    """One step of a person's clearance: agreement signed, protocol read, or a training done. Kept when it ends.

    `what` is "agreement", "protocol", or "training:" and the pack's key. `version` is the digest of the text that stood
    on the screen. (TEAM-6)
    """

    code = models.CharField(max_length=9, unique=True, default=new_code)
    account_code = models.CharField(max_length=9)
    what = models.CharField(max_length=60)
    version = models.CharField(max_length=64, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    entered_by = models.CharField(max_length=9)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account_code", "ends_at"], name="clearance_of_an_account")]
        constraints = [
            models.CheckConstraint(
                name="clearance_ends_after_it_starts", condition=models.Q(ends_at__gte=models.F("starts_at"))
            ),
            models.CheckConstraint(
                name="nobody_enters_their_own_training",
                condition=~models.Q(what__startswith="training:") | ~models.Q(entered_by=models.F("account_code")),
            ),
        ]


class AgencyAgreement(models.Model):
    """An agency's agreement to keep what it learns to itself, in force from one day to another. Kept when it ends."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    agency_code = models.CharField(max_length=9)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=9)
    recorded_at = models.DateTimeField()
    ended_by = models.CharField(max_length=9, blank=True)  # before its day; empty where it just ran out
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["agency_code", "ends_at"], name="agreements_of_an_agency")]
        constraints = [
            models.CheckConstraint(
                name="agency_agreement_ends_after_it_starts",
                condition=models.Q(ends_at__gte=models.F("starts_at")),
            )
        ]
