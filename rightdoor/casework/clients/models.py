"""Clients by code, standings (who is assigned, invited ...), and links between two entries of one person."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from rightdoor.community.partners.models import Agency
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import new_code

NEEDS = ("staffing", "investigation", "care", "advocacy", "supervision")
GROUNDS = ("COURT", "MR", "EMERG", "ROI")
WHY_BLOCKED = ("conflict", "alleged", "own_past", "coordinator")
CODE = 9


class Client(models.Model):
    """A child or youth, by code. Who it is stands sealed in Identity."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    holder = models.CharField(max_length=9)  # code of the agency that holds the record
    region = models.CharField(max_length=60)
    known_since = models.DateTimeField()
    linked_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="linked_entries"
    )

    class Meta:
        indexes = [
            # The newest that a viewer may see, for matching and search: by region, and for the whole state.
            models.Index(fields=["region", "-known_since", "-id"], name="client_newest_of_region"),
            models.Index(fields=["-known_since", "-id"], name="client_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                name="client_not_linked_to_itself",
                condition=Q(linked_to__isnull=True) | ~Q(linked_to=models.F("id")),
            )
        ]

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.holder


class Standing(models.Model):
    """A person's relation to a client, with its window. The only thing beside the region that opens a record."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="standings")
    account_code = models.CharField(max_length=9)
    # awaits: a guest who has not signed the notice; it opens nothing (SR-05)
    # shared: a coordinator of another region, who coordinates this case, too (CASE-13)
    kind = models.CharField(
        max_length=10, choices=[(x, x) for x in ("assigned", "invited", "referrer", "override", "awaits", "shared")]
    )
    discipline = models.CharField(max_length=40, blank=True)
    need = models.CharField(max_length=13, blank=True, choices=[(x, x) for x in NEEDS])  # what the person needs it for
    about = models.CharField(max_length=9, blank=True)  # code of the case, staffing or report that gave it
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    given_by = models.CharField(max_length=9)
    ended_by = models.CharField(max_length=9, blank=True)  # who removed the person; empty where the window just closed

    class Meta:
        indexes = [models.Index(fields=["account_code", "client"]), models.Index(fields=["client", "account_code"])]


class Ground(models.Model):
    """A legal ground on which records of a client may be disclosed: a release, an order, a report, an emergency.

    The record that it stands on (a release, an order) has its own table in the slice above; here is what the decision
    asks for. Nothing is deleted: what was open once stays readable as having been open.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="grounds")
    kind = models.CharField(max_length=5, choices=[(x, x) for x in GROUNDS])
    code = models.CharField(max_length=CODE)  # of the record that it stands on
    from_agency = models.CharField(max_length=CODE, blank=True)
    to_agency = models.CharField(max_length=CODE, blank=True)
    to_account = models.CharField(max_length=CODE, blank=True)
    classes = ArrayField(models.CharField(max_length=8), default=list)
    items = ArrayField(models.CharField(max_length=20), default=list, blank=True)  # codes; empty: all of the classes
    initialled = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    names_intermediary = models.BooleanField(default=False)
    minor_signed = models.BooleanField(default=False)
    given_by = models.CharField(max_length=CODE)

    class Meta:
        indexes = [
            models.Index(fields=["client", "to_agency"], name="ground_of_client", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["to_agency", "client"], name="ground_to_agency", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["code"], name="ground_by_record"),
        ]
        constraints = [
            # Without an end a release or an emergency never opens anything, so such a row would only mislead.
            models.CheckConstraint(
                name="ground_of_a_release_ends", condition=~Q(kind__in=["ROI", "EMERG"]) | Q(ends_at__isnull=False)
            ),
            models.CheckConstraint(
                name="ground_ends_after_it_starts",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
            ),
        ]


class Block(models.Model):
    """Keeps a person, or everybody of an agency, apart from a client: a conflict of interest, a tie to the alleged.

    Stronger than every ground: whoever is blocked sees nothing, not even with a release. (practice.md 4.4, step 2)
    """

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="blocks")
    account_code = models.CharField(max_length=CODE, blank=True)
    agency_code = models.CharField(max_length=CODE, blank=True)
    why = models.CharField(max_length=12, choices=[(x, x) for x in WHY_BLOCKED])
    declared_by = models.CharField(max_length=CODE)
    starts_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=CODE, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["account_code", "client"], name="block_of_person", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["agency_code", "client"], name="block_of_agency", condition=Q(ended_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                name="block_of_a_person_or_an_agency",
                condition=(~Q(account_code="") & Q(agency_code="")) | (Q(account_code="") & ~Q(agency_code="")),
            ),
            models.UniqueConstraint(
                fields=["client", "account_code", "agency_code"],
                condition=Q(ended_at__isnull=True),
                name="one_running_block",
            ),
        ]


class Holding(models.Model):
    """An agency that keeps something of its own about a client, in whichever slice: to its people the client exists."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="holdings")
    agency_code = models.CharField(max_length=9)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "agency_code"], name="one_holding_of_an_agency")]


def note_holding(client: Client, agency_code: str) -> None:
    """Within an act of another slice: this agency now keeps something of its own about the client."""
    Holding.objects.get_or_create(client=client, agency_code=agency_code)


class MatchDecision(models.Model):
    """Two entries were held against each other: linked, kept apart, or a decision taken back. All are kept."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="match_decisions")
    other = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=[(x, x) for x in ("linked", "apart")])
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=9)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=9, blank=True)

    class Meta:
        indexes = [models.Index(fields=["other", "client"])]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "other"], condition=Q(undone_at__isnull=True), name="one_running_match_decision"
            ),
            models.CheckConstraint(name="match_of_two_entries", condition=~Q(client=models.F("other"))),
            models.CheckConstraint(
                name="match_undone_has_its_person",
                condition=Q(undone_at__isnull=True, undone_by="") | (Q(undone_at__isnull=False) & ~Q(undone_by="")),
            ),
        ]


class ClientMerge(models.Model):
    """Two entries are kept together as one child: one leads, the other follows. Undone by its two last columns.

    Nothing is moved, sealed anew or deleted, because a key belongs to one client, one holder and one kind of record:
    each entry stays whole and opens by its own decision, so that whoever may read one of the two learns nothing of the
    other. (INT-7)
    """

    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    leading = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="led_merges")
    following = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="followed_merges")
    why_sealed = models.BinaryField()  # class CORE, of the following entry: why these two are one child
    merged_at = models.DateTimeField()
    merged_by = models.CharField(max_length=CODE)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=CODE, blank=True)

    class Meta:
        indexes = [models.Index(fields=["leading"], name="merge_led", condition=Q(undone_at__isnull=True))]
        constraints = [
            models.UniqueConstraint(
                fields=["following"], condition=Q(undone_at__isnull=True), name="one_running_merge_of_an_entry"
            ),
            models.CheckConstraint(name="merge_of_two_entries", condition=~Q(leading=models.F("following"))),
            models.CheckConstraint(
                name="merge_undone_has_its_person",
                condition=Q(undone_at__isnull=True, undone_by="") | (Q(undone_at__isnull=False) & ~Q(undone_by="")),
            ),
        ]

    @property
    def subject_code(self) -> str:
        """Whom this is about, for the audit."""
        return self.following.code

    @property
    def holder_code(self) -> str:
        """The agency that holds the record, for the audit."""
        return self.following.holder


def regions_q(viewer: Viewer, field: str = "region", *, roles: tuple[str, ...] = ("care_coordinator",)) -> Q:
    """Rows of the regions in which the viewer holds one of these roles; "*" among them means the whole state."""
    regions = viewer.regions_as(*roles)
    if "*" in regions:
        return Q(pk__isnull=False)  # every row; an empty Q would vanish in an "or" with something else
    return Q(**{f"{field}__in": sorted(regions)})


def visible_clients(viewer: Viewer, now: datetime) -> models.QuerySet[Client]:
    """Clients that this viewer may know of: coordinators by region, everybody else by a running standing and a ground
    that opens at least one class of their record. Nobody from whom a block keeps the viewer apart. Deny by default.

    Without a release or a protocol the client is not there at all: not in lists, counts or search. (SR-01)
    """
    # The tables come before the facts that are read from them; every slice asks this question of its tables.
    from rightdoor.casework.clients.facts import opened_clients

    if not viewer.code:
        return Client.objects.none()
    opened = Q(pk__in=opened_clients(viewer, now))
    if not viewer.has("care_coordinator"):
        return Client.objects.filter(opened)
    coordinated = regions_q(viewer) & ~Q(holder__in=keeping_apart(viewer))
    return Client.objects.filter(coordinated | opened).exclude(pk__in=kept_apart(viewer).values("client"))


def keeping_apart(viewer: Viewer) -> models.QuerySet[Agency, str]:
    """Codes of the agencies that keep their records apart, but the viewer's own: what they hold is in nobody's region,
    also not as a code. (SR-13)
    """
    return Agency.objects.filter(keeps_own_records=True).exclude(code=viewer.agency).values_list("code", flat=True)


def kept_apart(viewer: Viewer) -> models.QuerySet[Block]:
    """The blocks that keep this viewer, or everybody of the viewer's agency, apart from clients."""
    mine = Q(account_code=viewer.code)
    if viewer.agency:
        mine |= Q(agency_code=viewer.agency)
    return Block.objects.filter(mine, ended_at__isnull=True)


from rightdoor.casework.clients import identity  # noqa: E402,F401  (registers the sealed table with this app)
