"""Acts at the end of a case: close it, open it again, review how the work went, pass a lesson on without the person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import people_on, standing_of
from rightdoor.casework.clients.actions import end_standing, give_standing
from rightdoor.casework.clients.disclosure import check_may_write, may_read
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.clients.models import Standing
from rightdoor.casework.clients.queries import not_kept_apart
from rightdoor.casework.closure.choices import PROTOCOL, TRIGGERS, WELLBEING
from rightdoor.casework.closure.models import Closure, Lesson, Participant, Recommendation, Review
from rightdoor.casework.closure.queries import (
    closure_in_force,
    lesson_words,
    loose_ends,
    open_review,
    people_for_review,
    phases_of,
    takes_part,
    words_of_the_case,
)
from rightdoor.casework.closure.sealed import (
    closure_label,
    contact_label,
    lesson_label,
    recommendation_label,
    review_label,
    staff_label,
)
from rightdoor.casework.consents.actions.closing import end_consent_with_case, suspend_kept_releases
from rightdoor.domain.closure import (
    SHORTEST_WHY,
    Closing,
    ReviewFacts,
    check_access_end,
    check_lesson,
    check_may_close,
    check_may_hold_review,
    check_may_reopen,
)
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Standing as Place
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.once import own_code, sent_before
from rightdoor.foundation.sealing.seals import open_json, seal_json, seal_many

# What a review says of the case, and what it says of those who do the work: two classes, sealed apart.
OF_THE_CASE = ("trigger", "went_well", "did_not", "why", "youth", "caregiver", "protocol_change", "protocol_words")
OF_THE_STAFF = ("confidentiality", "wellbeing", "wellbeing_words", "escalated", "escalated_words")
LONGEST = 20_000


# ------------------------------------------------------------------------------------------------------------ closing


@action("case.closed")
def close_case(
    viewer: Viewer,
    case: Case,
    *,
    closing: Closing,
    now: datetime,
    access_ends_at: datetime | None = None,
    took_part: Sequence[str] = (),
) -> Closure:
    """Closes a case: nothing that stops it is left, every loose end has its word, the client was told. (CASE-12)

    Places on the team end at once or on `access_ends_at`, consents end, releases end unless they are kept; from now
    on only the agency that holds a record reads it, and time of keeping begins. The team is told by code.

    Raises NotPermitted, and RuleBroken with the first thing that stands against it.
    """
    tie = standing_of(viewer, case, now)
    check_may(viewer, "case.close", tie)
    check_may_write(viewer, case.client, "CORE", now, holder=case.holder, standing=tie)
    held = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    ends = [end for end, _ in loose_ends(viewer, case, tie, now)]
    check_may_close(held.state, closing, ends, active_pack().closure.reasons, today=local(now).date())
    until = access_ends_at or now
    check_access_end(until, now)
    team = [person.code for person in people_on(case, now)]
    closure = Closure(code=new_code(), case=case, closed_at=now, closed_by=viewer.code, access_ends_at=until)
    closure.told_sealed = seal_json(
        {
            "reason": closing.reason,
            "words": closing.words.strip(),
            "told": closing.told,
            "told_words": closing.told_words.strip(),
            "safety_plan": closing.safety_plan,
            "safety_words": closing.safety_words.strip(),
            "last_contact_on": closing.last_contact_on.isoformat() if closing.last_contact_on else None,
            "going_on": closing.going_on.strip(),
            "debrief": closing.debrief.strip(),
            "took_part": [code for code in took_part if code in team],
            "keeps_releases": closing.keeps_releases,
            "releases_why": closing.releases_why.strip(),
            "whys": [[end.what, closing.whys.get(end.key, "").strip()] for end in ends],
        },
        closure_label(closure),
    )
    closure.contact_sealed = seal_json({"words": closing.last_contact.strip()}, contact_label(closure))
    closure.save(force_insert=True)
    ended = 0
    if not case.client.cases.filter(state="open").exclude(pk=case.pk).exists():
        # Consent is the client's, not the case's: another open case goes on on it.
        ended = end_consent_with_case(viewer, case.client, keeps_releases=closing.keeps_releases, now=now)
    _end_places(viewer, case, until, now)
    case.state, case.closed_at = "closed", now
    case.save(update_fields=["state", "closed_at"])
    told = not_kept_apart(set(team) - {viewer.code}, case.client)
    notify(told, "case.closed", case.code, now, path="/cases/")
    record(viewer, "case.closed", case, closure=closure.code, access_until=until, releases_ended=ended)
    return closure


@action("case.reopened")
def reopen_case(viewer: Viewer, case: Case, *, why: str, now: datetime) -> Closure:
    """Opens a closed case again. Its history stays; its coordinator has a place again, nobody else has, and no consent
    or release comes back by itself: what was kept waits to be checked. (CASE-12)

    Raises NotPermitted, RuleBroken without a reason or when the case is open.
    """
    check_may(viewer, "case.reopen", standing_of(viewer, case, now))
    held = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    check_may_reopen(held.state, why)
    suspend_kept_releases(viewer, case.client, now=now)
    case.state, case.closed_at = "open", None
    if not Account.objects.filter(code=case.coordinator, is_active=True).exists():
        case.coordinator = viewer.code
    case.save(update_fields=["state", "closed_at", "coordinator"])
    check_may_write(viewer, case.client, "CORE", now, holder=case.holder, standing=standing_of(viewer, case, now))
    give_standing(
        viewer,
        case.client,
        account_code=case.coordinator,
        kind="assigned",
        discipline="care_coordinator",
        about=case.code,
        starts_at=now,
        now=now,
        need="supervision",
    )
    closure = closure_in_force(case)
    if closure is None:  # closed before closures were kept
        closure = Closure(
            code=new_code(), case=case, closed_at=held.closed_at, closed_by=viewer.code, access_ends_at=now
        )
        closure.told_sealed = seal_json({}, closure_label(closure))
        closure.contact_sealed = seal_json({}, contact_label(closure))
    closure.case = case
    closure.reopened_at, closure.reopened_by = now, viewer.code
    closure.reopened_sealed = seal_json({"why": why.strip()}, closure_label(closure, "reopened"))
    closure.save()
    notify({case.coordinator} - {viewer.code}, "case.reopened", case.code, now)
    record(viewer, "case.reopened", case, closure=closure.code)
    return closure


def _end_places(viewer: Viewer, case: Case, until: datetime, now: datetime) -> None:
    """Everybody's place that this case or its staffings gave ends: at once, or on a day."""
    about = [
        case.code,
        *case.staffings.values_list("code", flat=True),
        *case.staffings.values_list("meeting__code", flat=True),
    ]
    running = Standing.objects.filter(
        client=case.client_id, kind__in=["assigned", "invited", "awaits"], about__in=about
    )
    running = running.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=until))
    if until <= now:
        for code in set(running.values_list("account_code", flat=True)):
            for source in about:
                if running.filter(account_code=code, about=source).exists():
                    end_standing(viewer, case.client, account_code=code, about=source, now=now)
        return
    for code in set(running.values_list("account_code", flat=True)):
        record(
            viewer,
            "client.standing_ended",
            case.client,
            subject=case.client.code,
            holder=case.client.holder,
            account=code,
            until=until,
        )
    running.update(ends_at=until)


# ------------------------------------------------------------------------------------------------------------ reviews


@action("review.begun")
def begin_review(
    viewer: Viewer, case: Case, *, trigger: str, participants: Iterable[str], now: datetime, code: str = ""
) -> Review:
    """Begins an after-action review of a case, with those who take part; they are told. (practice.md 3.8)

    `code` may be fixed beforehand by a form: sent twice, the review that it made is returned. Raises NotPermitted,
    RuleBroken for a trigger that the field does not know or people who are not on the case.
    """
    tie = _check_may_review(viewer, case, now)
    code = own_code(viewer, Review, case.code, code)
    again = sent_before(case.reviews.filter(begun_by=viewer.code), code)
    if again is not None:
        record(viewer, "review.begun", again, repeated=True)
        return again
    if trigger not in TRIGGERS:
        raise RuleBroken("Choose what the review is about.")
    people = _participants(viewer, case, participants, now)
    review = Review(code=code or new_code(), case=case, begun_at=now, begun_by=viewer.code)
    _seal_review(review, {"trigger": trigger}, {})
    review.save(force_insert=True)
    Participant.objects.bulk_create(Participant(review=review, account_code=one) for one in people)
    notify(set(people) - {viewer.code}, "review.begun", review.code, now)
    record(viewer, "review.begun", review, people=people, assigned=tie.assigned)
    return review


@action("review.written")
def write_review(
    viewer: Viewer,
    review: Review,
    *,
    told: Mapping[str, str],
    participants: Iterable[str],
    version: int,
    now: datetime,
) -> None:
    """Writes what the review says so far. Raises NotPermitted, and RuleBroken once it was held or when somebody else
    has written meanwhile: nothing is overwritten unseen.
    """
    tie = _check_may_review(viewer, review.case, now)
    held = _held(review)
    if held.version != version:
        raise RuleBroken(
            "Somebody else has written in this review meanwhile. Your text stands below; compare, then save."
        )
    if any(len(text) > LONGEST for text in told.values()):
        raise RuleBroken(f"Shorten each text to {LONGEST:,} characters.")
    for key, known in (("trigger", TRIGGERS), ("wellbeing", {"": "", **WELLBEING}), ("protocol_change", PROTOCOL)):
        if told.get(key, "") not in known:
            raise RuleBroken("Choose one of the answers that are offered.")
    people = _participants(viewer, review.case, participants, now, known=_codes_of(held))
    of_staff = {key: told.get(key, "").strip() for key in OF_THE_STAFF}
    # Whoever does not see what stands there of the staff must not empty it by sending the form without it.
    client, holder = review.case.client, review.case.holder
    if not may_read(viewer, client, tie, "PERF", now, holder=holder, action="write").allowed:
        if any(of_staff[key] for key in ("confidentiality", "wellbeing_words", "escalated_words")):
            raise NotPermitted("What a review says of the staff is written by the agency that keeps the case.")
        of_staff = (open_json(held.staff_sealed, staff_label(held)) if held.staff_sealed else None) or {}
    _seal_review(held, {key: told.get(key, "").strip() for key in OF_THE_CASE}, of_staff)
    held.version += 1
    held.save(update_fields=["told_sealed", "staff_sealed", "version"])
    held.participants.exclude(account_code__in=people).delete()
    new = [code for code in people if code not in _codes_of(held)]
    Participant.objects.bulk_create(Participant(review=held, account_code=code) for code in new)
    notify(set(new) - {viewer.code}, "review.begun", held.code, now)
    record(viewer, "review.written", held, version=held.version, added=new)


@action("review.held")
def hold_review(viewer: Viewer, review: Review, *, no_recommendation: str = "", now: datetime) -> None:
    """The review is done and does not change any more; what the records say of promises kept is fixed with it.

    Raises NotPermitted, RuleBroken while it does not say what went well, what did not, why, and what follows.
    """
    tie = _check_may_review(viewer, review.case, now)
    held = _held(review)
    shown = open_review(viewer, held, now, tie)
    staff = dict(shown.staff or {})
    told = dict(shown.told)
    check_may_hold_review(
        ReviewFacts(
            held.state,
            told.get("went_well", ""),
            told.get("did_not", ""),
            told.get("why", ""),
            staff.get("wellbeing", ""),
            len(shown.participants),
            len(shown.recommendations),
            no_recommendation,
        )
    )
    told["no_recommendation"] = no_recommendation.strip()
    staff["phases"] = [
        [
            one.phase.key,
            one.about,
            one.phase.due_at.isoformat() if one.phase.due_at else None,
            one.phase.done_at.isoformat() if one.phase.done_at else None,
            one.state,
        ]
        for one in phases_of(held.case, now)
    ]
    _seal_review(held, told, staff)
    held.state, held.held_at = "held", now
    held.version += 1
    held.save(update_fields=["told_sealed", "staff_sealed", "state", "held_at", "version"])
    record(viewer, "review.held", held)


@action("review.recommended")
def recommend(
    viewer: Viewer, review: Review, *, text: str, owner: str, due_on: date, now: datetime, code: str = ""
) -> Recommendation:
    """Adds a recommendation with its owner and its day; the owner is told. Sent twice with the same `code`, it stands
    once.

    Raises NotPermitted, RuleBroken without words, for a day that lies behind, or an owner who takes no part.
    """
    _check_may_review(viewer, review.case, now)
    held = _held(review)
    code = own_code(viewer, Recommendation, held.code, code)
    again = sent_before(held.recommendations.all(), code)
    if again is not None:
        record(viewer, "review.recommended", again, repeated=True)
        return again
    if len(text.strip()) < SHORTEST_WHY or len(text) > LONGEST:
        raise RuleBroken("Say in a sentence what is recommended.")
    if due_on < local(now).date():
        raise RuleBroken("The day lies in the past. Choose a day ahead.")
    if owner not in _codes_of(held) and owner != viewer.code:
        raise RuleBroken("Choose the owner from those who take part: nobody else reads the review.")
    one = Recommendation(code=code or new_code(), review=held, owner=owner, due_on=due_on)
    one.told_sealed = seal_json({"text": text.strip()}, recommendation_label(one))
    one.save(force_insert=True)
    if owner != viewer.code:
        notify([owner], "review.recommended", held.code, now)
    record(viewer, "review.recommended", one, person=owner)
    return one


@action("review.recommendation_settled")
def settle_recommendation(viewer: Viewer, one: Recommendation, *, state: str, now: datetime) -> None:
    """Done, or not taken up: by its owner, or a coordinator of the case. Raises NotPermitted, RuleBroken twice."""
    review = one.review
    tie = standing_of(viewer, review.case, now)
    if not takes_part(viewer, review, tie):
        raise NotVisible
    place = Place(tie.assigned, tie.invited, one.owner == viewer.code, tie.region, tie.closed)
    check_may(viewer, "review.settle", place)
    if state not in {"done", "dropped"}:
        raise RuleBroken("Say whether it was done or not taken up.")
    held = Recommendation.objects.select_for_update(of=("self",)).get(pk=one.pk)
    if held.state != "open":
        raise RuleBroken("This was settled already.")
    one.state, one.settled_at, one.settled_by = state, now, viewer.code
    one.save(update_fields=["state", "settled_at", "settled_by"])
    record(viewer, "review.recommendation_settled", one, state=state)


# ------------------------------------------------------------------------------------------------------------ lessons


@action("lesson.written")
def write_lesson(viewer: Viewer, review: Review, *, text: str, now: datetime, code: str = "") -> Lesson:
    """A line for the library out of a review, that tells of nobody; it waits for a second person. (CASE-12)

    `code` may be fixed by a form: sent twice, the line stands once. Raises NotPermitted, NotVisible for whom the
    client's name is closed, and RuleBroken naming the words to take out.
    """
    tie = standing_of(viewer, review.case, now)
    check_may(viewer, "lesson.write", tie)
    if not takes_part(viewer, review, tie):
        raise NotVisible
    code = own_code(viewer, Lesson, review.code, code)
    again = sent_before(Lesson.objects.filter(written_by=viewer.code), code)
    if again is not None:
        record(viewer, "lesson.written", again, repeated=True)
        return again
    names, places = words_of_the_case(viewer, review.case, now)
    text = check_lesson(text, names=names, places=places)
    # The hour would lead back to the review: the day of writing is all that is kept.
    day = local(now).replace(hour=12, minute=0, second=0, microsecond=0)
    lesson = Lesson(code=code or new_code(), holder=review.case.holder, written_at=day, written_by=viewer.code)
    lesson.text_sealed, lesson.origin_sealed = seal_many(
        [
            (json.dumps({"text": text}, ensure_ascii=False), lesson_label(lesson)),
            (json.dumps({"review": review.code}), lesson_label(lesson, "origin")),
        ]
    )
    lesson.save(force_insert=True)
    # The event is about the line alone. That the review taught something stands in the event of its reading.
    record(viewer, "lesson.written", lesson)
    return lesson


@action("lesson.released")
def release_lesson(viewer: Viewer, lesson: Lesson, *, now: datetime) -> None:
    """A second person has read it and finds nobody in it: it may go into the library. Raises NotPermitted for its
    writer, RuleBroken the second time.
    """
    _answer(viewer, lesson, "released", "", now)
    record(viewer, "lesson.released", lesson)


@action("lesson.sent_back")
def send_lesson_back(viewer: Viewer, lesson: Lesson, *, why: str, now: datetime) -> None:
    """Sends a lesson back with a word why; its writer is told. Raises as `release_lesson`, RuleBroken without a why."""
    if len(why.strip()) < SHORTEST_WHY or len(why) > LONGEST:
        raise RuleBroken("Say in a sentence what is to be changed.")
    _answer(viewer, lesson, "sent_back", why.strip(), now)
    notify([lesson.written_by], "lesson.sent_back", lesson.code, now)
    record(viewer, "lesson.sent_back", lesson)


def _answer(viewer: Viewer, lesson: Lesson, state: str, answer: str, now: datetime) -> None:
    check_may(viewer, "lesson.release")
    held = Lesson.objects.select_for_update().get(pk=lesson.pk)
    if held.written_by == viewer.code:
        raise NotPermitted("You wrote this lesson. A second person reads it.")
    if held.state != "waits":
        raise RuleBroken("This lesson was answered already.")
    words = lesson_words(held)
    lesson.state, lesson.answered_at, lesson.answered_by = state, now, viewer.code
    lesson.text_sealed = seal_json({**words, "answer": answer}, lesson_label(lesson))
    lesson.save(update_fields=["state", "answered_at", "answered_by", "text_sealed"])


# ----------------------------------------------------------------------------------------------------------- printing


@action("record.printed")
def note_review_printed(viewer: Viewer, review: Review, *, form: str, now: datetime) -> None:
    """The viewer took a copy of a review that was opened before. Raises NotVisible for whoever takes no part in it."""
    if not takes_part(viewer, review, standing_of(viewer, review.case, now)):
        raise NotVisible
    record(viewer, "record.printed", review, classes=("CORE", "PERF"), what="review", form=form)


# ----------------------------------------------------------------------------------------------------------- small ones


def _check_may_review(viewer: Viewer, case: Case, now: datetime) -> Tie:
    tie = standing_of(viewer, case, now)
    check_may(viewer, "review.write", tie)
    check_may_write(viewer, case.client, "CORE", now, holder=case.holder, standing=tie)
    return tie


def _held(review: Review) -> Review:
    held = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if held.state != "draft":
        raise RuleBroken("This review was held already. It does not change any more.")
    held.case = review.case
    return held


def _codes_of(review: Review) -> list[str]:
    return list(review.participants.order_by("pk").values_list("account_code", flat=True))


def _participants(
    viewer: Viewer, case: Case, codes: Iterable[str], now: datetime, *, known: Sequence[str] = ()
) -> list[str]:
    wanted = sorted(set(codes) | {viewer.code})
    allowed = {viewer.code, case.coordinator, *known, *(code for code, _ in people_for_review(case, now))}
    if set(wanted) - allowed:
        raise RuleBroken("Choose those who take part from the people on this case.")
    return wanted


def _seal_review(review: Review, told: Mapping[str, Any], staff: Mapping[str, Any]) -> None:
    review.told_sealed, review.staff_sealed = seal_many(
        [
            (json.dumps(dict(told), ensure_ascii=False), review_label(review)),
            (json.dumps(dict(staff), ensure_ascii=False), staff_label(review)),
        ]
    )
