"""Acts on staffings: schedule, minute, decide, settle, hold, share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rightdoor.casework.cases.actions import open_case
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import determinations_of, standing_of
from rightdoor.casework.clients.actions import give_standing
from rightdoor.casework.plans.queries import open_plan
from rightdoor.casework.referrals.actions import stop_clock
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.staffings.models import (
    ActionItem,
    CaseSummary,
    Decision,
    Staffing,
    SummaryShare,
    TopicMinutes,
)
from rightdoor.casework.staffings.queries import (
    decision_context,
    item_context,
    minutes_context,
    settled_context,
    settled_words,
    summary_context,
    topics_of,
)
from rightdoor.community.meetings.actions import Invitee, convene_meeting, mark_held
from rightdoor.community.meetings.queries import invitations_of
from rightdoor.community.partners.models import Room
from rightdoor.domain import staffing as rule
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Standing, Viewer, check_may
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jobs.queue import defer
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.sealing.seals import open_sealed, seal, seal_json

CONTINUED = ("eligible", "not_eligible", "undecided")


@dataclass(frozen=True, slots=True)
class Saved:
    """The text was kept; the next save must name this version."""

    version: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else saved first. Both texts are here; nothing is lost."""

    version: int
    theirs: str
    yours: str
    written_by: str
    written_at: datetime


@action("staffing.scheduled")
def schedule_emergency_staffing(
    viewer: Viewer,
    referral: Referral,
    *,
    starts_at: datetime,
    minutes: int,
    mode: str,
    invitees: Sequence[Invitee],
    now: datetime,
    room: Room | None = None,
) -> Staffing:
    """Schedules the emergency staffing of a triaged referral: opens its case, convenes the meeting, invites the team.

    Invited members may know of the case within the access window around the meeting only. (MTG-1, MTG-2, SR-05)
    Raises RuleBroken when the referral is not triaged, has its emergency staffing already, or the time has passed.
    """
    check_may(viewer, "staffing.schedule", _coordinating(viewer, referral.region))
    if referral.state not in {"triaged", "staffed"} or referral.due_at is None:
        raise RuleBroken("Set the response tier first; its clock says by when to meet.")
    case = Case.objects.select_related("client", "referral").filter(referral=referral).first()
    if case is not None and case.staffings.filter(kind="emergency").exclude(state="cancelled").exists():
        raise RuleBroken("The emergency staffing of this referral is scheduled already. Move it instead.")
    case = case or open_case(viewer, referral, now=now)
    return _schedule(
        viewer,
        case,
        kind="emergency",
        starts_at=starts_at,
        minutes=minutes,
        mode=mode,
        invitees=invitees,
        room=room,
        now=now,
    )


@action("staffing.scheduled")
def schedule_staffing(
    viewer: Viewer,
    case: Case,
    *,
    kind: str,
    starts_at: datetime,
    minutes: int,
    mode: str,
    invitees: Sequence[Invitee],
    now: datetime,
    room: Room | None = None,
) -> Staffing:
    """Schedules a further staffing of a case. Ongoing coordination needs the consent that the case's mode shows. (MTG-1)"""
    check_may(viewer, "staffing.schedule", standing_of(viewer, case, now))
    if case.state != "open":
        raise RuleBroken("This case is closed. Reopen it first.")
    return _schedule(
        viewer, case, kind=kind, starts_at=starts_at, minutes=minutes, mode=mode, invitees=invitees, room=room, now=now
    )


def _schedule(
    viewer: Viewer,
    case: Case,
    *,
    kind: str,
    starts_at: datetime,
    minutes: int,
    mode: str,
    invitees: Sequence[Invitee],
    room: Room | None,
    now: datetime,
) -> Staffing:
    everybody = [one for one in invitees if one.account_code != viewer.code]
    everybody.append(Invitee(viewer.code, "care_coordinator", "core"))
    meeting = convene_meeting(
        viewer,
        region=case.region,
        kind=kind,
        mode=mode,
        room=room,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        invitees=everybody,
        now=now,
    )
    staffing = Staffing.objects.create(
        code=new_code(),
        case=case,
        meeting=meeting,
        region=case.region,
        kind=kind,
        starts_at=starts_at,
        due_at=case.referral.due_at if kind == "emergency" else None,
    )
    clocks = active_pack().clocks
    for one in everybody:
        if one.account_code == viewer.code:
            continue
        give_standing(
            viewer,
            case.client,
            account_code=one.account_code,
            kind="invited",
            discipline=one.discipline,
            about=staffing.code,
            starts_at=starts_at - timedelta(hours=clocks.access_opens_hours_before),
            ends_at=meeting.ends_at + timedelta(hours=clocks.access_closes_hours_after),
            now=now,
        )
    defer(
        "staffings.remind_of_staffing",
        staffing.code,
        at=starts_at - timedelta(hours=2),
        once_key=f"staffing:{staffing.code}",
    )
    record(
        viewer,
        "staffing.scheduled",
        staffing,
        subject=case.client.code,
        holder=case.holder,
        kind_of=kind,
        invited=len(everybody),
    )
    return staffing


@action("staffing.minuted")
def write_minutes(
    viewer: Viewer, staffing: Staffing, *, topic: str, text: str, version: int, now: datetime
) -> Saved | Conflict:
    """Writes the minutes of one topic. A stale version changes nothing and returns both texts. (MTG-4)"""
    check_may(viewer, "staffing.minute", standing_of(viewer, staffing.case, now))
    if topic not in active_pack().agenda(staffing.kind).choices():
        raise RuleBroken("Choose a topic of this agenda.")
    _check_open_for_minutes(staffing)
    context = minutes_context(staffing, topic)
    row, _ = TopicMinutes.objects.select_for_update().get_or_create(
        staffing=staffing,
        topic=topic,
        defaults={"text_sealed": seal("", context), "written_at": now, "written_by": viewer.code},
    )
    if row.version != version:
        theirs = open_sealed(bytes(row.text_sealed), context)
        if theirs != text:
            record(viewer, "staffing.minuted", staffing, **_about(staffing), topic=topic, outcome="conflict")
            return Conflict(row.version, theirs, text, row.written_by, row.written_at)
        return _kept(viewer, staffing, topic, row.version)
    row.text_sealed, row.version, row.written_at, row.written_by = seal(text, context), version + 1, now, viewer.code
    row.save(update_fields=["text_sealed", "version", "written_at", "written_by"])
    return _kept(viewer, staffing, topic, row.version)


def _kept(viewer: Viewer, staffing: Staffing, topic: str, version: int) -> Saved:
    record(viewer, "staffing.minuted", staffing, **_about(staffing), topic=topic, version=version)
    return Saved(version)


@action("staffing.decision_recorded")
def record_decision(viewer: Viewer, staffing: Staffing, *, topic: str, text: str, now: datetime) -> Decision:
    """Records a decision of the team on a topic. (MTG-4)"""
    check_may(viewer, "staffing.minute", standing_of(viewer, staffing.case, now))
    _check_open_for_minutes(staffing)
    if not text.strip():
        raise RuleBroken("Write the decision in a sentence.")
    decision = Decision.objects.create(
        staffing=staffing,
        topic=topic,
        text_sealed=seal(text.strip(), decision_context(staffing, topic, now)),
        decided_at=now,
        recorded_by=viewer.code,
    )
    record(viewer, "staffing.decision_recorded", staffing, **_about(staffing), topic=topic)
    return decision


@action("action_item.added")
def add_action_item(
    viewer: Viewer, staffing: Staffing, *, topic: str, text: str, owner: Account, due_on: date, now: datetime
) -> ActionItem:
    """Gives somebody something to do by a date; it follows its owner until done. (MTG-4, MTG-6)"""
    check_may(viewer, "staffing.minute", standing_of(viewer, staffing.case, now))
    _check_open_for_minutes(staffing)
    if not text.strip():
        raise RuleBroken("Say what is to be done.")
    if due_on < now.date() - timedelta(days=1):
        raise RuleBroken("Choose a date that has not passed.")
    code = new_code()
    item = ActionItem.objects.create(
        code=code,
        staffing=staffing,
        topic=topic,
        owner=owner.code,
        due_on=due_on,
        text_sealed=seal(text.strip(), item_context(staffing, code)),
        recorded_at=now,
        recorded_by=viewer.code,
    )
    if owner.code != viewer.code:
        notify([owner.code], "action_item.added", item.code, now)
    record(viewer, "action_item.added", item, **_about(staffing), person=owner.code)
    return item


@action("action_item.done")
def finish_action_item(viewer: Viewer, item: ActionItem, *, now: datetime) -> None:
    """Says that it is done: its owner, or a coordinator of the region. (MTG-6)"""
    staffing = item.staffing
    standing = standing_of(viewer, staffing.case, now)
    check_may(
        viewer,
        "action_item.finish",
        Standing(
            assigned=standing.assigned, invited=standing.invited, region=standing.region, owns=item.owner == viewer.code
        ),
    )
    if item.done_at is not None:
        raise RuleBroken("This was done already.")
    item.done_at, item.done_by = now, viewer.code
    item.save(update_fields=["done_at", "done_by"])
    record(viewer, "action_item.done", item, **_about(staffing))


@action("staffing.settled")
def settle_staffing(
    viewer: Viewer,
    staffing: Staffing,
    *,
    continued_services: str,
    consent_plan: str,
    words: dict[str, str],
    now: datetime,
) -> None:
    """Records eligibility for continued services and the plan for consent, each with its words. (MTG-8)

    `words` holds "continued" and "consent". Raises RuleBroken for a choice that is not offered.
    """
    check_may(viewer, "staffing.hold", standing_of(viewer, staffing.case, now))
    if continued_services and continued_services not in CONTINUED:
        raise RuleBroken("Say whether the client is eligible for continued services.")
    staffing.continued_services = continued_services
    staffing.consent_plan = consent_plan
    staffing.settled_sealed = seal_json(words, settled_context(staffing))
    staffing.save(update_fields=["continued_services", "consent_plan", "settled_sealed"])
    record(viewer, "staffing.settled", staffing, **_about(staffing))


def unsettled(viewer: Viewer, staffing: Staffing, now: datetime) -> list[str]:
    """What an emergency staffing has still to settle before it counts as held, as keys of domain.staffing."""
    if staffing.kind != "emergency":
        return []
    case = staffing.case
    settled = {
        "victim_status": case.determinations.exists(),
        "eligibility": staffing.continued_services in {"eligible", "not_eligible"},
        "consent_plan": bool(staffing.consent_plan),
        "first_plan": case.plans.exists() or staffing.continued_services == "not_eligible",
    }
    return [key for key in rule.EMERGENCY_MUST_SETTLE if not settled[key]]


@action("staffing.held")
def hold_staffing(viewer: Viewer, staffing: Staffing, *, held_at: datetime, now: datetime) -> None:
    """The staffing was held: the response clock stops at that moment, the summary's clock starts. (INT-6, MTG-5, MTG-8)

    `held_at` is when it began. Raises RuleBroken when something must be settled first, or it lies in the future.
    """
    check_may(viewer, "staffing.hold", standing_of(viewer, staffing.case, now))
    if staffing.state != "scheduled":
        raise RuleBroken("This staffing was closed already.")
    if held_at > now:
        raise RuleBroken("A staffing cannot be held in the future.")
    if missing := unsettled(viewer, staffing, now):
        raise RuleBroken("Settle this first: " + ", ".join(_settling(key) for key in missing) + ".")
    if not staffing.meeting.invitations.filter(attendance="present").exists():
        raise RuleBroken("Record who was there first.")
    staffing.state, staffing.held_at = "held", held_at
    staffing.summary_due_at = held_at + timedelta(hours=active_pack().clocks.summary_due_hours)
    staffing.save(update_fields=["state", "held_at", "summary_due_at"])
    mark_held(viewer, staffing.meeting, held_at=held_at, now=now)
    if staffing.kind == "emergency" and staffing.case.referral.stopped_at is None:
        stop_clock(viewer, staffing.case.referral, held_at=held_at, now=now)
    defer(
        "staffings.remind_of_summary",
        staffing.code,
        at=staffing.summary_due_at - timedelta(hours=active_pack().clocks.summary_due_hours / 4),
        once_key=f"summary:{staffing.code}",
    )
    record(viewer, "staffing.held", staffing, **_about(staffing))


@action("summary.shared")
def file_and_share_summary(viewer: Viewer, staffing: Staffing, *, now: datetime) -> CaseSummary:
    """Freezes the minutes into the case summary and shares it with everybody invited who came or is owed a briefing.

    One step from the minutes (MTG-5). The text is bound to a digest; each recipient's standing lasts through the window.
    Raises RuleBroken before the staffing was held or when it was shared already.
    """
    standing = standing_of(viewer, staffing.case, now)
    check_may(viewer, "summary.file", standing)
    check_may(viewer, "summary.share", standing)
    if staffing.state != "held":
        raise RuleBroken("Hold the staffing first; then its summary can be shared.")
    if CaseSummary.objects.filter(staffing=staffing).exists():
        raise RuleBroken("The summary was shared already.")
    body = summary_body(viewer, staffing, now)
    text = json.dumps(body, sort_keys=True)
    code = new_code()
    summary = CaseSummary.objects.create(
        code=code,
        staffing=staffing,
        filed_at=now,
        filed_by=viewer.code,
        body_sealed=seal(text, summary_context(staffing, code)),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )
    recipients = recipients_of(staffing)
    SummaryShare.objects.bulk_create(
        SummaryShare(summary=summary, account_code=account.code, shared_at=now) for account, _ in recipients
    )
    hours = active_pack().clocks.access_closes_hours_after
    for account, discipline in recipients:
        if account.code != viewer.code:
            give_standing(
                viewer,
                staffing.case.client,
                account_code=account.code,
                kind="invited",
                discipline=discipline,
                about=code,
                starts_at=now,
                ends_at=now + timedelta(hours=hours),
                now=now,
            )
    staffing.summary_shared_at = now
    staffing.save(update_fields=["summary_shared_at"])
    notify([account.code for account, _ in recipients], "summary.shared", summary.code, now)
    record(viewer, "summary.shared", summary, **_about(staffing), shared=len(recipients))
    return summary


def recipients_of(staffing: Staffing) -> list[tuple[Account, str]]:
    """Who gets the summary: everybody invited, or the delegate besides. (account, discipline)"""
    found: dict[str, tuple[Account, str]] = {}
    for row in invitations_of(staffing.meeting):
        found.setdefault(row.account.code, (row.account, row.discipline))
        if row.delegate is not None:
            found.setdefault(row.delegate.code, (row.delegate, row.discipline))
    return list(found.values())


def summary_body(viewer: Viewer, staffing: Staffing, now: datetime) -> dict[str, object]:
    """The content of a summary as plain data: what the printed document and the page show. Holds no name of a client."""
    case, pack = staffing.case, active_pack()
    topics = topics_of(viewer, staffing, now)
    status = determinations_of(viewer, case, now)
    plan = case.plans.select_related("case", "case__client").order_by("-number").first()
    shown = open_plan(viewer, plan, now) if plan else None
    words = settled_words(staffing)
    labels = {service.key: str(service.label) for service in pack.services}
    present = [
        {"name": row.account.name, "discipline": row.discipline, "how": row.attendance or row.answer}
        for row in invitations_of(staffing.meeting)
    ]
    return {
        "staffing": staffing.code,
        "case": case.code,
        "client": case.client.code,
        "kind": staffing.kind,
        "region": pack.region(case.region).name,
        "tier": case.referral.tier,
        "clock_started_at": case.referral.clock_started_at.isoformat(),
        "due_at": staffing.due_at.isoformat() if staffing.due_at else "",
        "held_at": staffing.held_at.isoformat() if staffing.held_at else "",
        "present": present,
        "status": {"status": status[0].status, "evidence": status[0].evidence} if status else {},
        "continued_services": staffing.continued_services,
        "continued_words": words.get("continued", ""),
        "consent_plan": staffing.consent_plan,
        "consent_words": words.get("consent", ""),
        "topics": [
            {
                "label": topic.label,
                "text": topic.text,
                "decisions": [decision.text for decision in topic.decisions],
                "items": [
                    {"text": item.text, "owner": item.owner_name, "due_on": item.due_on.isoformat()}
                    for item in topic.items
                ],
            }
            for topic in topics
        ],
        "plan": {
            "wishes": shown.wishes,
            "strengths": shown.strengths,
            "services": [
                {
                    "category": labels.get(one.category, one.category),
                    "need": one.need,
                    "choice": one.choice,
                    "due_on": one.due_on.isoformat() if one.due_on else "",
                }
                for one in shown.services
            ],
        }
        if shown
        else {},
    }


@action("summary.opened")
def open_summary(viewer: Viewer, summary: CaseSummary, *, now: datetime) -> dict[str, object]:
    """The frozen content, for a member to whom it was shared; that and when it was opened is kept. (MTG-5)"""
    staffing = summary.staffing
    check_may(viewer, "summary.open", standing_of(viewer, staffing.case, now))
    record(viewer, "summary.opened", summary, **_about(staffing), classes=("CORE",))
    share = summary.shares.select_for_update().filter(account_code=viewer.code).first()
    if share is not None:
        share.first_opened_at = share.first_opened_at or now
        share.last_opened_at = now
        share.save(update_fields=["first_opened_at", "last_opened_at"])
    body: dict[str, object] = json.loads(
        open_sealed(bytes(summary.body_sealed), summary_context(staffing, summary.code))
    )
    return body


def _coordinating(viewer: Viewer, region: str) -> Standing:
    covers = viewer.has("care_coordinator") and viewer.covers(region)
    return Standing(assigned=covers, region=covers)


def _about(staffing: Staffing) -> dict[str, str]:
    return {"subject": staffing.case.client.code, "holder": staffing.case.holder}


def _check_open_for_minutes(staffing: Staffing) -> None:
    if staffing.summary_shared_at is not None:
        raise RuleBroken(
            "The summary of this staffing was shared; its minutes are frozen. Write a note on the case instead."
        )


def _settling(key: str) -> str:
    return {
        "victim_status": "victim status",
        "eligibility": "eligibility for continued services",
        "consent_plan": "the plan for consent",
        "first_plan": "a first service plan",
    }[key]
