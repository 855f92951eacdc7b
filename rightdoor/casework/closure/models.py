"""Closures with their reopening, after-action reviews with what they recommend, and lessons that name nobody."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rightdoor.casework.cases.models import Case
from rightdoor.foundation.codes import new_code

CODE = 9


def _among(*choices: str) -> list[tuple[str, str]]:
    return [(one, one) for one in choices]


class AboutCase(models.Model):
    """What every record of a case has here: its code, the case, who it is about and whose it is."""

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="%(class)ss")

    class Meta:
        abstract = True

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.case.holder


class Closure(AboutCase):
    """One ending of a case, and where it was opened again, when and by whom. All of them are kept."""

    closed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=CODE)
    access_ends_at = models.DateTimeField()  # when the members' places on the team ended
    told_sealed = models.BinaryField()  # class CORE: reason, checklist, a word for each loose end, debrief
    contact_sealed = models.BinaryField()  # class ID: the last contact, and how to reach the client afterwards
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.CharField(max_length=CODE, blank=True)
    reopened_sealed = models.BinaryField(null=True, blank=True)  # class CORE: why

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(reopened_at__isnull=True), name="one_closure_in_force"
            ),
            models.CheckConstraint(
                name="closure_reopened_says_by_whom",
                condition=Q(reopened_at__isnull=True, reopened_by="")
                | (Q(reopened_at__isnull=False) & ~Q(reopened_by="")),
            ),
        ]


class Review(AboutCase):
    """An after-action review: how the work went, against what was planned; no blame. (practice.md 3.8)"""

    state = models.CharField(max_length=5, choices=_among("draft", "held"), default="draft")
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=CODE)
    held_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    told_sealed = models.BinaryField()  # class CORE: trigger, what went well, what did not, why, feedback
    staff_sealed = models.BinaryField()  # class PERF: confidentiality issues, how the staff are, facts when held

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="review_held_has_its_time",
                condition=Q(state="held", held_at__isnull=False) | Q(state="draft", held_at__isnull=True),
            )
        ]


class Participant(models.Model):
    """Somebody who takes part in a review: whoever does not is not shown it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="participants")
    account_code = models.CharField(max_length=CODE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "account_code"], name="one_place_in_a_review")]
        indexes = [models.Index(fields=["account_code"], name="reviews_of_a_person")]


class Recommendation(models.Model):
    """What a review asks for: who sees to it, by when."""

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="recommendations")
    owner = models.CharField(max_length=CODE)  # account code
    due_on = models.DateField()
    state = models.CharField(max_length=7, choices=_among("open", "done", "dropped"), default="open")
    told_sealed = models.BinaryField()  # class CORE
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=CODE, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_on"], name="recommendation_open", condition=Q(state="open")),
        ]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.review.subject_code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.review.holder_code


class Lesson(models.Model):
    """A line for the library that tells of nobody. It leads to no case and no client: it outlives both.

    The review that taught it is known to the review alone; here its code lies sealed, for whoever wrote the line.
    """

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    holder = models.CharField(max_length=CODE)  # the agency whose review taught it
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=CODE)
    state = models.CharField(max_length=9, choices=_among("waits", "released", "sent_back"), default="waits")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=CODE, blank=True)
    text_sealed = models.BinaryField()  # class CORE, about itself: the line, the answer
    origin_sealed = models.BinaryField()  # class CORE, about itself: the code of the review

    class Meta:
        indexes = [models.Index(fields=["state", "-written_at", "-id"], name="lesson_queue")]
        constraints = [
            models.CheckConstraint(
                name="lesson_answered_by_another",
                condition=Q(state="waits", answered_by="")
                | (~Q(state="waits") & ~Q(answered_by=models.F("written_by"))),
            )
        ]

    @property
    def subject_code(self) -> str:
        """About nobody but itself, for the audit."""
        return self.code

    @property
    def holder_code(self) -> str:
        """The agency whose review taught it, for the audit."""
        return self.holder
