"""Notices of accounts, and mail that was kept instead of sent."""

from django.db import models

from rightdoor.foundation.codes import new_code


class Notice(models.Model):
    """One thing that awaits one person. Its sentence is made from the kind when it is shown."""

    number = models.CharField(max_length=9, unique=True, default=new_code)
    account_code = models.CharField(max_length=9)
    kind = models.CharField(max_length=40)
    code = models.CharField(max_length=9)  # of the record that awaits the person
    due_at = models.DateTimeField(null=True, blank=True)
    path = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account_code", "-created_at"], name="notices_of_an_account")]


class OutboxMessage(models.Model):
    """A mail that was kept instead of sent."""

    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    sent_at = models.DateTimeField()
