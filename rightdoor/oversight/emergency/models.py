"""Openings in an emergency."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from rightdoor.foundation.codes import new_code

HOUR = timedelta(hours=1)


class Opening(models.Model):
    """One person's hour with one case. Without `opened_at` it still waits for a second person. All are kept.

    Why it was opened stands sealed under the agency that holds the case.
    """

    code = models.CharField(max_length=9, unique=True, default=new_code)
    account_code = models.CharField(max_length=9)
    case_code = models.CharField(max_length=9)
    client_code = models.CharField(max_length=9)
    holder = models.CharField(max_length=9)
    reason_sealed = models.BinaryField()  # class PERF: what a member of staff said of their own act
    asked_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    seconded_by = models.CharField(max_length=9, blank=True)
    refused_by = models.CharField(max_length=9, blank=True)
    review_due_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.CharField(max_length=9, blank=True)
    verdict = models.CharField(max_length=14, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)  # when the review was missed and the role with it

    class Meta:
        indexes = [
            models.Index(fields=["account_code", "-asked_at"], name="openings_of_a_person"),
            models.Index(fields=["holder", "-asked_at"], name="openings_of_an_agency"),
        ]
        constraints = [
            models.CheckConstraint(
                name="opening_lasts_an_hour",
                condition=Q(opened_at__isnull=True, ends_at__isnull=True)
                | Q(ends_at__gt=F("opened_at"), ends_at__lte=F("opened_at") + HOUR),
            ),
            models.CheckConstraint(name="opening_seconded_by_another", condition=~Q(seconded_by=F("account_code"))),
            models.CheckConstraint(name="opening_reviewed_by_another", condition=~Q(reviewed_by=F("account_code"))),
        ]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.client_code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.holder
