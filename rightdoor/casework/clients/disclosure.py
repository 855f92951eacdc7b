"""The one door to a client's identity, and to every sealed field about a client.

Each function asks `domain.confidentiality`, records the reading, and only then opens. What one may not see comes back
as nothing, never as an error that would tell that it is there. No other module of casework opens a sealed identity.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from rightdoor.casework.clients.identity import Identity, whereabouts_label, who_label
from rightdoor.casework.clients.models import Client
from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.clients.queries import standing_of, standings_of
from rightdoor.domain.confidentiality import CaseFacts, Decision, Invitation, Item, decide
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Standing, Viewer
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.sealing.seals import SealContext, open_each

__all__ = [
    "OpenedIdentity",
    "SealedField",
    "ShownName",
    "Whereabouts",
    "Who",
    "may_read",
    "open_fields",
    "open_identity",
    "shown_names",
]

CODES_IN_ONE_EVENT = 1000  # what the audit trail takes in one event


@dataclass(frozen=True, slots=True)
class ShownName:
    """A client as this viewer may see it: the code always, the name or nothing."""

    code: str
    name: str = ""

    def __str__(self) -> str:
        return self.name or self.code


@dataclass(frozen=True, slots=True)
class SealedField:
    """A sealed JSON value of another table about the same client, to be opened with its label."""

    label: SealContext
    blob: bytes | memoryview | None


@dataclass(frozen=True, slots=True)
class OpenedIdentity:
    """What this viewer may see of a client. `whereabouts` and each of `also` are None where that is kept back."""

    code: str
    who: Who
    whereabouts: Whereabouts | None
    also: tuple[Any, ...] = ()


def shown_names(viewer: Viewer, clients: Iterable[Client], now: datetime) -> dict[str, ShownName]:
    """The clients of a list, by code: with the name for whom the viewer may see it, otherwise the code alone.

    At most two queries and one of the keyring for the whole list, and one event of reading with the codes whose names
    are shown. No event when no name is shown.
    """
    known = {client.pk: client for client in clients}
    opened = opened_who(viewer, known.values(), now, action="list", verb="client.identity_seen")
    return {
        client.code: ShownName(client.code, opened[pk].name if pk in opened else "") for pk, client in known.items()
    }


def open_identity(
    viewer: Viewer, client: Client, now: datetime, purpose: str, *, also: Sequence[SealedField] = ()
) -> OpenedIdentity:
    """Who and where a client is, with other sealed fields of the same page, in one event and one keyring query.

    `purpose` is a choice such as "referral-record". Raises NotVisible unless the viewer may see who the client is.
    """
    standing = standing_of(viewer, client, now)
    if not may_read(viewer, client, standing, "ID", now).allowed:
        raise NotVisible
    identity = Identity.objects.get(client=client)
    wanted = [
        SealedField(who_label(client), identity.who_sealed),
        SealedField(whereabouts_label(client), identity.whereabouts_sealed),
        *also,
    ]
    who, whereabouts, *others = open_fields(
        viewer, client, wanted, now, verb="client.identity_seen", purpose=purpose, standing=standing
    )
    return OpenedIdentity(
        code=client.code,
        who=Who.from_dict(who or {}),
        whereabouts=None if whereabouts is None else Whereabouts.from_dict(whereabouts),
        also=tuple(others),
    )


def open_fields(
    viewer: Viewer,
    client: Client,
    wanted: Sequence[SealedField],
    now: datetime,
    *,
    verb: str,
    purpose: str = "",
    obj: Model | None = None,
    standing: Standing | None = None,
    action: str = "read",
    shared_with: frozenset[str] = frozenset(),
) -> list[Any]:
    """Sealed JSON values about one client, in the order asked, None for those that the viewer may not read.

    One decision a class, one event before anything is returned, one keyring query. A value whose key was destroyed
    opens as None, as if it had never been written.
    """
    standing = standing or standing_of(viewer, client, now)
    ground: dict[tuple[str, str], Decision] = {}
    for field in wanted:
        place = (field.label.klass, field.label.holder)
        if place not in ground:
            ground[place] = may_read(
                viewer, client, standing, place[0], now, holder=place[1], action=action, shared_with=shared_with
            )
    granted = {place: decision for place, decision in ground.items() if decision.allowed}
    chosen = [
        (at, field)
        for at, field in enumerate(wanted)
        if field.blob is not None and (field.label.klass, field.label.holder) in granted
    ]
    values: list[Any] = [None] * len(wanted)
    if not chosen:
        return values
    record_read(
        viewer,
        verb,
        obj or client,
        subject=client.code,
        holder=client.holder,
        classes={field.label.klass for _, field in chosen},
        basis=next(iter(granted.values())).basis.lower(),
        purpose=purpose or None,
    )
    for (at, _), value in zip(chosen, _opened([field for _, field in chosen]), strict=True):
        values[at] = value
    return values


def opened_who(
    viewer: Viewer,
    clients: Iterable[Client],
    now: datetime,
    *,
    action: str,
    verb: str,
    about: Model | None = None,
) -> dict[int, Who]:
    """Who these clients are, by primary key, for those whom the viewer may see. For lists, matching and search.

    `about` is the record that they are held against, for the event.
    """
    known = {client.pk: client for client in clients}
    standings = standings_of(viewer, known.values(), now)
    allowed = {
        pk: client
        for pk, client in known.items()
        if may_read(viewer, client, standings[pk], "ID", now, action=action).allowed
    }
    if not allowed:
        return {}
    sealed = dict(Identity.objects.filter(client__in=allowed).values_list("client_id", "who_sealed"))
    codes = [client.code for client in allowed.values()]
    for start in range(0, len(codes), CODES_IN_ONE_EVENT):
        record_read(
            viewer,
            verb,
            about,
            kind="" if about else "client",
            codes=codes[start : start + CODES_IN_ONE_EVENT],
            classes=["ID"],
        )
    fields = [SealedField(who_label(allowed[pk]), blob) for pk, blob in sealed.items()]
    return {pk: Who.from_dict(told) for pk, told in zip(sealed, _opened(fields), strict=True) if told is not None}


def may_read(
    viewer: Viewer,
    client: Client,
    standing: Standing,
    klass: str,
    now: datetime,
    *,
    holder: str = "",
    action: str = "read",
    shared_with: frozenset[str] = frozenset(),
) -> Decision:
    """The decision of `domain.confidentiality` on one data class of one client, from what is known of the viewer.

    Signed in with a second factor is what clears a person so far; agreements and training follow with the issue that
    records them. An invitation counts while the standing that it gave runs; `shared_with` holds the codes of those to
    whom exactly this was shared on record.
    """
    coordinates = viewer.has("care_coordinator") and standing.assigned
    mine = frozenset({viewer.code})
    nobody: frozenset[str] = frozenset()
    case = CaseFacts(
        coordinating_agency=client.holder,
        coordinators=mine if coordinates else nobody,
        assigned=mine if standing.assigned else nobody,
        invitations=(Invitation(viewer.code, now),) if standing.invited else (),
    )
    return decide(viewer, action, Item(klass, holder or client.holder, shared_with=shared_with), case, now)


def _opened(fields: Sequence[SealedField]) -> list[Any]:
    # Destroyed keys are the rule here, not the exception: the rest of a list must still open.
    texts = open_each([(field.blob, field.label) for field in fields])
    return [None if text is None else json.loads(text) for text in texts]
