"""Holds, disposals and the monthly list of unusual reading. No name and no word about a client."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from rightdoor.foundation.codes import new_code

CODE = 9
HOLD_REASONS = ("litigation", "investigation", "records_request", "audit")


def _among(*choices: str) -> list[tuple[str, str]]:
    return [(one, one) for one in choices]


class LegalHold(models.Model):
    """Stops every disposal of one client's record until a second person lifts it."""

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    client_code = models.CharField(max_length=CODE)
    case_code = models.CharField(max_length=CODE)
    holder = models.CharField(max_length=CODE)
    reason = models.CharField(max_length=16, choices=_among(*HOLD_REASONS))
    told_sealed = models.BinaryField()  # class PERF: what a member of staff wrote about their own act
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=CODE)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=CODE, blank=True)

    class Meta:
        indexes = [models.Index(fields=["client_code"], name="hold_running", condition=Q(lifted_at__isnull=True))]
        constraints = [
            models.CheckConstraint(
                name="hold_lifted_by_a_second_person",
                condition=Q(lifted_at__isnull=True, lifted_by="")
                | (Q(lifted_at__isnull=False) & ~Q(lifted_by="") & ~Q(lifted_by=F("placed_by"))),
            )
        ]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.client_code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.holder


class Disposal(models.Model):
    """One client's record on its way out: proposed by the schedule or asked for, approved by another, carried out.

    What is left when it is done: codes that lead nowhere, who agreed, and the signed certificate.
    """

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    client_code = models.CharField(max_length=CODE)
    case_code = models.CharField(max_length=CODE)
    holder = models.CharField(max_length=CODE)
    reason = models.CharField(
        max_length=17, choices=_among("schedule", "court_expungement", "client_request"), default="schedule"
    )
    state = models.CharField(
        max_length=8, choices=_among("proposed", "asked", "approved", "done", "refused"), default="proposed"
    )
    authority_sealed = models.BinaryField(null=True, blank=True)  # class PERF: number of the court's order
    due_on = models.DateField(null=True, blank=True)  # when the schedule lets it go
    proposed_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.CharField(max_length=CODE, blank=True)
    ledger_printed_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=CODE, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    certificates = models.JSONField(default=list)  # signed texts; a digest stands in them for whom they are about

    class Meta:
        indexes = [models.Index(fields=["state", "-proposed_at"], name="disposal_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["client_code"],
                condition=Q(state__in=["proposed", "asked", "approved"]),
                name="one_running_disposal",
            ),
            models.CheckConstraint(
                name="disposal_answered_by_a_second_person",
                condition=Q(answered_by="") | ~Q(answered_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="disposal_needs_two_people",
                condition=~Q(state__in=["approved", "done"]) | (~Q(asked_by="") & ~Q(answered_by="")),
            ),
        ]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.client_code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.holder


class UnusualReading(models.Model):
    """One person whose reading of one agency's records in one month asks for a look. Codes and counts only."""

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    month = models.DateField()  # its first day
    holder = models.CharField(max_length=CODE)
    account_code = models.CharField(max_length=CODE)
    role = models.CharField(max_length=30)
    clients = models.PositiveIntegerField()  # distinct, in the month
    ordinary = models.PositiveIntegerField()  # the middle of the peers
    at_night = models.PositiveIntegerField(default=0)  # readings
    before_leaving = models.PositiveIntegerField(default=0)  # distinct clients in the last days
    emergencies = models.PositiveIntegerField(default=0)  # openings in an emergency
    whys = ArrayField(models.CharField(max_length=10))  # many, night, leaving, emergency
    found_at = models.DateTimeField()
    verdict = models.CharField(max_length=8, blank=True, choices=_among("fine", "followed"))
    note_sealed = models.BinaryField(null=True, blank=True)  # class PERF: what was thought of a colleague's reading
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.CharField(max_length=CODE, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["holder", "-month"], name="unusual_of_agency"),
            models.Index(fields=["month"], name="unusual_to_look_at", condition=Q(looked_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["month", "holder", "account_code"], name="one_line_a_person_and_month"),
            models.CheckConstraint(name="unusual_not_judged_by_oneself", condition=~Q(looked_by=F("account_code"))),
        ]

    @property
    def holder_code(self) -> str:
        """The agency whose records were read, for the audit."""
        return self.holder
