"""The one door to a client's identity, and to every sealed field about a client.

Each function asks `domain.confidentiality`, records the reading with its ground, and only then opens. What one may not
see comes back as nothing, never as an error that would tell that it is there. No other module of casework opens a
sealed identity.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from rightdoor.casework.clients.facts import Tie, ties_of
from rightdoor.casework.clients.identity import Identity, whereabouts_label, who_label
from rightdoor.casework.clients.models import Client
from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.domain.confidentiality import Decision, Invitation, Item, decide
from rightdoor.domain.consent import eighteen_at
from rightdoor.domain.errors import NotPermitted, NotVisible
from rightdoor.domain.permission import Standing, Viewer
from rightdoor.foundation.audit.events import record_counting, record_read
from rightdoor.foundation.jurisdiction.active import zone
from rightdoor.foundation.sealing.seals import SealContext, open_each

__all__ = [
    "OpenedIdentity",
    "SealedField",
    "ShownName",
    "Whereabouts",
    "Who",
    "check_may_write",
    "decision_on",
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
    """A sealed JSON value of another table about the same client, to be opened with its label.

    `item` says more of it than the label does: its code, its limits, which of its fields say only yes, no or a date.
    """

    label: SealContext
    blob: bytes | memoryview | None
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class OpenedIdentity:
    """What this viewer may see of a client. `whereabouts` and each of `also` are None where that is kept back."""

    code: str
    who: Who
    whereabouts: Whereabouts | None
    also: tuple[Any, ...] = ()


def shown_names(
    viewer: Viewer, clients: Iterable[Client], now: datetime, *, ties: Mapping[int, Tie] | None = None
) -> dict[str, ShownName]:
    """The clients of a list, by code: with the name for whom the viewer may see it, otherwise the code alone.

    At most two queries and one of the keyring for the whole list, and one event of reading with the codes whose names
    are shown. No event when no name is shown.
    """
    known = {client.pk: client for client in clients}
    opened = opened_who(viewer, known.values(), now, action="list", verb="client.identity_seen", ties=ties)
    return {
        client.code: ShownName(client.code, opened[pk].name if pk in opened else "") for pk, client in known.items()
    }


def open_identity(
    viewer: Viewer,
    client: Client,
    now: datetime,
    purpose: str,
    *,
    also: Sequence[SealedField] = (),
    standing: Standing | None = None,
) -> OpenedIdentity:
    """Who and where a client is, with other sealed fields of the same page, in one event and one keyring query.

    `purpose` is a choice such as "referral-record". Raises NotVisible unless the viewer may see who the client is.
    """
    standing = ties_of(viewer, [client], now)[client.pk] if standing is None else standing
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

    One decision for each class, holder and item, one event for each ground before anything is returned, one keyring
    query. Of a value whose status alone is open, only the fields that say it come back. A value whose key was
    destroyed opens as None, as if it had never been written.
    """
    tie = _tie(viewer, client, standing, now)
    decided: dict[Item, Decision] = {}
    asked = []
    for field in wanted:
        item = _item(field, shared_with)
        if item not in decided:
            decided[item] = decision_on(viewer, client, item, now, action=action, tie=tie)
        asked.append(decided[item])
    chosen = [
        (at, field)
        for at, field in enumerate(wanted)
        if field.blob is not None and asked[at].allowed and not _is_empty(field, asked[at])
    ]
    values: list[Any] = [None] * len(wanted)
    if not chosen:
        return values
    grounds: dict[tuple[str, str, str], set[str]] = {}
    for at, field in chosen:
        place = (field.label.holder, asked[at].basis, asked[at].ground_code)
        grounds.setdefault(place, set()).add(field.label.klass)
    for (holder, basis, ground), classes in grounds.items():
        record_read(
            viewer,
            verb,
            obj or client,
            subject=client.code,
            holder=holder,
            classes=classes,
            basis=basis.lower(),
            purpose=purpose or None,
            ground=ground or None,
        )
    for (at, _), value in zip(chosen, _opened([field for _, field in chosen]), strict=True):
        redacted = asked[at].redacted
        values[at] = (
            {key: said for key, said in value.items() if key not in redacted}
            if redacted and isinstance(value, dict)
            else value
        )
    return values


def opened_who(
    viewer: Viewer,
    clients: Iterable[Client],
    now: datetime,
    *,
    action: str,
    verb: str,
    about: Model | None = None,
    ties: Mapping[int, Tie] | None = None,
) -> dict[int, Who]:
    """Who these clients are, by primary key, for those whom the viewer may see. For lists, matching and search.

    `about` is the record that they are held against, for the event. One event for each holder and kind of ground.
    """
    known = {client.pk: client for client in clients}
    ties = ties_of(viewer, known.values(), now) if ties is None else ties
    decided = {
        pk: decision_on(viewer, client, Item("ID", client.holder), now, action=action, tie=ties[pk])
        for pk, client in known.items()
    }
    allowed = {pk: client for pk, client in known.items() if decided[pk].allowed and not decided[pk].status_only}
    if not allowed:
        return {}
    sealed = dict(Identity.objects.filter(client__in=allowed).values_list("client_id", "who_sealed"))
    together: dict[tuple[str, str], list[int]] = {}
    for pk, client in allowed.items():
        together.setdefault((client.holder, decided[pk].basis), []).append(pk)
    for (holder, basis), group in together.items():
        for start in range(0, len(group), CODES_IN_ONE_EVENT):
            part = group[start : start + CODES_IN_ONE_EVENT]
            grounds = [decided[pk].ground_code or None for pk in part]
            record_read(
                viewer,
                verb,
                about,
                kind="" if about else "client",
                codes=[allowed[pk].code for pk in part],
                classes=["ID"],
                holder=holder,
                basis=basis.lower(),
                **({"grounds": grounds} if any(grounds) else {}),
            )
    fields = [SealedField(who_label(allowed[pk]), blob) for pk, blob in sealed.items()]
    return {pk: Who.from_dict(told) for pk, told in zip(sealed, _opened(fields), strict=True) if told is not None}


def may_read(
    viewer: Viewer,
    client: Client,
    standing: Standing | None,
    klass: str,
    now: datetime,
    *,
    holder: str = "",
    action: str = "read",
    shared_with: frozenset[str] = frozenset(),
) -> Decision:
    """The decision of `domain.confidentiality` on one data class of one client, as `decision_on`.

    `standing` is what `standing_of` answered, so that nothing is asked twice; None: it is asked here.
    """
    item = Item(klass, holder or client.holder, shared_with=shared_with)
    return decision_on(viewer, client, item, now, action=action, tie=_tie(viewer, client, standing, now))


def decision_on(
    viewer: Viewer, client: Client, item: Item, now: datetime, *, action: str = "read", tie: Tie | None = None
) -> Decision:
    """May the viewer do `action` with this item of this client? The whole rule, from what stands on record.

    Whether its holder keeps its records apart is looked up here. A disclosure on record to this very person is itself
    the need to know: it outlasts the window of the meeting at which it was made. (SR-20)
    """
    tie = tie or _tie(viewer, client, None, now)
    if tie.keeps_apart(item.owner_agency):
        item = replace(item, partitioned=True)
    facts = tie.facts
    if viewer.code and viewer.code in item.shared_with:
        kept = Invitation(viewer.code, now, frozenset({item.data_class}))
        facts = replace(facts, invitations=(*facts.invitations, kept))
    return decide(viewer, action, item, facts, now)


def check_may_write(
    viewer: Viewer, client: Client, klass: str, now: datetime, *, holder: str = "", standing: Standing | None = None
) -> None:
    """Raises NotPermitted unless the rule lets the viewer change this class of record: its holder, or who keeps it."""
    found = may_read(viewer, client, standing, klass, now, holder=holder, action="write")
    if not found.allowed:
        raise NotPermitted(f"You may not change this record. {found.reason}")


def check_may_begin(
    viewer: Viewer, client: Client, klass: str, now: datetime, *, holder: str = "", standing: Standing | None = None
) -> None:
    """For a page that asks for words: raises NotVisible where the act behind it would refuse this class of record.

    Whoever may only read finds no form: not one that is refused after an hour of writing.
    """
    if not may_read(viewer, client, standing, klass, now, holder=holder, action="write").allowed:
        raise NotVisible


def _tie(viewer: Viewer, client: Client, standing: Standing | None, now: datetime) -> Tie:
    if isinstance(standing, Tie):
        return standing
    return ties_of(viewer, [client], now)[client.pk]


def _item(field: SealedField, shared_with: frozenset[str]) -> Item:
    label = field.label
    if field.item is None:
        return Item(label.klass, label.holder, shared_with=shared_with)
    return replace(
        field.item,
        data_class=label.klass,
        owner_agency=label.holder,
        shared_with=field.item.shared_with | shared_with,
    )


def _is_empty(field: SealedField, decision: Decision) -> bool:
    """Only the status is open, and the value has no field that says it."""
    return decision.status_only and (field.item is None or not field.item.status_fields)


def _opened(fields: Sequence[SealedField]) -> list[Any]:
    # Destroyed keys are the rule here, not the exception: the rest of a list must still open.
    texts = open_each([(field.blob, field.label) for field in fields])
    return [None if text is None else json.loads(text) for text in texts]


def who_for_counting(viewer: Viewer, clients: Iterable[Client]) -> dict[int, Who]:
    """Who these clients are, by primary key, for the statistics alone: no more than codes of it may leave the house.

    Recorded before it is opened, by holder: they were counted, and nobody was shown anything. Whose key was destroyed
    is left out. Only `deidentified.py` of this slice may ask. (STAT-2)
    """
    known = {client.pk: client for client in clients}
    record_counting(viewer, "client.counted", known.values(), kind="client", classes=["ID"])
    sealed = list(Identity.objects.filter(client__in=known).values_list("client_id", "who_sealed"))
    told = _opened([SealedField(who_label(known[pk]), blob) for pk, blob in sealed])
    return {pk: Who.from_dict(words) for (pk, _), words in zip(sealed, told, strict=True) if words is not None}


def of_age(clients: Iterable[Client], now: datetime) -> frozenset[int]:
    """Which of these clients have turned eighteen, by primary key; where no birth date is known, none.

    For the clocks of consents and releases alone: it answers with keys, and what it read is shown to nobody. (SR-44)
    """
    known = {client.pk: client for client in clients}
    sealed = list(Identity.objects.filter(client__in=known).values_list("client_id", "who_sealed"))
    told = _opened([SealedField(who_label(known[pk]), blob) for pk, blob in sealed])
    born = {pk: Who.from_dict(words).birth_on for (pk, _), words in zip(sealed, told, strict=True) if words is not None}
    return frozenset(pk for pk, day in born.items() if day is not None and eighteen_at(day, zone()) <= now)


def birth_days(clients: Iterable[Client]) -> dict[int, date | None]:
    """Birth dates by primary key, None where none is known. For the schedule of retention, which answers with a day on
    which a record may go, and for the alerts of legal relief, which tell no day; shown to nobody. (PRIV-6, CASE-9)
    """
    known = {client.pk: client for client in clients}
    sealed = list(Identity.objects.filter(client__in=known).values_list("client_id", "who_sealed"))
    told = _opened([SealedField(who_label(known[pk]), blob) for pk, blob in sealed])
    return {pk: Who.from_dict(words).birth_on if words else None for (pk, _), words in zip(sealed, told, strict=True)}
