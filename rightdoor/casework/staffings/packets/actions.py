"""Acts on packets: made, taken back; and those of a stranger with the link: words tried, notice signed, opened."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from rightdoor.casework.clients.disclosure import check_may_write
from rightdoor.casework.consents.actions.disclosures import record_outside_disclosure
from rightdoor.casework.consents.queries import release_of_client
from rightdoor.casework.staffings.models import Packet, PacketLook, Staffing
from rightdoor.casework.staffings.packets import words as spoken_words
from rightdoor.casework.staffings.packets.queries import (
    ITEMS,
    bases_of,
    body_label,
    body_of,
    digest_of,
    name_of_somebody_to_keep_away,
    opens_now,
    told_label,
    words_digest,
)
from rightdoor.casework.staffings.queries import access_window, check_core_is_open, standing_for
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain import packet as rule
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.fence import with_receipt
from rightdoor.foundation.sealing.seals import seal_many


@dataclass(frozen=True, slots=True)
class Made:
    """A fresh packet with what is shown once and kept nowhere: the secret of its link, and the words to speak."""

    packet: Packet
    secret: str
    words: str


@action("packet.made")
def make_packet(
    viewer: Viewer,
    staffing: Staffing,
    *,
    reader: str,
    ground: str,
    items: Iterable[str],
    now: datetime,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> Made:
    """Makes a packet of this one case for one named person without an account. (MTG-7)

    It rests on a ground that lets the core of the case go to the person's agency, and stands in the register of
    disclosures from now on. Raises NotPermitted, NotVisible, and RuleBroken without such a ground, for a reader who
    must be kept away, an empty choice, or a window outside that of the meeting.
    """
    tie = standing_for(viewer, staffing, now)
    check_may(viewer, "packet.make", tie)
    check_core_is_open(viewer, staffing, tie, now)
    check_may_write(viewer, staffing.case.client, "CORE", now, holder=staffing.case.holder, standing=tie)
    case, chosen, window = staffing.case, frozenset(items), access_window(staffing.meeting)
    if staffing.state == "cancelled":
        raise RuleBroken("This staffing was called off.")
    if chosen - set(ITEMS):
        raise RuleBroken("Choose what goes into the packet from the list.")
    basis = next((one for one in bases_of(staffing, now) if one.code == ground), None)
    if basis is None:
        raise RuleBroken("Choose a release, an order or an emergency that lets this case's core go to an agency.")
    opens_at, closes_at = opens_at or window[0], closes_at or window[1]
    rule.check_may_make(
        reader=reader, agency=basis.to_agency, items=chosen, opens_at=opens_at, closes_at=closes_at, window=window,
        now=now,
    )  # fmt: skip
    if name_of_somebody_to_keep_away(viewer, case, reader, now):
        raise RuleBroken(
            "Somebody of this name stands among the people around this client and must not be told, or nobody has "
            "settled whether they may be. Settle that first."
        )
    body = body_of(viewer, staffing, chosen, now)
    secret, words = secrets.token_urlsafe(32), spoken_words.draw()
    packet = Packet(
        code=new_code(),
        staffing=staffing,
        subject=case.client.code,
        holder=case.holder,
        to_agency=basis.to_agency,
        ground=basis.code,
        link_digest=digest_of(secret),
        words_digest=words_digest(secret, words),
        opens_at=opens_at,
        closes_at=closes_at,
        made_at=now,
        made_by=viewer.code,
    )
    agency = agency_names({basis.to_agency}).get(basis.to_agency, "")
    told = {"reader": reader.strip(), "agency": agency, "items": sorted(chosen)}
    packet.told_sealed, packet.body_sealed = seal_many(
        [(_text(told), told_label(packet)), (_text(body), body_label(packet))]
    )
    packet.save(force_insert=True)
    release = release_of_client(case.client, basis.code)
    record_outside_disclosure(
        viewer,
        case.client,
        kind="electronic",
        from_agency=case.holder,
        to_agency=basis.to_agency,
        to=reader,
        what=f"Packet {packet.code}: " + "; ".join(ITEMS[key] for key in ITEMS if key in chosen),
        classes=("CORE",),
        release=release,
        ground="" if release else basis.code,
        told_at=now,
        now=now,
    )
    record(viewer, "packet.made", packet, classes=("CORE",), ground=basis.code, until=closes_at)
    return Made(packet, secret, words)


@action("packet.revoked")
def revoke_packet(viewer: Viewer, packet: Packet, *, now: datetime) -> None:
    """Takes a packet back: from this moment it shows nothing. Raises NotPermitted, RuleBroken the second time."""
    check_may(viewer, "packet.revoke", standing_for(viewer, packet.staffing, now))
    held = Packet.objects.select_for_update(of=("self",)).get(pk=packet.pk)
    if held.revoked_at is not None:
        raise RuleBroken("This packet was taken back already.")
    packet.revoked_at, packet.revoked_by = now, viewer.code
    packet.save(update_fields=["revoked_at", "revoked_by"])
    record(viewer, "packet.revoked", packet)


@action("packet.tried")
def try_words(viewer: Viewer, packet: Packet, *, secret: str, words: str, now: datetime) -> bool:
    """A stranger says the words. After five wrong ones nothing opens any more; each try is kept.

    Right words on a packet that is not open now are answered like wrong ones, and count as none.
    """
    check_may(viewer, "packet.open")
    with with_receipt(packet.link_digest):
        held = Packet.objects.select_for_update(of=("self",)).filter(pk=packet.pk).first()
        if held is None:
            raise NotVisible
        is_right = compare_digest(words_digest(secret, words), held.words_digest)
        is_open = held.locked_at is None and opens_now(held, now)
        if is_right and is_open:
            PacketLook.objects.create(packet=held, at=now, what="told")
            record(viewer, "packet.tried", held, outcome="done", tries=held.wrong_tries)
            return True
        what = "locked" if not is_open else "wrong"
        if not is_right and held.locked_at is None:
            held.wrong_tries += 1
            if rule.locks(held.wrong_tries):
                held.locked_at, what = now, "locked"
            held.save(update_fields=["wrong_tries", "locked_at"])
        PacketLook.objects.create(packet=held, at=now, what=what)
        record(viewer, "packet.tried", held, outcome="denied", tries=held.wrong_tries)
        return False


@action("packet.signed")
def sign_packet_notice(viewer: Viewer, packet: Packet, *, version: str, now: datetime) -> bool:
    """The stranger promises confidentiality before anything is shown. False where the packet is not open now."""
    check_may(viewer, "packet.open")
    with with_receipt(packet.link_digest):
        held = Packet.objects.select_for_update(of=("self",)).filter(pk=packet.pk).first()
        if held is None:
            raise NotVisible
        if not opens_now(held, now):
            record(viewer, "packet.signed", held, outcome="denied")
            return False
        held.signed_at, held.notice_version = held.signed_at or now, version[:12]
        held.save(update_fields=["signed_at", "notice_version"])
        PacketLook.objects.create(packet=held, at=now, what="opened")
        record(viewer, "packet.signed", held, version=f"v{version[:12]}")
        packet.signed_at = held.signed_at
        return True


@action("record.printed")
def note_packet_printed(viewer: Viewer, packet: Packet, *, now: datetime) -> None:
    """A packet was printed by who coordinates its case. Raises NotPermitted."""
    check_may(viewer, "packet.make", standing_for(viewer, packet.staffing, now))
    record(viewer, "record.printed", packet, classes=("CORE",), what="packet")


def _text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)
