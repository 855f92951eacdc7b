"""Acts on clients: made, identity changed, standings given and ended, two entries linked or kept apart.

`make_client` records no event of its own: it is called inside the act that brings the child to us.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from datetime import datetime

from django.db.models import Q, QuerySet

from rightdoor.casework.clients.disclosure import check_may_write
from rightdoor.casework.clients.identity import Identity, whereabouts_label, who_label
from rightdoor.casework.clients.models import (
    GROUNDS,
    NEEDS,
    WHY_BLOCKED,
    Block,
    Client,
    Ground,
    MatchDecision,
    Standing,
)
from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.clients.queries import running_decision, standing_of, visible_clients
from rightdoor.community.teams.queries import never_on_a_case
from rightdoor.domain.confidentiality import CLASSES
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation import fence
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
    code = new_code()
    known = viewer.covers_as("care_coordinator", region)
    with nullcontext() if known else fence.also(code):  # received for another region's team, who alone will see it
        client = Client.objects.create(code=code, holder=holder, region=region, known_since=now)
        who_sealed, whereabouts_sealed, *others = seal_many(
            [
                (_text(who.as_dict()), who_label(client)),
                (_text(whereabouts.as_dict()), whereabouts_label(client)),
                *also(client),
            ]
        )
        Identity.objects.create(
            client=client, who_sealed=who_sealed, whereabouts_sealed=whereabouts_sealed, changed_at=now
        )
    return client, others


@action("client.identity_changed")
def change_identity(
    viewer: Viewer, client: Client, *, who: Who | None = None, whereabouts: Whereabouts | None = None, now: datetime
) -> None:
    """Replace who a client is, where, or both; what is not given stays. (CASE-1)

    Raises NotPermitted unless the viewer is assigned to the client.
    """
    standing = standing_of(viewer, client, now)
    check_may(viewer, "identity.write", standing)
    check_may_write(viewer, client, "ID", now, standing=standing)
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
    need: str = "",
) -> Standing:
    """Let a person in: assigned, or invited for a window. Given twice for the same thing, the newer window holds.

    `need` says what the person needs the record for (one of models.NEEDS): without it no team agreement opens anything.

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
        need=need,
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
    need: str = "",
) -> list[Standing]:
    """Let several people in at once, as `give_standing` does for one: account code -> discipline. An event for each.

    Four queries beside the events, whatever the number of people: a whole team is invited to each staffing.
    """
    check_may(viewer, "case.assign", standing_of(viewer, client, now))
    if kind not in {"assigned", "invited", "awaits", "shared"}:
        raise ValueError(f"A standing is assigned, invited, shared, or awaits a signature; not {kind!r}.")
    if need and need not in NEEDS:
        raise RuleBroken("Say what this person needs the record for: choose from the list.")
    known = dict(Account.objects.filter(code__in=people, is_active=True).values_list("code", "discipline"))
    if not people or set(known) != set(people):
        raise RuleBroken("This person cannot sign in at present. Choose someone else, or ask the administrator.")
    if any(never_on_a_case(discipline) for discipline in (*known.values(), *people.values())):
        raise RuleBroken("Survivor consultants and advisory roles are on no case. Ask them about how the work is done.")
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
        standing.need = need or standing.need
        standing.starts_at = starts_at
        standing.ends_at = ends_at
        standing.given_by = viewer.code
        given.append(standing)
    Standing.objects.bulk_create([standing for standing in given if standing.pk is None])
    Standing.objects.bulk_update(running.values(), ["discipline", "need", "starts_at", "ends_at", "given_by"])
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
            need=need or None,
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


def begin_override(
    viewer: Viewer, client: Client, *, discipline: str, about: str, ends_at: datetime, now: datetime
) -> Standing:
    """The standing of break-glass: the viewer's own temporary assignment, in force at once until `ends_at`.

    Records no event of its own: called inside the act that asked for the reason and tells everybody. (SR-45)
    """
    with fence.also(client.code):  # until this row stands, the client is nobody's whom the viewer may know of
        return Standing.objects.create(
            client=client,
            account_code=viewer.code,
            kind="override",
            discipline=discipline,
            about=about,
            starts_at=now,
            ends_at=ends_at,
            given_by=viewer.code,
        )


@action("client.ground_opened")
def open_ground(
    viewer: Viewer,
    client: Client,
    *,
    kind: str,
    code: str,
    classes: Iterable[str],
    starts_at: datetime,
    ends_at: datetime | None = None,
    from_agency: str = "",
    to_agency: str = "",
    to_account: str = "",
    items: Iterable[str] = (),
    initialled: Iterable[str] = (),
    names_intermediary: bool = False,
    minor_signed: bool = False,
    now: datetime,
) -> Ground:
    """Put a legal ground on record: from now on `decide()` counts with it. Returns the row. (practice.md 4.2, 4.4)

    `kind` is COURT, MR, EMERG or ROI; `code` that of the release, order or report that it stands on. A release goes
    from one agency to one agency or person, in one direction. `items` are codes; none: every item of the classes.

    Raises NotPermitted unless the viewer may record consents for this client, and RuleBroken for a ground without
    classes or recipient, a release without discloser, or a release or emergency without an end.
    """
    check_may(viewer, "ground.open", standing_of(viewer, client, now))
    listed = sorted(set(classes))
    if kind not in GROUNDS:
        raise ValueError(f"A ground is one of {', '.join(GROUNDS)}, not {kind!r}.")
    if not listed or set(listed) - CLASSES:
        raise RuleBroken("Choose which kinds of records this covers. Everything at once is not possible.")
    if not (to_agency or to_account):
        raise RuleBroken("Choose one agency or one person who may receive this.")
    if kind == "ROI" and not from_agency:
        raise RuleBroken("Choose the one agency whose records this is about.")
    if kind in {"ROI", "EMERG"} and ends_at is None:
        raise RuleBroken("Give the day on which this ends.")
    if ends_at is not None and ends_at <= starts_at:
        raise RuleBroken("This must end after it starts.")
    ground = Ground.objects.create(
        client=client,
        kind=kind,
        code=code,
        from_agency=from_agency,
        to_agency=to_agency,
        to_account=to_account,
        classes=listed,
        items=sorted(set(items)),
        initialled=sorted(set(initialled)),
        starts_at=starts_at,
        ends_at=ends_at,
        names_intermediary=names_intermediary,
        minor_signed=minor_signed,
        given_by=viewer.code,
    )
    _record_ground(viewer, "client.ground_opened", client, code, ground_kind=kind.lower(), until=ends_at)
    return ground


@action("client.ground_suspended")
def suspend_ground(viewer: Viewer, client: Client, *, code: str, now: datetime) -> int:
    """Suspend every running ground that stands on the record `code`, at once. Returns how many. (RO-8, RO-11)

    Raises NotPermitted unless the viewer may record consents for this client; the installation's own jobs may.
    """
    check_may(viewer, "ground.end", standing_of(viewer, client, now))
    count = _grounds(client, code).filter(suspended_at__isnull=True).update(suspended_at=now)
    _record_ground(viewer, "client.ground_suspended", client, code, count=count)
    return count


@action("client.ground_resumed")
def resume_ground(viewer: Viewer, client: Client, *, code: str, now: datetime) -> int:
    """Let the suspended grounds of the record `code` hold again. Returns how many. An ended ground stays ended.

    Raises NotPermitted unless the viewer may record consents for this client.
    """
    check_may(viewer, "ground.open", standing_of(viewer, client, now))
    count = _grounds(client, code).filter(suspended_at__isnull=False).update(suspended_at=None)
    _record_ground(viewer, "client.ground_resumed", client, code, count=count)
    return count


@action("client.ground_ended")
def end_ground(viewer: Viewer, client: Client, *, code: str, now: datetime) -> int:
    """End every ground of the record `code`, for good and from the next read on. Returns how many. (RO-9)

    What was disclosed on it before stays on record. Raises NotPermitted unless the viewer may record consents for this
    client; the installation's own jobs may.
    """
    check_may(viewer, "ground.end", standing_of(viewer, client, now))
    count = _grounds(client, code).update(ended_at=now)
    _record_ground(viewer, "client.ground_ended", client, code, count=count)
    return count


@action("client.conflict_declared")
def declare_conflict(
    viewer: Viewer,
    client: Client,
    *,
    why: str = "conflict",
    account_code: str = "",
    agency_code: str = "",
    now: datetime,
) -> Block:
    """Keep somebody apart from a client, from the next request on: the viewer, or whom a coordinator names.

    Nobody named: the viewer says it of themselves. `agency_code`: everybody of that agency, as for the former case of
    a consultant (SR-35). Declared twice, the first block holds. Raises NotPermitted: oneself one may always keep out,
    others only as the client's coordinator. (practice.md 4.4, step 2)
    """
    standing = standing_of(viewer, client, now)
    if not account_code and not agency_code:
        account_code = viewer.code
    check_may(viewer, "conflict.declare" if account_code == viewer.code else "case.block", standing)
    if account_code and agency_code:
        raise ValueError("A block is for a person or for an agency.")
    if why not in WHY_BLOCKED:
        raise RuleBroken("Choose why this person is to be kept apart.")
    block, made = Block.objects.get_or_create(
        client=client,
        account_code=account_code,
        agency_code=agency_code,
        ended_at=None,
        defaults={"why": why, "declared_by": viewer.code, "starts_at": now},
    )
    record(
        viewer,
        "client.conflict_declared",
        client,
        subject=client.code,
        holder=client.holder,
        account=account_code or None,
        agency=agency_code or None,
        why=why,
        repeated=not made,
    )
    return block


@action("client.block_lifted")
def lift_block(viewer: Viewer, block: Block, *, now: datetime) -> None:
    """Let somebody in again whom a block kept apart; their standing and grounds count again. Kept as ended.

    Raises NotPermitted unless the viewer is the client's coordinator, and for the person's own block.
    """
    client = block.client
    check_may(viewer, "case.block", standing_of(viewer, client, now))
    if block.account_code == viewer.code:
        raise NotPermitted("You said that you know this person. Another coordinator has to lift that.")
    ended = Block.objects.filter(pk=block.pk, ended_at__isnull=True).update(ended_at=now, ended_by=viewer.code)
    record(
        viewer,
        "client.block_lifted",
        client,
        subject=client.code,
        holder=client.holder,
        account=block.account_code or None,
        agency=block.agency_code or None,
        ended=ended,
    )


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


def _grounds(client: Client, code: str) -> QuerySet[Ground]:
    return Ground.objects.filter(client=client, code=code, ended_at__isnull=True)


def _record_ground(viewer: Viewer, verb: str, client: Client, code: str, **details: object) -> None:
    record(viewer, verb, client, subject=client.code, holder=client.holder, ground=code, **details)


def _text(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False)
