"""Reports, the hops that one report sets in motion, and the moves that brought it to the right door."""

from __future__ import annotations

from django.db import models

from rightdoor.casework.clients.models import Client
from rightdoor.foundation.codes import new_code


class Report(models.Model):
    """A call or form alleging trafficking. Everything told stands sealed; the workflow is clear."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    channel = models.CharField(max_length=12, choices=[(x, x) for x in ("public_form", "call", "partner")])
    reporter_type = models.CharField(
        max_length=20, choices=[(x, x) for x in ("mandated_reporter", "public", "anonymous")]
    )
    language = models.CharField(max_length=5, default="en")
    holder = models.CharField(max_length=9)
    region = models.CharField(max_length=60, blank=True)  # empty until routed
    state = models.CharField(
        max_length=10, choices=[(x, x) for x in ("received", "routing", "routed", "closed")], default="received"
    )
    reported_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)  # the alliance released it to a region's team
    taken_by = models.CharField(max_length=9, blank=True)  # account code; empty for the public form
    taken_up_at = models.DateTimeField(null=True, blank=True)  # the region's team made a referral of it
    receipt_digest = models.CharField(max_length=64, blank=True)
    client = models.ForeignKey(Client, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    # Sealed under the report's own code as subject; see disclosure.py.
    told_sealed = models.BinaryField()  # class CORE: what happened, where, facts as yes/no/not known
    child_sealed = models.BinaryField()  # class ID: who and where the child is, as told
    reporter_sealed = models.BinaryField()  # class REP: who reported

    class Meta:
        indexes = [models.Index(fields=["state", "reported_at"]), models.Index(fields=["region", "reported_at"])]
        constraints = [
            # One receipt, one report: a form sent twice is one report.
            models.UniqueConstraint(
                fields=["receipt_digest"], condition=~models.Q(receipt_digest=""), name="one_report_of_a_receipt"
            ),
            models.CheckConstraint(
                name="report_taken_up_has_its_client",
                condition=models.Q(client__isnull=True, taken_up_at__isnull=True)
                | models.Q(client__isnull=False, taken_up_at__isnull=False),
            ),
        ]

    @property
    def subject_code(self) -> str:
        return self.code

    @property
    def holder_code(self) -> str:
        """The holder as the audit trail may name it: an agency's code, or the choice "public"."""
        return "public" if self.holder == "PUBLIC" else self.holder


class Hop(models.Model):
    """One step of a report's way: whose it is, when due, when done, with what outcome."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="hops")
    key = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    owner_role = models.CharField(max_length=40)
    receiver_role = models.CharField(max_length=40, blank=True)  # sees the report once this hop is done
    region = models.CharField(max_length=60, blank=True)
    state = models.CharField(
        max_length=10, choices=[(x, x) for x in ("waiting", "due", "done", "not_owed", "moved")], default="waiting"
    )
    is_unsettled = models.BooleanField(default=False)  # owed because a fact that decides it is not known yet
    outcome = models.CharField(max_length=40, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)  # became somebody's to do
    due_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=9, blank=True)
    reference_sealed = models.BinaryField(null=True, blank=True)  # class CORE: the other agency's number, a note

    class Meta:
        indexes = [models.Index(fields=["owner_role", "state", "due_at"])]
        constraints = [
            # A hop that was moved stays as history beside the one that took its place.
            models.UniqueConstraint(
                fields=["report", "key"], condition=~models.Q(state="moved"), name="one_hop_of_a_kind"
            ),
            models.CheckConstraint(
                name="hop_done_has_its_time",
                condition=models.Q(state__in=["done", "moved"], done_at__isnull=False)
                | (~models.Q(state__in=["done", "moved"]) & models.Q(done_at__isnull=True)),
            ),
        ]


class Move(models.Model):
    """A report that came to the wrong door, and where it went. Nothing is overwritten."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="moves")
    from_region = models.CharField(max_length=60, blank=True)
    to_region = models.CharField(max_length=60, blank=True)
    from_role = models.CharField(max_length=40, blank=True)
    to_role = models.CharField(max_length=40, blank=True)
    reason_sealed = models.BinaryField()  # class CORE
    code = models.CharField(max_length=9, unique=True, default=new_code)
    moved_at = models.DateTimeField()
    moved_by = models.CharField(max_length=9)
