"""An import under way or done, what it made, and how a person's columns were understood before."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rightdoor.foundation.codes import new_code

STATES = ("sent", "looked", "asked", "taken", "failed", "undone", "dropped")


class Import(models.Model):
    """A sheet that somebody sent. Its rows are sealed for that person alone, and gone once taken or a day old."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    kind = models.CharField(max_length=20)
    author = models.CharField(max_length=9)
    state = models.CharField(max_length=8, choices=[(x, x) for x in STATES], default="sent")
    rows = models.PositiveIntegerField()
    table_sealed = models.BinaryField(null=True)  # the author's own: headings and rows
    plan_sealed = models.BinaryField(null=True)  # the author's own: columns chosen, what was found wrong
    sent_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["author", "kind", "-sent_at"], name="import_of_author"),
            models.Index(fields=["sent_at"], name="import_kept", condition=Q(table_sealed__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="import_keeps_no_rows_after_its_end",
                condition=Q(state__in=["sent", "looked", "asked", "failed"]) | Q(table_sealed__isnull=True),
            )
        ]


class Made(models.Model):
    """What one row of an import made: the record's code, and a digest of how it stood then."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="made")
    row = models.PositiveIntegerField()
    code = models.CharField(max_length=9, db_index=True)
    about = models.CharField(max_length=9, db_index=True)  # code of the client
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["of", "row"], name="one_record_a_row")]


class Remembered(models.Model):
    """How one person's columns of one kind of sheet were understood last time."""

    account = models.CharField(max_length=9)
    kind = models.CharField(max_length=20)
    columns_sealed = models.BinaryField()  # headings alone, the person's own

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind"], name="one_memory_a_kind")]
