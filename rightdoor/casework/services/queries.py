"""Referrals to services for pages: found and authorized in one step, opened once, recorded before shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat

from rightdoor.casework.cases.models import Case, StatusDetermination
from rightdoor.casework.cases.parts import lines
from rightdoor.casework.cases.queries import determination_label, names_of_accounts, standing_of
from rightdoor.casework.clients.disclosure import SealedField, ShownName, decision_on, open_fields, shown_names
from rightdoor.casework.clients.facts import Tie, as_coordinator, ties_of
from rightdoor.casework.clients.models import regions_q
from rightdoor.casework.consents.models import Release
from rightdoor.casework.consents.queries import ShownRelease, releases_of, state_of, told_of
from rightdoor.casework.referrals.facts import ReferralFacts
from rightdoor.casework.referrals.sealed import facts_label
from rightdoor.casework.services.models import (
    AdvocacyReason,
    ServiceReferral,
    ServiceStep,
    visible_service_referrals,
)
from rightdoor.casework.services.sealed import reason_label, step_label, told_label
from rightdoor.community.partners.models import Agency
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain.confidentiality import Decision, Item
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Standing, Viewer, may
from rightdoor.domain.report_flow import Hop, ReportFacts
from rightdoor.domain.service_referral import OPEN_STATES, AdvocacyDuty, advocacy_duty
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.codes import is_code, normalise
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.sealing.seals import open_each

PAGE = 50
CODES_IN_ONE_EVENT = 1000
IN_FORCE = frozenset({"in_force", "ends_soon"})
SORTS: Mapping[str, tuple[Any, ...]] = {
    "due": (F("due_at").asc(nulls_last=True), "id"),
    "newest": ("-sent_on", "-id"),
    "oldest": ("sent_on", "id"),
}


@dataclass(frozen=True, slots=True)
class ShownReferral:
    """A referral to a service, opened as far as the viewer may. `provider` is the agency's name or the text."""

    code: str
    case_code: str
    state: str
    category: str
    provider: str
    to_agency: str
    why: str
    language: str
    needs_interpreter: bool | None
    handoff: str
    shared: tuple[str, ...]  # classes that went along
    release: str
    sent_on: date
    first_contact_by: date | None
    due_at: datetime | None
    ended_on: date | None
    made_by: str
    is_late: bool
    answers_advocacy: bool


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step, opened."""

    number: int
    state: str
    happened_on: date
    declined_by: str
    why: str
    words: str
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A line of the region's list."""

    referral: ShownReferral
    client: ShownName
    coordinator: str


@dataclass(frozen=True, slots=True)
class ListFilters:
    """What the region's list is narrowed to. `state` "" means everything that is still open."""

    state: str = ""
    late: bool = False
    region: str = ""
    mine: bool = False
    sort: str = "due"


@dataclass(frozen=True, slots=True)
class OpenList:
    """A page of the region's list; `number` counts from 1."""

    rows: list[OpenRow]
    number: int
    has_next: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no referral to an advocate, opened."""

    why: str
    words: str
    ask_again_on: date | None
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Advocacy:
    """How the duty of an advocacy referral stands on one case."""

    duty: AdvocacyDuty
    is_confirmed: bool
    has_referral: bool
    reason: Reason | None


def ground_on(viewer: Viewer, case: Case, tie: Standing, now: datetime, *, action: str = "read") -> Decision:
    """The one decision on a case's referrals to services: they are of the service plan's class."""
    known = tie if isinstance(tie, Tie) else None
    return decision_on(viewer, case.client, Item("PLAN", case.holder), now, action=action, tie=known)


def may_read_services(viewer: Viewer, case: Case, tie: Standing, now: datetime) -> bool:
    """Are the referrals to services of this case open to the viewer?"""
    found = ground_on(viewer, case, tie, now)
    return may(viewer, "service_referral.read", tie) and found.allowed and not found.status_only


def service_referral_for(viewer: Viewer, code: str, now: datetime) -> ServiceReferral:
    """The referral to a service, if it is open to this viewer. Raises NotVisible."""
    row = (
        visible_service_referrals(viewer, now)
        .select_related("case__client", "case__referral", "release__client", "disclosure")
        .filter(code=normalise(code))
        .first()
    )
    if row is None or not may_read_services(viewer, row.case, standing_of(viewer, row.case, now), now):
        raise NotVisible
    return row


def services_of(viewer: Viewer, case: Case, now: datetime, tie: Tie | None = None) -> list[ShownReferral]:
    """The referrals of a case, newest first; none for whom they are not open. One event, one keyring query."""
    standing = tie or standing_of(viewer, case, now)
    if not may_read_services(viewer, case, standing, now):
        return []
    rows = list(case.service_referrals.select_related("release").order_by("-sent_on", "-id"))
    for row in rows:
        row.case = case
    told = open_fields(
        viewer,
        case.client,
        [SealedField(told_label(row), row.told_sealed) for row in rows],
        now,
        verb="service_referral.read",
        obj=case,
        standing=standing,
    )
    return _shown_all([(row, words) for row, words in zip(rows, told, strict=True) if words is not None], now)


def open_service_referral(
    viewer: Viewer, row: ServiceReferral, now: datetime
) -> tuple[ShownReferral, tuple[ShownStep, ...]]:
    """One referral with its steps, recorded before it is returned. Raises NotVisible."""
    standing = standing_of(viewer, row.case, now)
    steps = list(row.steps.order_by("number"))
    for step in steps:
        step.referral = row
    told, *said = open_fields(
        viewer,
        row.case.client,
        [
            SealedField(told_label(row), row.told_sealed),
            *(SealedField(step_label(step), step.told_sealed) for step in steps),
        ],
        now,
        verb="service_referral.read",
        obj=row,
        standing=standing,
    )
    if told is None or not may(viewer, "service_referral.read", standing):
        raise NotVisible
    names = names_of_accounts({step.recorded_by for step in steps})
    (shown,) = _shown_all([(row, told)], now)
    return shown, tuple(
        ShownStep(
            step.number,
            step.state,
            step.happened_on,
            (words or {}).get("declined_by", ""),
            (words or {}).get("why", ""),
            (words or {}).get("words", ""),
            step.recorded_at,
            names.get(step.recorded_by, ""),
        )
        for step, words in zip(steps, said, strict=True)
    )


def step_sent(viewer: Viewer, row: ServiceReferral, form: str) -> str:
    """The step that the viewer has recorded with this form already; "" where it was not sent before."""
    rows = row.steps.filter(sent_from=form, recorded_by=viewer.code) if is_code(form) else row.steps.none()
    return str(rows.values_list("state", flat=True).first() or "")


def open_list(viewer: Viewer, filters: ListFilters, now: datetime, *, number: int = 1, size: int = PAGE) -> OpenList:
    """The referrals to services of the regions that the viewer coordinates. Raises NotVisible for everybody else.

    A fixed number of queries. A line whose case does not open to the viewer is not there.
    """
    if not viewer.has("care_coordinator"):
        raise NotVisible
    cases = regions_q(viewer, "case__region")
    rows = visible_service_referrals(viewer, now).filter(cases)
    rows = rows.filter(state=filters.state) if filters.state else rows.filter(state__in=OPEN_STATES)
    if filters.late:
        rows = rows.filter(due_at__lt=now)
    if filters.region:
        rows = rows.filter(case__region=filters.region)
    if filters.mine:
        rows = rows.filter(case__coordinator=viewer.code)
    ordered = rows.select_related("case__client", "release").order_by(*SORTS.get(filters.sort, SORTS["due"]))
    start = (max(number, 1) - 1) * size
    page = list(ordered[start : start + size + 1])
    opened = _opened_of_many(viewer, page[:size], now)
    clients = {row.case.client_id: row.case.client for row, _ in opened}
    names = shown_names(viewer, clients.values(), now) if clients else {}
    people = names_of_accounts({row.case.coordinator for row, _ in opened})
    shown = _shown_all(opened, now)
    return OpenList(
        rows=[
            OpenRow(one, names[row.case.client.code], people.get(row.case.coordinator, ""))
            for one, (row, _) in zip(shown, opened, strict=True)
        ],
        number=max(number, 1),
        has_next=len(page) > size,
    )


def releases_to_share(viewer: Viewer, case: Case, now: datetime) -> list[ShownRelease]:
    """Releases in force by which the agency that keeps this case may tell another agency: choices of the form.

    None for whom consents are closed. Recorded as read by `releases_of`.
    """
    if not may(viewer, "disclosure.record", standing_of(viewer, case, now)):
        return []
    return [
        one
        for one in releases_of(viewer, case.client, now)
        if one.state in IN_FORCE and one.told.from_agency == case.holder and one.told.to_agency
    ]


def release_is_in_force(release: Release, now: datetime) -> bool:
    """Does this release hold at this moment?"""
    return state_of(release, now) in IN_FORCE


def classes_released(release: Release) -> frozenset[str]:
    """What a release names, for the rules alone. Nothing where its keys were destroyed."""
    told = told_of(release)
    return frozenset(told.classes) if told else frozenset()


# -------------------------------------------------------------------------------------------------------- advocacy


def advocacy_of(viewer: Viewer, case: Case, now: datetime, tie: Tie) -> Advocacy | None:
    """How the duty of an advocacy referral stands; None for whom the case's core is closed. Recorded first."""
    last = case.determinations.order_by("-at", "-id").first()
    reason = case.advocacy_reasons.order_by("-recorded_at", "-id").first()
    fields = [SealedField(facts_label(case.referral), case.referral.facts_sealed)]
    if last is not None:
        fields.append(SealedField(determination_label(last, case), last.told_sealed))
    if reason is not None:
        reason.case = case
        fields.append(SealedField(reason_label(reason), reason.told_sealed))
    values = open_fields(viewer, case.client, fields, now, verb="case.read", purpose="advocacy", obj=case, standing=tie)
    if values[0] is None:
        return None
    determined = values[1] if last is not None else None
    said = values[-1] if reason is not None else None
    facts = _report_facts(values[0], determined)
    has_referral = case.service_referrals.filter(answers_advocacy=True).exclude(state="declined").exists()
    stands = reason is not None and _stands(reason, now)
    duty = advocacy_duty(facts, advocacy_hop(), is_answered=has_referral or stands)
    shown = None
    if reason is not None and said:
        by = names_of_accounts({reason.recorded_by}).get(reason.recorded_by, "")
        shown = Reason(said["why"], said.get("words", ""), reason.ask_again_on, reason.recorded_at, by)
    return Advocacy(duty, facts.victim_status == "confirmed", has_referral, shown)


def cases_owing_advocacy(
    viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime
) -> list[tuple[Case, datetime]]:
    """Of these cases, those of a confirmed victim without a referral to an advocate or a reason, with since when.

    A clock, for those alone to whom the case's core is open: it answers with cases, and that tells the status, so that
    it is recorded for these. What it read of the others is shown to nobody. A fixed number of queries, and one event
    for each holder and kind of ground.
    """
    asked = [case for case in cases if case.state == "open" and _opens(viewer, case, ties, "CORE", now)]
    answered = set(
        ServiceReferral.objects.filter(case__in=asked, answers_advocacy=True)
        .exclude(state="declined")
        .values_list("case_id", flat=True)
    )
    today = local(now).date()
    answered |= set(
        AdvocacyReason.objects.filter(case__in=asked)
        .filter(Q(ask_again_on__isnull=True) | Q(ask_again_on__gt=today))
        .values_list("case_id", flat=True)
    )
    open_ones = [case for case in asked if case.pk not in answered]
    if not open_ones:
        return []
    latest = {
        one.case_id: one
        for one in StatusDetermination.objects.filter(case__in=open_ones)
        .order_by("case_id", "-at", "-id")
        .distinct("case_id")
    }
    wanted: list[tuple[Any, Any]] = []
    for case in open_ones:
        last = latest.get(case.pk)
        wanted.append(
            (case.referral.facts_sealed, facts_label(case.referral))
            if last is None
            else (last.told_sealed, determination_label(last, case))
        )
    found = []
    for case, text in zip(open_ones, open_each(wanted), strict=True):
        last = latest.get(case.pk)
        if _status_in(text, is_determination=last is not None) == "confirmed":
            found.append((case, last.at if last is not None else case.opened_at))
    _record_owing(viewer, [case for case, _ in found], ties, now)
    return found


def _record_owing(viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime) -> None:
    together: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        ground = decision_on(viewer, case.client, Item("CORE", case.holder), now, tie=_tie(viewer, case, ties))
        together.setdefault((case.holder, ground.basis), []).append(case)
    for (holder, basis), group in together.items():
        for start in range(0, len(group), CODES_IN_ONE_EVENT):
            record_read(
                viewer,
                "case.read",
                kind="case",
                codes=[case.code for case in group[start : start + CODES_IN_ONE_EVENT]],
                classes=["CORE"],
                holder=holder,
                basis=basis.lower(),
                purpose="advocacy",
            )


def open_of_cases(cases: Sequence[Case]) -> list[ServiceReferral]:
    """What is still open on these cases, soonest due first, unopened. The caller has asked for whom."""
    rows = ServiceReferral.objects.filter(case__in=cases, state__in=OPEN_STATES)
    return list(rows.order_by("due_at", "id"))


def lines_of_steps(case: Case) -> QuerySet[Any, dict[str, Any]]:
    """The steps of a case's referrals as lines of its timeline."""
    rows = ServiceStep.objects.filter(referral__case=case)
    return lines(
        rows,
        at="recorded_at",
        kind=Concat(Value("service."), F("state")),
        klass="PLAN",
        holder=case.holder,
        about="referral__code",
        by="recorded_by",
    )


def lines_of_reasons(case: Case) -> QuerySet[Any, dict[str, Any]]:
    """Why there was no advocate, as lines of the case's timeline: that it was recorded, not what."""
    rows = AdvocacyReason.objects.filter(case=case)
    return lines(
        rows,
        at="recorded_at",
        kind="service.advocacy_reason",
        klass="CORE",
        holder=case.holder,
        about="case__code",
        by="recorded_by",
    )


def advocacy_hop() -> Hop | None:
    """The pack's rule for advocacy that the state pays for: the hop to whoever provides it."""
    return next((hop for hop in active_pack().reporting_line.hops if hop.key == "advocacy"), None)


def partners_for(region: str) -> list[tuple[str, str]]:
    """Active agencies that serve the region, by name, as choices of a form."""
    rows = Agency.objects.filter(is_active=True, regions__contains=[region]).order_by("name")
    return list(rows.values_list("code", "name"))


# ------------------------------------------------------------------------------------------------------------ inside


def _stands(reason: AdvocacyReason, now: datetime) -> bool:
    return reason.ask_again_on is None or reason.ask_again_on > local(now).date()


def _report_facts(told: Mapping[str, Any], determined: Mapping[str, Any] | None) -> ReportFacts:
    facts = ReferralFacts.from_dict(told)
    kind: Any = facts.kind if facts.kind in {"sex", "labor", "both"} else None
    status: Any = (determined or {}).get("status") or facts.victim_status
    age = None if facts.age_is_estimated else facts.age
    return ReportFacts(None, None, kind, status, age)


def _status_in(text: str | None, *, is_determination: bool) -> str:
    told = json.loads(text) if text else {}
    return str(told.get("status" if is_determination else "victim_status", ""))


def _tie(viewer: Viewer, case: Case, ties: Mapping[int, Tie]) -> Tie:
    return as_coordinator(viewer, ties[case.client_id], case.region)


def _opens(viewer: Viewer, case: Case, ties: Mapping[int, Tie], klass: str, now: datetime) -> bool:
    if case.client_id not in ties:
        return False
    tie = _tie(viewer, case, ties)
    found = decision_on(viewer, case.client, Item(klass, case.holder), now, tie=tie)
    return found.allowed and not found.status_only


def _opened_of_many(
    viewer: Viewer, rows: Sequence[ServiceReferral], now: datetime
) -> list[tuple[ServiceReferral, dict[str, Any]]]:
    """The words of referrals of several clients: one event for each holder and ground, one keyring query."""
    clients = {row.case.client_id: row.case.client for row in rows}
    ties = ties_of(viewer, clients.values(), now) if clients else {}
    together: dict[tuple[str, str], list[ServiceReferral]] = {}
    for row in rows:
        tie = _tie(viewer, row.case, ties)
        ground = ground_on(viewer, row.case, tie, now, action="list")
        if may(viewer, "service_referral.read", tie) and ground.allowed and not ground.status_only:
            together.setdefault((row.holder, ground.basis), []).append(row)
    for (holder, basis), group in together.items():
        record_read(
            viewer,
            "service_referral.listed",
            kind="servicereferral",
            codes=[row.code for row in group],
            classes={"PLAN"},
            holder=holder,
            basis=basis.lower(),
        )
    chosen = {row.pk for group in together.values() for row in group}
    kept = [row for row in rows if row.pk in chosen]
    texts = open_each([(row.told_sealed, told_label(row)) for row in kept])
    return [(row, json.loads(text)) for row, text in zip(kept, texts, strict=True) if text]


def _shown_all(rows: Iterable[tuple[ServiceReferral, Mapping[str, Any]]], now: datetime) -> list[ShownReferral]:
    pairs = list(rows)
    names = agency_names({told.get("to_agency", "") for _, told in pairs} - {""})
    people = names_of_accounts({row.made_by for row, _ in pairs})
    return [
        ShownReferral(
            code=row.code,
            case_code=row.case.code,
            state=row.state,
            category=told.get("category", ""),
            provider=names.get(told.get("to_agency", ""), "") or told.get("provider", ""),
            to_agency=told.get("to_agency", ""),
            why=told.get("why", ""),
            language=told.get("language", ""),
            needs_interpreter=told.get("needs_interpreter"),
            handoff=told.get("handoff", ""),
            shared=tuple(told.get("shared", ())),
            release=row.release.code if row.release_id and row.release else "",
            sent_on=row.sent_on,
            first_contact_by=row.first_contact_by,
            due_at=row.due_at,
            ended_on=row.ended_on,
            made_by=people.get(row.made_by, ""),
            is_late=row.due_at is not None and row.due_at < now,
            answers_advocacy=row.answers_advocacy,
        )
        for row, told in pairs
    ]
