"""Acts on what compels or presses: court orders, subpoenas, documented emergencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rightdoor.casework.clients.actions import open_ground
from rightdoor.casework.clients.models import Client
from rightdoor.casework.clients.queries import standing_of
from rightdoor.casework.consents.choices import NEVER, RELEASABLE
from rightdoor.casework.consents.models import CourtOrder, EmergencyGround, Subpoena
from rightdoor.casework.consents.queries import agency_heads_of, case_codes_of, check_nobody_barred, names_of
from rightdoor.casework.consents.sealed import known_to_rules, told_field, told_label
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.sealing.seals import seal_json

LONGEST_EMERGENCY = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class OrderTold:
    """What a court's order says, and what was done before obeying it. `classes` are those that it names."""

    court: str
    number: str
    scope: str
    classes: tuple[str, ...]
    notice_attempt: str = ""
    safety_steps: str = ""


@action("court_order.recorded")
def record_court_order(
    viewer: Viewer,
    client: Client,
    *,
    told: OrderTold,
    from_agency: str,
    starts_at: datetime,
    now: datetime,
    to_agency: str = "",
    to_account: str = "",
    ends_at: datetime | None = None,
) -> CourtOrder:
    """Records a judge's order. It opens nothing until a second person has confirmed it.

    Raises NotPermitted, RuleBroken without court, number, scope, classes, discloser or one recipient.
    """
    check_may(viewer, "order.record", standing_of(viewer, client, now))
    if not (told.court.strip() and told.number.strip() and told.scope.strip()):
        raise RuleBroken("Give the court, the number of the order, and what it orders.")
    _check_classes(told.classes, {*RELEASABLE, *NEVER, "OFF", "REP"} - {"ADVPRIV", "FI"})
    if not from_agency:
        raise RuleBroken("Choose the agency whose records the order names.")
    if bool(to_agency) == bool(to_account):
        raise RuleBroken("Choose one agency or one person to whom the order gives the records.")
    if ends_at is not None and ends_at <= starts_at:
        raise RuleBroken("The order must end after it starts. Correct the day.")
    order = CourtOrder(
        code=new_code(),
        client=client,
        recorded_at=now,
        recorded_by=viewer.code,
        from_agency=from_agency,
        to_agency=to_agency,
        to_account=to_account,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    order.told_sealed = seal_json(_order_as_dict(told), told_label(order))
    order.save(force_insert=True)
    for case_code, coordinator in case_codes_of(client):
        people = {coordinator, *agency_heads_of(from_agency, now)} - {viewer.code}
        notify(people, "court_order.to_confirm", case_code, now)
    record(viewer, "court_order.recorded", order)
    return order


@action("court_order.noted")
def note_on_court_order(
    viewer: Viewer, order: CourtOrder, *, notice_attempt: str, safety_steps: str, now: datetime
) -> None:
    """Adds how the client was told, and what keeps the client safe, before the order is obeyed. (MR-5)"""
    check_may(viewer, "order.record", standing_of(viewer, order.client, now))
    held = _held(order)
    if held.confirmed_at is not None:
        raise RuleBroken("This order was confirmed already.")
    (known,) = known_to_rules([told_field(held)])
    told = {**(known or {}), "notice_attempt": notice_attempt.strip(), "safety_steps": safety_steps.strip()}
    held.told_sealed = seal_json(told, told_label(held))
    held.save(update_fields=["told_sealed"])
    record(viewer, "court_order.noted", held)


@action("court_order.confirmed")
def confirm_court_order(viewer: Viewer, order: CourtOrder, *, now: datetime) -> CourtOrder:
    """A second person has read the order: from now on it opens what it names, and nothing else. (MR-5)

    Raises NotPermitted for whoever recorded it, RuleBroken while the attempt to tell the client or the safety steps
    are missing.
    """
    check_may(viewer, "order.confirm", standing_of(viewer, order.client, now))
    held = _held(order)
    if held.recorded_by == viewer.code:
        raise NotPermitted("You recorded this order. Another coordinator has to read it and confirm it.")
    if held.confirmed_at is not None:
        raise RuleBroken("This order was confirmed already.")
    if held.ends_at is not None and held.ends_at <= now:
        raise RuleBroken("The time of this order is over. It opens nothing.")
    (told,) = known_to_rules([told_field(held)])
    if not told or not told.get("notice_attempt") or not told.get("safety_steps"):
        raise RuleBroken("Record first how you tried to tell the client, and what keeps the client safe.")
    held.confirmed_at, held.confirmed_by = now, viewer.code
    held.save(update_fields=["confirmed_at", "confirmed_by"])
    open_ground(
        viewer,
        held.client,
        kind="COURT",
        code=held.code,
        from_agency=held.from_agency,
        to_agency=held.to_agency,
        to_account=held.to_account,
        classes=told["classes"],
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        now=now,
    )
    record(viewer, "court_order.confirmed", held, ground=held.code, until=held.ends_at)
    return held


@action("subpoena.recorded")
def record_subpoena(
    viewer: Viewer,
    client: Client,
    *,
    issued_by: str,
    number: str,
    asked_for: str,
    received_at: datetime,
    now: datetime,
    answer_due_at: datetime | None = None,
) -> Subpoena:
    """Records a subpoena: tells the holder agency, keeps the record from disposal, opens nothing. (SR-25)

    Raises NotPermitted, RuleBroken without who issued it and what is asked for.
    """
    check_may(viewer, "order.record", standing_of(viewer, client, now))
    if not issued_by.strip() or not asked_for.strip():
        raise RuleBroken("Say who issued the subpoena and what it asks for.")
    if received_at > now:
        raise RuleBroken("It cannot have come in the future. Correct the date or the time.")
    subpoena = Subpoena(
        code=new_code(),
        client=client,
        recorded_at=now,
        recorded_by=viewer.code,
        received_at=received_at,
        answer_due_at=answer_due_at,
    )
    told = {"issued_by": issued_by.strip(), "number": number.strip(), "asked_for": asked_for.strip()}
    subpoena.told_sealed = seal_json(told, told_label(subpoena))
    subpoena.save(force_insert=True)
    told_to = agency_heads_of(client.holder, now)
    for case_code, coordinator in case_codes_of(client):
        notify({coordinator, *told_to}, "subpoena.received", case_code, now, due_at=answer_due_at)
    record(viewer, "subpoena.recorded", subpoena, told=len(told_to), holds=True)
    return subpoena


@action("subpoena.settled")
def settle_subpoena(viewer: Viewer, subpoena: Subpoena, *, outcome: str, now: datetime) -> None:
    """The subpoena was answered by counsel, quashed or withdrawn: its hold ends. `outcome` in words."""
    check_may(viewer, "order.record", standing_of(viewer, subpoena.client, now))
    held = Subpoena.objects.select_for_update(of=("self",)).select_related("client").get(pk=subpoena.pk)
    if held.settled_at is not None:
        raise RuleBroken("This subpoena was settled already.")
    if not outcome.strip():
        raise RuleBroken("Say what came of it: answered by counsel, quashed or withdrawn.")
    (told,) = known_to_rules([told_field(held)])
    held.told_sealed = seal_json({**(told or {}), "outcome": outcome.strip()}, told_label(held))
    held.settled_at, held.settled_by = now, viewer.code
    held.save(update_fields=["told_sealed", "settled_at", "settled_by"])
    record(viewer, "subpoena.settled", held)


@action("emergency.recorded")
def record_emergency(
    viewer: Viewer,
    client: Client,
    *,
    happened: str,
    why: str,
    from_agency: str,
    to_account: str,
    classes: Sequence[str],
    hours: int,
    now: datetime,
) -> EmergencyGround:
    """Documents an emergency: named kinds of record for one named person, at once, for at most 72 hours.

    The holder agency is told at once. Raises NotPermitted, RuleBroken for a longer time, everything at once, or without
    words.
    """
    check_may(viewer, "order.record", standing_of(viewer, client, now))
    if not happened.strip() or not why.strip():
        raise RuleBroken("Write what is happening and why it cannot wait for a release.")
    _check_classes(classes, set(RELEASABLE))
    if not from_agency or not to_account:
        raise RuleBroken("Choose the agency that holds the records and the one person who needs them now.")
    check_nobody_barred(client, names_of({to_account}).values())
    if not 0 < hours <= LONGEST_EMERGENCY.total_seconds() / 3600:
        raise RuleBroken("An emergency opens records for at most 72 hours. Ask for a release for longer.")
    emergency = EmergencyGround(
        code=new_code(),
        client=client,
        recorded_at=now,
        recorded_by=viewer.code,
        from_agency=from_agency,
        to_account=to_account,
        starts_at=now,
        ends_at=now + timedelta(hours=hours),
    )
    told = {"happened": happened.strip(), "why": why.strip(), "classes": sorted(set(classes))}
    emergency.told_sealed = seal_json(told, told_label(emergency))
    emergency.save(force_insert=True)
    open_ground(
        viewer,
        client,
        kind="EMERG",
        code=emergency.code,
        from_agency=from_agency,
        to_account=to_account,
        classes=classes,
        starts_at=now,
        ends_at=emergency.ends_at,
        now=now,
    )
    for case_code, coordinator in case_codes_of(client):
        notify({coordinator, *agency_heads_of(from_agency, now)}, "emergency.opened", case_code, now)
    record(viewer, "emergency.recorded", emergency, ground=emergency.code, until=emergency.ends_at)
    return emergency


def _order_as_dict(told: OrderTold) -> dict[str, object]:
    return {
        "court": told.court.strip(),
        "number": told.number.strip(),
        "scope": told.scope.strip(),
        "classes": sorted(set(told.classes)),
        "notice_attempt": told.notice_attempt.strip(),
        "safety_steps": told.safety_steps.strip(),
    }


def _check_classes(classes: Sequence[str], allowed: set[str]) -> None:
    if not classes:
        raise RuleBroken("Choose which kinds of record this is about. Everything at once is not possible.")
    if set(classes) - allowed:
        raise RuleBroken("One of these kinds of record is never opened here. Choose others.")


def _held(order: CourtOrder) -> CourtOrder:
    return CourtOrder.objects.select_for_update(of=("self",)).select_related("client").get(pk=order.pk)
