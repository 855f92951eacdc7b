"""Extracts for research and reports to funders: who asked, for what, on which ground, and what went out."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from rightdoor.domain.extract import KINDS, STATES
from rightdoor.domain.grant_report import FORMS, GROUNDS, PARTS, REQUEST_STATES
from rightdoor.foundation.codes import new_code

CODE = 9
DECIDED = ("declined", "approved", "made", "too_few", "failed", "fetched", "expired", "ended")


class ResearchExtract(models.Model):
    """Rows for approved research, from the request until no copy is left. The file stays until it is fetched."""

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    state = models.CharField(max_length=8, choices=[(x, x) for x in STATES], default="asked")
    kind = models.CharField(max_length=10, choices=[(x, x) for x in KINDS], default="rows")
    epsilon = models.PositiveSmallIntegerField(default=0)  # of synthetic rows: what they cost of the privacy budget
    columns = ArrayField(models.CharField(max_length=20))
    first_year = models.PositiveIntegerField()
    last_year = models.PositiveIntegerField()
    approval_ends_on = models.DateField()  # of the ethics board
    ends_on = models.DateField()  # by then no copy is left
    told_sealed = models.BinaryField()  # class PERF: who gets it, for what, the number of the ethics approval
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=CODE)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=CODE, blank=True)
    decided_sealed = models.BinaryField(null=True)  # class PERF: why
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    # A subject of its own: its key is destroyed with the file, so that no backup can hand it out later.
    file_code = models.CharField(max_length=CODE, unique=True, default=new_code)
    file_sealed = models.BinaryField(null=True)  # class PERF: the file, until it is fetched or too late
    about_sealed = models.BinaryField(null=True)  # class PERF: what was done to the rows, and the file's hash
    fetched_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=CODE, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-asked_at", "-id"], name="extract_newest")]
        constraints = [
            models.CheckConstraint(
                name="extract_is_decided_by_another", condition=Q(decided_by="") | ~Q(decided_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="extract_goes_on_only_when_decided",
                condition=~Q(state__in=DECIDED) | (~Q(decided_by="") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="extract_keeps_its_file_until_fetched", condition=Q(file_sealed__isnull=True) | Q(state="made")
            ),
            models.CheckConstraint(
                name="extract_made_has_its_end",
                condition=~Q(state="made") | (Q(expires_at__isnull=False) & Q(file_sealed__isnull=False)),
            ),
            models.CheckConstraint(
                name="extract_of_synthetic_rows_has_its_cost",
                condition=Q(kind="synthetic", epsilon__gt=0) | (~Q(kind="synthetic") & Q(epsilon=0)),
            ),
            models.CheckConstraint(name="extract_of_years_in_order", condition=Q(last_year__gte=F("first_year"))),
        ]


class PrivacySpending(models.Model):
    """What was spent of the privacy budget of some years. The serving role may add rows and read them; nobody changes
    one, and nothing gives a budget back.
    """

    extract = models.OneToOneField(ResearchExtract, models.PROTECT, related_name="spending")
    first_year = models.PositiveIntegerField()
    last_year = models.PositiveIntegerField()
    epsilon = models.PositiveSmallIntegerField()
    spent_at = models.DateTimeField()
    spent_by = models.CharField(max_length=CODE)  # who approved

    class Meta:
        constraints = [
            models.CheckConstraint(name="spending_is_of_something", condition=Q(epsilon__gt=0)),
            models.CheckConstraint(name="spending_of_years_in_order", condition=Q(last_year__gte=F("first_year"))),
        ]


class GrantReport(models.Model):
    """A report to a funder or to a national collection, as it was made. Never changed: a new one is another report."""

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    form = models.CharField(max_length=8, choices=[(x, x) for x in FORMS])
    crosswalk = models.CharField(max_length=20)  # its version
    since = models.DateField()
    until = models.DateField()  # the last day
    region = models.CharField(max_length=60, blank=True)  # empty: the whole state
    is_exact = models.BooleanField()  # small counts stand in it: only with a ground, to one funder
    ground = models.CharField(max_length=12, blank=True, choices=[(x, x) for x in GROUNDS])
    body_sealed = models.BinaryField()  # class PERF: to whom, and its tables
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=CODE)  # for exact counts: who asked for it
    approved_by = models.CharField(max_length=CODE, blank=True)  # of exact counts: the second person

    class Meta:
        indexes = [models.Index(fields=["-made_at", "-id"], name="grant_report_newest")]
        constraints = [
            models.CheckConstraint(
                name="grant_report_exact_has_its_ground", condition=Q(is_exact=False) | ~Q(ground="")
            ),
            # For every row from now on: before, one person was enough (migration 0002).
            models.CheckConstraint(
                name="grant_report_exact_is_approved_by_another",
                condition=Q(is_exact=False) | (~Q(approved_by="") & ~Q(approved_by=F("made_by"))),
            ),
            models.CheckConstraint(name="grant_report_ends_after_it_begins", condition=Q(until__gte=F("since"))),
        ]


class ExactRequest(models.Model):
    """A request for a report with exact counts: one person asks, a second one decides, and only then it is made."""

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    state = models.CharField(max_length=10, choices=[(x, x) for x in REQUEST_STATES], default="asked")
    form = models.CharField(max_length=8, choices=[(x, x) for x in FORMS])
    year = models.PositiveIntegerField()
    part = models.CharField(max_length=4, choices=[(x, x) for x in PARTS])
    region = models.CharField(max_length=60, blank=True)  # empty: the whole state
    ground = models.CharField(max_length=12, choices=[(x, x) for x in GROUNDS])
    told_sealed = models.BinaryField()  # class PERF: to whom it goes
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=CODE)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=CODE, blank=True)
    decided_sealed = models.BinaryField(null=True)  # class PERF: why
    taken_back_at = models.DateTimeField(null=True, blank=True)
    report = models.OneToOneField(GrantReport, models.PROTECT, null=True, blank=True, related_name="request")

    class Meta:
        indexes = [models.Index(fields=["-asked_at", "-id"], name="exact_request_newest")]
        constraints = [
            models.CheckConstraint(name="exact_request_has_its_ground", condition=~Q(ground="")),
            models.CheckConstraint(
                name="exact_request_is_decided_by_another", condition=Q(decided_by="") | ~Q(decided_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="exact_request_goes_on_only_when_decided",
                condition=~Q(state__in=("approved", "declined")) | (~Q(decided_by="") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="exact_request_has_its_report_once_approved",
                condition=Q(state="approved", report__isnull=False) | (~Q(state="approved") & Q(report__isnull=True)),
            ),
        ]
