"""Referrals, their tier history, mandated reports, and the kept tallies of the clock."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from rightdoor.casework.clients.models import Client, regions_q, visible_clients
from rightdoor.casework.intake.models import Report
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import new_code

STATES = ("received", "eligible", "triaged", "staffed", "ineligible", "closed")


class Referral(models.Model):
    """A child referred to care coordination. What is alleged stands sealed; the workflow and its clock are clear."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="referrals")
    report = models.ForeignKey(Report, null=True, blank=True, on_delete=models.PROTECT, related_name="referrals")
    holder = models.CharField(max_length=9)
    region = models.CharField(max_length=60)
    source = models.CharField(max_length=30)
    channel = models.CharField(max_length=12, choices=[(x, x) for x in ("standard", "off_process")])
    state = models.CharField(max_length=12, choices=[(x, x) for x in STATES], default="received")
    # The three times of practice: reported, released by the alliance, received by the team; the pack names the clock's.
    reported_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=9)
    clock_from = models.CharField(max_length=10)  # which of the three started the clock, pinned from the pack
    clock_started_at = models.DateTimeField()
    tier = models.PositiveSmallIntegerField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)  # the emergency staffing was held
    ineligible_reason = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)  # eligibility
    late_cause = models.CharField(max_length=40, blank=True)
    pack_version = models.CharField(max_length=40)
    facts_sealed = models.BinaryField()  # class CORE: triage and eligibility facts, kind, relationship, setting
    story_sealed = models.BinaryField()  # class CORE: what is alleged, in words; reasons
    version = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            # The clock board: open clocks of a region, soonest first. Partial, so that it stays as small as the work.
            models.Index(
                fields=["region", "due_at"], name="referral_running_clock", condition=Q(stopped_at__isnull=True, due_at__isnull=False)
            ),
            models.Index(
                fields=["region", "clock_started_at"], name="referral_awaiting_triage", condition=Q(state__in=["received", "eligible"])
            ),
            models.Index(fields=["region", "-received_at", "-id"], name="referral_by_region"),
            models.Index(fields=["region", "state", "-received_at", "-id"], name="referral_by_state"),
            models.Index(fields=["region", "tier", "-received_at", "-id"], name="referral_by_tier"),
            models.Index(fields=["-received_at", "-id"], name="referral_newest"),
            models.Index(fields=["state", "-received_at", "-id"], name="referral_state_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                name="referral_tier_and_due_together",
                condition=Q(tier__isnull=True, due_at__isnull=True) | Q(tier__isnull=False, due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="referral_ineligible_has_reason",
                condition=(Q(state="ineligible") & ~Q(ineligible_reason="")) | ~Q(state="ineligible"),
            ),
            models.CheckConstraint(
                name="referral_clock_from_known", condition=Q(clock_from__in=["reported", "released", "received"])
            ),
        ]


class TierChange(models.Model):
    """Each setting of the tier, kept: computed, shortened, lengthened, or re-triaged when facts changed."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="tier_changes")
    at = models.DateTimeField()
    by = models.CharField(max_length=9)
    kind = models.CharField(max_length=12, choices=[(x, x) for x in ("computed", "retriaged", "shortened", "lengthened")])
    tier = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    seconded_by = models.CharField(max_length=9, blank=True)
    why_sealed = models.BinaryField()  # class CORE: the reason and the facts at the time

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="lengthening_has_a_second_person", condition=~Q(kind="lengthened") | ~Q(seconded_by="")
            )
        ]


class MandatedReport(models.Model):
    """Whether, when and by whom the report that the law asks for was made, and its number (INT-12)."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="mandated_report")
    made = models.BooleanField(null=True)  # None: nobody has established it
    made_at = models.DateTimeField(null=True, blank=True)
    details_sealed = models.BinaryField(null=True, blank=True)  # class REP: by whom, to whom, number
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=9)


class ClockTally(models.Model):
    """How many clocks were met or missed, by region, year and tier: kept as rows change, never recounted for a page."""

    region = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    tier = models.PositiveSmallIntegerField()
    met = models.PositiveIntegerField(default=0)
    missed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "year", "tier"], name="one_tally_a_tier")]


def visible_referrals(viewer: Viewer, now: datetime) -> models.QuerySet[Referral]:
    """Referrals that this viewer may know of: coordinators by region, others by a running standing to the client."""
    if not viewer.code:
        return Referral.objects.none()
    if viewer.has("care_coordinator"):
        by_region = Referral.objects.filter(regions_q(viewer))
        return by_region
    return Referral.objects.filter(client__in=visible_clients(viewer, now))
