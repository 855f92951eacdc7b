"""Acts on what was told outside the platform: by phone, on paper, as a mandated report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rightdoor.casework.clients.actions import open_ground
from rightdoor.casework.clients.models import Client
from rightdoor.casework.clients.queries import standing_of
from rightdoor.casework.consents.choices import KINDS_OUTSIDE, RELEASABLE, REPORTED_CONTENT
from rightdoor.casework.consents.models import CourtOrder, EmergencyGround, OutsideDisclosure, PersonAround, Release
from rightdoor.casework.consents.queries import check_nobody_barred, flags_of
from rightdoor.casework.consents.sealed import known_to_rules, told_field, told_label
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.sealing.seals import seal_json


@dataclass(frozen=True, slots=True)
class ReportTold:
    """What a record of a mandated report holds beside what was told. (MR-3)

    `content` are keys of REPORTED_CONTENT; `told_before`: was the client told first, None is not established.
    """

    by: str
    number: str
    content: tuple[str, ...]
    told_before: bool | None = None


@action("outside_disclosure.recorded")
def record_outside_disclosure(
    viewer: Viewer,
    client: Client,
    *,
    kind: str,
    from_agency: str,
    to: str,
    what: str,
    told_at: datetime,
    now: datetime,
    to_agency: str = "",
    classes: Sequence[str] = (),
    release: Release | None = None,
    ground: str = "",
    person: PersonAround | None = None,
    report: ReportTold | None = None,
    notice_attempt: str = "",
    safety_steps: str = "",
    by_law: bool = False,
) -> OutsideDisclosure:
    """Records what was told outside the platform, to whom and on what ground.

    It rests on a release, on an order or emergency on record (`ground`), or, as a mandated report, on the law.
    `by_law`: the law asks for it in other words than a mandated report, as for a missing child; nothing more is owed.
    A report is a disclosure of the reported facts only: it opens this record to the agency that got it, and no other.
    (MR-4)
    Raises NotPermitted, and RuleBroken for a ground that does not hold, a recipient who must not be told, or a report
    without what MR-3 asks.
    """
    check_may(viewer, "disclosure.record", standing_of(viewer, client, now))
    if kind not in KINDS_OUTSIDE:
        raise RuleBroken("Say how it was told: choose from the list.")
    if not to.strip() or not what.strip():
        raise RuleBroken("Say to whom it was told, and what was told.")
    if told_at > now:
        raise RuleBroken("This cannot have been told in the future. Correct the date or the time.")
    if set(classes) - {*RELEASABLE, "REP", "OFF"}:
        raise RuleBroken("One of these kinds of record is never told outside. Ask your supervisor.")
    _check_recipient(client, person)
    check_nobody_barred(client, [to])
    if kind == "report":
        _check_report(report, to_agency)
    elif not by_law:
        _check_ground(client, release, ground, from_agency, to_agency, classes, told_at)
    compelled = by_law or kind == "report" or (bool(ground) and CourtOrder.objects.filter(code=ground).exists())
    due = None
    if kind == "report":
        days = active_pack().reporting_line.mandated_report.written_follow_up_within_days
        due = told_at + timedelta(days=days)
    row = OutsideDisclosure(
        code=new_code(),
        client=client,
        recorded_at=now,
        recorded_by=viewer.code,
        release=release,
        ground=ground,
        kind=kind,
        from_agency=from_agency,
        to_agency=to_agency,
        told_at=told_at,
        is_compelled=compelled,
        follow_up_due_at=due,
    )
    if by_law or not compelled:  # on a release or in an emergency there is nothing left to do
        row.closed_at, row.closed_by = now, viewer.code
    told = {
        "to": to.strip(),
        "what": what.strip(),
        "classes": sorted(set(classes)),
        "person": person.code if person else "",
        "notice_attempt": notice_attempt.strip(),
        "safety_steps": safety_steps.strip(),
        "by": report.by.strip() if report else "",
        "number": report.number.strip() if report else "",
        "content": list(report.content) if report else [],
        "told_before": report.told_before if report else None,
    }
    row.told_sealed = seal_json(told, told_label(row))
    row.save(force_insert=True)
    if kind == "report":
        # The agency that got the report may read this record of it: this one item, by its code, and nothing else.
        open_ground(
            viewer,
            client,
            kind="MR",
            code=row.code,
            items=(row.code,),
            from_agency=client.holder,
            to_agency=to_agency,
            classes=("CORE",),
            starts_at=now,
            now=now,
        )
    stands_on = release.code if release else ground or row.code
    record(viewer, "outside_disclosure.recorded", row, ground=stands_on, how=kind)
    return row


@action("outside_disclosure.followed_up")
def note_follow_up(viewer: Viewer, row: OutsideDisclosure, *, done_at: datetime, now: datetime) -> None:
    """The written follow-up of a mandated report was sent. (MR-3) Raises NotPermitted, RuleBroken."""
    check_may(viewer, "disclosure.record", standing_of(viewer, row.client, now))
    held = _held(row)
    if held.follow_up_due_at is None:
        raise RuleBroken("This disclosure asks for no written follow-up.")
    if done_at > now or done_at < held.told_at:
        raise RuleBroken("The follow-up was sent after the report and not in the future. Correct the day.")
    held.follow_up_done_at = done_at
    held.save(update_fields=["follow_up_done_at"])
    record(viewer, "outside_disclosure.followed_up", held)


@action("outside_disclosure.closed")
def close_outside_disclosure(
    viewer: Viewer, row: OutsideDisclosure, *, now: datetime, notice_attempt: str = "", safety_steps: str = ""
) -> None:
    """Closes the entry. What was compelled needs the attempt to tell the client and the safety steps first. (MR-5)

    Raises NotPermitted, RuleBroken while something is missing: the entry stays open, what was typed is kept.
    """
    check_may(viewer, "disclosure.record", standing_of(viewer, row.client, now))
    held = _held(row)
    if held.closed_at is not None:
        raise RuleBroken("This entry was closed already.")
    (known,) = known_to_rules([told_field(held)])
    told = dict(known or {})
    told["notice_attempt"] = notice_attempt.strip() or told.get("notice_attempt", "")
    told["safety_steps"] = safety_steps.strip() or told.get("safety_steps", "")
    if held.is_compelled and not (told["notice_attempt"] and told["safety_steps"]):
        raise RuleBroken("Record how you tried to tell the client, and what keeps the client safe. Then close it.")
    if held.follow_up_due_at is not None and held.follow_up_done_at is None:
        raise RuleBroken("Send the written follow-up first, and record when.")
    held.told_sealed = seal_json(told, told_label(held))
    held.closed_at, held.closed_by = now, viewer.code
    held.save(update_fields=["told_sealed", "closed_at", "closed_by"])
    record(viewer, "outside_disclosure.closed", held)


def _check_recipient(client: Client, person: PersonAround | None) -> None:
    """Nobody alleged, and nobody whom one must not contact, is told anything. (SR-41)"""
    if person is None:
        return
    if person.client_id != client.pk:
        raise RuleBroken("Choose the recipient from the people around this client.")
    person.client = client
    flags = flags_of([person])[person.pk]
    if flags.keeps_from_contact:
        raise RuleBroken("This person must not be contacted. Do not tell them anything, and do not write to them.")
    if flags.alleged_exploiter is None:
        raise RuleBroken("Settle first whether this person is alleged to have done harm. Unknown is not enough.")


def _check_report(report: ReportTold | None, to_agency: str) -> None:
    if report is None or not report.by.strip() or not to_agency:
        raise RuleBroken("Say who made the report and to which agency.")
    if not report.content or set(report.content) - set(REPORTED_CONTENT):
        raise RuleBroken("Say what the report held: choose from the list.")


def _check_ground(
    client: Client,
    release: Release | None,
    ground: str,
    from_agency: str,
    to_agency: str,
    classes: Sequence[str],
    told_at: datetime,
) -> None:
    """What it rests on held at that moment, and covers what was told."""
    if not classes:
        raise RuleBroken("Say which kinds of record were told.")
    if (release is None) == (not ground):
        raise RuleBroken("Choose the release, the order or the emergency on which this was told.")
    if release is not None:
        _check_release(client, release, from_agency, to_agency, classes, told_at)
        return
    order = CourtOrder.objects.select_related("client").filter(client=client, code=ground).first()
    emergency = EmergencyGround.objects.select_related("client").filter(client=client, code=ground).first()
    found = order or emergency
    if found is None or (order is not None and order.confirmed_at is None):
        raise RuleBroken("Choose an order that a second person has confirmed, or an emergency on record.")
    (told,) = known_to_rules([told_field(found)])
    if not told or set(classes) - set(told["classes"]):
        raise RuleBroken("It does not cover all of these kinds of record.")
    if told_at < found.starts_at or (found.ends_at is not None and told_at >= found.ends_at):
        raise RuleBroken("It did not hold at that time.")


def _check_release(
    client: Client, release: Release, from_agency: str, to_agency: str, classes: Sequence[str], told_at: datetime
) -> None:
    if release.client_id != client.pk:
        raise RuleBroken("This release is about somebody else.")
    release = Release.objects.select_related("client").get(pk=release.pk)  # as it stands now, not as a page once had it
    ended = release.ended_at is not None and told_at >= release.ended_at
    suspended = release.suspended_at is not None and told_at >= release.suspended_at
    if ended or suspended or not release.starts_at <= told_at < release.expires_at:
        raise RuleBroken("This release did not hold at that time. Tell your supervisor what was shared without one.")
    if from_agency != release.from_agency or (release.to_agency and to_agency != release.to_agency):
        raise RuleBroken("This release is for another agency. It goes one way, from one to one.")
    (told,) = known_to_rules([told_field(release)])
    if not told or set(classes) - set(told["classes"]):
        raise RuleBroken("This release does not cover all of these kinds of record.")


def _held(row: OutsideDisclosure) -> OutsideDisclosure:
    return OutsideDisclosure.objects.select_for_update(of=("self",)).select_related("client").get(pk=row.pk)
