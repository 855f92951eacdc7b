"""Packets for their coordinator, and the one that a stranger comes to with a link."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import determinations_of, names_of_accounts
from rightdoor.casework.clients.disclosure import SealedField, open_fields
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.clients.models import Ground
from rightdoor.casework.consents.queries import people_around
from rightdoor.casework.staffings.choices import CONSENT_PLANS, CONTINUED, KINDS, STATUSES
from rightdoor.casework.staffings.models import ActionItem, CaseSummary, Packet, Staffing
from rightdoor.casework.staffings.queries import (
    agenda_of,
    item_label,
    standing_for,
    summary_label,
    visible_staffings,
)
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain import confidentiality
from rightdoor.domain import packet as rule
from rightdoor.domain.confidentiality import Item, ground_lacks
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import CLEARED, Viewer, may
from rightdoor.domain.staffing import topics_owed
from rightdoor.foundation.access.viewers import NOBODY, viewers_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.fence import acting_as, with_receipt
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import day, when
from rightdoor.foundation.sealing.seals import SealContext, open_each

# What can go in, all of it of the case's core; the words are those of the form.
ITEMS: Mapping[str, str] = {
    "agenda": "The agenda of this meeting",
    "established": "What is established: status, services, consent",
    "tasks": "Tasks that are not done",
    "summary": "The last shared summary",
}


@dataclass(frozen=True, slots=True)
class Basis:
    """A ground on which the core of this case may go to an agency."""

    code: str
    kind: str
    to_agency: str
    agency_name: str
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownPacket:
    """A packet as its coordinator sees it."""

    packet: Packet
    state: rule.State
    reader: str
    agency: str
    items: tuple[str, ...]
    looks: tuple[tuple[datetime, str], ...]


def bases_of(staffing: Staffing, now: datetime) -> list[Basis]:
    """The grounds that let the core of this case go to an agency now. One query, and one for the agencies' names."""
    rows = list(
        Ground.objects.filter(client=staffing.case.client_id, kind__in=["ROI", "COURT", "EMERG"]).order_by("-starts_at")
    )
    holding = [row for row in rows if row.to_agency and _holds(row, row.to_agency, staffing.case.holder, now)]
    names = agency_names({row.to_agency for row in holding})
    return [Basis(row.code, row.kind, row.to_agency, names.get(row.to_agency, ""), row.ends_at) for row in holding]


def _holds(row: Ground, agency: str, holder: str, now: datetime) -> bool:
    """Does this ground let the core of the case go to this agency at this moment? The rule's own question."""
    ground = confidentiality.Ground(
        kind=row.kind,  # type: ignore[arg-type]  # one of the rule's own kinds, by the column's choices
        code=row.code,
        classes=frozenset(row.classes),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        to_agency=row.to_agency,
        to_account=row.to_account,
        from_agency=row.from_agency,
        items=frozenset(row.items),
        suspended=row.suspended_at is not None,
        ended_at=row.ended_at,
    )
    reader = Viewer("", frozenset(), frozenset(), agency, "", clearance=CLEARED)
    return not ground_lacks(ground, reader, Item("CORE", holder), now)


def name_of_somebody_to_keep_away(viewer: Viewer, case: Case, reader: str, now: datetime) -> bool:
    """Does the reader bear the name of somebody around the client who is alleged to have done harm, must not be
    contacted, or of whom this was never settled? (SR-41)
    """
    around = people_around(viewer, case.client, now, purpose="packet")
    return any(
        rule.same_person(reader, one.who.name)
        for one in around
        if one.flags is None or not one.flags.is_cleared or one.flags.no_contact is not False
    )


# -------------------------------------------------------------------------------------------------- for who makes it


def packets_of(viewer: Viewer, staffing: Staffing, now: datetime, tie: Tie) -> list[ShownPacket]:
    """The packets of a staffing, newest first, with who came when. One event, one keyring query."""
    rows = list(staffing.packets.prefetch_related("looks").order_by("-made_at", "-id"))
    if not rows:
        return []
    told = open_fields(
        viewer,
        staffing.case.client,
        [SealedField(told_label(row), row.told_sealed) for row in rows],
        now,
        verb="packet.read",
        obj=staffing,
        standing=tie,
    )
    names = agency_names({row.to_agency for row in rows})
    grounds = {row.code: row for row in Ground.objects.filter(code__in={row.ground for row in rows})}
    shown = []
    for row, words in zip(rows, told, strict=True):
        ground = grounds.get(row.ground)
        holds = ground is not None and _holds(ground, row.to_agency, row.holder, now)
        words = words or {}
        shown.append(
            ShownPacket(
                row,
                rule.state_of(facts_of(row, holds=holds), now),
                words.get("reader", ""),
                names.get(row.to_agency, ""),
                tuple(ITEMS[key] for key in words.get("items", ()) if key in ITEMS),
                tuple((one.at, one.what) for one in sorted(row.looks.all(), key=lambda one: (one.at, one.pk))),
            )
        )
    return shown


def packet_for(viewer: Viewer, code: str, now: datetime) -> Packet:
    """A packet of a staffing that the viewer coordinates. Raises NotVisible."""
    packet = (
        Packet.objects.select_related(
            "staffing", "staffing__case", "staffing__case__client", "staffing__case__referral", "staffing__meeting"
        )
        .filter(code=normalise(code), staffing__in=visible_staffings(viewer, now))
        .first()
    )
    if packet is None or not may(viewer, "packet.make", standing_for(viewer, packet.staffing, now)):
        raise NotVisible
    return packet


def body_of(viewer: Viewer, staffing: Staffing, items: frozenset[str], now: datetime) -> list[dict[str, Any]]:
    """Exactly what was chosen, as sections in words, opened by whoever makes the packet. Holds no name of a client."""
    tie = standing_for(viewer, staffing, now)
    sections: list[dict[str, Any]] = []
    if "agenda" in items:
        label = {topic.key: str(topic.label) for topic in agenda_of(staffing)}
        lines = [label[key] for key in topics_owed(agenda_of(staffing))]
        about = f"{KINDS[staffing.kind]}, {when(staffing.turn_at or staffing.starts_at)}"
        sections.append({"title": "Agenda", "about": about, "lines": lines})
    if "established" in items:
        sections.append({"title": "What is established", "about": "", "lines": _established(viewer, staffing, now)})
    if "tasks" in items:
        sections.append({"title": "Tasks that are not done", "about": "", "lines": _tasks(viewer, staffing, now, tie)})
    if "summary" in items:
        sections += _last_summary(viewer, staffing, now, tie)
    return sections


def _established(viewer: Viewer, staffing: Staffing, now: datetime) -> list[str]:
    case = staffing.case
    lines = [f"Region: {active_pack().region(case.region).name}"]
    status = determinations_of(viewer, case, now)
    lines.append(f"Victim status: {STATUSES[status[0].status]}" if status else "Victim status: not established")
    settled = Staffing.objects.filter(case=case, state="held").order_by("-held_at", "-id").first()
    if settled is not None and settled.continued_services:
        lines.append(f"Continued services: {CONTINUED[settled.continued_services]}")
    if settled is not None and settled.consent_plan:
        lines.append(f"Consent: {CONSENT_PLANS.get(settled.consent_plan, '')}")
    return lines


def _tasks(viewer: Viewer, staffing: Staffing, now: datetime, tie: Tie) -> list[str]:
    case = staffing.case
    rows = list(ActionItem.objects.filter(staffing__case=case, done_at__isnull=True).order_by("due_on", "id"))
    fields = [SealedField(item_label(row, case), row.text_sealed) for row in rows]
    texts = open_fields(viewer, case.client, fields, now, verb="case.read", purpose="packet", obj=case, standing=tie)
    names = names_of_accounts({row.owner for row in rows})
    return [
        f"{text} ({names.get(row.owner, '')}, by {day(row.due_on)})"
        for row, text in zip(rows, texts, strict=True)
        if text
    ] or ["None."]


def _last_summary(viewer: Viewer, staffing: Staffing, now: datetime, tie: Tie) -> list[dict[str, Any]]:
    case = staffing.case
    summary = CaseSummary.objects.filter(staffing__case=case).order_by("-filed_at", "-id").first()
    if summary is None:
        return [{"title": "The last shared summary", "about": "", "lines": ["None yet."]}]
    field = SealedField(summary_label(summary, case), summary.body_sealed)
    (body,) = open_fields(viewer, case.client, [field], now, verb="case.read", purpose="packet", obj=case, standing=tie)
    if body is None:
        raise NotVisible
    sections = [{"title": "The last shared summary", "about": f"Summary {summary.code}", "lines": []}]
    for topic in body["topics"]:
        lines = [line for line in topic["text"].splitlines() if line.strip()]
        lines += [f"Decided: {text}" for text in topic["decisions"]]
        if lines:
            sections.append({"title": topic["label"], "about": "", "lines": lines})
    return sections


# --------------------------------------------------------------------------------------------------- for who reads it


def packet_at(secret: str) -> Packet | None:
    """The packet of this link, however it stands; None for a link that nobody made."""
    digest = digest_of(secret)
    with with_receipt(digest):
        return Packet.objects.filter(link_digest=digest).first()


def opens_now(packet: Packet, now: datetime) -> bool:
    """May this packet be read at this moment? Its window, its tries, and whether its ground still holds.

    The ground is asked for on the word of whoever made the packet: when that person no longer coordinates the case, or
    may no longer sign in, the packet opens nothing.
    """
    return rule.state_of(facts_of(packet, holds=_ground_holds(packet, now)), now) == "open"


def _ground_holds(packet: Packet, now: datetime) -> bool:
    maker = Account.objects.filter(code=packet.made_by, is_active=True).first()
    if maker is None:
        return False
    viewer = viewers_of([maker], now)[maker.code]
    with acting_as(viewer, now):
        staffing = Staffing.objects.select_related("case", "case__client").filter(pk=packet.staffing_id).first()
        if staffing is None or not may(viewer, "packet.make", standing_for(viewer, staffing, now)):
            return False
        rows = Ground.objects.filter(client=staffing.case.client_id, code=packet.ground, to_agency=packet.to_agency)
        return any(_holds(row, packet.to_agency, packet.holder, now) for row in rows)


def read_packet(packet: Packet, now: datetime) -> dict[str, Any] | None:
    """What the packet holds and for whom it was made, after the event of the reading; None where it stays closed."""
    if packet.signed_at is None or not opens_now(packet, now):
        return None
    record_read(
        NOBODY,
        "packet.opened",
        packet,
        subject=packet.subject,
        holder=packet.holder,
        classes=("CORE",),
        ground=packet.ground,
    )
    texts = open_each([(packet.body_sealed, body_label(packet)), (packet.told_sealed, told_label(packet))])
    if None in texts:
        return None
    body, told = (json.loads(text or "null") for text in texts)
    return {"sections": body, "reader": told["reader"], "agency": told["agency"]}


def facts_of(packet: Packet, *, holds: bool | None) -> rule.PacketFacts:
    """The packet as the rule asks for it."""
    return rule.PacketFacts(
        packet.opens_at, packet.closes_at, packet.locked_at is not None, packet.revoked_at is not None, holds
    )


def digest_of(secret: str) -> str:
    """What is kept of a link."""
    return _keyed("link of a packet", secret)


def words_digest(secret: str, words: str) -> str:
    """What is kept of the spoken words: keyed, and bound to their link."""
    return _keyed("words of a packet", f"{secret}\0{rule.spoken(words)}")


def _keyed(purpose: str, text: str) -> str:
    return hmac.digest(settings.SECRET_KEY.encode(), f"{purpose}\0{text}".encode(), sha256).hex()


def told_label(packet: Packet) -> SealContext:
    """The label of who the reader is."""
    return SealContext("staffings_packet", "told", packet.code, packet.subject, packet.holder, "CORE")


def body_label(packet: Packet) -> SealContext:
    """The label of what the packet holds."""
    return SealContext("staffings_packet", "body", packet.code, packet.subject, packet.holder, "CORE")


def printed_packet(viewer: Viewer, packet: Packet, now: datetime) -> dict[str, Any]:
    """What a packet holds, for its coordinator, who prints it and hands it over. Raises NotVisible when it is closed.

    The window and the ground bind the paper like the screen.
    """
    tie = standing_for(viewer, packet.staffing, now)
    state = rule.state_of(facts_of(packet, holds=_ground_holds(packet, now)), now)
    if not may(viewer, "packet.make", tie) or state not in {"waits", "open"}:
        raise NotVisible
    body, told = open_fields(
        viewer,
        packet.staffing.case.client,
        [SealedField(body_label(packet), packet.body_sealed), SealedField(told_label(packet), packet.told_sealed)],
        now,
        verb="packet.read",
        obj=packet,
        standing=tie,
    )
    if body is None or told is None:
        raise NotVisible
    return {"sections": body, "reader": told["reader"], "agency": told["agency"]}
