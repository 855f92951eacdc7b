"""Staffings, minutes by topic, decisions, action items, summaries and who opened them."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.models import keeping_apart, kept_apart
from rightdoor.community.meetings.apart import keeps_apart
from rightdoor.community.meetings.models import Invitation, Meeting
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import new_code


class Staffing(models.Model):
    """One case's turn at one meeting. The response clock stops when the first emergency staffing is held."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="staffings")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    region = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=[(x, x) for x in ("emergency", "ongoing", "case_review")])
    state = models.CharField(
        max_length=10, choices=[(x, x) for x in ("scheduled", "held", "cancelled")], default="scheduled"
    )
    starts_at = models.DateTimeField()  # of the meeting
    place = models.PositiveSmallIntegerField(default=0)  # in the running order of a meeting of several cases
    planned_minutes = models.PositiveSmallIntegerField(default=0)  # 0: the whole meeting
    turn_at = models.DateTimeField(null=True, blank=True)  # when the turn is planned; kept, for few see the whole order
    held_at = models.DateTimeField(null=True, blank=True)
    continued_services = models.CharField(
        max_length=12, blank=True, choices=[(x, x) for x in ("eligible", "not_eligible", "undecided")]
    )
    consent_plan = models.CharField(max_length=30, blank=True)  # one of choices.CONSENT_PLANS
    settled_sealed = models.BinaryField(null=True, blank=True)  # class CORE: words on both; who consents
    summary_due_at = models.DateTimeField(null=True, blank=True)
    summary_shared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["region", "starts_at"], name="staffing_coming", condition=Q(state="scheduled")),
            models.Index(
                fields=["region", "summary_due_at"],
                name="staffing_summary_owed",
                condition=Q(summary_due_at__isnull=False, summary_shared_at__isnull=True),
            ),
            models.Index(fields=["meeting"], name="staffing_of_meeting"),
        ]
        constraints = [
            models.CheckConstraint(
                name="staffing_held_has_its_time",
                condition=Q(state="held", held_at__isnull=False) | (~Q(state="held") & Q(held_at__isnull=True)),
            )
        ]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.case.holder

    @property
    def due_at(self) -> datetime | None:
        """By when an emergency staffing must be held: the referral's own clock, never a copy that could go stale."""
        return self.case.referral.due_at if self.kind == "emergency" else None


class TopicMinutes(models.Model):
    """What was said on one topic. The version makes a second writer's save visible; nothing is overwritten unseen."""

    staffing = models.ForeignKey(Staffing, on_delete=models.PROTECT, related_name="minutes")
    topic = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=0)
    text_sealed = models.BinaryField()  # class CORE
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=9)
    written_from = models.CharField(max_length=9, blank=True)  # the writer's open page: its own saves are no conflict

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staffing", "topic"], name="one_page_a_topic")]


class Decision(models.Model):
    """A decision of the team on a topic."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    staffing = models.ForeignKey(Staffing, on_delete=models.PROTECT, related_name="decisions")
    topic = models.CharField(max_length=60)
    text_sealed = models.BinaryField()  # class CORE
    decided_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=9)


class ActionItem(models.Model):
    """Something to do after a staffing: by whom, by when. It follows its owner until done (MTG-6)."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    staffing = models.ForeignKey(Staffing, on_delete=models.PROTECT, related_name="action_items")
    topic = models.CharField(max_length=60)
    owner = models.CharField(max_length=9)  # account code
    due_on = models.DateField()
    text_sealed = models.BinaryField()  # class CORE
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=9)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=9, blank=True)

    class Meta:
        indexes = [models.Index(fields=["owner", "due_on"], name="action_item_open", condition=Q(done_at__isnull=True))]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.staffing.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.staffing.case.holder


class CaseSummary(models.Model):
    """The summary filed from the minutes; its text is frozen when filed and bound to a digest."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    staffing = models.OneToOneField(Staffing, on_delete=models.PROTECT, related_name="summary")
    filed_at = models.DateTimeField()
    filed_by = models.CharField(max_length=9)
    body_sealed = models.BinaryField()  # class CORE: the frozen content as JSON
    # class PLAN: the service plan, sealed apart from the body, because sharing does not open it
    plan_sealed = models.BinaryField(null=True, blank=True)
    digest = models.CharField(max_length=64)  # of both together

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.staffing.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.staffing.case.holder


class SummaryShare(models.Model):
    """A member to whom the summary was shared, and when it was opened."""

    summary = models.ForeignKey(CaseSummary, on_delete=models.PROTECT, related_name="shares")
    account_code = models.CharField(max_length=9)
    shared_at = models.DateTimeField()
    first_opened_at = models.DateTimeField(null=True, blank=True)
    last_opened_at = models.DateTimeField(null=True, blank=True)
    printed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["summary", "account_code"], name="one_share_a_member")]
        indexes = [models.Index(fields=["account_code", "first_opened_at"])]


class CadenceSetting(models.Model):
    """How often a case comes before the team from a day on, and why. The newest one holds. (CASE-11)"""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="cadence_settings")
    cadence = models.CharField(max_length=20)  # one of domain.cadence.KEYS
    next_on = models.DateField(null=True, blank=True)  # a day that was chosen; it holds until the next staffing
    why_sealed = models.BinaryField()  # class CORE
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=9)

    class Meta:
        indexes = [models.Index(fields=["case", "-set_at", "-id"], name="cadence_of_case")]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.case.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.case.holder


class Packet(models.Model):
    """What one person without an account may read of one case around one meeting: under a link and spoken words.

    The text is frozen and sealed here, so that nothing else needs to open for a stranger. Of the link and of the words
    only digests are kept.
    """

    code = models.CharField(max_length=9, unique=True, default=new_code)
    staffing = models.ForeignKey(Staffing, on_delete=models.PROTECT, related_name="packets")
    subject = models.CharField(max_length=9)  # code of the client, for the label of the seal
    holder = models.CharField(max_length=9)
    to_agency = models.CharField(max_length=9)
    ground = models.CharField(max_length=9)  # code of the release, order or emergency that it rests on
    link_digest = models.CharField(max_length=64, unique=True)
    words_digest = models.CharField(max_length=64)  # keyed, and bound to the link: of no use to who reads this alone
    told_sealed = models.BinaryField()  # class CORE: who the reader is, of which agency, and what was chosen
    body_sealed = models.BinaryField()  # class CORE: exactly what was chosen, frozen
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=9)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    locked_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=9, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    notice_version = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="packet_closes_after_it_opens", condition=Q(closes_at__gt=models.F("opens_at")))
        ]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.subject

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.holder


class PacketLook(models.Model):
    """Each time somebody came with the link: what came of it."""

    packet = models.ForeignKey(Packet, on_delete=models.PROTECT, related_name="looks")
    at = models.DateTimeField()
    what = models.CharField(max_length=8, choices=[(x, x) for x in ("wrong", "locked", "told", "signed", "opened")])

    class Meta:
        indexes = [models.Index(fields=["packet", "-at"], name="looks_of_packet")]


@keeps_apart
def only_about_others(viewer: Viewer) -> Q:
    """Meetings at which every turn is that of a case from which the viewer is kept apart, invited or not; or of one
    whose holder keeps its records apart, unless the viewer is asked to be there.
    """
    blocked = Q(case__client__in=kept_apart(viewer).values("client"))
    apart = blocked | Q(case__holder__in=keeping_apart(viewer))
    turns = Staffing.objects.filter(meeting=OuterRef("pk"))
    asked = Invitation.objects.filter(
        Q(account__code=viewer.code) | Q(delegate__code=viewer.code), meeting=OuterRef("pk")
    )
    from_them = Q(Exists(turns.filter(blocked))) & ~Q(Exists(turns.exclude(blocked)))
    from_others = Q(Exists(turns.filter(apart))) & ~Q(Exists(turns.exclude(apart))) & ~Q(Exists(asked))
    return from_them | from_others
