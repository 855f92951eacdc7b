"""Notes and sheets with all their versions. What was written is sealed for the agency that holds it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rightdoor.casework.cases.models import Case
from rightdoor.domain.notes import SHEETS
from rightdoor.foundation.codes import new_code


class Note(models.Model):
    """Something that a person wrote about a case: one data class, one holder, as many versions as it was corrected."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    holder = models.CharField(max_length=9)
    data_class = models.CharField(max_length=8)
    minor_consented_alone = models.BooleanField(default=False)
    version = models.PositiveSmallIntegerField(default=1)  # the number of the version that holds
    state = models.CharField(max_length=9, choices=[(x, x) for x in ("kept", "withdrawn")], default="kept")
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=9)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=9, blank=True)
    reason_sealed = models.BinaryField(null=True)  # the note's class: why it was withdrawn

    class Meta:
        indexes = [models.Index(fields=["case", "-added_at", "-id"], name="note_newest_of_case")]
        constraints = [
            models.CheckConstraint(
                name="note_withdrawn_has_its_reason",
                condition=Q(state="withdrawn", withdrawn_at__isnull=False, reason_sealed__isnull=False)
                | Q(state="kept", withdrawn_at__isnull=True, reason_sealed__isnull=True),
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


class NoteVersion(models.Model):
    """A note as it was written at one time. No version is ever changed."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    told_sealed = models.BinaryField()  # the note's class: kind, when it happened, text, who was there, what came of it
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=9)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["note", "number"], name="one_note_of_a_number")]


class Sheet(models.Model):
    """The facts that one agency keeps about a case on one tab."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="sheets")
    tab = models.CharField(max_length=20, choices=[(x, x) for x in SHEETS])
    holder = models.CharField(max_length=9)
    minor_consented_alone = models.BooleanField(default=False)
    version = models.PositiveSmallIntegerField(default=0)  # the number of the version that holds
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=9)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "tab", "holder"], name="one_sheet_of_an_agency_and_tab")]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.holder


class SheetPart(models.Model):
    """What a version of a sheet says in one data class. No version is ever changed."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField()
    data_class = models.CharField(max_length=8)
    said_sealed = models.BinaryField()  # the part's class: facts by the keys of their fields
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=9)

    class Meta:
        ordering = ["-number", "data_class"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number", "data_class"], name="one_part_of_a_version_and_class")
        ]
