"""Referrals of a client to services, their steps, and why a confirmed victim has no referral to advocacy.

Which service, which provider and why tell about the client: they stand sealed. In clear stand codes, days and how far
each referral is, which the clocks ask for.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.casework.consents.models import OutsideDisclosure, Release
from rightdoor.domain.permission import Viewer
from rightdoor.domain.service_referral import ENDED_STATES, STATES
from rightdoor.foundation.codes import new_code

CODE = 9


class ServiceReferral(models.Model):
    """A client referred to a service, followed until it is known what came of it."""

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="service_referrals")
    holder = models.CharField(max_length=CODE)
    state = models.CharField(max_length=11, choices=[(x, x) for x in STATES], default="sent")
    answers_advocacy = models.BooleanField(default=False)  # it is to a victim advocate: that duty is answered
    told_sealed = models.BinaryField()  # class PLAN: category, agency or provider, why, language, what went along
    sent_on = models.DateField()
    first_contact_by = models.DateField(null=True, blank=True)  # as agreed; None: the pack's days count
    last_step_on = models.DateField()
    due_at = models.DateTimeField(null=True, blank=True)  # the next news; None once it is known what came of it
    ended_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=CODE)
    release = models.ForeignKey(Release, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    disclosure = models.OneToOneField(
        OutsideDisclosure, null=True, blank=True, on_delete=models.PROTECT, related_name="service_referral"
    )

    class Meta:
        indexes = [
            models.Index(fields=["case", "-sent_on", "-id"], name="service_newest_of_case"),
            models.Index(fields=["due_at", "id"], name="service_running", condition=Q(due_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="service_ended_is_not_due",
                condition=Q(state__in=sorted(ENDED_STATES), due_at__isnull=True, ended_on__isnull=False)
                | (~Q(state__in=sorted(ENDED_STATES)) & Q(due_at__isnull=False, ended_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="service_goes_along_on_a_release",
                condition=Q(release__isnull=True, disclosure__isnull=True)
                | Q(release__isnull=False, disclosure__isnull=False),
            ),
        ]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.holder


class ServiceStep(models.Model):
    """What happened to a referral, and on which day. The first is that it was sent; "asked" changes nothing."""

    referral = models.ForeignKey(ServiceReferral, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=11, choices=[(x, x) for x in (*STATES, "asked")])
    happened_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=CODE)
    told_sealed = models.BinaryField()  # class PLAN: who declined, why, words
    sent_from = models.CharField(max_length=CODE, blank=True)  # code of the form: sent twice, the step stands once

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["referral", "number"], name="one_service_step_of_a_number")]


class AdvocacyReason(models.Model):
    """Why there is no referral to a victim advocate. The latest stands, until the day on which it is asked again."""

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="advocacy_reasons")
    told_sealed = models.BinaryField()  # class CORE: the reason, in words
    ask_again_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=CODE)

    class Meta:
        indexes = [models.Index(fields=["case", "-recorded_at"], name="advocacy_reason_of_case")]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.case.holder


def visible_service_referrals(viewer: Viewer, now: datetime) -> models.QuerySet[ServiceReferral]:
    """Referrals to services on cases that this viewer may know of; whether they open is asked of each. (SR-01)"""
    return ServiceReferral.objects.filter(case__in=visible_cases(viewer, now))
