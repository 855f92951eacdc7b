"""Missing episodes, what happened in each, the plan kept ready for a return, and the tasks that come of it.

In clear stand codes, moments and how far the work is, which the clocks ask for. Who, where, why and how are sealed.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from rightdoor.casework.cases.models import Case
from rightdoor.domain.missing import EpisodeTimes
from rightdoor.foundation.codes import new_code

CODE = 9
STATES = ("running", "recovered", "closed")
KINDS = ("duty", "told", "contact", "return")


def _among(*choices: str) -> list[tuple[str, str]]:
    return [(one, one) for one in choices]


class Episode(models.Model):
    """One time that a child was missing, from the first word of it to the review after the return."""

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="missing_episodes")
    state = models.CharField(max_length=9, choices=_among(*STATES), default="running")
    learned_at = models.DateTimeField()
    departed_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=CODE)
    recovered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()  # of what is told: two people at one form
    told_sealed = models.BinaryField()  # class SAFE: custody, danger, looks, by whom last seen, what happened
    place_sealed = models.BinaryField()  # class LOC: where last seen, where the child may be
    found_sealed = models.BinaryField(null=True)  # class SAFE: by whom found, condition
    found_place_sealed = models.BinaryField(null=True)  # class LOC: where found, where the child is now

    class Meta:
        indexes = [
            models.Index(fields=["case", "-learned_at", "-id"], name="missing_newest_of_case"),
            models.Index(fields=["state"], name="missing_open", condition=~Q(state="closed")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="running"), name="missing_one_running"),
            models.CheckConstraint(
                name="missing_found_has_its_time",
                condition=Q(state="running", recovered_at__isnull=True)
                | (~Q(state="running") & Q(recovered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="missing_left_before_learned",
                condition=Q(departed_at__isnull=True) | Q(departed_at__lte=F("learned_at")),
            ),
        ]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.case.holder

    def times(self, reported_at: object = None) -> EpisodeTimes:
        """The moments that the clocks count from."""
        return EpisodeTimes(self.learned_at, self.departed_at, self.last_seen_at, reported_at)  # type: ignore[arg-type]


class Entry(models.Model):
    """Something that was done or came in: a duty, somebody told, a call or sighting, a step after the return.

    Entries are only added: of a duty or a step the latest counts, and the earlier ones stay.
    """

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=7, choices=_among(*KINDS))
    key = models.CharField(max_length=20, blank=True)  # duty of the pack, with whom contact is kept, step; "": sealed
    at = models.DateTimeField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=CODE)
    told_sealed = models.BinaryField()  # class SAFE: by whom, number, agency, words
    place_sealed = models.BinaryField(null=True)  # class LOC: where a sighting was

    class Meta:
        indexes = [models.Index(fields=["episode", "-at", "-id"], name="missing_entries")]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.episode.subject_code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.episode.holder_code


class PreparedPlan(models.Model):
    """One version of the plan that is kept ready for a child's return. The newest one is used."""

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="return_plans")
    number = models.PositiveSmallIntegerField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=CODE)
    told_sealed = models.BinaryField()  # class SAFE: whom to call, medical check, who talks first, what would help
    place_sealed = models.BinaryField()  # class LOC: where the child goes first

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="missing_plan_of_a_number")]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.case.holder


class PreparedLine(models.Model):
    """What somebody does within so many hours of the return."""

    plan = models.ForeignKey(PreparedPlan, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    owner = models.CharField(max_length=CODE)  # account code
    within_hours = models.PositiveSmallIntegerField()
    told_sealed = models.BinaryField()  # class SAFE

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="missing_line_of_a_number")]


class Task(models.Model):
    """A line of the plan once it was activated: owned, dated, done or called off."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="tasks")
    number = models.PositiveSmallIntegerField()
    owner = models.CharField(max_length=CODE)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=_among("open", "done", "called_off"), default="open")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=CODE, blank=True)
    told_sealed = models.BinaryField()  # class SAFE

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["episode", "number"], name="missing_task_of_a_number")]

    @property
    def code(self) -> str:
        """For the audit: a task is known by its episode."""
        return self.episode.code

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.episode.subject_code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.episode.holder_code
