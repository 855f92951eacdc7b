"""Clients by code, standings (who is assigned, invited ...), and links between two entries of one person."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import new_code


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
    kind = models.CharField(max_length=10, choices=[(x, x) for x in ("assigned", "invited", "referrer")])
    discipline = models.CharField(max_length=40, blank=True)
    about = models.CharField(max_length=9, blank=True)  # code of the case, staffing or report that gave it
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    given_by = models.CharField(max_length=9)
    ended_by = models.CharField(max_length=9, blank=True)  # who removed the person; empty where the window just closed

    class Meta:
        indexes = [models.Index(fields=["account_code", "client"]), models.Index(fields=["client", "account_code"])]


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


def regions_q(viewer: Viewer, field: str = "region", *, roles: tuple[str, ...] = ("care_coordinator",)) -> Q:
    """Rows of the regions in which the viewer holds one of these roles; "*" among them means the whole state."""
    regions = viewer.regions_as(*roles)
    if "*" in regions:
        return Q(pk__isnull=False)  # every row; an empty Q would vanish in an "or" with something else
    return Q(**{f"{field}__in": sorted(regions)})


def visible_clients(viewer: Viewer, now: datetime) -> models.QuerySet[Client]:
    """Clients that this viewer may know of: coordinators by region, everybody else by a running standing.

    Deny by default.
    """
    standing = Standing.objects.filter(client=OuterRef("pk"), account_code=viewer.code, starts_at__lte=now).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    if not viewer.code:
        return Client.objects.none()
    if viewer.has("care_coordinator"):
        return Client.objects.filter(regions_q(viewer) | Exists(standing))
    return Client.objects.filter(Exists(standing))


from rightdoor.casework.clients import identity  # noqa: E402,F401  (registers the sealed table with this app)
