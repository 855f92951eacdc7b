"""Documents with their versions. What they are called and what they say is sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rightdoor.casework.cases.models import Case
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.files.models import StoredFile


class Document(models.Model):
    """Something that an agency put on a case: one data class, one holder, one or more versions."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    holder = models.CharField(max_length=9)  # the agency that added it
    data_class = models.CharField(max_length=8)
    told_sealed = models.BinaryField()  # the document's class: title, note, the day on which it was done
    minor_consented_alone = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=[(x, x) for x in ("kept", "withdrawn")], default="kept")
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=9)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=9, blank=True)

    class Meta:
        indexes = [models.Index(fields=["case", "-added_at", "-id"], name="document_newest_of_case")]
        constraints = [
            models.CheckConstraint(
                name="document_withdrawn_has_its_time",
                condition=Q(state="withdrawn", withdrawn_at__isnull=False) | Q(state="kept", withdrawn_at__isnull=True),
            )
        ]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.holder


class Version(models.Model):
    """One file of a document. Ready when it was checked and its safe copy made; until then in quarantine."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=10, choices=[(x, x) for x in ("quarantine", "ready", "refused")], default="quarantine"
    )
    named_sealed = models.BinaryField()  # the document's class: the file's name
    original = models.OneToOneField(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    copy = models.OneToOneField(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4)  # of the original
    pages = models.PositiveSmallIntegerField(default=0)
    waits_for = models.CharField(max_length=9, blank=True)  # a key of WAITS
    refused_for = models.CharField(max_length=12, blank=True)  # a key of REFUSALS
    is_scanned = models.BooleanField(default=False)  # a scanner has called it clean
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=9)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="one_version_of_a_number"),
            models.CheckConstraint(
                name="version_ready_has_its_copy",
                condition=Q(state="ready", copy__isnull=False, original__isnull=False)
                | Q(state="quarantine", copy__isnull=True, original__isnull=False)
                | Q(state="refused", copy__isnull=True, original__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["state"], condition=Q(state="quarantine"), name="version_waiting")]

    @property
    def code(self) -> str:
        """For the audit: a version is known by its document."""
        return self.document.code

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.document.subject_code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.document.holder
