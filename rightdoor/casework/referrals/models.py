"""Referrals, their tier history, mandated reports, and the kept tallies of the clock."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from rightdoor.casework.clients.models import Client, keeping_apart, kept_apart, regions_q, visible_clients
from rightdoor.casework.intake.models import Report
from rightdoor.domain.clock import Clock
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import new_code

RUNNING = Q(stopped_at__isnull=True, due_at__isnull=False)
STATES = ("received", "eligible", "triaged", "staffed", "ineligible", "closed")


class Referral(models.Model):
    """A child referred to care coordination. What is alleged stands sealed; the workflow and its clock are clear."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="referrals")
    report = models.ForeignKey(Report, null=True, blank=True, on_delete=models.PROTECT, related_name="referrals")
    holder = models.CharField(max_length=9)
    region = models.CharField(max_length=60)
    coordinator = models.CharField(max_length=9, blank=True)  # account code; empty until a coordinator takes it up
    source = models.CharField(max_length=30)
    channel = models.CharField(max_length=20)  # a key of the pack: through the reporting line, or outside of it (INT-8)
    state = models.CharField(max_length=12, choices=[(x, x) for x in STATES], default="received")
    # The three times of practice: reported, released by the alliance, received by the team; the pack names the clock's.
    reported_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=9)
    # Which of the three started the clock, pinned from the pack; or "taken_up", after it was turned away long ago.
    clock_from = models.CharField(max_length=10)
    clock_started_at = models.DateTimeField()
    tier = models.PositiveSmallIntegerField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)  # the emergency staffing was held
    ineligible_reason = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)  # eligibility
    late_cause = models.CharField(max_length=40, blank=True)
    reminded = models.CharField(max_length=8, blank=True)  # the last reminder of the running clock; see jobs.py
    pack_version = models.CharField(max_length=40)
    facts_sealed = models.BinaryField()  # class CORE: triage and eligibility facts, kind, relationship, setting
    story_sealed = models.BinaryField()  # class CORE: what is alleged, in words; reasons
    version = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            # Running clocks, soonest first. Partial, so that they stay as small as the work at hand.
            models.Index(fields=["region", "due_at", "id"], name="referral_running_clock", condition=RUNNING),
            models.Index(fields=["due_at", "id"], name="referral_running_anywhere", condition=RUNNING),
            models.Index(
                fields=["region", "clock_started_at"],
                name="referral_awaiting_triage",
                condition=Q(state__in=["received", "eligible"]),
            ),
            # The list, newest first: one index for each filter, by region and for the whole state.
            models.Index(fields=["region", "-received_at", "-id"], name="referral_by_region"),
            models.Index(fields=["region", "state", "-received_at", "-id"], name="referral_by_state"),
            models.Index(fields=["region", "tier", "-received_at", "-id"], name="referral_by_tier"),
            models.Index(fields=["region", "source", "-received_at", "-id"], name="referral_by_source"),
            models.Index(fields=["region", "channel", "-received_at", "-id"], name="referral_by_channel"),
            models.Index(fields=["-received_at", "-id"], name="referral_newest"),
            models.Index(fields=["state", "-received_at", "-id"], name="referral_state_newest"),
            models.Index(fields=["tier", "-received_at", "-id"], name="referral_tier_newest"),
            models.Index(fields=["source", "-received_at", "-id"], name="referral_source_newest"),
            models.Index(fields=["channel", "-received_at", "-id"], name="referral_channel_newest"),
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
                name="referral_clock_from_known",
                condition=Q(clock_from__in=["reported", "released", "received", "taken_up"]),
            ),
        ]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.holder

    @property
    def clock(self) -> Clock | None:
        """The response clock, once a tier is set."""
        if self.due_at is None:
            return None
        return Clock(self.clock_started_at, self.due_at, stopped_at=self.stopped_at)


class TierChange(models.Model):
    """Each setting of the tier, kept: computed, shortened, lengthened, or re-triaged when facts changed."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="tier_changes")
    at = models.DateTimeField()
    by = models.CharField(max_length=9)
    kind = models.CharField(
        max_length=12,
        choices=[(x, x) for x in ("computed", "retriaged", "shortened", "lengthened", "waits", "refused")],
    )
    tier = models.PositiveSmallIntegerField()
    asked = models.PositiveSmallIntegerField()  # the tier that the facts asked for at the time
    due_at = models.DateTimeField()
    seconded_by = models.CharField(max_length=9, blank=True)
    why_sealed = models.BinaryField()  # class CORE: the reason and the facts at the time

    class Meta:
        ordering = ["at", "id"]
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
    settled = models.BooleanField(default=False)  # nothing about it is open any more
    details_sealed = models.BinaryField(null=True, blank=True)  # class REP: by whom, number, why none is owed
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


class Export(models.Model):
    """A file of list rows that somebody asked for: for what, on what ground, agreed by whom. The rows are in no table.

    What was narrowed down is sealed for the person who asked; the file is made anew from what that person may see then.
    """

    code = models.CharField(max_length=9, unique=True, default=new_code)
    listing = models.CharField(max_length=20, default="referrals")  # which list: its key
    form = models.CharField(max_length=4, choices=[(x, x) for x in ("csv", "xlsx")], default="csv")
    asked_by = models.CharField(max_length=9)
    agency = models.CharField(max_length=9)
    asked_sealed = models.BinaryField()  # the asker's own: the list's filters
    purpose = models.CharField(max_length=20)
    basis = models.CharField(max_length=20)
    clients = models.PositiveIntegerField()  # how many there were when it was asked for
    second = models.CharField(max_length=9, blank=True)  # who is to agree; empty where nobody need
    state = models.CharField(
        max_length=8, choices=[(x, x) for x in ("asked", "agreed", "declined", "made")], default="asked"
    )
    asked_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="export_of_many_has_its_second_person",
                condition=Q(clients__lte=25)
                | ~Q(state__in=["agreed", "made"])
                | (~Q(second="") & Q(agreed_at__isnull=False)),
            ),
            models.CheckConstraint(name="export_is_agreed_by_another", condition=~Q(second=models.F("asked_by"))),
        ]


def visible_referrals(viewer: Viewer, now: datetime) -> models.QuerySet[Referral]:
    """Referrals that this viewer may know of: coordinators and the alliance's reviewers by region, others by a running
    standing to the client. Deny by default.
    """
    if not viewer.code:
        return Referral.objects.none()
    if viewer.has("care_coordinator") or viewer.has("alliance_reviewer"):
        covered = regions_q(viewer, roles=("care_coordinator", "alliance_reviewer"))
        seen = Referral.objects.filter(covered).exclude(client__in=kept_apart(viewer).values("client"))
        return seen.exclude(holder__in=keeping_apart(viewer))
    return Referral.objects.filter(client__in=visible_clients(viewer, now))
