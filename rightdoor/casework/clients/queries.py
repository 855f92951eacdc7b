"""Reads of the clients slice: a client that the viewer may know of, and how the viewer stands to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from rightdoor.casework.clients.facts import Tie, opened_clients, ties_of
from rightdoor.casework.clients.models import (
    Block,
    Client,
    ClientMerge,
    MatchDecision,
    keeping_apart,
    kept_apart,
    visible_clients,
)
from rightdoor.community.partners.deidentified import holders_apart
from rightdoor.domain import permission
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.sealing.seals import SealContext


@dataclass(frozen=True, slots=True)
class DecidedMatch:
    """What somebody decided about two entries: `code` is the other one."""

    code: str
    outcome: str  # linked, apart
    decided_at: datetime
    decided_by: str


def client_for(viewer: Viewer, code: str, now: datetime) -> Client:
    """The client of this code. Raises NotVisible when there is none that the viewer may know of."""
    client = visible_clients(viewer, now).filter(code=normalise(code)).first()
    if client is None:
        raise NotVisible
    return client


def newest_visible(viewer: Viewer, now: datetime, *, at_most: int) -> list[Client]:
    """The newest clients that the viewer may know of, for matching and search. Two short walks along an index.

    The same clients as `visible_clients` finds; asked region by region, because the database would otherwise sort all
    of them to find the newest.
    """
    by_newest = ("-known_since", "-pk")
    if not viewer.code:
        return []
    branches = [Client.objects.filter(pk__in=opened_clients(viewer, now))]
    coordinated = viewer.regions_as("care_coordinator")
    if permission.ALL_REGIONS in coordinated:
        branches.append(Client.objects.all())
    else:
        branches += [Client.objects.filter(region=region) for region in sorted(coordinated)]
    if coordinated:
        apart, others = kept_apart(viewer).values("client"), keeping_apart(viewer)
        seen = [branch.exclude(pk__in=apart).exclude(holder__in=others) for branch in branches[1:]]
        branches = [branches[0], *seen]
    parts = [branch.order_by(*by_newest)[:at_most] for branch in branches]
    found = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    known = {client.pk: client for client in found}
    return sorted(known.values(), key=lambda client: (client.known_since, client.pk), reverse=True)[:at_most]


def not_kept_apart(codes: Iterable[str], client: Client, holder: str = "") -> list[str]:
    """Of these accounts, those who may be told of a record about the client. At most three queries.

    Nobody whom a block keeps apart from the client, alone or with the whole agency: a notice names a code, and goes out
    by mail too. `holder`: given where people are told for their region's sake alone, who keeps the record; where that
    agency keeps its records apart, only its own people are told. (SR-13; practice.md 4.4)
    """
    accounts = dict(Account.objects.filter(code__in=set(codes)).values_list("code", "agency_code"))
    blocks = list(Block.objects.filter(client=client, ended_at__isnull=True).values_list("account_code", "agency_code"))
    people, agencies = {person for person, _ in blocks}, {agency for _, agency in blocks} - {""}
    told = {code: agency for code, agency in accounts.items() if code not in people and agency not in agencies}
    if holder and any(agency != holder for agency in told.values()) and holders_apart().filter(code=holder).exists():
        told = {code: agency for code, agency in told.items() if agency == holder}
    return sorted(told)


def standing_of(viewer: Viewer, client: Client, now: datetime) -> Tie:
    """How the viewer stands to one client, with the facts that say so. One query."""
    return ties_of(viewer, [client], now)[client.pk]


def standings_of(viewer: Viewer, clients: Iterable[Client], now: datetime) -> dict[int, Tie]:
    """How the viewer stands to each of these clients, by primary key. One query.

    A coordinator of the region in which the client is counts as assigned; for everybody else only a running standing
    does, so that a role alone never opens a record. (practice.md 4.4, step 4)
    """
    return ties_of(viewer, clients, now)


def match_decisions(viewer: Viewer, client: Client, now: datetime) -> list[DecidedMatch]:
    """Decisions in force about this client and others that the viewer may know of, newest first."""
    held = list(
        MatchDecision.objects.filter(undone_at__isnull=True)
        .filter(Q(client=client) | Q(other=client))
        .select_related("client", "other")
        .order_by("-decided_at")
    )
    others = {row.other_id if row.client_id == client.pk else row.client_id for row in held}
    seen = set(visible_clients(viewer, now).filter(pk__in=others).values_list("pk", flat=True)) if others else set()
    rows = [row for row in held if (row.other_id if row.client_id == client.pk else row.client_id) in seen]
    return [
        DecidedMatch(
            (row.other if row.client_id == client.pk else row.client).code, row.outcome, row.decided_at, row.decided_by
        )
        for row in rows
    ]


def running_decision(client: Client, other: Client) -> MatchDecision | None:
    """The decision in force between two entries, whichever of them came first."""
    return MatchDecision.objects.filter(
        Q(client=client, other=other) | Q(client=other, other=client), undone_at__isnull=True
    ).first()


def seen_merges(viewer: Viewer, clients: Iterable[int], now: datetime) -> list[ClientMerge]:
    """The merges in force of these clients (by key) of which the viewer may know both entries, the oldest first.

    For whoever may know of only one of the two there is no merge. One query, and one more where there is any.
    """
    keys = set(clients)
    running = ClientMerge.objects.filter(undone_at__isnull=True).select_related("leading", "following")
    found = list(running.filter(Q(leading__in=keys) | Q(following__in=keys)).order_by("merged_at", "pk"))
    ends = {pk for merge in found for pk in (merge.leading_id, merge.following_id)}
    seen = set(visible_clients(viewer, now).filter(pk__in=ends).values_list("pk", flat=True)) if ends else set()
    return [merge for merge in found if {merge.leading_id, merge.following_id} <= seen]


def leaders(viewer: Viewer, clients: Iterable[int], now: datetime) -> dict[int, Client]:
    """Of these clients (by key) those that follow another entry, as the viewer may know: key -> the one that leads."""
    found = {merge.following_id: merge.leading for merge in seen_merges(viewer, clients, now)}
    for pk, leading in found.items():
        steps = 0
        while leading.pk in found and steps < len(found):  # two merges by people who each saw another one
            leading, steps = found[leading.pk], steps + 1
        found[pk] = leading
    return found


def merge_label(merge: ClientMerge) -> SealContext:
    """The label under which the reason of a merge is sealed."""
    following = merge.following
    return SealContext("clients_clientmerge", "why", merge.code, following.code, following.holder, "CORE")
