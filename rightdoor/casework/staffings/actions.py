"""Acts on staffings: schedule, minute, decide, settle, hold, share."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from rightdoor.casework.cases.actions import open_case
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import standing_of as standing_to_case
from rightdoor.casework.clients.disclosure import SealedField, open_fields
from rightdoor.casework.consents.actions.coordination import (
    record_legal_alternative,
    record_participation_consent,
    record_participation_refusal,
)
from rightdoor.casework.consents.queries import consent_for_rules, coordination_of
from rightdoor.casework.referrals.actions import stop_clock
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.staffings.choices import BASIS, CONSENT_PLANS, CONTINUED
from rightdoor.casework.staffings.letting import before_key, let_in, remind_before
from rightdoor.casework.staffings.models import (
    ActionItem,
    CaseSummary,
    Decision,
    Staffing,
    SummaryShare,
    TopicMinutes,
)
from rightdoor.casework.staffings.queries import (
    check_core_is_open,
    core_open_to,
    decision_label,
    emergency_staffing_of,
    facts_of,
    item_label,
    minutes_label,
    people_at,
    recipients_of,
    removed_from,
    seats_of,
    settled_label,
    standing_for,
    summary_content,
    summary_label,
)
from rightdoor.community.meetings.actions import Invitee, convene_meeting, invite, mark_held, move_meeting
from rightdoor.community.partners.models import Room
from rightdoor.domain import staffing as rule
from rightdoor.domain.confidentiality import Item
from rightdoor.domain.consent import check_may_hold_ongoing_staffing
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Standing, Viewer, check_may
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import is_code, new_code
from rightdoor.foundation.jobs.queue import call_off, defer
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.once import own_code, sent_before
from rightdoor.foundation.sealing.seals import seal_json, seal_many

LONGEST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Saved:
    """The text was kept; the next save must name this version, or come from the same open page."""

    version: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else saved first. Both texts are here; nothing is lost."""

    version: int
    theirs: str
    yours: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class OpenedSummary:
    """A summary as this viewer may see it: the frozen body, and the service plan or None where it is kept back."""

    body: dict[str, Any]
    plan: dict[str, Any] | None


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
    Raises NotPermitted, and RuleBroken when the referral is not triaged, has its emergency staffing already, or the
    time has passed. A time after the clock is allowed, for late is better than never; the page says so before.
    """
    covers = viewer.covers_as("care_coordinator", referral.region)
    check_may(viewer, "staffing.schedule", Standing(assigned=covers, region=covers))
    Referral.objects.select_for_update().get(pk=referral.pk)  # two coordinators at once make one staffing
    if emergency_staffing_of(referral.pk) is not None:
        raise RuleBroken("The emergency staffing of this referral is scheduled already. Move it instead.")
    if referral.state != "triaged" or referral.due_at is None:
        raise RuleBroken("Set the response tier first; its clock says by when to meet.")
    case = Case.objects.select_related("client", "referral").filter(referral=referral).first()
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
    """Schedules a further staffing of a case. Ongoing coordination needs consent, or what stands in its place. (MTG-1)

    Raises NotPermitted, and RuleBroken for a closed case, a kind that is not offered, or without consent.
    """
    check_may(viewer, "staffing.schedule", standing_to_case(viewer, case, now))
    if kind not in {"ongoing", "case_review"}:
        raise RuleBroken("Choose the kind of staffing from the list.")
    if case.state != "open":
        raise RuleBroken("This case is closed. Reopen it first.")
    if kind == "ongoing":
        check_may_hold_ongoing_staffing(consent_for_rules(coordination_of(case.client, now)), now)
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
    if not 0 < minutes <= LONGEST.total_seconds() / 60:
        raise RuleBroken("Say how long the meeting takes: between one minute and twelve hours.")
    everybody = [one for one in invitees if one.account_code != viewer.code]
    if not everybody:
        raise RuleBroken("Invite at least one member besides yourself.")
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
        code=new_code(), case=case, meeting=meeting, region=case.region, kind=kind, starts_at=starts_at
    )
    let_in(viewer, staffing, everybody, now)
    remind_before(staffing, now)
    record(viewer, "staffing.scheduled", staffing, kind_of=kind, invited=len(everybody))
    return staffing


@action("staffing.rescheduled")
def move_staffing(viewer: Viewer, staffing: Staffing, *, starts_at: datetime, now: datetime) -> None:
    """Moves a staffing with its meeting: everybody is told and asked again, and access moves along. (MTG-2)

    The response clock does not move. Raises NotPermitted, RuleBroken.
    """
    check_may(viewer, "staffing.schedule", standing_to_case(viewer, staffing.case, now))
    if staffing.state != "scheduled":
        raise RuleBroken("Only a staffing that was not held yet can be moved.")
    meeting = staffing.meeting
    length, later = meeting.ends_at - meeting.starts_at, starts_at - meeting.starts_at
    move_meeting(viewer, meeting, starts_at=starts_at, ends_at=starts_at + length, now=now)
    for other in Staffing.objects.filter(meeting=meeting, state="scheduled").select_related("case", "case__client"):
        other.starts_at = starts_at
        other.turn_at = other.turn_at + later if other.turn_at else None
        other.save(update_fields=["starts_at", "turn_at"])
        other.meeting = meeting
        removed = removed_from(other)
        let_in(viewer, other, [one for one in _seated(other) if one.account_code not in removed], now)
        remind_before(other, now)
    staffing.starts_at = starts_at
    record(viewer, "staffing.rescheduled", staffing)


@action("staffing.guest_invited")
def invite_to_staffing(viewer: Viewer, staffing: Staffing, *, invitees: Sequence[Invitee], now: datetime) -> None:
    """Invites further people, for this case and within the window around this meeting only. (MTG-2, MTG-7)"""
    check_may(viewer, "staffing.schedule", standing_to_case(viewer, staffing.case, now))
    if staffing.state != "scheduled":
        raise RuleBroken("This staffing was closed already.")
    invite(viewer, staffing.meeting, invitees=invitees, now=now)
    let_in(viewer, staffing, invitees, now)
    record(viewer, "staffing.guest_invited", staffing, invited=len(invitees))


@action("staffing.minuted")
def write_minutes(
    viewer: Viewer, staffing: Staffing, *, topic: str, text: str, version: int, now: datetime, page: str = ""
) -> Saved | Conflict:
    """Writes the minutes of one topic. A stale version changes nothing and returns both texts. (MTG-4)

    `page` is a code of the open page: what the same person saved from there before is no conflict.
    """
    _check_may_minute(viewer, staffing, now)
    _check_topic(staffing, topic)
    _check_open_for_minutes(viewer, staffing)
    label = minutes_label(staffing, topic)
    row, _ = TopicMinutes.objects.select_for_update().get_or_create(
        staffing=staffing,
        topic=topic,
        defaults={"text_sealed": seal_json("", label), "written_at": now, "written_by": viewer.code},
    )
    own = is_code(page) and row.written_from == page and row.written_by == viewer.code
    if row.version != version and not own:
        theirs = _opened(viewer, staffing, SealedField(label, row.text_sealed), now)
        if theirs != text:
            record(viewer, "staffing.minuted", staffing, topic=topic, outcome="conflict")
            return Conflict(row.version, theirs, text, row.written_by, row.written_at)
        record(viewer, "staffing.minuted", staffing, topic=topic, version=row.version)
        return Saved(row.version)
    row.text_sealed, row.version = seal_json(text, label), row.version + 1
    row.written_at, row.written_by, row.written_from = now, viewer.code, page if is_code(page) else ""
    row.save(update_fields=["text_sealed", "version", "written_at", "written_by", "written_from"])
    record(viewer, "staffing.minuted", staffing, topic=topic, version=row.version)
    return Saved(row.version)


@action("staffing.decision_recorded")
def record_decision(
    viewer: Viewer, staffing: Staffing, *, topic: str, text: str, now: datetime, code: str = ""
) -> Decision:
    """Records a decision of the team on a topic. (MTG-4) `code` may be fixed by a form: sent twice, it stands once."""
    _check_may_minute(viewer, staffing, now)
    _check_topic(staffing, topic)
    _check_open_for_minutes(viewer, staffing)
    code = own_code(viewer, Decision, staffing.code, code)
    again = sent_before(staffing.decisions.filter(recorded_by=viewer.code), code)
    if again is not None:
        record(viewer, "staffing.decision_recorded", staffing, topic=topic, repeated=True)
        return again
    if not text.strip():
        raise RuleBroken("Write the decision in a sentence.")
    decision = Decision(
        code=code or new_code(),
        staffing=staffing,
        topic=topic,
        decided_at=now,
        recorded_by=viewer.code,
    )
    decision.text_sealed = seal_json(text.strip(), decision_label(staffing, decision))
    decision.save(force_insert=True)
    record(viewer, "staffing.decision_recorded", staffing, topic=topic)
    return decision


@action("action_item.added")
def add_action_item(
    viewer: Viewer,
    staffing: Staffing,
    *,
    topic: str,
    text: str,
    owner: str,
    due_on: date | None,
    now: datetime,
    code: str = "",
) -> ActionItem:
    """Gives somebody who was invited something to do by a date; it follows its owner until done. (MTG-4, MTG-6)

    `owner` is an account's code. Raises NotPermitted, RuleBroken.
    """
    _check_may_minute(viewer, staffing, now)
    _check_topic(staffing, topic)
    _check_open_for_minutes(viewer, staffing)
    code = own_code(viewer, ActionItem, staffing.code, code)
    again = sent_before(staffing.action_items.filter(recorded_by=viewer.code), code)
    if again is not None:
        record(viewer, "action_item.added", again, repeated=True)
        return again
    held_on = local(staffing.held_at or staffing.starts_at).date()
    rule.check_may_add_action_item(owner=owner, due_on=due_on, what=text, held_on=held_on)
    if owner not in dict(people_at(staffing)):
        raise RuleBroken("Choose somebody who is invited to this staffing.")
    _check_may_be_told(viewer, staffing, owner, now)
    item = ActionItem(
        code=code or new_code(),
        staffing=staffing,
        topic=topic,
        owner=owner,
        due_on=due_on,
        recorded_at=now,
        recorded_by=viewer.code,
    )
    item.text_sealed = seal_json(text.strip(), item_label(item, staffing.case))
    item.save(force_insert=True)
    if owner != viewer.code:
        notify([owner], "action_item.added", item.code, now, path=f"/action-items/{item.code}/")
    record(viewer, "action_item.added", item, person=owner)
    return item


@action("action_item.done")
def finish_action_item(viewer: Viewer, item: ActionItem, *, now: datetime) -> None:
    """Says that it is done: its owner, or a coordinator of the region. (MTG-6)"""
    standing = standing_for(viewer, item.staffing, now)
    check_may(viewer, "action_item.finish", replace(standing, owns=item.owner == viewer.code))
    held = ActionItem.objects.select_for_update().get(pk=item.pk)
    if held.done_at is not None:
        raise RuleBroken("This was done already.")
    item.done_at, item.done_by = now, viewer.code
    item.save(update_fields=["done_at", "done_by"])
    record(viewer, "action_item.done", item)


@action("staffing.settled")
def settle_staffing(
    viewer: Viewer,
    staffing: Staffing,
    *,
    continued_services: str,
    consent_plan: str,
    now: datetime,
    continued_words: str = "",
    consent_words: str = "",
    signer_alleged: bool | None = None,
) -> None:
    """Records eligibility for continued services and the plan for consent, each with its words. (MTG-8)

    `signer_alleged`: is whoever signs alleged to have harmed the child; None, nobody has asked. Raises NotPermitted,
    and RuleBroken for a choice that is not offered or a refusal without its words.
    """
    check_may(viewer, "staffing.hold", standing_to_case(viewer, staffing.case, now))
    _check_open_for_minutes(viewer, staffing)
    if continued_services not in CONTINUED:
        raise RuleBroken("Say whether the client is eligible for continued services, or that this is undecided.")
    if consent_plan not in CONSENT_PLANS:
        raise RuleBroken("Say how consent to services will be sought.")
    if consent_plan == "refused" and not consent_words.strip():
        raise RuleBroken("Say who refused consent and what follows from it.")
    words = {
        "continued": continued_words.strip(),
        "consent": consent_words.strip(),
        "signer_alleged": signer_alleged,
    }
    staffing.continued_services, staffing.consent_plan = continued_services, consent_plan
    staffing.settled_sealed = seal_json(words, settled_label(staffing))
    staffing.save(update_fields=["continued_services", "consent_plan", "settled_sealed"])
    record(viewer, "staffing.settled", staffing)


@action("staffing.held")
def hold_staffing(viewer: Viewer, staffing: Staffing, *, held_at: datetime, now: datetime) -> None:
    """The staffing was held: the response clock stops at that moment, the summary's clock starts. (INT-6, MTG-5, MTG-8)

    `held_at` is when it began. Raises NotPermitted, and RuleBroken when something must be settled first, it lies in the
    future, or before the child came to us.
    """
    check_may(viewer, "staffing.hold", standing_to_case(viewer, staffing.case, now))
    held = Staffing.objects.select_for_update(of=("self",)).get(pk=staffing.pk)
    rule.check_may_hold(replace(facts_of(staffing), state=held.state), now)
    case, referral = staffing.case, staffing.case.referral
    if held_at > now:
        raise RuleBroken("A staffing cannot be held in the future. Correct the date or the time.")
    if held_at < max(case.opened_at, referral.clock_started_at):
        raise RuleBroken("A staffing cannot be held before its case was opened. Correct the date or the time.")
    clock = rule.summary_clock(held_at, active_pack().clocks.summary_due_hours)
    staffing.state, staffing.held_at, staffing.summary_due_at = "held", held_at, clock.due_at
    staffing.save(update_fields=["state", "held_at", "summary_due_at"])
    if not Staffing.objects.filter(meeting=staffing.meeting_id, state="scheduled").exists():
        mark_held(viewer, staffing.meeting, held_at=held_at, now=now)
    if staffing.kind == "emergency" and referral.stopped_at is None:
        stop_clock(viewer, referral, held_at=held_at, now=now)
    _note_consent(viewer, staffing, now)
    call_off(before_key(staffing))
    quarter_left = clock.due_at - (clock.due_at - clock.started_at) / 4
    defer("staffings.remind_of_summary", staffing.code, at=max(now, quarter_left), once_key=f"summary:{staffing.code}")
    record(viewer, "staffing.held", staffing, held_at=held_at)


@action("summary.shared")
def file_and_share_summary(viewer: Viewer, staffing: Staffing, *, now: datetime) -> CaseSummary:
    """Freezes the minutes into the case summary and shares it by name with everybody who was invited. (MTG-5)

    One step from the minutes. The text is bound to a digest. The service plan in it is sealed apart: sharing opens the
    core of the case, never the plan. Raises NotPermitted, RuleBroken before the staffing was held or the second time.
    """
    standing = standing_to_case(viewer, staffing.case, now)
    check_may(viewer, "summary.file", standing)
    check_may(viewer, "summary.share", standing)
    held = Staffing.objects.select_for_update(of=("self",)).get(pk=staffing.pk)
    if held.state != "held":
        raise RuleBroken("Hold the staffing first; then its summary can be shared.")
    if CaseSummary.objects.filter(staffing=staffing).exists():
        raise RuleBroken("The summary was shared already.")
    body, plan = summary_content(viewer, staffing, now)
    # The digest stands in clear and on paper: with something random in the text nobody can try guesses against it.
    body = {**body, "salt": secrets.token_hex(16)}
    texts = [_text(body), _text(plan)]
    summary = CaseSummary(
        code=new_code(),
        staffing=staffing,
        filed_at=now,
        filed_by=viewer.code,
        digest=hashlib.sha256("\n".join(texts).encode()).hexdigest(),
    )
    case = staffing.case
    summary.body_sealed, plan_sealed = seal_many(
        [(texts[0], summary_label(summary, case)), (texts[1], summary_label(summary, case, "PLAN"))]
    )
    summary.plan_sealed = plan_sealed if plan else None
    summary.save(force_insert=True)
    recipients = [one for one in recipients_of(viewer, staffing, now) if one.opens]
    SummaryShare.objects.bulk_create(
        SummaryShare(summary=summary, account_code=one.account.code, shared_at=now) for one in recipients
    )
    staffing.summary_shared_at = now
    staffing.save(update_fields=["summary_shared_at"])
    call_off(f"summary:{staffing.code}")
    people = [one.account.code for one in recipients]
    notify(people, "summary.shared", summary.code, now, path=f"/summaries/{summary.code}/")
    record(viewer, "summary.shared", summary, classes=("CORE",), shared=people)
    return summary


@action("summary.opened")
def open_summary(viewer: Viewer, summary: CaseSummary, *, now: datetime) -> OpenedSummary:
    """The frozen content, for whom it was shared with or who coordinates; that and when it was opened is kept. (MTG-5)

    A share outlasts the meeting's window; it opens the body (CORE) and nothing else, so the service plan comes back as
    None for everybody without a ground of their own. Raises NotPermitted, NotVisible.
    """
    case = summary.staffing.case
    share = summary.shares.select_for_update().filter(account_code=viewer.code).first()
    standing = standing_to_case(viewer, case, now)
    check_may(viewer, "summary.open", replace(standing, invited=standing.invited or share is not None))
    # What was disclosed to this person by name is the body; the plan beside it was disclosed to nobody.
    disclosed = Item("CORE", case.holder, shared_with=frozenset({viewer.code}) if share is not None else frozenset())
    body, plan = open_fields(
        viewer,
        case.client,
        [
            SealedField(summary_label(summary, case), summary.body_sealed, disclosed),
            SealedField(summary_label(summary, case, "PLAN"), summary.plan_sealed),
        ],
        now,
        verb="summary.opened",
        obj=summary,
        standing=standing,
    )
    if body is None:
        raise NotVisible
    if share is not None:
        share.first_opened_at = share.first_opened_at or now
        share.last_opened_at = now
        share.save(update_fields=["first_opened_at", "last_opened_at"])
    return OpenedSummary(body, plan)


@action("record.printed")
def note_printed(viewer: Viewer, summary: CaseSummary, *, now: datetime) -> None:
    """The viewer took a printed copy of a summary that was opened before. Raises NotVisible otherwise."""
    share = summary.shares.filter(account_code=viewer.code)
    if not share.exists() and standing_to_case(viewer, summary.staffing.case, now).none:
        raise NotVisible
    share.update(printed_at=now)
    record(viewer, "record.printed", summary, classes=("CORE",))


def _check_may_minute(viewer: Viewer, staffing: Staffing, now: datetime) -> None:
    """Whoever is at the meeting writes on it while its core is open to them. The record stays its holder's."""
    tie = standing_for(viewer, staffing, now)
    check_may(viewer, "staffing.minute", tie)
    check_core_is_open(viewer, staffing, tie, now)


def _check_may_be_told(viewer: Viewer, staffing: Staffing, owner: str, now: datetime) -> None:
    """A task in words is a disclosure to its owner: it needs the ground that opens the core to them. (SR-20)"""
    if owner == viewer.code:
        return
    why_not = core_open_to(viewer, staffing, list(Account.objects.filter(code=owner)), now).get(owner, "")
    if why_not:
        raise RuleBroken(
            "Nothing of this case may be handed to this person yet: a release, or the protocol of the judicial "
            "district, is lacking. Record it first, or give the task to somebody else."
        )


def _seated(staffing: Staffing) -> list[Invitee]:
    """Everybody who is there for this case and can still sign in."""
    rows = [row for row in seats_of(staffing) if row.account.is_active]
    return [Invitee(row.account.code, row.discipline, row.kind) for row in rows]


def _note_consent(viewer: Viewer, staffing: Staffing, now: datetime) -> None:
    """What a staffing settled on consent is put on record where consent is asked for; a plan for it is none yet."""
    if staffing.held_at is None or staffing.consent_plan not in {*BASIS, "refused"}:
        return
    words = _settled_words(viewer, staffing, now)
    if staffing.consent_plan == "refused":
        record_participation_refusal(
            viewer, staffing.case.client, refused_at=staffing.held_at, words=words.get("consent", ""), now=now
        )
        return
    if staffing.consent_plan == "custody":
        record_legal_alternative(
            viewer,
            staffing.case.client,
            which=BASIS["custody"],
            document=words.get("consent") or f"As the staffing {staffing.code} recorded it",
            starts_at=staffing.held_at,
            now=now,
        )
        return
    record_participation_consent(
        viewer,
        staffing.case.client,
        basis=BASIS[staffing.consent_plan],
        given_at=staffing.held_at,
        signer_alleged=words.get("signer_alleged"),
        words=words.get("consent", ""),
        about=staffing.code,
        now=now,
    )


def _settled_words(viewer: Viewer, staffing: Staffing, now: datetime) -> dict[str, Any]:
    field = SealedField(settled_label(staffing), staffing.settled_sealed)
    return _opened(viewer, staffing, field, now) or {}


def _opened(viewer: Viewer, staffing: Staffing, field: SealedField, now: datetime) -> Any:
    (value,) = open_fields(
        viewer,
        staffing.case.client,
        [field],
        now,
        verb="staffing.read",
        obj=staffing,
        standing=standing_for(viewer, staffing, now),
    )
    return value


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def _check_topic(staffing: Staffing, topic: str) -> None:
    if topic not in active_pack().agenda(staffing.kind).choices():
        raise RuleBroken("Choose a topic of this agenda.")


def _check_open_for_minutes(viewer: Viewer, staffing: Staffing) -> None:
    if staffing.state == "held" and not viewer.covers_as("care_coordinator", staffing.region):
        raise RuleBroken("This staffing was held. Tell its coordinator what the minutes still need.")
    if staffing.summary_shared_at is not None:
        raise RuleBroken("The summary was shared, so these minutes are frozen. Schedule another staffing instead.")
