"""The register of disclosures: what left the hands of the agency that holds it, to whom, when, on what ground.

Derived from the audit trail, which nobody can leave out, and from what was told outside the platform and recorded by
hand. Nothing is kept twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rightdoor.casework.clients.disclosure import open_fields
from rightdoor.casework.clients.models import Client
from rightdoor.casework.consents.choices import KINDS_OUTSIDE
from rightdoor.casework.consents.models import OutsideDisclosure, Release
from rightdoor.casework.consents.queries import names_of, outside_of
from rightdoor.casework.consents.sealed import told_field
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.audit.queries import Reading, readings_of

NO_DISCLOSURE = frozenset({"", "own", "coordinator"})  # the agency's own people, and whoever coordinates for it
GROUND_WORDS = {
    "roi": "Release",
    "court": "Court order",
    "mr": "Mandated report",
    "emerg": "Emergency",
    "mdt": "Investigative team",
    "shared": "Shared on record",
    "invited": "Invited to the meeting",
    "status": "Yes, no or a date only",
    "override": "Opened in an emergency",
}
PAGE = 500


@dataclass(frozen=True, slots=True)
class WentOut:
    """One disclosure: when, to whom, which classes, how, and the code of the release or order that it rests on."""

    at: datetime
    to: str
    agency: str
    classes: tuple[str, ...]
    how: str
    basis: str
    ground: str
    code: str = ""  # of the record in the register, where it was recorded by hand
    words: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class Copy:
    """Somebody who holds, or has seen, what was disclosed."""

    to: str
    agency: str
    classes: tuple[str, ...]
    last_at: datetime


def register_of(viewer: Viewer, client: Client, now: datetime) -> list[WentOut]:
    """Everything that was disclosed about a client, newest first. The reading of the register is itself on record."""
    record_read(
        viewer, "register.viewed", None, kind="client", code=client.code, subject=client.code, holder=client.holder
    )
    shown = _from_trail(readings(viewer, client), client)
    told = _by_hand(viewer, outside_of(client), client, now)
    return sorted([*shown, *told], key=lambda one: one.at, reverse=True)


def ledger_without_words(viewer: Viewer, client: Client) -> list[WentOut]:
    """The register for people who look after records without reading them: to whom, when and what kind, no words.

    For the client, before the record is destroyed. The caller has asked whether the viewer may, and records it.
    """
    shown = _from_trail(readings(viewer, client), client)
    rows = outside_of(client)
    agencies = agency_names({row.to_agency for row in rows} - {""})
    told = [
        WentOut(
            at=row.told_at,
            to="",
            agency=agencies.get(row.to_agency, ""),
            classes=(),
            how=KINDS_OUTSIDE[row.kind],
            basis=_ground_of(row),
            ground="",
        )
        for row in rows
    ]
    return sorted([*shown, *told], key=lambda one: one.at, reverse=True)


def went_out_under(viewer: Viewer, release: Release, now: datetime) -> list[WentOut]:
    """Everything that was disclosed under one release up to now, newest first: what a revocation has to name. (RO-9)"""
    client = release.client
    shown = _from_trail([one for one in readings(viewer, client) if _is_under(one, release)], client)
    told = _by_hand(viewer, outside_of(client, release=release), client, now)
    return sorted([*shown, *told], key=lambda one: one.at, reverse=True)


def copies(entries: Iterable[WentOut]) -> list[Copy]:
    """Each holder of a copy once, with everything that they have."""
    held: dict[tuple[str, str], Copy] = {}
    for one in entries:
        key = (one.to, one.agency)
        before = held.get(key)
        classes = tuple(sorted({*one.classes, *(before.classes if before else ())}))
        last = max(one.at, before.last_at) if before else one.at
        held[key] = Copy(one.to, one.agency, classes, last)
    return sorted(held.values(), key=lambda one: (one.agency, one.to))


def readings(viewer: Viewer, client: Client) -> list[Reading]:
    """Every time that something of this client was shown on another ground than one's own work, newest first."""
    found: list[Reading] = []
    before: int | None = None
    while True:
        page = readings_of(viewer, client.code, before=before, limit=PAGE)
        found += [one for one in page.rows if one.ground or one.basis.lower() not in NO_DISCLOSURE]
        if page.before is None:
            return found
        before = page.before


def _is_under(one: Reading, release: Release) -> bool:
    """Shown under this release. One line of a list names no ground of its own: it is whoever the release is for."""
    if one.ground:
        return one.ground == release.code
    is_recipient = release.to_account == one.actor if release.to_account else release.to_agency == one.actor_agency
    ends_at = release.ended_at or release.expires_at
    return one.is_list and one.basis.lower() == "roi" and is_recipient and release.starts_at <= one.at <= ends_at


def _from_trail(rows: Iterable[Reading], client: Client) -> list[WentOut]:
    """Readings of one person of the same things on the same ground on one day are one line with their number."""
    kept = [row for row in rows if row.actor_agency != client.holder or row.ground]
    people = names_of({row.actor for row in kept})
    agencies = agency_names({row.actor_agency for row in kept} - {""})
    merged: dict[tuple[Any, ...], WentOut] = {}
    for row in kept:
        key = (row.actor, row.at.date(), row.classes, row.basis, row.ground, row.verb == "record.printed")
        before = merged.get(key)
        merged[key] = WentOut(
            at=before.at if before else row.at,
            to=people.get(row.actor, row.actor),
            agency=agencies.get(row.actor_agency, row.actor_agency),
            classes=row.classes,
            how="Printed here" if row.verb == "record.printed" else "Read here",
            basis=GROUND_WORDS.get(row.basis.lower(), row.basis),
            ground=row.ground,
            times=before.times + 1 if before else 1,
        )
    return list(merged.values())


def _by_hand(viewer: Viewer, rows: list[OutsideDisclosure], client: Client, now: datetime) -> list[WentOut]:
    if not rows:
        return []
    for row in rows:
        row.client = client
    told = open_fields(
        viewer, client, [told_field(row) for row in rows], now, verb="outside_disclosure.read", purpose="register"
    )
    agencies = agency_names({row.to_agency for row in rows} - {""})
    return [
        WentOut(
            at=row.told_at,
            to=words.get("to", ""),
            agency=agencies.get(row.to_agency, row.to_agency),
            classes=tuple(words.get("classes", ())),
            how=KINDS_OUTSIDE[row.kind],
            basis=_ground_of(row),
            ground=row.release.code if row.release else row.ground,
            code=row.code,
            words=words.get("what", ""),
        )
        for row, words in zip(rows, told, strict=True)
        if words is not None
    ]


def _ground_of(row: OutsideDisclosure) -> str:
    if row.kind == "report":
        return GROUND_WORDS["mr"]
    if row.release is not None:
        return GROUND_WORDS["roi"]
    return "Required by law" if row.is_compelled else "Order or emergency on record"
