"""One row for what went out at one moment. The serving role may add rows and read them; nobody changes one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rightdoor.foundation.codes import new_code

KINDS = ("report", "cube", "extract", "grant")
AUDIENCES = ("public", "leaders", "named")


class LedgerEntry(models.Model):
    """What was published: printed counts, the sums that everybody knows, and, sealed, the counts that stayed hidden.

    `digest` is over the entry and the digest before it, so that a row that is missing or altered shows.
    """

    code = models.CharField(max_length=9, unique=True, default=new_code)
    number = models.PositiveIntegerField(unique=True)
    kind = models.CharField(max_length=8, choices=[(x, x) for x in KINDS])
    audience = models.CharField(max_length=8, choices=[(x, x) for x in AUDIENCES])
    name = models.CharField(max_length=120, unique=True)  # as audits name it: what it is and of which time
    about = models.CharField(max_length=9)  # code of the report, cube or extract
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=9)
    printed = models.JSONField()  # key -> count
    sums = models.JSONField()  # [total, [parts], tells]
    hidden_sealed = models.BinaryField()  # class PERF: key -> [count, was it small itself]
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(name="published_entries_are_numbered", condition=Q(number__gt=0)),
        ]
