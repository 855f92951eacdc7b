"""Teams and seats."""

from __future__ import annotations

from django.db import models

from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import new_code


class CareCoordinationTeam(models.Model):
    """The team of one region."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    region = models.CharField(max_length=60, unique=True)


class Seat(models.Model):
    """A member's seat on a team, for a discipline; kept when it ends, so that the past stays true."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    team = models.ForeignKey(CareCoordinationTeam, on_delete=models.PROTECT, related_name="seats")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="seats")
    discipline = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=[(x, x) for x in ("core", "recommended", "additional")])
    confidentiality_signed_at = models.DateTimeField(null=True, blank=True)
    seated_at = models.DateTimeField()
    unseated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "account", "discipline"],
                condition=models.Q(unseated_at__isnull=True),
                name="one_running_seat",
            )
        ]
