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


class InvestigativeProtocol(models.Model):
    """The signed protocol of a judicial district's investigative team: what lets its members read on the team's ground.

    Two people switch it on: one records it, another one confirms. Withdrawn ones are kept. (practice.md 4.1, SR-19)
    """

    code = models.CharField(max_length=9, unique=True, default=new_code)
    district = models.CharField(max_length=60)  # key of the pack's sharing.districts
    reference = models.CharField(max_length=120)  # where the signed paper lies
    signed_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=9)
    seconded_at = models.DateTimeField(null=True, blank=True)
    seconded_by = models.CharField(max_length=9, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=9, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_protocol_a_district",
            ),
            models.CheckConstraint(
                name="protocol_confirmed_by_another",
                condition=models.Q(seconded_at__isnull=True, seconded_by="")
                | (
                    models.Q(seconded_at__isnull=False)
                    & ~models.Q(seconded_by="")
                    & ~models.Q(seconded_by=models.F("recorded_by"))
                ),
            ),
            models.CheckConstraint(
                name="protocol_ends_after_it_is_signed",
                condition=models.Q(ends_at__gt=models.F("signed_at")),
            ),
        ]


class RosterEntry(models.Model):
    """A person on the roster of a district's investigative team, from when until when."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    protocol = models.ForeignKey(InvestigativeProtocol, on_delete=models.PROTECT, related_name="roster")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    put_by = models.CharField(max_length=9)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "account"],
                condition=models.Q(until__isnull=True),
                name="once_on_a_roster",
            )
        ]
