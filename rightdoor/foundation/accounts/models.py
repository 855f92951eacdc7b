"""Accounts of invited people, their invitations and their sessions."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

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
            models.CheckConstraint(
                name="account_off_has_its_time",
                condition=models.Q(is_active=True, switched_off_at__isnull=True)
                | models.Q(is_active=False, switched_off_at__isnull=False),
            )
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
    """One signed-in browser of an account, by its digest: no address, no browser string."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="signed_in_sessions")
    digest = models.CharField(max_length=64, unique=True)
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=40)  # "Phone", "Computer": what the person can recognise
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    second_factor_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
