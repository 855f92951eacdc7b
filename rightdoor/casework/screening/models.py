"""Screenings, the rows that count them without a person, and the log of universal education."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q

from rightdoor.casework.clients.models import Client, kept_apart, regions_q
from rightdoor.casework.intake.models import Report
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import new_code

STEPS = ("report", "refer", "monitor", "nothing_now")
RESULTS = ("positive", "negative", "indeterminate")
OCCASIONS = ("routine", "new_information", "return", "case_opening", "other")


class Screening(models.Model):
    """One use of a tool. Who it is about and what was seen stand sealed; the workflow is clear."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    holder = models.CharField(max_length=9)
    # The pin: exactly this version of the tool, also when a newer one ships.
    tool = models.CharField(max_length=64)
    tool_version = models.CharField(max_length=40)
    tool_hash = models.CharField(max_length=64)
    entry = models.CharField(max_length=6, choices=[(x, x) for x in ("items", "result")], default="items")
    occasion = models.CharField(max_length=16, choices=[(x, x) for x in OCCASIONS], default="routine")
    region = models.CharField(max_length=60, blank=True)
    area = models.CharField(max_length=60, blank=True)
    taken_on = models.DateField()
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=9)
    state = models.CharField(max_length=8, choices=[(x, x) for x in ("draft", "finished", "stopped")], default="draft")
    is_open = models.BooleanField(default=False)  # the reminders were answered, or the tool asks nobody
    ended_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=13, choices=[(x, x) for x in RESULTS], blank=True)
    band = models.CharField(max_length=64, blank=True)
    suggested = models.CharField(max_length=11, choices=[(x, x) for x in STEPS], blank=True)
    next_step = models.CharField(max_length=11, choices=[(x, x) for x in STEPS], blank=True)
    handed_to = models.CharField(max_length=60, blank=True)  # the region whose team sees it, too
    handed_at = models.DateTimeField(null=True, blank=True)
    report = models.ForeignKey(Report, null=True, blank=True, on_delete=models.PROTECT, related_name="screenings")
    client = models.ForeignKey(Client, null=True, blank=True, on_delete=models.PROTECT, related_name="screenings")
    taken_up_at = models.DateTimeField(null=True, blank=True)  # a team made a referral of it
    version = models.PositiveIntegerField(default=0)
    # Sealed under the screening's own code as subject; see disclosure.py.
    told_sealed = models.BinaryField()  # class CORE: answers, evidence, sources, reminders, reasons
    person_sealed = models.BinaryField()  # class ID: who it is about, or nobody by name

    class Meta:
        indexes = [
            models.Index(fields=["begun_by", "-begun_at", "-id"], name="screening_own"),
            models.Index(fields=["handed_to", "-handed_at", "-id"], name="screening_handed_on"),
        ]
        constraints = [
            models.CheckConstraint(
                name="screening_ended_has_its_time",
                condition=Q(state="draft", ended_at__isnull=True) | (~Q(state="draft") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="screening_finished_says_what_follows", condition=~Q(state="finished") | ~Q(next_step="")
            ),
            models.CheckConstraint(
                name="screening_handed_on_has_its_time",
                condition=Q(handed_to="", handed_at__isnull=True) | (~Q(handed_to="") & Q(handed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="screening_taken_up_has_its_client",
                condition=Q(client__isnull=True, taken_up_at__isnull=True)
                | Q(client__isnull=False, taken_up_at__isnull=False),
            ),
        ]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit: nobody but itself until a referral is made of it."""
        return self.code

    @property
    def holder_code(self) -> str:
        """The agency that holds it, for the audit."""
        return self.holder

    @property
    def is_over(self) -> bool:
        """Nothing is answered any more."""
        return self.state != "draft"


class CountedScreening(models.Model):
    """One finished or stopped screening as it is counted: no code, no day, no person, no way back.

    `came_by`: the import that brought it, so that an import can be undone whole; empty for one recorded here.
    """

    tool = models.CharField(max_length=64)
    tool_version = models.CharField(max_length=40, blank=True)
    agency = models.CharField(max_length=9)
    region = models.CharField(max_length=60, blank=True)
    area = models.CharField(max_length=60, blank=True)
    month = models.DateField()  # its first day
    state = models.CharField(max_length=8, choices=[(x, x) for x in ("finished", "stopped")])
    result = models.CharField(max_length=13, choices=[(x, x) for x in RESULTS], blank=True)
    band = models.CharField(max_length=64, blank=True)
    next_step = models.CharField(max_length=11, choices=[(x, x) for x in STEPS], blank=True)
    occasion = models.CharField(max_length=16, blank=True)
    came_by = models.CharField(max_length=9, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["region", "month"], name="counted_by_region"),
            models.Index(fields=["agency", "month"], name="counted_by_agency"),
            models.Index(fields=["came_by"], name="counted_by_import", condition=~Q(came_by="")),
        ]


class CountedIndicator(models.Model):
    """An indicator that a counted screening marked as there."""

    counted = models.ForeignKey(CountedScreening, on_delete=models.CASCADE, related_name="indicators")
    item = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["counted", "item"], name="one_indicator_a_screening")]


class BroughtResults(models.Model):
    """A sheet of results that was counted: by whom, when, how many rows. Its rows name it: undone whole."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    brought_by = models.CharField(max_length=9)
    brought_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["brought_by", "-brought_at", "-id"], name="results_brought_by")]


class Education(models.Model):
    """Universal education that was given: to how many, and how. There is no room here for what anybody told. (SCR-6)

    Given to everybody, whoever they are and whatever they say; so nothing of a person stands here.
    """

    code = models.CharField(max_length=9, unique=True, default=new_code)
    agency = models.CharField(max_length=9)
    given_by = models.CharField(max_length=9)
    given_on = models.DateField()
    recorded_at = models.DateTimeField()
    region = models.CharField(max_length=60, blank=True)
    area = models.CharField(max_length=60, blank=True)
    people = models.PositiveSmallIntegerField(default=1)
    is_alone = models.BooleanField(null=True)
    limits_told = models.BooleanField(null=True)
    interpreter = models.CharField(max_length=16, blank=True)
    cards_offered = models.BooleanField(null=True)  # two: one for oneself, one for somebody else
    resources_told = models.BooleanField(null=True)
    warm_referral = models.BooleanField(null=True)
    safe_contact_asked = models.BooleanField(null=True)

    class Meta:
        indexes = [models.Index(fields=["given_by", "-given_on", "-id"], name="education_own")]
        constraints = [
            models.CheckConstraint(name="education_was_given_to_somebody", condition=Q(people__gte=1)),
        ]


def visible_screenings(viewer: Viewer) -> models.QuerySet[Screening]:
    """Screenings that this viewer may know of: their own, and those handed on to a region that they coordinate.

    A partner's screener sees no other's, not even of the same agency. (SCR-4)
    """
    if not viewer.code:
        return Screening.objects.none()
    mine = Q(begun_by=viewer.code)
    if viewer.has("care_coordinator"):
        mine |= ~Q(handed_to="") & regions_q(viewer, "handed_to")
    return Screening.objects.filter(mine).exclude(Exists(of_kept_apart(viewer).filter(pk=OuterRef("pk"))))


def of_kept_apart(viewer: Viewer) -> models.QuerySet[Screening]:
    """Screenings of clients from whom this viewer is kept apart, whether a referral was made of the screening itself or
    of its report. A report may have become several clients; which of them was screened is not established.
    """
    apart = kept_apart(viewer).values("client")
    by_report = Q(report__client__in=apart) | Q(report__referrals__client__in=apart)
    return Screening.objects.filter(Q(client__in=apart) | by_report)


def counted_for(viewer: Viewer) -> Q:
    """Of which counted rows this viewer may see figures: an agency's head of the agency, a coordinator of the region,
    whoever reads the state's figures of all. Deny by default. (SCR-4)
    """
    found = Q(pk__in=[])
    if viewer.has("state_analyst"):
        found |= regions_q(viewer, roles=("state_analyst",))
    if viewer.has("care_coordinator"):
        found |= regions_q(viewer)
    if viewer.has("agency_head") and viewer.agency:
        found |= Q(agency=viewer.agency)
    return found
