"""Acts on a screening: begun, its reminders answered, answered, stopped, finished, reported, handed on, taken up.

Each takes the viewer, checks permission and state, asks the rule in `domain.screening`, writes, records its event and
counts, all in one transaction. None of them sets what a person is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from rightdoor.casework.clients.models import Client
from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.intake import receipts
from rightdoor.casework.intake.actions import receive_report
from rightdoor.casework.intake.models import Report
from rightdoor.casework.screening import choices
from rightdoor.casework.screening.disclosure import Told, opened, seal_screening
from rightdoor.casework.screening.models import (
    OCCASIONS,
    CountedIndicator,
    CountedScreening,
    Education,
    Screening,
    visible_screenings,
)
from rightdoor.casework.screening.queries import (
    coordinators_of,
    hash_of,
    indicators_of,
    is_minor,
    may_take,
    opens_at_once,
    region_for,
    response_of,
    standing_of,
    suggested_of,
    suggested_of_band,
    text_of,
    tool_named,
    tool_of,
)
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.domain.questionnaire.answers import missing_required
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.domain.screening import (
    CONSENTS,
    INTERPRETERS,
    Reminders,
    settle_step,
    stands_in_the_way,
    unsupported,
)
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.once import own_code, sent_before
from rightdoor.foundation.questionnaires.kept import keep_version, shipped

CHANGED_MEANWHILE = (
    "This screening was changed in another window. Nothing of yours is lost: compare it with the screening as it is "
    "now, then send it again."
)
_VERSION_TYPED = re.compile(r"[0-9A-Za-z][0-9A-Za-z .+-]{0,39}\Z")


@action("screening.begun")
def begin_screening(
    viewer: Viewer,
    *,
    tool: str,
    taken_on: date,
    now: datetime,
    who: Who | None = None,
    whereabouts: Whereabouts | None = None,
    occasion: str = "routine",
    code: str = "",
) -> Screening:
    """Begin a screening with a tool of this installation or of the viewer's agency. (SCR-1)

    Whom it is about may stay unsaid. A tool that asks nobody is open at once; others after their reminders. `code` may
    be fixed by a form: sent twice, it is one screening. Raises NotVisible for a tool that the viewer has not,
    NotPermitted, RuleBroken for a tool without items or a day that has not come.
    """
    check_may(viewer, "screening.begin")
    code = own_code(viewer, Screening, "", code)
    again = sent_before(Screening.objects.filter(begun_by=viewer.code), code)
    if again is not None:
        record(viewer, "screening.begun", again, repeated=True)
        return again
    chosen = tool_named(viewer, tool)
    if not chosen.items:
        raise RuleBroken("No item of this tool is kept here. Type its result in, or bring your agency's own copy.")
    screening = _new(viewer, chosen, taken_on=taken_on, area=_area(whereabouts), occasion=occasion, code=code, now=now)
    screening.is_open = opens_at_once(chosen)
    seal_screening(screening, Told(), who or Who(), whereabouts)
    screening.save(force_insert=True)
    record(viewer, "screening.begun", screening, classes=("CORE", "ID"), tool=screening.tool, region=screening.region)
    return screening


@action("screening.reminders_answered")
def answer_reminders(viewer: Viewer, screening: Screening, *, reminders: Reminders, now: datetime) -> tuple[str, ...]:
    """Keep what was said about the setting; the tool opens once nothing stands in the way. (SCR-5)

    Returns what still does, as sentences. Raises NotVisible, NotPermitted, RuleBroken.
    """
    held = _held(viewer, screening, "screening.write")
    if reminders.interpreter not in {"", *INTERPRETERS} or reminders.consent not in {"", *CONSENTS}:
        raise ValueError("These are the form's own choices.")
    known = opened(held)
    still = stands_in_the_way(reminders, is_minor=is_minor(known.who, now))
    held.is_open = opens_at_once(tool_of(held)) or not still
    seal_screening(held, replace(known.told, reminders=reminders))
    _save(held)
    record(viewer, "screening.reminders_answered", held, classes=("CORE",), opened=held.is_open)
    return still


@action("screening.answered")
def answer_screening(
    viewer: Viewer,
    screening: Screening,
    *,
    answers: Mapping[str, Any],
    evidence: Mapping[str, str],
    sources: Mapping[str, str],
    remarks: str = "",
    version: int | None = None,
    now: datetime,
) -> Screening:
    """Keep answers with what they rest on; nothing need be complete. `answers` is plain data as the engine reads it.

    Raises NotVisible, NotPermitted, RuleBroken while the reminders stand in the way or somebody wrote meanwhile, and
    AnswersUnsound.
    """
    held = _held(viewer, screening, "screening.write", version)
    if not held.is_open:
        raise RuleBroken("Answer the reminders first. Nothing is asked before.")
    tool, known = tool_of(held), opened(held)
    told = replace(
        known.told,
        answers=dict(answers),
        evidence={key: text.strip() for key, text in evidence.items() if key in tool.by_id and text.strip()},
        sources={key: said for key, said in sources.items() if key in tool.by_id and said in choices.SOURCES},
        remarks=remarks.strip(),
    )
    response_of(tool, told)
    seal_screening(held, told)
    _save(held)
    record(viewer, "screening.answered", held, classes=("CORE",), answered=len(told.answers))
    return held


@action("screening.stopped")
def stop_screening(
    viewer: Viewer, screening: Screening, *, words: str = "", typed: Told | None = None, now: datetime
) -> Screening:
    """The person tells of it: the screening ends here, keeps what there is, and a report follows. (SCR-3; practice 1.4)

    `typed`: answers, what they rest on and remarks, as they stand on the page at this moment. Nothing is asked for and
    nothing refused, so that nobody is kept from listening. Raises NotVisible, NotPermitted, RuleBroken when it is over
    already.
    """
    held = _held(viewer, screening, "screening.write")
    known = opened(held)
    held.state, held.ended_at = "stopped", now
    held.suggested = held.next_step = "report"
    tool, told = tool_of(held), known.told
    if typed is not None:
        told = replace(
            told, answers=typed.answers, evidence=typed.evidence, sources=typed.sources, remarks=typed.remarks
        )
        response_of(tool, told)
    why = "The person told of it."
    seal_screening(held, replace(told, stopped=words.strip() or told.stopped, why=why))
    _save(held)
    _count(held, tool, told)
    record(viewer, "screening.stopped", held, classes=("CORE",), tool=held.tool)
    return held


@action("screening.finished")
def finish_screening(
    viewer: Viewer, screening: Screening, *, step: str, reason: str = "", version: int | None = None, now: datetime
) -> Screening:
    """Score it and settle what follows. A stricter step than the tool's is free; a laxer one needs a reason. (SCR-3)

    Raises NotVisible, NotPermitted, and RuleBroken while a required item is blank, an indicator lacks what it rests
    on, or the reason is missing.
    """
    held = _held(viewer, screening, "screening.write", version)
    if not held.is_open:
        raise RuleBroken("Answer the reminders first. Nothing is asked before.")
    tool, known = tool_of(held), opened(held)
    _check_complete(tool, known.told)
    scored, suggested = suggested_of(tool, known.told)
    held.next_step = settle_step(suggested, step, reason)
    held.suggested = suggested.step or ""
    held.state, held.ended_at, held.result = "finished", now, scored.result or ""
    held.band = scored.figure.band.code if scored.figure and scored.figure.band else ""
    seal_screening(held, replace(known.told, why=suggested.why, reason=reason.strip()))
    _save(held)
    _count(held, tool, known.told)
    record(
        viewer,
        "screening.finished",
        held,
        classes=("CORE",),
        tool=held.tool,
        step=held.next_step,
        changed=held.next_step != held.suggested,
    )
    return held


@action("screening.result_entered")
def enter_result(
    viewer: Viewer,
    *,
    tool: str,
    band: str,
    step: str,
    taken_on: date,
    now: datetime,
    reason: str = "",
    used_version: str = "",
    score: str = "",
    remarks: str = "",
    who: Who | None = None,
    whereabouts: Whereabouts | None = None,
    occasion: str = "routine",
    code: str = "",
) -> Screening:
    """Type in the result of a tool whose items are not here: day, version, band and score, and no item. (SCR-2)

    Raises NotVisible for a tool or band that there is not, NotPermitted, RuleBroken.
    """
    check_may(viewer, "screening.begin")
    code = own_code(viewer, Screening, "", code)
    again = sent_before(Screening.objects.filter(begun_by=viewer.code), code)
    if again is not None:
        record(viewer, "screening.result_entered", again, repeated=True)
        return again
    chosen = tool_named(viewer, tool)
    if chosen.items:
        raise RuleBroken("The items of this tool are here. Begin a screening with it.")
    if used_version and not _VERSION_TYPED.match(used_version):
        raise RuleBroken("Write the version as it stands on the tool, such as 2.0 or 2018.")
    found, suggested = suggested_of_band(chosen, band)
    screening = _new(viewer, chosen, taken_on=taken_on, area=_area(whereabouts), occasion=occasion, code=code, now=now)
    screening.entry, screening.is_open = "result", True
    screening.state, screening.ended_at = "finished", now
    screening.result, screening.band = found.result or "", found.code[:64]
    screening.next_step, screening.suggested = settle_step(suggested, step, reason), suggested.step or ""
    told = Told(
        remarks=remarks.strip(),
        why=suggested.why,
        reason=reason.strip(),
        used_version=used_version,
        score=score.strip(),
    )
    seal_screening(screening, told, who or Who(), whereabouts)
    screening.save(force_insert=True)
    _count(screening, chosen, told)
    record(
        viewer,
        "screening.result_entered",
        screening,
        classes=("CORE", "ID"),
        tool=screening.tool,
        step=screening.next_step,
    )
    return screening


@action("screening.reported")
def report_screening(
    viewer: Viewer,
    screening: Screening,
    *,
    told: Mapping[str, Any],
    child: Who,
    whereabouts: Whereabouts,
    reporter: Mapping[str, Any],
    now: datetime,
    form: str = "",
) -> tuple[Report, str]:
    """Make the report out of a screening, through the act that takes every report. Returns it with its receipt. (SCR-3)

    It may be made before the screening is over: a report does not wait. The same form sent twice gives the same report
    with the same receipt. Raises NotVisible, NotPermitted, RuleBroken when another report was made of it already.
    """
    held = _held(viewer, screening, "screening.report", over=True)
    receipt = receipts.receipt_from(form) if form else ""
    if receipt and held.report is not None and held.report.receipt_digest == receipts.digest_of(receipt):
        record(viewer, "screening.reported", held, report=held.report.code, repeated=True)
        return held.report, receipt
    if held.report_id is not None:
        raise RuleBroken("A report was made of this screening already.")
    report, receipt = receive_report(
        viewer,
        channel="partner",
        reporter_type="mandated_reporter",
        language=active_pack().staff_language,
        told=told,
        child=child,
        whereabouts=whereabouts,
        reporter=reporter,
        region=region_for(viewer, whereabouts.area),
        now=now,
        form=form,
    )
    held.report = report
    _save(held)
    record(viewer, "screening.reported", held, report=report.code)
    return report, receipt


@action("screening.handed_on")
def hand_on(viewer: Viewer, screening: Screening, *, region: str, now: datetime) -> Screening:
    """Hand a screening that is over to a region's team, whose coordinators then see it and may make a referral of it.

    Raises NotVisible, NotPermitted, RuleBroken for one that is not over or was handed on, and for an unknown region.
    """
    held = _held(viewer, screening, "screening.hand_on", over=True)
    if not held.is_over:
        raise RuleBroken("Finish the screening first, or stop it.")
    if held.handed_to:
        raise RuleBroken("This screening was handed on already.")
    if region not in {one.key for one in active_pack().regions}:
        raise RuleBroken(f"Choose one of the {active_pack().word('region', plural=True)}.")
    held.handed_to, held.handed_at = region, now
    _save(held)
    others = [person for person in coordinators_of(region, now) if person != viewer.code]
    notify(others, "screening_handed_on", held.code, now)
    record(viewer, "screening.handed_on", held, region=region)
    return held


@action("screening.taken")
def mark_screening_taken(viewer: Viewer, screening: Screening, client: Client, now: datetime) -> None:
    """A coordinator made a referral of it. Sets nobody's status. Called by the act that receives the referral.

    Raises NotVisible, RuleBroken when there is a referral of it already.
    """
    held = _held(viewer, screening, "screening.read", over=True)
    if held.client_id is not None:
        raise RuleBroken("Somebody has made a referral of this screening already.")
    if not may_take(viewer, held):
        raise NotVisible
    held.client, held.taken_up_at = client, now
    _save(held)
    record(viewer, "screening.taken", held, client=client.code)


@action("education.logged")
def log_education(
    viewer: Viewer,
    *,
    given_on: date,
    now: datetime,
    people: int = 1,
    area: str = "",
    is_alone: bool | None = None,
    limits_told: bool | None = None,
    interpreter: str = "",
    cards_offered: bool | None = None,
    resources_told: bool | None = None,
    warm_referral: bool | None = None,
    safe_contact_asked: bool | None = None,
    code: str = "",
) -> Education:
    """Enter that universal education was given. There is no room for what anybody told: nobody need tell anything.

    `code` may be fixed by a form: sent twice, it is one entry. Raises NotPermitted, RuleBroken. (SCR-6; practice 5.3)
    """
    check_may(viewer, "education.log")
    code = own_code(viewer, Education, "", code)
    again = sent_before(Education.objects.filter(given_by=viewer.code), code)
    if again is not None:
        record(viewer, "education.logged", again, repeated=True)
        return again
    if interpreter not in choices.INTERPRETERS:
        raise ValueError("These are the form's own choices.")
    if not 1 <= people <= 999:
        raise RuleBroken("Write to how many people it was given, from 1 to 999.")
    _check_day(given_on, now)
    entry = Education.objects.create(
        code=code or new_code(),
        agency=_agency(viewer),
        given_by=viewer.code,
        given_on=given_on,
        recorded_at=now,
        region=region_for(viewer, area),
        area=area,
        people=people,
        is_alone=is_alone,
        limits_told=limits_told,
        interpreter=interpreter,
        cards_offered=cards_offered,
        resources_told=resources_told,
        warm_referral=warm_referral,
        safe_contact_asked=safe_contact_asked,
    )
    record(viewer, "education.logged", entry, people=people)
    return entry


def _new(
    viewer: Viewer, tool: Instrument, *, taken_on: date, area: str, occasion: str, code: str, now: datetime
) -> Screening:
    _check_day(taken_on, now)
    if occasion not in OCCASIONS:
        raise ValueError("These are the form's own choices.")
    agency = _agency(viewer)
    mine = shipped().get(tool.key)
    keep_version(tool, now=now, agency="" if mine is not None and hash_of(mine) == hash_of(tool) else agency)
    return Screening(
        code=code or new_code(),
        holder=agency,
        tool=tool.key,
        tool_version=tool.version,
        tool_hash=hash_of(tool),
        occasion=occasion,
        region=region_for(viewer, area),
        area=area,
        taken_on=taken_on,
        begun_at=now,
        begun_by=viewer.code,
    )


def _agency(viewer: Viewer) -> str:
    if not viewer.agency:
        raise RuleBroken("Your account belongs to no agency yet. Ask the administrator to add it.")
    return viewer.agency


def _area(whereabouts: Whereabouts | None) -> str:
    area = whereabouts.area if whereabouts else ""
    if area and area not in {one.key for one in active_pack().areas}:
        raise RuleBroken(f"Choose one of the {active_pack().word('area', plural=True)}.")
    return area


def _check_day(on: date, now: datetime) -> None:
    if on > local(now).date():
        raise RuleBroken("This day has not come yet. Check the date.")


def _check_complete(tool: Instrument, told: Told) -> None:
    answers = response_of(tool, told).answers
    missing = missing_required(tool, answers)
    if missing:
        raise RuleBroken(f"Answer this first: {_first(tool, missing)}")
    bare = unsupported(tool, answers, told.evidence, told.sources)
    if bare:
        raise RuleBroken(f"Write what supports this and where you know it from: {_first(tool, bare)}")


def _first(tool: Instrument, keys: tuple[str, ...]) -> str:
    more = f" (and {len(keys) - 1} more)" if len(keys) > 1 else ""
    return f"{text_of(tool, keys[0])}{more}"


def _count(screening: Screening, tool: Instrument, told: Told) -> None:
    """A row for the figures, which leads back to nobody."""
    counted = CountedScreening.objects.create(
        tool=screening.tool,
        tool_version=screening.tool_version,
        agency=screening.holder,
        region=screening.region,
        area=screening.area,
        month=screening.taken_on.replace(day=1),
        state=screening.state,
        result=screening.result,
        band=screening.band,
        next_step=screening.next_step,
        occasion=screening.occasion,
    )
    items = dict.fromkeys(one.id[:64] for one in indicators_of(tool, told))
    CountedIndicator.objects.bulk_create(CountedIndicator(counted=counted, item=item) for item in items)


def _held(
    viewer: Viewer, screening: Screening, act: str, version: int | None = None, *, over: bool = False
) -> Screening:
    """The row as it is now, nobody else changing it. `over`: also where the screening is over."""
    seen = visible_screenings(viewer).filter(pk=screening.pk).exists()
    if not seen:
        raise NotVisible
    held = Screening.objects.select_for_update().get(pk=screening.pk)
    check_may(viewer, act, standing_of(viewer, held))
    if held.is_over and not over:
        raise RuleBroken("This screening is over. Begin another one when something new is known.")
    if version is not None and version != held.version:
        raise RuleBroken(CHANGED_MEANWHILE)
    return held


def _save(held: Screening) -> None:
    held.version += 1
    held.save()
