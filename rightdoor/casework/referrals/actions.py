"""Acts on referrals: received, found eligible or not, taken up again, triaged, and their clock stopped.

Each act takes the viewer, checks permission and state, asks the rule in `domain`, writes, records its event and defers
what follows, all in one transaction. A refusal leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from rightdoor.casework.clients.actions import make_client_and_seal
from rightdoor.casework.clients.disclosure import Whereabouts, Who, open_identity
from rightdoor.casework.clients.models import Client
from rightdoor.casework.clients.queries import not_kept_apart
from rightdoor.casework.intake.actions import mark_report_taken
from rightdoor.casework.intake.models import Report
from rightdoor.casework.referrals.facts import ReferralFacts
from rightdoor.casework.referrals.late_causes import LATE_CAUSES
from rightdoor.casework.referrals.models import ClockTally, MandatedReport, Referral, TierChange
from rightdoor.casework.referrals.pending.queries import pending_change
from rightdoor.casework.referrals.queries import (
    agency_coordinating,
    coordinators_of,
    intake_facts,
    seconders_for,
    tie_to,
)
from rightdoor.casework.referrals.sealed import as_text, facts_label, mandated_label, story_label, why_label
from rightdoor.casework.referrals.tiers import (
    LATE_REMINDER_AFTER,
    REMINDERS,
    clock_start,
    reminder_owed,
    tier_of,
    weigh,
)
from rightdoor.casework.screening.actions import mark_screening_taken
from rightdoor.casework.screening.models import Screening
from rightdoor.domain.clock import Clock
from rightdoor.domain.eligibility import decide_eligibility
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Standing, Viewer, check_may
from rightdoor.domain.referral import (
    check_has_running_clock,
    check_may_become,
    check_may_reconsider,
    check_ready_to_leave_intake,
)
from rightdoor.domain.response_tier import TriageFacts, check_may_change_tier, start_clock
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.fence import also
from rightdoor.foundation.jobs.queue import call_off, defer
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.once import own_code, sent_before
from rightdoor.foundation.sealing.seals import SealContext, open_json, seal_many
from rightdoor.packs.pack import Pack

CHANGED_MEANWHILE = (
    "Someone else changed this referral while you were working on it. Nothing of yours is lost: compare it with the "
    "referral as it is now, then send it again."
)


@action("referral.received")
def receive_referral(
    viewer: Viewer,
    *,
    report: Report | None = None,
    screening: Screening | None = None,
    source: str,
    channel: str,
    region: str,
    who: Who,
    whereabouts: Whereabouts,
    facts: Mapping[str, Any] | ReferralFacts,
    story: str,
    reported_at: datetime | None = None,
    released_at: datetime | None = None,
    received_at: datetime | None = None,
    now: datetime,
    code: str = "",
    tells_others: bool = True,
) -> Referral:
    """Take a child into care coordination, from a report, a screening or outside the process. (INT-4, INT-8, SCR-3)

    All three times are kept; the one that the pack names starts the clock, and where that one is not known the
    earliest that is. `code` may be fixed beforehand by a form: sent twice, the referral that it made is returned.
    `tells_others`: not for the rows of a log, which nobody need be called to one by one.
    Raises NotPermitted, and RuleBroken for words that the pack does not know or times that cannot be.
    """
    check_may(viewer, "referral.receive", Standing(region=viewer.covers(region)))
    code = own_code(viewer, Referral, "", code)
    again = sent_before(Referral.objects.filter(received_by=viewer.code), code)
    if again is not None:
        record(viewer, "referral.received", again, repeated=True)
        return again
    pack = active_pack()
    told = facts if isinstance(facts, ReferralFacts) else ReferralFacts.from_dict(facts)
    told.check(pack)
    _check_words(pack, source=source, channel=channel, region=region)
    times = {
        "reported": reported_at or (report.reported_at if report else None),
        "released": released_at or (report.released_at if report else None),
        "received": received_at or now,
    }
    _check_times(times, now)
    clock_from, clock_started_at = clock_start(times, pack.clocks.starts_at)
    coordinates = viewer.covers_as("care_coordinator", region)
    holder = (viewer.agency if coordinates else agency_coordinating(region, now)) or viewer.agency
    if not holder:
        raise RuleBroken("Your account belongs to no agency yet. Ask the administrator to add it.")
    referral = Referral(
        code=code or new_code(),
        report=report,
        holder=holder,
        region=region,
        coordinator=viewer.code if coordinates else "",
        source=source,
        channel=channel,
        reported_at=times["reported"],
        released_at=times["released"],
        received_at=times["received"],
        received_by=viewer.code,
        clock_from=clock_from,
        clock_started_at=clock_started_at,
        pack_version=pack.version,
    )

    def labelled(client: Client) -> list[tuple[str, SealContext]]:
        referral.client = client
        return [
            (as_text(told.as_dict()), facts_label(referral)),
            (as_text({"told": story, "reasons": []}), story_label(referral)),
        ]

    client, (referral.facts_sealed, referral.story_sealed) = make_client_and_seal(
        viewer, holder=holder, region=region, who=who, whereabouts=whereabouts, now=now, also=labelled
    )
    theirs = not (coordinates or viewer.covers_as("alliance_reviewer", region))
    with also(referral.code) if theirs else nullcontext():  # another region's team alone will see it
        referral.save(force_insert=True)
    if report is not None and report.client_id is None:
        mark_report_taken(viewer, report, client, now)
    if screening is not None:
        mark_screening_taken(viewer, screening, client, now)
    record(
        viewer,
        "referral.received",
        referral,
        source=source,
        channel=channel,
        clock_from=clock_from,
        report=report.code if report else None,
    )
    if tells_others:
        others = [person for person in coordinators_of(region, now) if person != viewer.code]
        others = not_kept_apart(others, client, referral.holder)
        notify(others, "referral_received", referral.code, now, path=f"/referrals/{referral.code}/")
    return referral


@action("referral.facts_settled")
def settle_facts(
    viewer: Viewer,
    referral: Referral,
    *,
    facts: Mapping[str, Any] | ReferralFacts,
    now: datetime,
    version: int | None = None,
) -> Referral:
    """Write down what has been established since, without deciding anything yet. (INT-4)

    Facts that would change the tier of a running clock go through `triage_referral`, so that they do change it.
    Raises NotPermitted, RuleBroken.
    """
    check_may(viewer, "referral.decide_eligibility", tie_to(viewer, referral, now))
    held = _held(referral, version)
    before = _facts(held)
    told = facts if isinstance(facts, ReferralFacts) else replace(before, **dict(facts))
    told.check(active_pack())
    if held.state == "triaged" and told.for_triage() != before.for_triage():
        raise RuleBroken("These facts decide the response tier. Change them on the page where the tier is set.")
    held.facts_sealed = seal_many([(as_text(told.as_dict()), facts_label(held))])[0]
    _save(held)
    record(viewer, "referral.facts_settled", held)
    return _handed_back(referral, held)


@action("referral.eligibility_decided")
def decide_referral_eligibility(
    viewer: Viewer,
    referral: Referral,
    *,
    facts: Mapping[str, Any] | ReferralFacts,
    reason_key: str = "",
    sentence: str = "",
    now: datetime,
    version: int | None = None,
) -> Referral:
    """Eligible (`reason_key` empty), or not, for a reason of the pack that the facts bear out. (INT-5)

    The ineligible are kept with their reason; their clock no longer runs, its history stays. Raises NotPermitted, and
    RuleBroken when the facts do not say so, or not yet.
    """
    check_may(
        viewer, "referral.decide_eligibility" if not reason_key else "referral.decline", tie_to(viewer, referral, now)
    )
    held = _held(referral, version)
    pack = active_pack()
    told = facts if isinstance(facts, ReferralFacts) else replace(_facts(held), **dict(facts))
    told.check(pack)
    decision = decide_eligibility(told.for_eligibility(_who(viewer, held, now)), pack.eligibility, local(now).date())
    if not reason_key and decision.eligible is not True:
        raise RuleBroken(decision.sentence)
    if reason_key:
        if reason_key not in pack.eligibility.ineligible_reasons:
            raise RuleBroken("Choose the reason from the list.")
        if decision.eligible is not False:
            raise RuleBroken(f"The facts do not make this referral ineligible. {decision.sentence}")
        if decision.reason_key != reason_key:
            found = pack.eligibility_words.ineligible_reasons.label(decision.reason_key)
            raise RuleBroken(f"The facts give another reason: “{found}”. Choose that one, or correct the facts.")
    if reason_key or held.state == "received":
        check_may_become(held.state, "ineligible" if reason_key else "eligible")
        held.state = "ineligible" if reason_key else "eligible"
    elif held.state not in {"eligible", "triaged"}:
        check_may_become(held.state, "eligible")
    held.ineligible_reason = reason_key
    held.decided_at = now
    if reason_key:
        held.tier = held.due_at = None
        _call_off_reminders(held)
    _seal(
        held, told, reason={"of": "eligibility", "text": sentence.strip() or decision.sentence}, viewer=viewer, now=now
    )
    _save(held)
    record(
        viewer,
        "referral.eligibility_decided",
        held,
        eligible=not reason_key,
        reason=reason_key or None,
    )
    return _handed_back(referral, held)


@action("referral.reconsidered")
def reconsider_referral(
    viewer: Viewer, referral: Referral, *, reason: str, now: datetime, version: int | None = None
) -> Referral:
    """Take up a referral again that was turned away or closed, because facts changed. (INT-5)

    It awaits triage anew. While the slowest tier would still run, the clock counts on from where it started, so that
    turning a child away and back wins no time; after that it starts at this moment. Raises NotPermitted, RuleBroken.
    """
    check_may(viewer, "referral.reconsider", tie_to(viewer, referral, now))
    held = _held(referral, version)
    check_may_reconsider(held.state, reason=reason)
    check_may_become(held.state, "received")
    slowest = timedelta(hours=max(tier.due_hours for tier in active_pack().tiers))
    if held.stopped_at is not None or held.clock_started_at + slowest < now:
        held.clock_from, held.clock_started_at = "taken_up", now
    held.state = "received"
    held.ineligible_reason = held.late_cause = held.reminded = ""
    held.decided_at = held.stopped_at = held.tier = held.due_at = None
    _seal(held, _facts(held), reason={"of": "reconsidered", "text": reason.strip()}, viewer=viewer, now=now)
    _save(held)
    record(viewer, "referral.reconsidered", held, clock_from=held.clock_from)
    return _handed_back(referral, held)


@action("referral.triaged")
def triage_referral(
    viewer: Viewer,
    referral: Referral,
    *,
    facts: TriageFacts,
    now: datetime,
    chosen_tier: int | None = None,
    reason: str = "",
    seconded_by: str = "",
    version: int | None = None,
) -> Clock:
    """Set the response tier from the facts, and start its clock; or set it again when facts changed. (INT-6)

    The tier that the facts ask for takes force when it is faster. A slower one than the tier in force never does so by
    itself: choosing it needs a reason and names a second person, and it waits until that person confirms
    (`answer_tier`); the faster tier and its clock hold meanwhile. Shortening needs a reason. Due times count from the
    start of the clock, never from the change. Each setting is kept.

    Raises NotPermitted, RuleBroken (also when somebody else changed the referral meanwhile).
    """
    check_may(
        viewer,
        "referral.change_tier" if referral.state == "triaged" else "referral.triage",
        tie_to(viewer, referral, now),
    )
    held = _held(referral, version)
    if held.state != "triaged":
        check_may_become(held.state, "triaged")
    pack = active_pack()
    weighed = weigh(held, facts, pack, chosen_tier=chosen_tier)
    check_may_change_tier(
        weighed.baseline,
        weighed.chosen,
        reason=reason,
        seconded_by=seconded_by,
        by=viewer.code,
        may_lengthen=pack.tier_change.may_lengthen,
    )
    if weighed.kind == "lengthened":
        _check_may_second(held, seconded_by, viewer.code, now)
    waits = weighed.kind == "lengthened"
    in_force = weighed.baseline if waits else weighed.chosen
    clock = start_clock(held.clock_started_at, in_force)
    if held.due_at != clock.due_at:
        held.reminded = ""
    held.state, held.tier, held.due_at = "triaged", in_force.number, clock.due_at
    held.coordinator = held.coordinator or viewer.code
    told = _facts(held).after_triage(facts)
    change = TierChange(
        referral=held,
        at=now,
        by=viewer.code,
        kind="waits" if waits else weighed.kind,
        tier=weighed.chosen.number,
        asked=weighed.decision.tier.number,
        due_at=weighed.clock.due_at,
        seconded_by=seconded_by if waits else "",
    )
    why = {"why": weighed.decision.reason, "reason": reason.strip(), "facts": told.as_dict()}
    held.facts_sealed, change.why_sealed = seal_many(
        [(as_text(told.as_dict()), facts_label(held)), (as_text(why), why_label(held, change))]
    )
    change.save(force_insert=True)
    _save(held)
    record(
        viewer,
        "referral.triaged",
        held,
        tier=in_force.number,
        asked=weighed.decision.tier.number,
        change=change.kind,
        due_at=clock.due_at,
        seconded_by=change.seconded_by or None,
    )
    _set_reminders(held, clock, now)
    if waits:
        notify([change.seconded_by], "tier_to_second", held.code, now, path=f"/referrals/{held.code}/")
    _handed_back(referral, held)
    return clock


@action("referral.tier_seconded")
def answer_tier(viewer: Viewer, referral: Referral, *, agrees: bool, now: datetime) -> Clock:
    """The second person confirms a slower tier, which takes force now, or refuses it. (INT-6)

    Due times count from the start of the clock, never from the confirmation. Raises NotPermitted, and RuleBroken for
    anybody but the person who was named, and when nothing waits any more.
    """
    check_may(viewer, "referral.second_tier", tie_to(viewer, referral, now))
    held = _held(referral, None)
    waiting = pending_change(held)
    if waiting is None:
        raise RuleBroken("No change of tier waits here any more.")
    if viewer.code == waiting.by or viewer.code != waiting.seconded_by:
        raise RuleBroken("Somebody else was named as the second person.")
    _check_may_second(held, viewer.code, waiting.by, now)
    if agrees:
        tier = tier_of(active_pack(), waiting.tier)
        held.tier, held.due_at = tier.number, start_clock(held.clock_started_at, tier).due_at
        held.reminded = ""
    clock = held.clock
    assert clock is not None  # a referral with a tier has one
    answer = TierChange(
        referral=held,
        at=now,
        by=waiting.by,
        kind="lengthened" if agrees else "refused",
        tier=held.tier,
        asked=waiting.asked,
        due_at=clock.due_at,
        seconded_by=viewer.code,
    )
    why = open_json(waiting.why_sealed, why_label(held, waiting))
    answer.why_sealed = seal_many([(as_text(why), why_label(held, answer))])[0]
    answer.save(force_insert=True)
    _save(held)
    record(viewer, "referral.tier_seconded", held, tier=held.tier, agrees=agrees, asked_by=waiting.by)
    if agrees:
        _set_reminders(held, clock, now)
    notify([waiting.by], "tier_answered", held.code, now, path=f"/referrals/{held.code}/")
    _handed_back(referral, held)
    return clock


@action("referral.mandated_report_recorded")
def record_mandated_report(
    viewer: Viewer,
    referral: Referral,
    *,
    made: bool | None,
    made_at: datetime | None = None,
    by: str = "",
    number: str = "",
    why: str = "",
    now: datetime,
) -> MandatedReport:
    """Whether, when and by whom the report that the law asks for was made, and its number; or why none is owed.

    May be recorded in parts: what is missing stays open, and intake cannot be completed with it. (INT-12)
    Raises NotPermitted, and RuleBroken for a report made in the future.
    """
    check_may(viewer, "referral.record_mandated_report", tie_to(viewer, referral, now))
    if made and made_at is not None and made_at > now:
        raise RuleBroken("The report cannot have been made in the future. Correct the date or the time.")
    held = _held(referral, None)
    details = {"by": by.strip(), "number": number.strip(), "why": why.strip()}
    settled = bool(made and made_at and details["by"] and details["number"]) or (made is False and bool(details["why"]))
    sealed = seal_many([(as_text(details), mandated_label(held))])[0]
    report, _ = MandatedReport.objects.update_or_create(
        referral=held,
        defaults={
            "made": made,
            "made_at": made_at if made else None,
            "settled": settled,
            "details_sealed": sealed,
            "recorded_at": now,
            "recorded_by": viewer.code,
        },
    )
    record(viewer, "referral.mandated_report_recorded", held, made=made, settled=settled)
    return report


@action("referral.clock_stopped")
def stop_clock(viewer: Viewer, referral: Referral, *, held_at: datetime, now: datetime) -> Clock:
    """The emergency staffing was held: the clock stops at that moment, met or missed, and is counted. (INT-11)

    Exactly on the due second is met. Intake is complete with this, so everything intake must settle has to be settled:
    `queries.open_items` says what is not. Raises NotPermitted, RuleBroken.
    """
    check_may(viewer, "staffing.hold", tie_to(viewer, referral, now))
    held = _held(referral, None)
    check_has_running_clock(held.state)
    check_may_become(held.state, "staffed")
    if held_at > now:
        raise RuleBroken("The staffing cannot have been held in the future. Correct the date or the time.")
    check_ready_to_leave_intake(intake_facts(held, _facts(held)))
    held.stopped_at = held_at
    held.state = "staffed"
    clock = held.clock
    assert clock is not None  # a referral whose clock runs has one
    outcome = clock.state(now)
    _count(held, outcome)
    _save(held)
    _call_off_reminders(held)
    record(viewer, "referral.clock_stopped", held, tier=held.tier, outcome=outcome, held_at=held_at)
    _handed_back(referral, held)
    return clock


@action("referral.late_cause_recorded")
def record_late_cause(viewer: Viewer, referral: Referral, *, cause: str, words: str = "", now: datetime) -> Referral:
    """Why the response was late: a cause that can be counted, and a sentence. (INT-11)

    Raises NotPermitted, and RuleBroken for a clock that is not late or a cause that is not on the list.
    """
    check_may(viewer, "referral.triage", tie_to(viewer, referral, now))
    held = _held(referral, None)
    if held.clock is None or not held.clock.is_late(now):
        raise RuleBroken("This response is not late. There is no cause to record.")
    if cause not in LATE_CAUSES:
        raise RuleBroken("Choose the cause from the list.")
    held.late_cause = cause
    _seal(held, _facts(held), reason={"of": "late", "text": words.strip()}, viewer=viewer, now=now)
    _save(held)
    record(viewer, "referral.late_cause_recorded", held, cause=cause)
    return _handed_back(referral, held)


@action("referral.reminded")
def remind(viewer: Viewer, code: str, *, now: datetime) -> str:
    """Tell the coordinators of the region that a clock is at risk, due, or late. Returns the stage told, or "".

    Each stage is told once for one due time: a job that runs twice, or late, or for a clock that was stopped or moved
    meanwhile, tells nothing. Raises NotPermitted for anybody but the system.
    """
    check_may(viewer, "clock.remind")
    held = Referral.objects.select_for_update(of=("self",)).select_related("client").get(code=code)
    stage = reminder_owed(held, now)
    if stage:
        Referral.objects.filter(pk=held.pk).update(reminded=stage)
        people = {*coordinators_of(held.region, now), *([held.coordinator] if held.coordinator else [])}
        people = not_kept_apart(people, held.client, held.holder)
        notify(people, f"clock_{stage}", held.code, now, path=f"/referrals/{held.code}/")
    record(viewer, "referral.reminded", held, stage=stage or "none")
    return stage


def _check_words(pack: Pack, *, source: str, channel: str, region: str) -> None:
    if source not in pack.trafficking.sources:
        raise RuleBroken("Choose from whom the referral came.")
    if channel not in pack.trafficking.channels:
        raise RuleBroken("Choose the channel: through the reporting line, or outside of it.")
    if region not in {known.key for known in pack.regions}:
        raise RuleBroken(f"Choose the {active_pack().word('region')}.")


def _check_times(times: Mapping[str, datetime | None], now: datetime) -> None:
    for key, at in times.items():
        if at is not None and at > now:
            raise RuleBroken(f"The time when it was {key} lies in the future. Correct the date or the time.")
    received = times["received"]
    reported = times["reported"]
    if reported is not None and received is not None and reported > received:
        raise RuleBroken("A referral cannot be received before it was reported. Correct one of the two times.")


def _held(referral: Referral, version: int | None) -> Referral:
    """The row under lock, unless somebody changed it since the caller read it."""
    held = Referral.objects.select_for_update(of=("self",)).select_related("client").get(pk=referral.pk)
    if held.version != (referral.version if version is None else version):
        raise RuleBroken(CHANGED_MEANWHILE)
    return held


def _save(held: Referral) -> None:
    held.version += 1
    held.save()


def _handed_back(referral: Referral, held: Referral) -> Referral:
    """The caller's row shows what was written."""
    for field in Referral._meta.concrete_fields:
        setattr(referral, field.attname, getattr(held, field.attname))
    return referral


def _facts(held: Referral) -> ReferralFacts:
    return ReferralFacts.from_dict(open_json(held.facts_sealed, facts_label(held)) or {})


def _who(viewer: Viewer, held: Referral, now: datetime) -> Who | None:
    """Who the client is, for the birth date, where the viewer may see it; otherwise the stated age must do."""
    try:
        return open_identity(viewer, held.client, now, "eligibility").who
    except NotVisible:
        return None


def _seal(held: Referral, told: ReferralFacts, *, reason: dict[str, str], viewer: Viewer, now: datetime) -> None:
    story = open_json(held.story_sealed, story_label(held)) or {"told": "", "reasons": []}
    story["reasons"].append({**reason, "at": now.isoformat(), "by": viewer.code})
    held.facts_sealed, held.story_sealed = seal_many(
        [(as_text(told.as_dict()), facts_label(held)), (as_text(story), story_label(held))]
    )


def _check_may_second(held: Referral, seconded_by: str, by: str, now: datetime) -> None:
    if seconded_by not in {person.code for person in seconders_for(held, by, now)}:
        raise RuleBroken(
            "The second person must be a coordinator or reviewer of this region or the state, and someone other than "
            "you. Choose from the list."
        )


def _set_reminders(held: Referral, clock: Clock, now: datetime) -> None:
    quarter_left = clock.due_at - (clock.due_at - clock.started_at) / 4
    for stage, at in (
        ("at_risk", quarter_left + timedelta(seconds=1)),
        ("due", clock.due_at),
        ("late", clock.due_at + LATE_REMINDER_AFTER),
    ):
        key = f"referral-clock:{held.code}:{stage}"
        call_off(key)
        defer("referrals.remind_of_response_clock", held.code, at=max(at, now), once_key=key)


def _call_off_reminders(held: Referral) -> None:
    for stage in REMINDERS:
        call_off(f"referral-clock:{held.code}:{stage}")


def _count(held: Referral, outcome: str) -> None:
    assert held.stopped_at is not None  # only what has ended is counted
    where = {"region": held.region, "year": local(held.stopped_at).year, "tier": held.tier}
    ClockTally.objects.get_or_create(**where)
    ClockTally.objects.filter(**where).update(**{outcome: F(outcome) + 1})
