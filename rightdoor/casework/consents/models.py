"""People around a client, releases with their signatures, consent to coordination, orders, emergencies, disclosures.

What is told stands sealed; in clear stand codes, moments and how far each thing is, which the clocks ask for.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from rightdoor.casework.clients.models import Client
from rightdoor.foundation.codes import new_code

CODE = 9


def _among(*choices: str) -> list[tuple[str, str]]:
    return [(one, one) for one in choices]


class AboutClient(models.Model):
    """What every record here has: its code, whom it is about, who recorded it and when."""

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=CODE)

    class Meta:
        abstract = True

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.client.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.client.holder


class PersonAround(AboutClient):
    """A parent, guardian, relative or other person around the client. The flags say who may not sign or be called."""

    who_sealed = models.BinaryField()  # class ID: name, relation, phone, address
    flags_sealed = models.BinaryField()  # class OFF: four flags, each yes, no or not established
    changed_at = models.DateTimeField()


class Release(AboutClient):
    """A signed permission: one discloser, one recipient, listed kinds of record, a purpose, an end. (practice.md 4.2)

    `told_sealed` holds everything that the form says. The ground of the same code in `clients` is what opens records.
    """

    from_agency = models.CharField(max_length=CODE)
    to_agency = models.CharField(max_length=CODE, blank=True)
    to_account = models.CharField(max_length=CODE, blank=True)
    told_sealed = models.BinaryField()  # class CORE
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_why = models.CharField(max_length=10, blank=True, choices=_among("flag", "custody", "check"))
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=10, blank=True, choices=_among("revoked", "expired", "of_age", "closed"))
    ended_by = models.CharField(max_length=CODE, blank=True)
    revoked_how = models.CharField(max_length=10, blank=True, choices=_among("spoken", "written"))

    class Meta:
        indexes = [
            models.Index(fields=["client", "-starts_at"], name="release_of_client"),
            models.Index(fields=["expires_at"], name="release_running", condition=Q(ended_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(name="release_has_an_end", condition=Q(expires_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="release_has_one_recipient",
                condition=(~Q(to_agency="") & Q(to_account="")) | (Q(to_agency="") & ~Q(to_account="")),
            ),
            models.CheckConstraint(
                name="release_ended_says_why",
                condition=Q(ended_at__isnull=True, ended_why="") | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
            ),
        ]


class Signature(models.Model):
    """One signature under a release. `person` is empty for the client and for people who sign for an agency."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="signatures")
    number = models.PositiveSmallIntegerField()
    person = models.ForeignKey(PersonAround, null=True, blank=True, on_delete=models.PROTECT, related_name="signatures")
    told_sealed = models.BinaryField()  # class CORE: as whom, name, authority document, how it was signed
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "number"], name="one_place_a_signature")]


class ParticipationConsent(AboutClient):
    """Consent to ongoing coordination, or its refusal. It opens meetings, not records. The latest answer counts."""

    answer = models.CharField(max_length=8, choices=_among("given", "refused"))
    about = models.CharField(max_length=CODE, blank=True)  # the staffing at which it was recorded
    person = models.ForeignKey(PersonAround, null=True, blank=True, on_delete=models.PROTECT, related_name="consents")
    told_sealed = models.BinaryField()  # class CORE: on what it rests, who answered, how, in which language, words
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=CODE, blank=True)
    ended_why = models.CharField(max_length=10, blank=True, choices=_among("withdrawn", "of_age", "expired", "closed"))

    class Meta:
        indexes = [models.Index(fields=["client", "-given_at"], name="participation_of_client")]


class LegalAlternative(AboutClient):
    """What stands in place of a guardian's consent: custody, an order, own consent where the law lets it."""

    told_sealed = models.BinaryField()  # class CORE: which, the document, words
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=CODE, blank=True)

    class Meta:
        indexes = [models.Index(fields=["client", "-starts_at"], name="alternative_of_client")]


class CourtOrder(AboutClient):
    """A judge's order to disclose. It opens nothing until a second person has confirmed it. (MR-5)"""

    from_agency = models.CharField(max_length=CODE)
    to_agency = models.CharField(max_length=CODE, blank=True)
    to_account = models.CharField(max_length=CODE, blank=True)
    told_sealed = models.BinaryField()  # class CORE: court, number, scope, classes, notice attempt, safety steps
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=CODE, blank=True)

    class Meta:
        indexes = [models.Index(fields=["client", "-starts_at"], name="order_of_client")]
        constraints = [
            models.CheckConstraint(
                name="order_confirmed_by_a_second_person",
                condition=Q(confirmed_at__isnull=True, confirmed_by="")
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by="") & ~Q(confirmed_by=F("recorded_by"))),
            )
        ]


class Subpoena(AboutClient):
    """A demand for records that no judge has ordered. It tells people and keeps the record; it never opens. (SR-25)"""

    told_sealed = models.BinaryField()  # class CORE: from whom, what is asked for, reference, words
    received_at = models.DateTimeField()
    answer_due_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=CODE, blank=True)

    class Meta:
        indexes = [
            # The hold: while one runs, nothing of this client may be disposed of.
            models.Index(fields=["client"], name="subpoena_holding", condition=Q(settled_at__isnull=True))
        ]


class EmergencyGround(AboutClient):
    """A documented emergency: named kinds of record for one named person, for at most three days."""

    from_agency = models.CharField(max_length=CODE)
    to_account = models.CharField(max_length=CODE)
    told_sealed = models.BinaryField()  # class CORE: what happens, why it cannot wait, classes
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["client", "-starts_at"], name="emergency_of_client")]


class OutsideDisclosure(AboutClient):
    """Something told outside the platform: by phone, on paper, or as a mandated report of the reported facts only."""

    release = models.ForeignKey(
        Release, null=True, blank=True, on_delete=models.PROTECT, related_name="outside_disclosures"
    )
    ground = models.CharField(max_length=CODE, blank=True)  # code of the order or emergency that it rests on
    kind = models.CharField(max_length=10, choices=_among("spoken", "paper", "electronic", "report"))
    from_agency = models.CharField(max_length=CODE)
    to_agency = models.CharField(max_length=CODE, blank=True)
    told_sealed = models.BinaryField()  # class CORE: to whom, what, classes, purpose; for a report what MR-3 asks
    told_at = models.DateTimeField()
    is_compelled = models.BooleanField(default=False)  # by a statute or a court, without the client's consent
    follow_up_due_at = models.DateTimeField(null=True, blank=True)
    follow_up_done_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=CODE, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["client", "-told_at"], name="outside_of_client"),
            models.Index(
                fields=["follow_up_due_at"], name="follow_up_owed", condition=Q(follow_up_done_at__isnull=True)
            ),
        ]
