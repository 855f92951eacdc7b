"""The keyring: wrapped keys, their epochs, and what was destroyed. No key here opens anything by itself."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone


class Epoch(models.Model):
    """One span of time under one root key. Of each owner the newest is in use; the others wait to be dropped."""

    root = models.CharField(max_length=40, blank=True)  # "" the installation, else the agency that keeps its own key
    number = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    keys = models.PositiveIntegerField(default=0)  # data keys that moved into it at its beginning
    digest = models.CharField(max_length=64, blank=True)  # of their ids, keyed by the root key
    checked_at = models.DateTimeField(null=True)  # when every key was tried under it
    dropped_at = models.DateTimeField(null=True)  # when its root key was destroyed

    class Meta:
        constraints = [models.UniqueConstraint(fields=["root", "number"], name="one_epoch_of_a_number")]


class KeyKeeper(models.Model):
    """An agency that keeps its own root key: its new keys are wrapped under that one, and under no other."""

    holder = models.CharField(max_length=40, primary_key=True)
    since = models.DateTimeField()


class HolderKey(models.Model):
    """K1: the key of one holding agency in one epoch, wrapped by that epoch's root key."""

    holder = models.CharField(max_length=40)
    root = models.CharField(max_length=40, blank=True, default="")  # whose root key wraps it
    epoch = models.PositiveIntegerField()
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holder", "root", "epoch"], name="one_key_per_holder_root_and_epoch")
        ]


class DataKey(models.Model):
    """K2: the key of one subject, holder and compartment, wrapped by the holder's key. Deleting it is the shred."""

    id = models.UUIDField(primary_key=True, editable=False)
    subject = models.CharField(max_length=40)
    holder = models.CharField(max_length=40)
    compartment = models.CharField(max_length=12)
    holder_key = models.ForeignKey(HolderKey, on_delete=models.PROTECT, related_name="data_keys")
    wrapped = models.BinaryField()
    proof = models.BinaryField(null=True)  # says that the right key came out, and nothing about the key
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "holder", "compartment"], name="one_key_per_compartment")
        ]


class DestroyedSubject(models.Model):
    """A subject whose keys were destroyed, so that no new key is ever made for the same code.

    What its certificate says is kept with it: a certificate can be written again, and never with other facts.
    """

    subject = models.CharField(max_length=40, primary_key=True)
    keys = models.PositiveIntegerField()
    destroyed_at = models.DateTimeField(default=timezone.now)
    key_ids = ArrayField(models.UUIDField(), default=list)  # so that what they sealed is not taken for lost
    epochs = models.JSONField(default=dict)  # owner of the root key -> last epoch in which a copy of a key could lie
    permit = models.CharField(max_length=9, blank=True)  # code of the request that two people signed
    erased = models.JSONField(default=dict)  # what else was deleted: kind -> rows


class SeenValue(models.Model):
    """A digest of what once stood in a sealed cell: an older value that was put back is found by it (decision 0007)."""

    cell = models.BinaryField()  # digest of table, column and row
    value = models.BinaryField()  # digest of the sealed value
    seen_at = models.DateTimeField()  # first
    is_newest = models.BooleanField(default=True)  # stands there, as far as was seen
    came_back_at = models.DateTimeField(null=True)  # it stood there again after another one

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cell", "value"], name="one_row_for_each_value_of_a_cell")]
