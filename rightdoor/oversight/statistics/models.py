"""What leaders of the state are shown: one row for each closed quarter and year, counted once and never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rightdoor.foundation.codes import new_code

STATES = ("shown", "refused")


class Cube(models.Model):
    """The tables of one quarter or year: what is printed of them in the clear, the rows behind them sealed.

    `quarter` 0: the whole year. A refused one says why, and prints nothing.
    """

    code = models.CharField(max_length=9, unique=True, default=new_code)
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=7, choices=[(x, x) for x in STATES])
    why = models.CharField(max_length=400, blank=True)  # names of counts, never a count
    looked_at = models.DateTimeField()  # each referral as it stood then
    counted_at = models.DateTimeField()
    counted_by = models.CharField(max_length=9)
    definition_version = models.PositiveSmallIntegerField()
    pack_version = models.CharField(max_length=40)
    rows_sealed = models.BinaryField()  # class PERF: choices of the rows, and how many rows have the same
    printed = models.JSONField(default=dict)  # key -> count
    headline = models.JSONField(default=dict)  # of the printed counts those that every span is told beside others by
    hidden = models.JSONField(default=list)  # keys that have no count here
    figures = models.JSONField(default=dict)  # name -> text, from printed counts alone
    certificate = models.JSONField(default=dict)
    detail = models.CharField(max_length=6, blank=True)  # how much the tables tell: see cubes.TABLES
    method = models.CharField(max_length=9, blank=True)  # optimal, heuristic
    seconds = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "quarter"], name="one_cube_a_span"),
            models.CheckConstraint(name="cube_of_a_quarter_or_a_year", condition=Q(quarter__lte=4)),
            models.CheckConstraint(
                name="cube_is_shown_with_its_certificate",
                condition=Q(state="refused", printed={}, figures={}, headline={})
                | Q(state="shown", certificate__contains={"for_release": True}),
            ),
        ]
        ordering = ["-year", "-quarter"]

    @property
    def name(self) -> str:
        """2025, or 2025-Q1."""
        return name_of(self.year, self.quarter)


def name_of(year: int, quarter: int) -> str:
    """2025, or 2025-Q1."""
    return f"{year}-Q{quarter}" if quarter else str(year)
