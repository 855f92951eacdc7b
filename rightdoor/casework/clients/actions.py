"""Acts on clients: made, identity changed, standings given and ended, two entries linked or kept apart.

`make_client` records no event of its own: it is called inside the act that brings the child to us.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db.models import Q

from rightdoor.casework.clients.identity import Identity, whereabouts_label, who_label
from rightdoor.casework.clients.models import Client, MatchDecision, Standing, visible_clients
from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.clients.queries import running_decision, standing_of
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.sealing.seals import SealContext, seal_many


def make_client(
    viewer: Viewer, *, holder: str, region: str, who: Who, whereabouts: Whereabouts, now: datetime
) -> Client:
    """A new client entry with its sealed identity. Called inside acts, which check permission and record the event."""
    return make_client_and_seal(
        viewer, holder=holder, region=region, who=who, whereabouts=whereabouts, now=now, also=lambda client: []
    )[0]


def make_client_and_seal(
    viewer: Viewer,
    *,
    holder: str,
    region: str,
    who: Who,
    whereabouts: Whereabouts,
    now: datetime,
    also: Callable[[Client], list[tuple[str, SealContext]]],
) -> tuple[Client, list[bytes]]:
    """As `make_client`, sealing what else is told about the client in the same keyring query: `also` labels it."""
    client = Client.objects.create(code=new_code(), holder=holder, region=region, known_since=now)
    who_sealed, whereabouts_sealed, *others = seal_many(
        [
            (_text(who.as_dict()), who_label(client)),
            (_text(whereabouts.as_dict()), whereabouts_label(client)),
            *also(client),
        ]
    )
    Identity.objects.create(client=client, who_sealed=who_sealed, whereabouts_sealed=whereabouts_sealed, changed_at=now)
    return client, others


@action("client.identity_changed")
def change_identity(
    viewer: Viewer, client: Client, *, who: Who | None = None, whereabouts: Whereabouts | None = None, now: datetime
) -> None:
    """Replace who a client is, where, or both; what is not given stays. (CASE-1)

    Raises NotPermitted unless the viewer is assigned to the client.
    """
    check_may(viewer, "identity.write", standing_of(viewer, client, now))
    identity = Identity.objects.select_for_update().get(client=client)
    classes = []
    if who is not None:
        identity.who_sealed = seal_many([(_text(who.as_dict()), who_label(client))])[0]
        classes.append("ID")
    if whereabouts is not None:
        identity.whereabouts_sealed = seal_many([(_text(whereabouts.as_dict()), whereabouts_label(client))])[0]
        classes.append("LOC")
    identity.changed_at = now
    identity.save(update_fields=["who_sealed", "whereabouts_sealed", "changed_at"])
    record(viewer, "client.identity_changed", client, subject=client.code, holder=client.holder, classes=classes)


@action("client.standing_given")
def give_standing(
    viewer: Viewer,
    client: Client,
    *,
    account_code: str,
    kind: str,
    discipline: str,
    about: str,
    starts_at: datetime,
    ends_at: datetime | None = None,
    now: datetime,
) -> Standing:
    """Let a person in: assigned, or invited for a window. Given twice for the same thing, the newer window holds.

    `about` is the code of the case or staffing that gives it. Raises NotPermitted unless the viewer is assigned to the
    client, RuleBroken for a person who cannot sign in or a window that ends before it starts.
    """
    return give_standings(
        viewer,
        client,
        people={account_code: discipline},
        kind=kind,
        about=about,
        starts_at=starts_at,
        ends_at=ends_at,
        now=now,
    )[0]


@action("client.standing_given")
def give_standings(
    viewer: Viewer,
    client: Client,
    *,
    people: Mapping[str, str],
    kind: str,
    about: str,
    starts_at: datetime,
    ends_at: datetime | None = None,
    now: datetime,
) -> list[Standing]:
    """Let several people in at once, as `give_standing` does for one: account code -> discipline. An event for each.

    Four queries beside the events, whatever the number of people: a whole team is invited to each staffing.
    """
    check_may(viewer, "case.assign", standing_of(viewer, client, now))
    if kind not in {"assigned", "invited"}:
        raise ValueError(f"A standing is assigned or invited, not {kind!r}.")
    known = set(Account.objects.filter(code__in=people, is_active=True).values_list("code", flat=True))
    if not people or known != set(people):
        raise RuleBroken("This person cannot sign in at present. Choose someone else, or ask the administrator.")
    if ends_at is not None and ends_at <= starts_at:
        raise RuleBroken("Access must end after it starts.")
    running: dict[str, Standing] = {}
    for row in (
        Standing.objects.select_for_update()
        .filter(client=client, account_code__in=people, kind=kind, about=about)
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
        .order_by("pk")
    ):
        running.setdefault(row.account_code, row)
    given = []
    for account_code, discipline in people.items():
        standing = running.get(account_code) or Standing(
            client=client, account_code=account_code, kind=kind, about=about
        )
        standing.discipline = discipline
        standing.starts_at = starts_at
        standing.ends_at = ends_at
        standing.given_by = viewer.code
        given.append(standing)
    Standing.objects.bulk_create([standing for standing in given if standing.pk is None])
    Standing.objects.bulk_update(running.values(), ["discipline", "starts_at", "ends_at", "given_by"])
    for account_code in people:
        record(
            viewer,
            "client.standing_given",
            client,
            subject=client.code,
            holder=client.holder,
            account=account_code,
            standing=kind,
            about=about or None,
            until=ends_at,
        )
    return given


@action("client.standing_ended")
def end_standing(viewer: Viewer, client: Client, *, account_code: str, about: str = "", now: datetime) -> int:
    """End a person's running standings to a client, or only those that `about` gave. Returns how many ended.

    Raises NotPermitted unless the viewer is assigned to the client.
    """
    check_may(viewer, "case.assign", standing_of(viewer, client, now))
    rows = Standing.objects.filter(client=client, account_code=account_code)
    if about:
        rows = rows.filter(about=about)
    rows.update(ended_by=viewer.code)  # those whose window has closed, too: what was handed to them closes with it
    ended = rows.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)).update(ends_at=now)
    record(
        viewer,
        "client.standing_ended",
        client,
        subject=client.code,
        holder=client.holder,
        account=account_code,
        ended=ended,
    )
    return ended


@action("client.linked")
def link_clients(viewer: Viewer, client: Client, other: Client, now: datetime) -> MatchDecision:
    """Two entries are one person. Nothing is moved or merged away, so `undo_match` takes it back whole. (INT-7)

    Raises NotVisible unless the viewer may know of both, NotPermitted, and RuleBroken while an opposite decision holds.
    """
    decision = _decide(viewer, client, other, "linked", now)
    _settle_links(client, other)
    record(viewer, "client.linked", client, subject=client.code, holder=client.holder, other=other.code)
    return decision


@action("client.kept_apart")
def keep_apart(viewer: Viewer, client: Client, other: Client, now: datetime) -> MatchDecision:
    """Two entries look alike and are two people: they are not offered again. Refuses as `link_clients` does. (INT-7)"""
    decision = _decide(viewer, client, other, "apart", now)
    record(viewer, "client.kept_apart", client, subject=client.code, holder=client.holder, other=other.code)
    return decision


@action("client.match_undone")
def undo_match(viewer: Viewer, decision: MatchDecision, now: datetime) -> None:
    """Take a decision about two entries back; it stays on record as undone. Undone twice, the first time holds.

    Raises NotVisible unless the viewer may know of both, and NotPermitted.
    """
    _check_may_match(viewer, decision.client, decision.other, now)
    held = MatchDecision.objects.select_for_update().get(pk=decision.pk)
    if held.undone_at is None:
        held.undone_at = now
        held.undone_by = viewer.code
        held.save(update_fields=["undone_at", "undone_by"])
        if held.outcome == "linked":
            _settle_links(decision.client, decision.other)
    record(
        viewer,
        "client.match_undone",
        decision.client,
        subject=decision.client.code,
        holder=decision.client.holder,
        other=decision.other.code,
    )


def _decide(viewer: Viewer, client: Client, other: Client, outcome: str, now: datetime) -> MatchDecision:
    _check_may_match(viewer, client, other, now)
    # Both rows are held, in one order, so that two people deciding at once cannot leave two answers.
    list(Client.objects.select_for_update().filter(pk__in=[client.pk, other.pk]).order_by("pk"))
    running = running_decision(client, other)
    if running is not None and running.outcome == outcome:
        return running
    if running is not None:
        said = "linked" if running.outcome == "linked" else "kept apart"
        raise RuleBroken(f"These two were already {said}. Undo that first.")
    return MatchDecision.objects.create(
        client=client, other=other, outcome=outcome, decided_at=now, decided_by=viewer.code
    )


def _check_may_match(viewer: Viewer, client: Client, other: Client, now: datetime) -> None:
    if client.pk == other.pk:
        raise RuleBroken("An entry cannot be held against itself.")
    if visible_clients(viewer, now).filter(pk__in=[client.pk, other.pk]).count() != 2:
        raise NotVisible
    check_may(viewer, "referral.match", standing_of(viewer, client, now))


def _settle_links(*touched: Client) -> None:
    """Point every entry of the touched groups to the oldest entry that running decisions tie it to.

    Worked out anew each time, so that undoing one link in a chain leaves the others as they were decided.
    """
    group = _tied(touched, running_only=False)
    remaining = set(group)
    while remaining:
        part = _tied([group[next(iter(remaining))]], running_only=True)
        oldest = min(part.values(), key=lambda entry: (entry.known_since, entry.pk))
        for entry in part.values():
            linked_to = None if entry.pk == oldest.pk else oldest.pk
            if entry.linked_to_id != linked_to:
                Client.objects.filter(pk=entry.pk).update(linked_to=linked_to)
            remaining.discard(entry.pk)


def _tied(start: list[Client] | tuple[Client, ...], *, running_only: bool) -> dict[int, Client]:
    found = {entry.pk: entry for entry in start}
    fresh = set(found)
    while fresh:
        ties = MatchDecision.objects.filter(Q(client__in=fresh) | Q(other__in=fresh), outcome="linked")
        if running_only:
            ties = ties.filter(undone_at__isnull=True)
        near = {entry.pk: entry for tie in ties.select_related("client", "other") for entry in (tie.client, tie.other)}
        fresh = set(near) - set(found)
        found |= near
    return found


def _text(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False)
