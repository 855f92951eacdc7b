"""Sealed files: what is known of each in clear, and its sealed parts. No name, no word of it."""

from __future__ import annotations

from django.db import models

from rightdoor.foundation.codes import new_code


class StoredFile(models.Model):
    """One file, sealed under a key of its own. Never changed: what differs is another file."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    subject = models.CharField(max_length=9, db_index=True)  # code of the client whom it is about
    holder = models.CharField(max_length=9)  # code of the agency that holds it
    klass = models.CharField(max_length=8)  # data class: chooses the compartment of the key
    kind = models.CharField(max_length=4)  # pdf, jpeg, png, docx, xlsx, txt, csv, eml
    size = models.PositiveIntegerField()
    parts = models.PositiveIntegerField()
    key_sealed = models.BinaryField()  # the file's own key, sealed under the client's data key of the class
    stored_at = models.DateTimeField()

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.subject

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.holder


class StoredPart(models.Model):
    """64 KiB of a file, sealed with its place and whether it is the last: parts cannot be moved, dropped or added."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="sealed_parts")
    number = models.PositiveIntegerField()
    body_sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="one_part_of_a_number")]
