"""A row of the referral log: its columns, what it means, and the acts that it takes.

Every rule that the acts would ask is asked before anything is written, so that whoever looks a sheet through finds all
that is wrong with it at once. What the log does not say is not established.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from rightdoor.casework.clients.disclosure import Whereabouts, Who
from rightdoor.casework.referrals.actions import (
    decide_referral_eligibility,
    receive_referral,
    record_late_cause,
    record_mandated_report,
    stop_clock,
    triage_referral,
)
from rightdoor.casework.referrals.facts import ESTABLISHED, ReferralFacts
from rightdoor.casework.referrals.late_causes import LATE_CAUSES
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.tiers import clock_start, tier_of
from rightdoor.domain.eligibility import decide_eligibility
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.domain.referral import IntakeFacts, unsettled
from rightdoor.domain.response_tier import decide_tier, start_clock
from rightdoor.foundation.imports.cells import (
    Ends,
    as_choice,
    as_day,
    as_established,
    as_moment,
    as_text,
    as_whole,
    folded,
)
from rightdoor.foundation.imports.columns import Column, Told
from rightdoor.foundation.jurisdiction.active import active_pack, local, zone
from rightdoor.packs.words import Choices

FROM_THE_LOG = "As written in the log that was taken over."
FACTS = ("kind", "relationship", "setting", "area", *ESTABLISHED)


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row of the log, understood."""

    who: Who
    whereabouts: Whereabouts
    facts: ReferralFacts
    source: str
    channel: str
    region: str
    story: str
    reported_at: datetime | None
    released_at: datetime | None
    received_at: datetime
    eligible: bool | None
    ineligible_reason: str
    is_triaged: bool
    tier: int | None
    report_made: bool | None
    report_made_at: datetime | None
    report_by: str
    report_number: str
    why_no_report: str
    held_at: datetime | None
    late_cause: str


def columns(viewer: Viewer, now: datetime) -> list[Column]:
    """The columns of a referral log, with the headings under which teams keep them."""
    pack = active_pack()
    words, area, region = pack.trafficking, pack.word("area"), pack.word("region")
    text = _text
    early = partial(as_moment, zone=zone(), ends=Ends.EARLY)
    late = partial(as_moment, zone=zone(), ends=Ends.LATE)
    areas = {one.key: (one.name, f"{one.name} {area}") for one in pack.areas}
    regions = {one.key: (one.name,) for one in pack.regions}
    child, case, when, so_far = "The child", "The referral", "When", "What came of it"
    return [
        Column("given", "Given name", text(120), ("first name", "nombre", "tên"), child),
        Column("family", "Family name", text(120), ("last name", "surname", "apellido", "apellidos", "họ"), child),
        Column(
            "name",
            "Name in one column",
            text(240),
            ("name", "child", "client", "client name", "child name", "youth", "full name", *_said("client")),
            child,
            "“Family, Given” or “Given Family”",
        ),
        Column("aliases", "Also called", text(400), ("alias", "aliases", "aka", "nickname", "apodo"), child),
        Column(
            "birth_on",
            "Birth date",
            as_day,
            ("dob", "date of birth", "birthdate", "birthday", "fecha de nacimiento", "ngày sinh"),
            child,
        ),
        Column("age", "Age", partial(as_whole, least=0, most=120), ("edad", "tuổi"), child, "When it was received"),
        Column("gender", "Gender", text(60), ("sex", "género", "giới tính"), child),
        Column("tongue", "Language", text(60), ("primary language", "idioma"), child),
        Column("interpreter_needed", "Needs an interpreter", as_established, ("interpreter",), child),
        Column("area", _capital(area), partial(as_choice, choices=areas), ("area", "residence", *_said("area")), child),
        Column("address", "Address", text(400), ("home address", "dirección"), child),
        Column("phone", "Telephone", text(60), ("phone", "phone number", "teléfono"), child),
        Column("where_now", "Where the child is now", text(400), ("placement", "current location"), child),
        Column("region", _capital(region), partial(as_choice, choices=regions), _said("region"), case),
        Column(
            "source",
            "From whom it came",
            partial(as_choice, choices=_labels(words.sources)),
            ("source", "referral source", "referred by", "referring agency", "fuente"),
            case,
        ),
        Column("channel", "Channel", partial(as_choice, choices=_labels(words.channels)), ("route",), case),
        Column(
            "victim_status",
            "Victim status",
            partial(as_choice, choices=_labels(pack.eligibility_words.victim_statuses)),
            ("status", "suspected or confirmed", "confirmed or suspected"),
            case,
        ),
        Column("kind", "Kind", partial(as_choice, choices=_labels(words.kinds)), ("type", "trafficking type"), case),
        Column(
            "relationship",
            "By whom",
            partial(as_choice, choices=_labels(words.relationships)),
            ("relationship", "trafficker relationship"),
            case,
        ),
        Column("setting", "Where it happens", partial(as_choice, choices=_labels(words.settings)), ("setting",), case),
        Column("open_investigation", "Open investigation", as_established, ("investigation",), case),
        Column("immediate_safety_concern", "Immediate safety concern", as_established, ("safety concern",), case),
        Column("safe_and_stable", "Safe and stable", as_established, ("safe", "stable"), case),
        Column("is_trafficking", "May it be trafficking", as_established, ("trafficking",), case),
        Column("allegation_verifiable", "Can be verified", as_established, ("verifiable",), case),
        Column("information_adequate", "Enough information", as_established, ("adequate information",), case),
        Column("story", "What is alleged", text(20_000), ("notes", "summary", "allegation", "comments"), case),
        Column("reported_at", "Reported", early, ("date reported", "report date", "reported on", "reported at"), when),
        Column("released_at", "Released to the team", early, ("released", "date released", "released at"), when),
        Column(
            "received_at",
            "Received by the team",
            early,
            ("received", "date received", "referral date", "date of referral", "received on", "received at", "date"),
            when,
            "A date without a time counts from the beginning of the day",
        ),
        Column("eligible", "Eligible", as_established, ("accepted", "elegible"), so_far),
        Column(
            "ineligible_reason",
            "Why not eligible",
            partial(as_choice, choices=_labels(pack.eligibility_words.ineligible_reasons)),
            ("reason not eligible", "ineligible reason", "reason"),
            so_far,
        ),
        Column("tier", "Tier", partial(as_whole, least=1, most=9), ("response tier", "level"), so_far),
        Column(
            "report_made", "Mandated report made", as_established, ("mandated report", "reported to hotline"), so_far
        ),
        Column("report_made_at", "Mandated report: when", early, ("mandated report date",), so_far),
        Column("report_by", "Mandated report: by whom", text(200), ("mandated reporter",), so_far),
        Column("report_number", "Mandated report: number", text(80), ("report number", "intake number"), so_far),
        Column("why_no_report", "Mandated report: why none is owed", text(1000), (), so_far),
        Column(
            "held_at",
            "Emergency staffing held",
            late,
            ("staffing date", "mdt date", "meeting held", "staffing held", "meeting date", "date of staffing"),
            so_far,
            "A date without a time counts to the end of the day",
        ),
        Column("late_cause", "Cause of lateness", partial(as_choice, choices=_plain(LATE_CAUSES)), (), so_far),
    ]


def understands(viewer: Viewer, told: Told, now: datetime, *, has_case: bool = False) -> LogRow | None:
    """What a row means; None with its faults where it cannot be taken. `has_case`: triage belongs to it."""
    said = told.values
    given, family = _names(said)
    who = Who(
        given=given,
        family=family,
        aliases=tuple(part.strip() for part in str(said.get("aliases") or "").split(",") if part.strip()),
        birth_on=said.get("birth_on"),
        age_estimate=said.get("age"),
        gender=said.get("gender") or "",
        language=said.get("tongue") or "",
        interpreter_needed=said.get("interpreter_needed"),
    )
    _check_child(told, who, now)
    _check_place(viewer, told)
    received_at = _check_times(told, now)
    facts = ReferralFacts.from_dict(
        {key: said.get(key) for key in FACTS}
        | {
            "victim_status": said.get("victim_status") or "suspected",
            "age": said.get("age"),
            "age_is_estimated": said.get("birth_on") is None,
        }
    )
    if told.faults or received_at is None:
        return None
    row = LogRow(
        who=who,
        whereabouts=Whereabouts(
            address=said.get("address") or "",
            area=said.get("area") or "",
            phone=said.get("phone") or "",
            now=said.get("where_now") or "",
        ),
        facts=facts,
        source=said["source"],
        channel=said["channel"],
        region=said["region"],
        story=said.get("story") or "",
        reported_at=said.get("reported_at"),
        released_at=said.get("released_at"),
        received_at=received_at,
        eligible=said.get("eligible"),
        ineligible_reason=said.get("ineligible_reason") or "",
        is_triaged=False,
        tier=said.get("tier"),
        report_made=said.get("report_made"),
        report_made_at=said.get("report_made_at"),
        report_by=said.get("report_by") or "",
        report_number=said.get("report_number") or "",
        why_no_report=said.get("why_no_report") or "",
        held_at=said.get("held_at"),
        late_cause=said.get("late_cause") or "",
    )
    triage_told = any(getattr(facts, key) is not None for key in ESTABLISHED[:3])
    row = replace(
        row,
        is_triaged=row.eligible is not False
        and (has_case or row.tier is not None or row.held_at is not None or triage_told),
    )
    if (row.is_triaged or row.eligible is not None) and not said.get("victim_status"):
        told.fault("victim_status", "Nothing says whether suspected or confirmed.", "Fill in the victim status.")
        return None
    _check_eligibility(told, row, has_case)
    _check_report(told, row, now)
    if row.is_triaged:
        _check_tier(told, row)
    _check_held(told, row, now)
    return None if told.faults else row


def takes(viewer: Viewer, row: LogRow, now: datetime) -> Referral:
    """A referral of this row, through the acts, only as far as the row says. Raises RuleBroken, NotPermitted."""
    referral = receive_referral(
        viewer,
        source=row.source,
        channel=row.channel,
        region=row.region,
        who=row.who,
        whereabouts=row.whereabouts,
        facts=row.facts,
        story=row.story,
        reported_at=row.reported_at,
        released_at=row.released_at,
        received_at=row.received_at,
        now=now,
        tells_others=False,
    )
    if row.eligible is not None:  # as of the day on which it was received: a child of then may be of age by now
        decide_referral_eligibility(
            viewer,
            referral,
            facts={},
            reason_key=row.ineligible_reason,
            sentence=FROM_THE_LOG,
            now=row.received_at,
        )
    if row.is_triaged:
        triage_referral(
            viewer,
            referral,
            facts=row.facts.for_triage(),
            chosen_tier=row.tier,
            reason=FROM_THE_LOG if row.tier else "",
            now=now,
        )
    if row.report_made is not None:
        record_mandated_report(
            viewer,
            referral,
            made=row.report_made,
            made_at=row.report_made_at,
            by=row.report_by,
            number=row.report_number,
            why=row.why_no_report,
            now=now,
        )
    if row.held_at is not None:
        stop_clock(viewer, referral, held_at=row.held_at, now=now)
        if row.late_cause:
            record_late_cause(viewer, referral, cause=row.late_cause, words=FROM_THE_LOG, now=now)
    return referral


def person(row: LogRow) -> tuple[str, str, str]:
    """Who it is, folded for comparing: two rows of one child say the same."""
    return as_person(row.who)


def as_person(who: Who) -> tuple[str, str, str]:
    """Given name, family name, birth date or age. All empty where nobody knows a name."""
    given, family = folded(who.given), folded(who.family)
    if not (given or family):
        return "", "", ""
    return given, family, who.birth_on.isoformat() if who.birth_on else str(who.age_estimate or "")


def leaves_clock_open(row: LogRow) -> bool:
    """The clock of this row runs on, and will show as late."""
    return row.is_triaged and row.held_at is None


# ------------------------------------------------------------------------------------------------------------- checks


def _check_child(told: Told, who: Who, now: datetime) -> None:
    if not (who.name or who.birth_on or who.age_estimate is not None):
        told.fault("", "Nothing says which child this is.", "Give a name, an alias, a birth date or an age.")
    if who.birth_on is not None and who.birth_on > local(now).date():
        told.fault("birth_on", "The birth date lies in the future.", "Correct the year.")


def _check_place(viewer: Viewer, told: Told) -> None:
    pack, said = active_pack(), told.values
    word = pack.word("region")
    if not said.get("region"):
        told.fault("region", f"No {word}.", f"Fill in the {word}, or choose one for all rows.")
    elif not viewer.covers_as("care_coordinator", said["region"]):
        told.fault("region", f"Another {word}.", f"Leave this row out, and have that {word}’s coordinator take it.")
    if not said.get("source"):
        told.fault("source", "Nothing says from whom it came.", "Fill it in, or choose one for all rows.")
    if not said.get("channel"):
        told.fault("channel", "No channel.", "Fill it in, or choose one for all rows.")


def _check_times(told: Told, now: datetime) -> datetime | None:
    said = told.values
    received = said.get("received_at")
    if received is None and not any(fault.heading == told.labels.get("received_at") for fault in told.faults):
        told.fault("received_at", "Nothing says when it was received.", "Fill in the date on which the team got it.")
    for key in ("reported_at", "released_at", "received_at", "report_made_at", "held_at"):
        if said.get(key) is not None and said[key] > now:
            if key == "held_at" and local(said[key]).date() == local(now).date():
                told.fault(key, "Today, without its time.", "Add the time at which it was held.")
            else:
                told.fault(key, "This lies in the future.", "Correct the date.")
    reported = said.get("reported_at")
    if received is not None and reported is not None and reported > received:
        told.fault("reported_at", "Reported after it was received.", "Correct one of the two dates; add the times.")
    return received


def _check_eligibility(told: Told, row: LogRow, has_case: bool) -> None:
    pack = active_pack()
    if row.ineligible_reason and row.eligible is not False:
        told.fault(
            "ineligible_reason", "A reason against, and not said to be ineligible.", "Write no under “Eligible”."
        )
    if row.eligible is None:
        return
    on = local(row.received_at).date()
    decision = decide_eligibility(row.facts.for_eligibility(row.who), pack.eligibility, on)
    if row.eligible:
        if decision.eligible is not True:
            told.fault(
                "eligible", f"The row does not bear this out. {decision.sentence}", "Fill it in, or empty the cell."
            )
        return
    if has_case:
        told.fault("eligible", "Not eligible, and has a case.", "Take this row as a referral, not as a case.")
    elif not row.ineligible_reason:
        told.fault("ineligible_reason", "Not eligible, without the reason.", "Fill in why not.")
    elif decision.eligible is not False or decision.reason_key != row.ineligible_reason:
        told.fault(
            "ineligible_reason",
            "The row does not bear this reason out.",
            "Fill in the facts that do, or empty “Eligible”.",
        )
    if row.held_at is not None:
        told.fault("held_at", "Not eligible, and a staffing was held.", "Empty one of the two cells.")


def _check_report(told: Told, row: LogRow, now: datetime) -> None:
    has_more = row.report_made_at or row.report_by or row.report_number or row.why_no_report
    if row.report_made is None and has_more:
        told.fault("report_made", "Details of a mandated report, and not whether it was made.", "Write yes or no.")


def _check_tier(told: Told, row: LogRow) -> None:
    pack = active_pack()
    if row.facts.victim_status == "not_trafficking":
        told.fault(
            "victim_status", "Not trafficking, and a tier or a staffing.", "Write no under “Eligible”, or correct it."
        )
        return
    if row.tier is None:
        return
    try:
        chosen = tier_of(pack, row.tier)
    except RuleBroken:
        numbers = ", ".join(str(tier.number) for tier in pack.tiers)
        told.fault("tier", "There is no such tier.", f"Write one of: {numbers}.")
        return
    asked = decide_tier(row.facts.for_triage(), pack.tiers).tier
    if chosen.due_hours > asked.due_hours:
        told.fault(
            "tier",
            f"What the row says asks for tier {asked.number}. What is not known counts as danger.",
            "Fill in status, investigation, safety concern and surroundings as they were, or empty this cell.",
        )


def _check_held(told: Told, row: LogRow, now: datetime) -> None:
    if row.held_at is None:
        if row.late_cause:
            told.fault("late_cause", "A cause of lateness, and no staffing.", "Fill in when the staffing was held.")
        return
    if told.faults:
        return
    open_points = unsettled(
        IntakeFacts(
            mandated_report_made=row.report_made,
            mandated_report_by=row.report_by,
            mandated_report_at=row.report_made_at,
            mandated_report_number=row.report_number,
            why_no_mandated_report=row.why_no_report,
            region=row.region,
            victim_status=row.facts.victim_status,
            eligible=row.eligible,
            triaged=True,
        )
    )
    if open_points:
        told.fault(
            "held_at",
            "A staffing was held while intake has open points. " + " ".join(open_points),
            "Fill these in, or empty this cell and settle them in the referral.",
        )
        return
    pack = active_pack()
    times = {"reported": row.reported_at, "released": row.released_at, "received": row.received_at}
    began = clock_start(times, pack.clocks.starts_at)[1]
    if row.held_at < began:
        told.fault("held_at", "Held before the clock began.", "Correct one of the two dates; add the times.")
        return
    tier = tier_of(pack, row.tier) if row.tier else decide_tier(row.facts.for_triage(), pack.tiers).tier
    if row.late_cause and row.held_at <= start_clock(began, tier).due_at:
        told.fault("late_cause", "This response was not late.", "Empty this cell.")


# -------------------------------------------------------------------------------------------------------------- words


def _text(longest: int) -> Callable[[str], str]:
    return partial(as_text, longest=longest)


def _names(said: Mapping[str, Any]) -> tuple[str, str]:
    given, family = said.get("given") or "", said.get("family") or ""
    whole = said.get("name") or ""
    if whole and not (given or family):
        if "," in whole:
            family, _, given = (part.strip() for part in whole.partition(","))
        else:
            given, _, family = whole.rpartition(" ")
            if not given:
                given, family = family, ""
    return given.strip()[:120], family.strip()[:120]


def _labels(choices: Choices) -> dict[str, Sequence[str]]:
    return {choice.key: [str(choice.label), *choice.label.texts.values()] for choice in choices}


def _plain(choices: Mapping[str, str]) -> dict[str, Sequence[str]]:
    return {key: [label] for key, label in choices.items()}


def _said(word: str) -> tuple[str, ...]:
    """The pack's word in its languages."""
    return tuple(active_pack().words[word].one.texts.values()) if word in active_pack().words else ()


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
