"""The keyring: wrapped keys, and the subjects whose keys were destroyed. No key here opens anything by itself."""

from django.db import models
from django.utils import timezone


class HolderKey(models.Model):
    """K1: the key of one holding agency in one epoch, wrapped by that epoch's root key."""

    holder = models.CharField(max_length=40)
    epoch = models.PositiveIntegerField()
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["holder", "epoch"], name="one_key_per_holder_and_epoch")]


class DataKey(models.Model):
    """K2: the key of one subject, holder and compartment, wrapped by the holder's key. Deleting it is the shred."""

    id = models.UUIDField(primary_key=True, editable=False)
    subject = models.CharField(max_length=40)
    holder = models.CharField(max_length=40)
    compartment = models.CharField(max_length=12)
    holder_key = models.ForeignKey(HolderKey, on_delete=models.PROTECT, related_name="data_keys")
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "holder", "compartment"], name="one_key_per_compartment")
        ]


class DestroyedSubject(models.Model):
    """A subject whose keys were destroyed, so that no new key is ever made for the same code."""

    subject = models.CharField(max_length=40, primary_key=True)
    keys = models.PositiveIntegerField()
    destroyed_at = models.DateTimeField(default=timezone.now)
