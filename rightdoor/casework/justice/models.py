"""Proceedings with what belongs to them, victims' rights, legal relief. What each of them says is sealed.

Every table has the same head: whose record it is, of which class, and one sealed text. In clear stand codes, moments
that clocks and schedules ask for, and whether something is still open.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import new_code

CODE = 9


def _among(*choices: str) -> list[tuple[str, str]]:
    return [(one, one) for one in choices]


class Kept(models.Model):
    """What every record here has: its case, the agency that keeps it, its class, and what it says."""

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    holder = models.CharField(max_length=CODE)
    data_class = models.CharField(max_length=8)
    told_sealed = models.BinaryField()
    version = models.PositiveSmallIntegerField(default=1)  # two writers: the second one is told
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=CODE)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=CODE)

    class Meta:
        abstract = True

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that keeps the record, for the audit."""
        return self.holder


class Proceeding(Kept):
    """An investigation (class LE, or CW where the child welfare agency keeps it) or a prosecution (class PROS)."""

    state = models.CharField(max_length=6, choices=_among("open", "over"), default="open")

    class Meta:
        indexes = [models.Index(fields=["case", "-recorded_at"], name="proceeding_of_case")]


class Offender(Kept):
    """Somebody of whom a proceeding says that they did it. An allegation only; class OFF; never listed or exported."""

    class Meta:
        indexes = [models.Index(fields=["case", "-recorded_at"], name="offender_of_case")]
        constraints = [models.CheckConstraint(name="offender_is_off", condition=Q(data_class="OFF"))]


class Arrest(Kept):
    """An arrest in a proceeding; who it was, is told by the alleged offender's code, sealed with the rest."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="arrests")


class Charge(Kept):
    """One charge with what became of it: filed, amended, dismissed, disposed of."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="charges")


class CourtDate(Kept):
    """A day in court. Whoever may only know whether and when sees its kind and its day, and nothing more."""

    proceeding = models.ForeignKey(
        Proceeding, null=True, blank=True, on_delete=models.PROTECT, related_name="court_dates"
    )
    starts_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=_among("set", "held", "cancelled"), default="set")

    class Meta:
        indexes = [
            models.Index(fields=["case", "starts_at"], name="court_date_of_case"),
            models.Index(fields=["starts_at"], condition=Q(state="set"), name="court_date_coming"),
        ]


class VictimRight(Kept):
    """A right of the victim, or support for testimony: owed by a day, done, or not wanted. Class CORE."""

    owed_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=_among("owed", "done", "not_wanted"), default="owed")

    class Meta:
        indexes = [
            models.Index(fields=["case", "-recorded_at"], name="right_of_case"),
            models.Index(fields=["owed_on"], condition=Q(state="owed"), name="right_owed"),
        ]


class Relief(Kept):
    """One item of legal relief; its kind, its steps and their days are sealed in the class that the pack names.

    `ends_on` is the end as it is printed on the paper, never a computed one.
    """

    ends_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=7, choices=_among("running", "over"), default="running")

    class Meta:
        indexes = [models.Index(fields=["case", "-recorded_at"], name="relief_of_case")]


def coming_court_dates(viewer: Viewer, since: datetime, until: datetime, now: datetime) -> models.QuerySet[CourtDate]:
    """Court dates that stand, from `since` on and before `until`, of the cases that this viewer may know of.

    Which of them the viewer may see is decided row by row: this is only where to look.
    """
    rows = CourtDate.objects.filter(case__in=visible_cases(viewer, now), state="set")
    return rows.filter(starts_at__gte=since, starts_at__lt=until)
