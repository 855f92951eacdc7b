"""Reports and the hops that one report sets in motion."""

from __future__ import annotations

from django.db import models

from rightdoor.casework.clients.models import Client
from rightdoor.foundation.codes import new_code


class Report(models.Model):
    """A call or form alleging trafficking. Everything told stands sealed; the workflow is clear."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    channel = models.CharField(max_length=12, choices=[(x, x) for x in ("public_form", "call", "partner")])
    reporter_type = models.CharField(max_length=12, choices=[(x, x) for x in ("mandated", "public", "anonymous")])
    language = models.CharField(max_length=5, default="en")
    holder = models.CharField(max_length=9)
    region = models.CharField(max_length=60, blank=True)  # empty until routed
    state = models.CharField(
        max_length=10, choices=[(x, x) for x in ("received", "routing", "routed", "closed")], default="received"
    )
    reported_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)  # the alliance released it to a region's team
    taken_by = models.CharField(max_length=9, blank=True)  # account code; empty for the public form
    receipt_digest = models.CharField(max_length=64, blank=True, db_index=True)
    client = models.ForeignKey(Client, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    # Sealed under the report's own code as subject.
    told_sealed = models.BinaryField()  # class CORE: what happened, where, facts as yes/no/not known
    child_sealed = models.BinaryField()  # class ID: who the child is, as told
    reporter_sealed = models.BinaryField()  # class REP: who reported

    class Meta:
        indexes = [models.Index(fields=["state", "reported_at"]), models.Index(fields=["region", "reported_at"])]


class Hop(models.Model):
    """One step of a report's way: whose it is, when due, when done, with what outcome."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="hops")
    key = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    owner_role = models.CharField(max_length=40)
    region = models.CharField(max_length=60, blank=True)
    state = models.CharField(
        max_length=10, choices=[(x, x) for x in ("waiting", "due", "done", "not_owed", "moved")], default="waiting"
    )
    outcome = models.CharField(max_length=40, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=9, blank=True)
    reference_sealed = models.BinaryField(null=True, blank=True)  # class CORE: the other agency's number, a note

    class Meta:
        indexes = [models.Index(fields=["owner_role", "state", "due_at"])]
        constraints = [
            models.UniqueConstraint(fields=["report", "key"], name="one_hop_of_a_kind"),
            models.CheckConstraint(
                name="hop_done_has_its_time",
                condition=models.Q(state__in=["done", "moved"], done_at__isnull=False)
                | (~models.Q(state__in=["done", "moved"]) & models.Q(done_at__isnull=True)),
            ),
        ]
