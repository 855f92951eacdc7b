"""A report from its draft to its print. What is published stays: the database refuses to change it (migration)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from rightdoor.domain.annual_report.flow import STATES, STEPS
from rightdoor.foundation.codes import new_code

CODE = 9


class AnnualReport(models.Model):
    """The annual report of a year, in one edition. `authors`: who made something of it; none of them signs."""

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    year = models.PositiveIntegerField()
    edition = models.PositiveIntegerField(default=1)  # 2 is the first correction
    state = models.CharField(max_length=10, choices=[(x, x) for x in STATES], default="draft")
    drafted_at = models.DateTimeField()
    drafted_by = models.CharField(max_length=CODE)
    authors = ArrayField(models.CharField(max_length=CODE))
    merges = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    narrative_sealed = models.BinaryField(null=True)  # class PERF: sections as they are being written

    # What it is made from: frozen once, read again whenever it is built.
    inputs_sealed = models.BinaryField(null=True)  # class PERF
    inputs_hash = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.CharField(max_length=CODE, blank=True)

    # What came of the last building.
    begun_at = models.DateTimeField(null=True, blank=True)
    step = models.CharField(max_length=10, blank=True, choices=[(x, x) for x in STEPS])  # while it is being built
    built_at = models.DateTimeField(null=True, blank=True)
    build_seconds = models.FloatField(null=True, blank=True)
    trouble = models.CharField(max_length=20, blank=True)  # why it could not be built, from a closed list
    proposals = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    built_sealed = models.BinaryField(null=True)  # class PERF: document, pattern, hidden counts, ledger's part
    certificate_hash = models.CharField(max_length=64, blank=True)
    is_for_release = models.BooleanField(default=False)  # the certificate says so, under a rule for the public
    files_pass = models.BooleanField(default=False)  # every file was read back (AU7)

    # A second pair of eyes.
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.CharField(max_length=CODE, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.CharField(max_length=CODE, blank=True)
    reasons_sealed = models.BinaryField(null=True)  # class PERF: why it was sent back
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField(max_length=CODE, blank=True)

    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=CODE, blank=True)
    document = models.JSONField(null=True)  # printed values alone; only once it is published

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "edition"], name="one_release_of_an_edition"),
            models.CheckConstraint(
                name="published_needs_its_certificate",
                condition=~Q(state="published")
                | Q(
                    is_for_release=True,
                    files_pass=True,
                    inputs_sealed__isnull=False,
                    built_sealed__isnull=False,
                    document__isnull=False,
                    signed_at__isnull=False,
                    published_at__isnull=False,
                )
                & ~Q(certificate_hash="")
                & ~Q(inputs_hash=""),
            ),
            models.CheckConstraint(
                name="signed_by_a_second_reader",
                condition=Q(signed_by="", signed_at__isnull=True)
                | (~Q(signed_by="") & ~Q(signed_by=F("drafted_by")) & ~Q(signed_by=F("frozen_by"))),
            ),
            models.CheckConstraint(
                name="document_stands_in_clear_once_published",
                condition=Q(document__isnull=True) | Q(state="published"),
            ),
        ]


class AnnualReportFile(models.Model):
    """A file of a published report, as it is handed out. Rows are added, never changed."""

    report = models.ForeignKey(AnnualReport, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=80)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)  # SHA-256, printed beside its link

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "name"], name="one_file_of_a_name")]
