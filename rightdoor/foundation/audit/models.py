"""The audit trail. The program's database role may INSERT and SELECT here, and nothing else."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class AuditEvent(models.Model):
    """One thing that one person did or saw. Codes only: no name and no typed text fits in any column."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=40)
    actor_agency = models.CharField(max_length=40, blank=True)
    session = models.CharField(max_length=32, blank=True)  # digest of the session's secret
    verb = models.CharField(max_length=60)
    kind = models.CharField(max_length=40, blank=True)  # what it was done to: the model's name
    code = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=40, blank=True)  # whom it is about: the client's or report's code
    holder = models.CharField(max_length=40, blank=True)  # whose record it is: the owning agency's code
    classes = ArrayField(models.CharField(max_length=12), default=list)
    basis = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=20)
    request_id = models.CharField(max_length=32, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="events_about_a_subject"),
            models.Index(fields=["actor", "id"], name="events_of_an_actor"),
            models.Index(fields=["code", "id"], name="events_on_a_record"),
            models.Index(fields=["verb", "id"], name="events_of_a_verb"),
            models.Index(
                fields=["subject", "at", "id"], name="readings_of_a_subject", condition=models.Q(outcome="shown")
            ),
            models.Index(
                fields=["holder", "at", "id"], name="readings_of_a_holder", condition=models.Q(outcome="shown")
            ),
            BrinIndex(fields=["at"], name="events_by_time"),
            # and two on the codes and holders of lists, written in SQL (migration 0002)
        ]


class AuditBatch(models.Model):
    """A run of events sealed under one root. Each batch names the one before it, so none can be taken out."""

    number = models.PositiveBigIntegerField(unique=True)
    first_id = models.BigIntegerField()  # the batch answers for every id from here ...
    last_id = models.BigIntegerField()  # ... to here; ids of acts that were rolled back are missing rightly
    count = models.PositiveIntegerField()
    ids = ArrayField(models.BigIntegerField())
    leaves = models.BinaryField()  # 32 bytes for each event, so that a fault can be traced to its row
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, unique=True)  # hash of the checkpoint before: the chain cannot fork
    sealed_at = models.DateTimeField()
    key = models.CharField(max_length=16)
    signature = models.CharField(max_length=128)

    class Meta:
        constraints = [
            models.CheckConstraint(name="batch_runs_forward", condition=models.Q(last_id__gte=models.F("first_id")))
        ]


class AuditWitness(models.Model):
    """How far one witness outside has followed the trail, and whether it agreed. Not part of the trail itself."""

    class State(models.TextChoices):
        """What became of the last try."""

        OK = "ok", "follows"
        UNREACHABLE = "unreachable", "could not be reached"
        REFUSED = "refused", "contradicts"

    kind = models.CharField(max_length=10)  # folder or http
    place = models.CharField(max_length=200)  # the folder, or the host
    origin = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField(default=0)  # checkpoints that it has followed
    events = models.PositiveBigIntegerField(default=0)
    root = models.CharField(max_length=64, blank=True)
    witnessed_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State)
    problem = models.CharField(max_length=200, blank=True)  # a sentence of ours

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "place", "origin"], name="one_row_per_witness_and_line")]
