"""What was said on a topic of a meeting without a case."""

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
