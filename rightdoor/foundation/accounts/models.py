"""Accounts of invited people, their invitations, sessions, recovery codes and failed attempts."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from rightdoor.foundation.codes import new_code


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by e-mail address, without regard to case."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email__iexact=username or "")


class Account(AbstractBaseUser):
    """A person who signs in. Never shared, never deleted: switched off, so that the record keeps its author."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    agency_code = models.CharField(max_length=9, blank=True, db_index=True)
    discipline = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=5, default="en")
    channel = models.CharField(max_length=10, default="email", choices=[("email", "E-mail"), ("desk", "Desk only")])
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    switched_off_at = models.DateTimeField(null=True, blank=True)
    desk_seen_at = models.DateTimeField(null=True, blank=True)
    is_demonstration = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = AccountManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_account_of_an_address"),
            models.CheckConstraint(
                name="account_off_has_its_time",
                condition=models.Q(is_active=True, switched_off_at__isnull=True)
                | models.Q(is_active=False, switched_off_at__isnull=False),
            ),
        ]

    def get_full_name(self) -> str:
        return self.name


class Invitation(models.Model):
    """A one-time way in for a new account: only the digest of its secret is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    invited_by = models.CharField(max_length=9)


class SignedInSession(models.Model):
    """One signed-in browser of an account, by the digest of its cookie: no address, no browser string."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="signed_in_sessions")
    digest = models.CharField(max_length=40, unique=True)  # also the key of the row in the session store
    device = models.CharField(max_length=20)  # "Phone", "Computer": what the person can recognise
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    second_factor_at = models.DateTimeField()  # the last proof of who is there: a step-up moves it
    locked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["account", "touched_at"],
                condition=models.Q(ended_at__isnull=True),
                name="sessions_of_an_account",
            )
        ]


class RecoveryCode(models.Model):
    """A printed way past a lost second factor, good once: only its keyed digest is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="one_recovery_code_of_an_account")]


class FailedAttempt(models.Model):
    """A failed try at a name or at an account's second factor: a keyed digest and the time, no more."""

    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["digest", "at"])]


class Renewal(models.Model):
    """A lost way in, given back by two people after a day: asked, seconded, used or called off."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="renewals")
    asked_by = models.CharField(max_length=9)
    asked_at = models.DateTimeField()
    seconded_by = models.CharField(max_length=9, blank=True)
    seconded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # used or called off

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(ended_at__isnull=True), name="one_running_renewal_of_an_account"
            ),
            models.CheckConstraint(
                name="renewal_takes_two_people", condition=~models.Q(seconded_by=models.F("asked_by"))
            ),
        ]
