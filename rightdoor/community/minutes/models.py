"""What was said on a topic of a meeting without a case, and the figures that were brought before it."""

from __future__ import annotations

from django.db import models

from rightdoor.community.meetings.models import Meeting


class TopicNote(models.Model):
    """The minutes of one topic. The version makes a second writer's save visible. About the work, never a client."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="notes")
    topic = models.CharField(max_length=60)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=9)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "topic"], name="one_note_a_topic")]


class TakenFigures(models.Model):
    """Totals under a topic, as they stood when they were taken there. A program wrote them: labels and figures only.

    What they are about is taken once: a second time, a day later, the difference would tell of one child.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="figures")
    topic = models.CharField(max_length=60)
    about = models.CharField(max_length=120, unique=True)  # which figures, of which region and quarter
    title = models.CharField(max_length=200)
    lines = models.JSONField()  # group, label, figure; and the time before, and what may be concluded
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=9)
