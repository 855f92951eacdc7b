"""Every version of an instrument that somebody answered here, or that an agency brought."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class KeptInstrument(models.Model):
    """One version, whole and never changed: an answer of last year is read with the words it was given to.

    `agency` is set for a copy that an agency brought under its own licence: nobody else is offered it.
    """

    key = models.CharField(max_length=80)
    version = models.CharField(max_length=80)
    content_hash = models.CharField(max_length=71)  # sha256:...
    agency = models.CharField(max_length=9, blank=True)
    tree = models.TextField()  # the one written form: the hash is the hash of it
    kept_at = models.DateTimeField()
    brought_by = models.CharField(max_length=9, blank=True)  # account code, of an agency's copy

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version", "agency"], name="one_content_of_a_version"),
            models.CheckConstraint(
                name="an_agencys_copy_says_who_brought_it",
                condition=Q(agency="", brought_by="") | (~Q(agency="") & ~Q(brought_by="")),
            ),
        ]
        indexes = [models.Index(fields=["content_hash"], name="instrument_by_content")]
