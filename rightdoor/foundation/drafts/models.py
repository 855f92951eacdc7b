"""A draft is one author's unfinished form, sealed under the author's own key."""

from __future__ import annotations

from django.db import models


class Draft(models.Model):
    """What an author has typed so far in one form about one object."""

    author = models.CharField(max_length=9)
    form = models.CharField(max_length=60)
    about = models.CharField(max_length=40, blank=True)  # code of the object, empty for a new one
    body_sealed = models.BinaryField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "form", "about"], name="one_draft_of_a_form")]
