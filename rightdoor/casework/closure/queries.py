"""How cases ended, their reviews, the queue of lessons, and the archive: found, authorized, opened and recorded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Q

from rightdoor.casework.cases.keeping.queries import ended_clients, kept_by_schedule
from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.casework.cases.parts import Look, open_ends_of
from rightdoor.casework.cases.queries import names_of_accounts, people_on, standing_of
from rightdoor.casework.clients.disclosure import (
    SealedField,
    ShownName,
    may_read,
    open_fields,
    open_identity,
    shown_names,
)
from rightdoor.casework.clients.facts import Tie, as_coordinator, opens, ties_of
from rightdoor.casework.closure.models import Closure, Lesson, Recommendation, Review
from rightdoor.casework.closure.sealed import (
    closure_label,
    contact_label,
    lesson_label,
    recommendation_label,
    review_label,
    staff_label,
)
from rightdoor.casework.consents.queries import people_around
from rightdoor.domain.closure import Adherence, LooseEnd, Phase, adherence
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer, check_may, may
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.codes import is_code, normalise
from rightdoor.foundation.jurisdiction.active import active_pack, zone
from rightdoor.foundation.sealing.seals import open_each, open_json

PAGE = 50
LESSONS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ShownClosure:
    """One ending of a case, opened. `reopened_why` is empty while it is in force."""

    code: str
    closed_at: datetime
    closed_by: str
    access_ends_at: datetime
    told: Mapping[str, Any]
    last_contact: str
    reason: str
    reopened_at: datetime | None
    reopened_by: str
    reopened_why: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review on the case's list: nothing of what it says."""

    code: str
    state: str
    begun_at: datetime
    held_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownRecommendation:
    """Something that a review asks for, opened."""

    code: str
    text: str
    owner: str
    owner_name: str
    due_on: date
    state: str
    settled_at: datetime | None
    is_late: bool
    may_settle: bool


@dataclass(frozen=True, slots=True)
class TimedPhase:
    """A promise of the protocol with what came of it, for a page."""

    phase: Phase
    state: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class ShownReview:
    """A review, opened. `staff` is None for whom what it says of the staff is closed."""

    code: str
    state: str
    begun_at: datetime
    begun_by: str
    held_at: datetime | None
    version: int
    told: Mapping[str, Any]
    staff: Mapping[str, Any] | None
    participants: tuple[tuple[str, str], ...]
    recommendations: tuple[ShownRecommendation, ...]


@dataclass(frozen=True, slots=True)
class ShownLesson:
    """A line of the queue. `may_answer`: a second person, never its writer."""

    code: str
    text: str
    state: str
    written_at: datetime
    written_by: str
    answered_at: datetime | None
    answered_by: str
    answer: str
    may_answer: bool


@dataclass(frozen=True, slots=True)
class ArchiveRow:
    """A closed case. `kept_until` is None where the schedule gives no day, or the viewer may not know it."""

    code: str
    client: ShownName
    region: str
    coordinator: str
    opened_at: datetime
    closed_at: datetime
    kept_until: date | None


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """Closed cases, the latest first; `next` is the code to go on from."""

    rows: tuple[ArchiveRow, ...]
    next: str = ""


# ------------------------------------------------------------------------------------------------------------ closing


def loose_ends(viewer: Viewer, case: Case, tie: Tie, now: datetime) -> list[tuple[LooseEnd, str]]:
    """What is not finished, that which stops first, each with the address where it is settled."""
    found: dict[str, tuple[LooseEnd, str]] = {}
    for end in open_ends_of(Look(viewer, case, tie, now)):
        key = sha256(f"{end.url}|{end.what}".encode()).hexdigest()[:10]
        found[key] = (LooseEnd(key, end.what.rstrip("."), end.stops), end.url)
    return list(found.values())


def closures_of(viewer: Viewer, case: Case, now: datetime, tie: Tie) -> list[ShownClosure]:
    """Every ending of a case, newest first, for whom its core is open. Recorded before it is returned."""
    rows = list(case.closures.order_by("-closed_at", "-pk"))
    for row in rows:
        row.case = case
    fields = [SealedField(closure_label(row), row.told_sealed) for row in rows]
    fields += [SealedField(closure_label(row, "reopened"), row.reopened_sealed) for row in rows]
    fields += [SealedField(contact_label(row), row.contact_sealed) for row in rows]
    told = open_fields(viewer, case.client, fields, now, verb="case.read", purpose="closure", obj=case, standing=tie)
    names = names_of_accounts({code for row in rows for code in (row.closed_by, row.reopened_by)})
    return [
        ShownClosure(
            row.code,
            row.closed_at,
            names.get(row.closed_by, ""),
            row.access_ends_at,
            words,
            (contact or {}).get("words", ""),
            reason_words(words.get("reason", "")),
            row.reopened_at,
            names.get(row.reopened_by, ""),
            (why or {}).get("why", ""),
        )
        for row, words, why, contact in zip(
            rows, told[: len(rows)], told[len(rows) : 2 * len(rows)], told[2 * len(rows) :], strict=True
        )
        if words is not None
    ]


def reason_words(key: str) -> str:
    """The pack's words for a reason; the key itself where the pack does not know it any more."""
    known = active_pack().closure.reason(key)
    return str(known.label) if known else key.replace("_", " ")


def closure_in_force(case: Case) -> Closure | None:
    """The ending that holds, unopened."""
    return case.closures.filter(reopened_at__isnull=True).first()


# ------------------------------------------------------------------------------------------------------------ reviews


def takes_part(viewer: Viewer, review: Review, tie: Tie) -> bool:
    """Participants and the case's coordinators, nobody else. (practice.md 3.8)"""
    if not may(viewer, "review.read", tie):
        return False
    return tie.region or review.participants.filter(account_code=viewer.code).exists()


def reviews_of(viewer: Viewer, case: Case, now: datetime, tie: Tie) -> list[ReviewRow]:
    """The reviews of a case in which the viewer takes part, newest first; none for whom the case's core is closed."""
    core = may_read(viewer, case.client, tie, "CORE", now, holder=case.holder)
    if not core.allowed or core.status_only or not may(viewer, "review.read", tie):
        return []
    rows = case.reviews.order_by("-begun_at", "-pk")
    if not tie.region:
        rows = rows.filter(participants__account_code=viewer.code)
    return [ReviewRow(row.code, row.state, row.begun_at, row.held_at) for row in rows]


def review_for(viewer: Viewer, code: str, now: datetime) -> tuple[Review, Tie]:
    """The review and how the viewer stands to its case. Raises NotVisible for whoever takes no part in it."""
    review = (
        Review.objects.select_related("case", "case__client", "case__referral")
        .filter(code=normalise(code), case__in=visible_cases(viewer, now))
        .first()
    )
    if review is None:
        raise NotVisible
    tie = standing_of(viewer, review.case, now)
    core = may_read(viewer, review.case.client, tie, "CORE", now, holder=review.case.holder)
    if not core.allowed or core.status_only or not takes_part(viewer, review, tie):
        raise NotVisible
    return review, tie


def open_review(viewer: Viewer, review: Review, now: datetime, tie: Tie) -> ShownReview:
    """The review with its words, recorded before it is returned. Raises NotVisible for whom it is not open."""
    if not takes_part(viewer, review, tie):
        raise NotVisible
    rows = list(review.recommendations.order_by("due_on", "pk"))
    for row in rows:
        row.review = review
    told, staff, *texts = open_fields(
        viewer,
        review.case.client,
        [
            SealedField(review_label(review), review.told_sealed),
            SealedField(staff_label(review), review.staff_sealed),
            *[SealedField(recommendation_label(row), row.told_sealed) for row in rows],
        ],
        now,
        verb="review.read",
        obj=review,
        standing=tie,
    )
    if told is None:
        raise NotVisible
    people = list(review.participants.order_by("pk").values_list("account_code", flat=True))
    names = names_of_accounts({*people, review.begun_by, *(row.owner for row in rows)})
    today = now.astimezone(zone()).date()
    return ShownReview(
        review.code,
        review.state,
        review.begun_at,
        names.get(review.begun_by, ""),
        review.held_at,
        review.version,
        told,
        staff,
        tuple((code, names.get(code, "")) for code in people),
        tuple(
            ShownRecommendation(
                row.code,
                (words or {}).get("text", ""),
                row.owner,
                names.get(row.owner, ""),
                row.due_on,
                row.state,
                row.settled_at,
                row.state == "open" and row.due_on < today,
                row.state == "open" and (row.owner == viewer.code or may(viewer, "review.write", tie)),
            )
            for row, words in zip(rows, texts, strict=True)
        ),
    )


def recommendation_for(viewer: Viewer, code: str, now: datetime) -> tuple[Recommendation, Tie]:
    """A recommendation of a review in which the viewer takes part. Raises NotVisible."""
    row = Recommendation.objects.select_related("review").filter(code=normalise(code)).first()
    if row is None:
        raise NotVisible
    review, tie = review_for(viewer, row.review.code, now)
    row.review = review
    return row, tie


def phases_of(case: Case, now: datetime) -> list[TimedPhase]:
    """What the protocol promised and what came of it, out of the records' own moments. For an opened review."""
    referral = case.referral
    phases = [(Phase("response", referral.due_at, referral.stopped_at), "")]
    tasks: list[tuple[Phase, str]] = []
    end_of_day = time(23, 59)
    for number, staffing in enumerate(case.staffings.order_by("starts_at", "pk"), start=1):
        if staffing.summary_due_at is not None:
            phases.append((Phase("summary", staffing.summary_due_at, staffing.summary_shared_at), str(number)))
        for item in staffing.action_items.order_by("due_on", "pk"):
            due = datetime.combine(item.due_on, end_of_day, tzinfo=zone())
            tasks.append((Phase("tasks", due, item.done_at), str(number)))
    return [TimedPhase(one, one.state(now), about) for one, about in (*phases, *tasks)]


def adherence_of(phases: Sequence[TimedPhase], now: datetime) -> Adherence:
    """How many promises were kept, of those that have come due."""
    return adherence([one.phase for one in phases], now)


def people_for_review(case: Case, now: datetime) -> list[tuple[str, str]]:
    """Who could take part: whoever is on the case, by name; after it closed, whoever has a place still."""
    return [(one.code, one.name) for one in people_on(case, now) if one.kind == "assigned" and one.name]


def names_of_participants(review: Review) -> list[tuple[str, str]]:
    """Account codes and names of those who take part."""
    codes = list(review.participants.order_by("pk").values_list("account_code", flat=True))
    names = names_of_accounts(codes)
    return [(code, names.get(code, "")) for code in codes]


def words_of_the_case(viewer: Viewer, case: Case, now: datetime) -> tuple[list[str], list[str]]:
    """The names and places that no lesson may hold: the client's, those of people around and of the team; areas.

    For the check alone. Raises NotVisible for whom the client's name is closed: they cannot check it either.
    """
    who = open_identity(viewer, case.client, now, "lesson").who
    names = [who.given, who.family, *who.aliases]
    names += [one.who.name for one in people_around(viewer, case.client, now, purpose="lesson")]
    staff = {case.coordinator, *case.client.standings.values_list("account_code", flat=True)}
    names += list(names_of_accounts(staff).values())
    return [name for name in names if name], [area.name for area in active_pack().areas]


# ------------------------------------------------------------------------------------------------------------ lessons


def lessons(viewer: Viewer, now: datetime, *, state: str = "waits") -> list[ShownLesson]:
    """The queue for the library, newest first. Raises NotPermitted. Recorded before it is returned."""
    check_may(viewer, "lesson.look")
    rows = list(Lesson.objects.filter(state=state).order_by("-written_at", "-pk")[:LESSONS_SHOWN])
    if not rows:
        return []
    record_read(viewer, "lesson.read", kind="lesson", codes=[row.code for row in rows])
    texts = open_each([(row.text_sealed, lesson_label(row)) for row in rows])
    names = names_of_accounts({code for row in rows for code in (row.written_by, row.answered_by)})
    shown = []
    for row, told in zip(rows, texts, strict=True):
        words = _json(told)
        shown.append(
            ShownLesson(
                row.code,
                words.get("text", ""),
                row.state,
                row.written_at,
                names.get(row.written_by, ""),
                row.answered_at,
                names.get(row.answered_by, ""),
                words.get("answer", ""),
                row.state == "waits" and row.written_by != viewer.code and may(viewer, "lesson.release"),
            )
        )
    return shown


def lesson_for(viewer: Viewer, code: str) -> Lesson:
    """A lesson of the queue. Raises NotVisible, also for whoever does not look at the queue."""
    row = Lesson.objects.filter(code=normalise(code)).first()
    if row is None or not may(viewer, "lesson.look"):
        raise NotVisible
    return row


def lesson_words(lesson: Lesson) -> dict[str, Any]:
    """What a lesson says, for the act that answers it."""
    return open_json(lesson.text_sealed, lesson_label(lesson)) or {}


# ------------------------------------------------------------------------------------------------------------ archive


def archive(viewer: Viewer, now: datetime, *, after: str = "") -> ArchivePage:
    """Closed cases that the viewer may know of, the latest first, each with the day until which it is kept.

    The day comes from the schedule and may rest on the birth date, so it is told only to whom the name is open.
    """
    seen = visible_cases(viewer, now).filter(state="closed").select_related("client", "referral")
    mark = seen.filter(code=normalise(after)).values("closed_at", "pk").first() if is_code(after) else None
    if mark:
        before = Q(closed_at__lt=mark["closed_at"]) | Q(closed_at=mark["closed_at"], pk__lt=mark["pk"])
        seen = seen.filter(before)
    cases = list(seen.order_by("-closed_at", "-pk")[: PAGE + 1])
    more, cases = len(cases) > PAGE, cases[:PAGE]
    clients = {case.client_id: case.client for case in cases}
    raw = ties_of(viewer, clients.values(), now)
    ties = {case.client_id: as_coordinator(viewer, raw[case.client_id], case.region) for case in cases}
    names = shown_names(viewer, clients.values(), now, ties=ties)
    known = {clients[pk].code for pk, tie in ties.items() if opens(viewer, clients[pk], tie, "ID", now)}
    until = {one.client_code: kept_by_schedule(one) for one in ended_clients(viewer, known)} if known else {}
    people = names_of_accounts({case.coordinator for case in cases})
    rows = tuple(
        ArchiveRow(
            case.code,
            names[case.client.code],
            case.region,
            people.get(case.coordinator, ""),
            case.opened_at,
            case.closed_at,
            until.get(case.client.code),
        )
        for case in cases
        if case.closed_at is not None
    )
    return ArchivePage(rows, rows[-1].code if more and rows else "")


def kept_until(viewer: Viewer, case: Case, tie: Tie, now: datetime) -> date | None:
    """The day until which this closed case is kept, for whom the client's name is open; None where none is known."""
    if case.state != "closed" or not opens(viewer, case.client, tie, "ID", now):
        return None
    return next((kept_by_schedule(one) for one in ended_clients(viewer, [case.client.code])), None)


def default_access_end(now: datetime) -> datetime:
    """When places on the team end if nobody says otherwise, by the pack."""
    return now + timedelta(days=active_pack().closure.access_ends_after_days)


def _json(text: str | None) -> dict[str, Any]:
    return json.loads(text) if text else {}
