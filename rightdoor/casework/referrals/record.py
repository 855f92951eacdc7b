"""The page of one referral, gathered in a few queries and already decided for its viewer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rightdoor.casework.clients.disclosure import (
    SealedField,
    ShownName,
    Whereabouts,
    Who,
    open_fields,
    open_identity,
)
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.clients.queries import DecidedMatch, match_decisions, seen_merges
from rightdoor.casework.referrals.facts import ReferralFacts
from rightdoor.casework.referrals.late_causes import LATE_CAUSES
from rightdoor.casework.referrals.models import MandatedReport, Referral, TierChange
from rightdoor.casework.referrals.queries import settled_so_far, tie_to
from rightdoor.casework.referrals.sealed import facts_label, mandated_label, story_label, why_label
from rightdoor.domain.clock import Clock, in_words
from rightdoor.domain.eligibility import age_on
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Standing, Viewer, acts_open_to
from rightdoor.domain.referral import STATES, unsettled
from rightdoor.foundation.accounts.queries import accounts_by_code
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.jurisdiction.templatetags.words import when

CHANGES = {
    "computed": "set from the facts",
    "retriaged": "set again when facts changed",
    "shortened": "made faster",
    "lengthened": "made slower",
    "waits": "asked to be made slower",
    "refused": "kept: the second person did not agree",
}
TIMES = (("reported", "Reported"), ("released", "Released to the team"), ("received", "Received by the team"))
# What a page asks about the situation, in the order of a sentence: key, label.
QUESTIONS = (
    ("open_investigation", "Open investigation"),
    ("immediate_safety_concern", "Immediate safety concern"),
    ("safe_and_stable", "Safe and stable"),
    ("is_trafficking", "May be trafficking"),
    ("allegation_verifiable", "Can be verified"),
    ("information_adequate", "Enough information to act on"),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what is known; `known` is False where nobody has established it."""

    label: str
    words: str
    known: bool = True
    is_name: bool = False  # hidden on a shared display


@dataclass(frozen=True, slots=True)
class TimeOf:
    """One of the three times, and whether it started the clock."""

    label: str
    at: datetime | None
    starts_clock: bool


@dataclass(frozen=True, slots=True)
class TierEntry:
    """One setting of the tier."""

    at: datetime
    tier: int
    what: str
    who: str
    seconded_by: str
    second_words: str  # what the second person did: "agreed by", "waits for ... to confirm"
    why: str
    reason: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingTier:
    """A slower tier that waits for its second person."""

    tier: int
    due_at: datetime
    by: str
    second: str
    is_mine: bool  # the viewer is that second person


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the timeline."""

    at: datetime
    what: str
    who: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DueItem:
    """Something that awaits the reader: what, the words of the button, and the name of the page where it is done."""

    what: str
    act: str
    page: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Mandated:
    """The mandated report as this viewer may see it."""

    made: bool | None
    made_at: datetime | None
    settled: bool
    by: str = ""
    number: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class ReferralView:
    """Everything that the page of a referral shows."""

    code: str
    shown: ShownName
    about: str
    client_code: str
    state: str
    state_words: str
    tier: int | None
    clock: Clock | None
    coordinator: str
    region: str
    source: str
    channel: str
    outside_process: bool
    report: str
    ineligible_reason: str
    eligibility_words: str
    decided_at: datetime | None
    late_cause: str
    times: list[TimeOf]
    told: ReferralFacts | None
    facts: list[Fact]
    identity: list[Fact]
    whereabouts: list[Fact]
    story: str
    tiers: list[TierEntry]
    timeline: list[Happening]
    mandated: Mandated
    decisions: list[DecidedMatch]
    together: list[tuple[str, str]]  # entries that are one child with this one: code, and code of the merge
    due: list[DueItem]
    may: frozenset[str]
    compare_now: bool
    waiting: WaitingTier | None = None
    marks: list[tuple[str, str]] = field(default_factory=list)


def referral_page(viewer: Viewer, referral: Referral, now: datetime, tie: Tie | None = None) -> ReferralView:
    """The whole page. Opens who the client is and what is told in one event for each ground and one keyring query.

    `tie`: what `referral_with_tie` answered, so that nothing is asked twice.
    """
    tie = tie or tie_to(viewer, referral, now)
    may = acts_open_to(viewer, tie)
    changes = list(referral.tier_changes.all())
    report = _mandated_row(referral)
    who, whereabouts, opened = _opened(viewer, referral, changes, report, tie, now)
    told = ReferralFacts.from_dict(opened[0]) if opened[0] is not None else None
    story = opened[1] or {}
    reasons = story.get("reasons", [])
    people = accounts_by_code(
        {referral.coordinator, referral.received_by, *(c.by for c in changes), *(c.seconded_by for c in changes)}
        | {reason["by"] for reason in reasons} - {""}
    )
    names = {code: account.name for code, account in people.items()}
    pack = active_pack()
    tiers = [_tier_entry(change, why, names) for change, why in zip(changes, opened[3:], strict=True)]
    mandated = _mandated(report, opened[2])
    state_words = STATES[referral.state]
    if referral.ineligible_reason:
        state_words = f"Not eligible: {pack.eligibility_words.ineligible_reasons.label(referral.ineligible_reason)}"
    coordinator = names.get(referral.coordinator, "")
    return ReferralView(
        code=referral.code,
        shown=ShownName(referral.code, who.name if who else ""),
        about=_about(who, told, now),
        client_code=referral.client.code,
        state=referral.state,
        state_words=state_words,
        tier=referral.tier,
        clock=referral.clock,
        coordinator=coordinator,
        region=referral.region,
        source=pack.trafficking.sources.label(referral.source),
        channel=pack.trafficking.channels.label(referral.channel),
        outside_process=referral.channel != pack.trafficking.channels.keys()[0],
        report=referral.report.code if referral.report else "",
        ineligible_reason=referral.ineligible_reason,
        eligibility_words=_eligibility_words(referral),
        decided_at=referral.decided_at,
        late_cause=LATE_CAUSES.get(referral.late_cause, ""),
        times=_times(referral),
        told=told,
        facts=_facts(told) if told else [],
        identity=_identity(who, now) if who else [],
        whereabouts=_whereabouts(whereabouts, told) if whereabouts else [],
        story=str(story.get("told", "")),
        tiers=tiers,
        waiting=_waiting(viewer, referral, changes, names),
        timeline=_timeline(referral, tiers, reasons, names, mandated),
        mandated=mandated,
        decisions=match_decisions(viewer, referral.client, now) if "referral.match" in may else [],
        together=_together(viewer, referral, now),
        due=_due(referral, told, report, may, now),
        may=may,
        compare_now="referral.match" in may and referral.state in {"received", "eligible"},
        marks=[("Coordinator", coordinator or "nobody yet")],
    )


def _together(viewer: Viewer, referral: Referral, now: datetime) -> list[tuple[str, str]]:
    merges = seen_merges(viewer, [referral.client_id], now)
    others = [one.following if one.leading_id == referral.client_id else one.leading for one in merges]
    return [(other.code, merge.code) for other, merge in zip(others, merges, strict=True)]


def _opened(
    viewer: Viewer,
    referral: Referral,
    changes: list[TierChange],
    report: MandatedReport | None,
    tie: Standing,
    now: datetime,
) -> tuple[Who | None, Whereabouts | None, tuple[Any, ...]]:
    fields = [
        SealedField(facts_label(referral), referral.facts_sealed),
        SealedField(story_label(referral), referral.story_sealed),
        SealedField(mandated_label(referral), report.details_sealed if report else None),
        *(SealedField(why_label(referral, change), change.why_sealed) for change in changes),
    ]
    try:
        opened = open_identity(viewer, referral.client, now, "referral-record", also=fields, standing=tie)
        return opened.who, opened.whereabouts, opened.also
    except NotVisible:
        told = open_fields(viewer, referral.client, fields, now, verb="referral.read", obj=referral, standing=tie)
        return None, None, tuple(told)


def _mandated_row(referral: Referral) -> MandatedReport | None:
    try:
        return referral.mandated_report
    except MandatedReport.DoesNotExist:
        return None


def _mandated(report: MandatedReport | None, details: dict[str, str] | None) -> Mandated:
    if report is None:
        return Mandated(None, None, False)
    details = details or {}
    return Mandated(
        report.made,
        report.made_at,
        report.settled,
        by=details.get("by", ""),
        number=details.get("number", ""),
        why=details.get("why", ""),
    )


def _waiting(
    viewer: Viewer, referral: Referral, changes: list[TierChange], names: dict[str, str]
) -> WaitingTier | None:
    last = changes[-1] if changes and referral.state == "triaged" else None
    if last is None or last.kind != "waits":
        return None
    return WaitingTier(
        last.tier,
        last.due_at,
        by=names.get(last.by, last.by),
        second=names.get(last.seconded_by, last.seconded_by),
        is_mine=last.seconded_by == viewer.code,
    )


def _tier_entry(change: TierChange, why: dict[str, str] | None, names: dict[str, str]) -> TierEntry:
    why = why or {}
    return TierEntry(
        at=change.at,
        tier=change.tier,
        what=CHANGES[change.kind],
        who=names.get(change.by, change.by),
        seconded_by=names.get(change.seconded_by, change.seconded_by),
        second_words={"lengthened": "confirmed by", "waits": "second person named:", "refused": "refused by"}.get(
            change.kind, ""
        ),
        why=why.get("why", ""),
        reason=why.get("reason", ""),
        due_at=change.due_at,
    )


def _times(referral: Referral) -> list[TimeOf]:
    return [TimeOf(label, getattr(referral, f"{key}_at"), referral.clock_from == key) for key, label in TIMES]


def _about(who: Who | None, told: ReferralFacts | None, now: datetime) -> str:
    """The age in words, the most that a header says of a child beside the name."""
    if who and who.birth_on:
        return f"{age_on(who.birth_on, local(now).date())} years"
    age = told.age if told and told.age is not None else (who.age_estimate if who else None)
    return "" if age is None else f"about {age} years"


def _facts(told: ReferralFacts) -> list[Fact]:
    words = active_pack().trafficking
    statuses = active_pack().eligibility_words.victim_statuses
    said = [
        ("Victim status", statuses.label(told.victim_status)),
        ("Kind", words.kinds.label(told.kind) if told.kind else ""),
        ("By whom", words.relationships.label(told.relationship) if told.relationship else ""),
        ("Where it happens", words.settings.label(told.setting) if told.setting else ""),
    ]
    return [
        *(Fact(label, value or "Not established", known=bool(value)) for label, value in said),
        *(_established(label, getattr(told, key)) for key, label in QUESTIONS),
    ]


def _established(label: str, value: bool | None) -> Fact:
    return Fact(label, {True: "Yes", False: "No", None: "Not established"}[value], known=value is not None)


def _identity(who: Who, now: datetime) -> list[Fact]:
    born = who.birth_on
    age = f" ({age_on(born, local(now).date())})" if born else ""
    said = [
        ("Name", who.name),
        ("Also called", ", ".join(who.aliases)),
        ("Born", f"{born:%m/%d/%Y}{age}" if born else ""),
        ("Age, as told", f"about {who.age_estimate}" if who.age_estimate is not None and not born else ""),
        ("Gender", who.gender),
        ("Language", who.language),
    ]
    shown = [Fact(label, words, is_name=label in {"Name", "Also called"}) for label, words in said if words]
    return [*shown, _established("Needs an interpreter", who.interpreter_needed)]


def _whereabouts(where: Whereabouts, told: ReferralFacts | None) -> list[Fact]:
    pack = active_pack()
    area = where.area or (told.area if told else "")
    label = pack.word("area")
    said = [
        ("Where the child is now", where.now),
        ("Address", where.address),
        (label[:1].upper() + label[1:], next((known.name for known in pack.areas if known.key == area), "")),
        ("Telephone", where.phone),
    ]
    return [Fact(name, words) for name, words in said if words]


def _eligibility_words(referral: Referral) -> str:
    if referral.decided_at is None:
        return "Not decided yet"
    if referral.state == "ineligible":
        return active_pack().eligibility_words.ineligible_reasons.label(referral.ineligible_reason)
    return "Eligible"


REASONS = {"eligibility": "Eligibility decided", "reconsidered": "Taken up again", "late": "Cause of lateness recorded"}


def _timeline(
    referral: Referral,
    tiers: list[TierEntry],
    reasons: list[dict[str, str]],
    names: dict[str, str],
    mandated: Mandated,
) -> list[Happening]:
    lines = [Happening(t.at, t.label) for t in _times(referral) if t.at is not None]
    lines += [Happening(t.at, f"Tier {t.tier}, {t.what}", t.who, t.reason) for t in tiers]
    lines += [
        Happening(
            datetime.fromisoformat(reason["at"]),
            REASONS.get(reason["of"], "Recorded"),
            names.get(reason["by"], reason["by"]),
            reason["text"],
        )
        for reason in reasons
    ]
    if mandated.made and mandated.made_at:
        lines.append(Happening(mandated.made_at, "Mandated report made", mandated.by))
    if referral.stopped_at:
        said = in_words(referral.clock, referral.stopped_at) if referral.clock else ""
        lines.append(Happening(referral.stopped_at, "Emergency staffing held", detail=f"Clock {said}." if said else ""))
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _due(
    referral: Referral, told: ReferralFacts | None, report: MandatedReport | None, may: frozenset[str], now: datetime
) -> list[DueItem]:
    """What awaits the reader, the most urgent first: only what they may do."""
    due: list[DueItem] = []
    if referral.state in {"received", "eligible"} and "referral.triage" in may:
        due.append(
            DueItem(
                "Set the response tier",
                "Set the tier",
                "referrals:triage",
                f"The clock runs since {when(referral.clock_started_at)}",
            )
        )
    if referral.state == "triaged" and "staffing.schedule" in may:
        due.append(DueItem("Hold the emergency staffing", "Go to the staffing", "staffings:schedule"))
    is_late = referral.clock is not None and referral.clock.is_late(now)
    if is_late and not referral.late_cause and "referral.triage" in may:
        due.append(DueItem("Say why the response is late", "Give the cause", "referrals:lateness"))
    if referral.state in {"received", "eligible", "triaged"} and told is not None:
        open_points = unsettled(settled_so_far(referral, told, report))
        mandated = [point for point in open_points if "mandated" in point]
        if mandated and "referral.record_mandated_report" in may:
            due.append(DueItem("Mandated report", "Record it", "referrals:mandated_report", mandated[0]))
        if referral.decided_at is None and "referral.decide_eligibility" in may:
            due.append(DueItem("Decide eligibility", "Decide", "referrals:eligibility"))
    return due
