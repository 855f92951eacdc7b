"""Grants: a role given to an account, for a region or for the whole state."""

from __future__ import annotations

from django.db import models

from rightdoor.foundation.accounts.models import Account


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
